"""Which drug is here today, for the start of a treatment; what waits says so, and what could begin now is offered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.available import At, Choice, Standing, Supply, choices, order
from westward.care.safety import Verdict, assess
from westward.core.errors import InputError
from westward.evidence.loader import load
from westward.program.local.supplies import latest, of_site, standings
from westward.program.people.models import Child
from westward.program.shell.values import sheet
from westward.program.treatment.choices import AccessStage
from westward.program.treatment.models import AccessStep, Run
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import Shelved, treatments


@dataclass(frozen=True, slots=True)
class Offer:
    """A standard protocol, as it stands today.

    Attributes
    ----------
    title : str
        Of the protocol.
    against : str
        What speaks against an order of it in this child or here; empty if nothing does.
    """

    choice: Choice
    title: str
    against: str

    @property
    def here(self) -> bool:
        """Whether it could begin today."""
        return self.choice.here and not self.against


@dataclass(frozen=True, slots=True)
class AtHand:
    """The drugs at hand at the child's site.

    Attributes
    ----------
    offers : tuple of Offer
        Standard protocols in the order of their sources.
    waiting : tuple of (Run, tuple of Standing)
        Orders whose first dose was not given and whose drug is not known to be here.
    """

    offers: tuple[Offer, ...]
    waiting: tuple[tuple[Run, tuple[Standing, ...]], ...]

    @property
    def instead(self) -> tuple[Offer, ...]:
        """What could begin today in place of an order that waits."""
        ordered = {run.protocol for run, _ in self.waiting}
        return tuple(one for one in self.offers if one.here and one.choice.protocol not in ordered)


def at_hand(
    child: Child,
    runs: Sequence[Run],
    shelf: Sequence[Shelved],
    answers: Mapping[str, Answer],
    steps: Sequence[AccessStep],
) -> AtHand:
    """For one child, from what was read already."""
    held = of_site(latest([child.site_id]), child.site_id)
    known = {one.protocol.id: one for one in shelf}
    ordered = order(sheet("escalation"), tuberous_sclerosis=answers.get("tuberous_sclerosis", Answer.UNKNOWN))
    by_protocol = {name: one.protocol.drugs for name, one in known.items()}
    found = choices(ordered, by_protocol, held, on=timezone.localdate(), sheet=load("day_zero"))
    offers = tuple(
        Offer(one, known[one.protocol].protocol.title, _against(known[one.protocol], answers)) for one in found
    )
    return AtHand(offers, tuple(waiting(runs, held, steps)))


def waiting(
    runs: Iterable[Run], held: Mapping[str, Supply], steps: Iterable[AccessStep]
) -> list[tuple[Run, tuple[Standing, ...]]]:
    """Open orders without a first dose whose drug is neither confirmed to be here, dispensed nor with the family."""
    got = {(step.child_id, _name(step.drug)) for step in steps if step.stage == AccessStage.IN_HAND}
    found = []
    for run in runs:
        if not run.open or run.first_dose_at is not None:
            continue
        try:
            ordered = protocol_of(run).drugs
        except InputError:  # the chart tells of a text that cannot be read; the board goes on
            continue
        there = {bottle.drug for bottle in run.bottles.all()}
        wanted = [d for d in ordered if d not in there and (run.child_id, _name(d)) not in got]
        lacking = tuple(one for one in standings(held, wanted) if one.at is not At.HERE)
        if lacking:
            found.append((run, lacking))
    return found


def under_way(step: AccessStep, drug: str) -> bool:
    """Whether a step on the way to this drug has an owner already."""
    return step.closed_at is None and _name(step.drug) == _name(drug)


def _name(drug: str) -> str:
    return drug.replace("_", " ").strip().lower()


def _against(one: Shelved, answers: Mapping[str, Answer]) -> str:
    if not one.usable:
        return "not approved here"
    findings = assess(treatments([one.protocol]), answers)
    blocks = [f.rule.when.replace("_", " ") for f in findings if f.verdict is Verdict.BLOCKS]
    return f"not with {', '.join(blocks)}" if blocks else ""
