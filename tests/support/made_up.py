"""Protocols that nobody published, for clauses that no shipped protocol shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from westward.evidence.protocol import Basis, Branch, Course, DoseUnit, Protocol, Step
from westward.evidence.status import Status

_STEP = Step(
    name="full dose",
    from_day=1,
    to_day=3,
    every_d=1,
    times=("morning",),
    basis=Basis.FIXED,
    rate=Fraction(1000),
    share=None,
    max_day=None,
    branch="",
    status=Status.EXCERPT,
    source="made up",
)


def step(**changes: object) -> Step:
    """One step, by default a fixed 1000 small units on each morning of days 1 to 3."""
    return replace(_STEP, **changes)  # type: ignore[arg-type]


def course(*steps: Step, drug: str = "prednisolone", kind: str = "hormone", unit: DoseUnit = DoseUnit.UG) -> Course:
    """One drug with its usual product."""
    product = {"acth_natural": "acth_gel_80"}.get(drug, f"{drug}_oral")
    return Course(drug=drug, product=product, kind=kind, route="oral", unit=unit, steps=steps)


def protocol(*courses: Course, branches: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Protocol:
    """A protocol named ``made_up``; its branches may begin on days 2 to 9."""
    return Protocol(
        id="made_up",
        version="1",
        title="Made up",
        notes=notes,
        courses=courses,
        branches=tuple(
            Branch(id=one, words=one, first_day=2, last_day=9, status=Status.EXCERPT, source="made up")
            for one in branches
        ),
    )
