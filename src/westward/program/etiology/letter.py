"""The letter on the search for the cause: what was found, what is open, composed from the chart."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.care.workup import Progress
from westward.look import words
from westward.program.etiology import queries, standing
from westward.program.etiology.choices import CauseKind
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Reader, row, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """Cause first, then each step with its result or its day, then whom to call."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    steps = standing.of(child, on=timezone.localdate())
    return (_cause(child, reader), _found(steps), _next(steps), whom_to_call(contact(), reader=reader))


def _cause(child: Child, reader: Reader) -> Block:
    held = queries.cause(child)
    if held is None:
        said = f"The search for the cause of {child.name}'s infantile spasms is not finished."
        return Block(slot=Slot.OPENING, lines=(said,))
    label = CauseKind(held.cause).label.lower()
    if held.cause == CauseKind.UNKNOWN:
        said = f"No cause of {child.name}'s infantile spasms has been found so far. New tests may find one later."
    elif reader is Reader.FAMILY:
        named = held.words or gap("the cause in plain words")
        said = f"We have found a cause of {child.name}'s infantile spasms: {named}."
    else:
        said = f"The cause of {child.name}'s infantile spasms is {label}" + (f": {held.words}." if held.words else ".")
    return Block(slot=Slot.OPENING, lines=(said,), sources=(f"cause:{held.pk}",))


def _found(steps: Sequence[standing.Standing]) -> Block:
    lines, sources = [], []
    for one in steps:
        result, scan = one.result, one.imaging
        if result is not None:
            variants = "; ".join(f"{v.gene} {v.hgvs}".strip() for v in result.variants.all() if not v.secondary)
            said = result.get_finding_display().lower() + (f" ({variants})" if variants else "")
            lines.append(row(one.label, f"{said}, {words.day(result.reported_on)}"))
            sources.append(f"result:{result.pk}")
        elif scan is not None:
            lines.append(row(one.label, f"{scan.get_outcome_display().lower()}, {words.day(scan.on)}"))
            sources.append(f"imaging:{scan.pk}")
    return Block(
        slot=Slot.FOUND,
        heading="What was found",
        shape=Shape.TABLE,
        lines=tuple(lines) or (gap("what was found"),),
        sources=tuple(sources),
    )


def _next(steps: Sequence[standing.Standing]) -> Block:
    today = timezone.localdate()
    lines, sources = [], []
    for one in steps:
        if one.step.due is not None:
            when = f"due by {words.day(one.step.due)}" if one.step.due >= today else "being arranged"
            lines.append(f"{one.label}: {when}.")
        elif one.step.progress is Progress.AWAITING_RESULT:
            by = f" by {words.day(one.report_by)}" if one.report_by and one.report_by >= today else ""
            lines.append(f"{one.label}: the report is expected{by}.")
        if one.order is not None and one.result is None:
            sources.append(one.order.audit_id)
    return Block(
        slot=Slot.NEXT,
        heading="What is next",
        shape=Shape.LIST,
        lines=tuple(lines) or (gap("what is next"),),
        sources=tuple(sources),
    )
