"""The letter after the video-EEG of day 14: what it showed, response by each definition as it stands, what is next."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.escalation import Step, responded_at_14
from westward.care.response import EegSeen
from westward.evidence.loader import load
from westward.look import words
from westward.program.followup import next_steps, queries
from westward.program.followup.queries import Judged
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Reader, row, sentence, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician

_ANSWERS = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "cannot be said"}


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """The latest treatment whose first dose was given; gaps where a fact is missing."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    judged = queries.judged(child, on=timezone.localdate())
    call = whom_to_call(contact(), reader=reader)
    if not judged:
        return (
            Block(slot=Slot.OPENING, lines=(f"This letter is about the treatment of {child.name}.",)),
            Block(slot=Slot.FOUND, heading="What was found", lines=(gap("no first dose is recorded"),)),
            Block(slot=Slot.NEXT, heading="What is next", lines=(gap("what is next"),)),
            call,
        )
    one = judged[0]
    opening = (
        f"{child.name} began {one.run.title.split(',')[0]} on {words.day(one.course.start)}; today is day {one.day}."
    )
    blocks = [Block(slot=Slot.OPENING, lines=(opening,), sources=(one.run.audit_id,)), _found(one, reader)]
    if reader is Reader.CLINICIAN:
        blocks.append(_definitions(one))
    return (*blocks, _next(child, judged, reader), call)


def day_14(one: Judged) -> EegSeen | None:
    """The latest signed video-EEG that counts as that of day 14."""
    sheet = load("outcomes")
    first, last = sheet.integer("days.ec14_from"), sheet.integer("days.ec14_to")
    return next((eeg for eeg in reversed(one.course.eegs) if first <= one.course.day_of(eeg.on) <= last), None)


def _found(one: Judged, reader: Reader) -> Block:
    eeg = day_14(one)
    if eeg is None:
        lines: tuple[str, ...] = (row("Video-EEG of day 14", gap("a signed video-EEG of days 12 to 18")),)
    else:
        lines = (
            row("Video-EEG", f"{words.day(eeg.on)}, day {one.course.day_of(eeg.on)}"),
            row("Sleep recorded", _ANSWERS[eeg.sleep]),
            row("Spasms recorded", _ANSWERS[eeg.spasms]),
            row("Hypsarrhythmia", _ANSWERS[eeg.hypsarrhythmia]),
        )
    told = sum(count is not None for count in map(one.course.count, range(1, min(one.day, 14) + 1)))
    lines = (*lines, row("Days of the first 14 that the family told of", f"{told} of {min(one.day, 14)}"))
    return Block(slot=Slot.FOUND, heading="What was found", shape=Shape.TABLE, lines=lines, sources=(one.run.audit_id,))


def _definitions(one: Judged) -> Block:
    lines = []
    for response in one.responses:
        if response.met is Answer.UNKNOWN:
            said = f"cannot be said yet; missing: {'; '.join(response.missing)}"
        else:
            said = "met" if response.met is Answer.YES else "not met"
            said += ", by witness alone, which never stands for remission" if response.by_witness_alone else ""
        lines.append(row(f"{response.code} ({response.fact.value})", said))
    return Block(
        slot=Slot.MORE,
        heading="Response by each published definition, never pooled",
        shape=Shape.TABLE,
        lines=tuple(lines),
        sources=(one.run.audit_id,),
    )


def _next(child: Child, judged: Sequence[Judged], reader: Reader) -> Block:
    one = judged[0]
    answer = responded_at_14(one.course)
    lines = []
    if answer is Answer.YES:
        lines.append("The treatment goes on as in the calendar, to its last small doses.")
    elif answer is Answer.NO:
        lines.append(f"The treatment has not worked so far. {gap('the next treatment and its first day')}")
        if reader is Reader.CLINICIAN:
            proposed = next_steps.proposed_for(child, judged)
            steps = [p for found in proposed if found.run.pk == one.run.pk for p in found.proposals]
            decided = [p.words for p in steps if p.step not in (Step.ASK, Step.EEG)]
            lines += [sentence(f"Proposed by rule, not decided: {said}") for said in decided]
    else:
        lines.append(f"Whether the treatment works cannot be said yet: {gap('when the video-EEG with sleep is')}")
    lines.append("Keep the diary: a day that nobody told of does not count as a day without spasms.")
    lines.append("If spasms come back, call us the same day.")
    return Block(
        slot=Slot.NEXT, heading="What is next", shape=Shape.LIST, lines=tuple(lines), sources=(one.run.audit_id,)
    )
