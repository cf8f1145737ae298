"""The letter that says what the EEG showed and what the diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from westward.look import words
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import (
    NO_CONTACT,
    Contact,
    Known,
    Reader,
    on,
    row,
    sentence,
    sources,
    whom_to_call,
)


class Outcome(StrEnum):
    """What the physician decided."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is known when a diagnosis was made, refused or left open.

    Attributes
    ----------
    outcome : Known[Outcome]
        Decided by a physician, never by software.
    eeg_on, eeg_length, grade : Known or None
        The study, how long it was in words, and the grade a physician signed in words.
    findings : tuple of Known[str]
        Signed findings, a phrase each.
    criteria : tuple of Known[tuple of str]
        Item and answer, as the physician recorded them.
    missing : tuple of Known[str]
        What an open question waits for.
    treatment : Known[str] or None
        What was started, in words, without a dose: the calendar carries doses.
    steps : tuple of Known[tuple[str, date or None]]
        Tests of the search for the cause and when each is due.
    """

    child: str
    outcome: Known[Outcome]
    decided_on: Known[date]
    eeg_on: Known[date] | None = None
    eeg_length: Known[str] | None = None
    grade: Known[str] | None = None
    findings: tuple[Known[str], ...] = ()
    criteria: tuple[Known[tuple[str, str]], ...] = ()
    missing: tuple[Known[str], ...] = ()
    treatment: Known[str] | None = None
    steps: tuple[Known[tuple[str, date | None]], ...] = ()
    next_steps: tuple[Known[str], ...] = ()
    contact: Contact = NO_CONTACT


_SAID = {
    (
        Outcome.CONFIRMED,
        Reader.CLINICIAN,
    ): "{child} has infantile epileptic spasms syndrome (infantile spasms), diagnosed on {day}.",
    (
        Outcome.CONFIRMED,
        Reader.FAMILY,
    ): "{child} has infantile spasms (infantile epileptic spasms syndrome). The diagnosis was made on {day}.",
    (
        Outcome.NOT_CONFIRMED,
        Reader.CLINICIAN,
    ): "On {day} we concluded that {child} does not have infantile spasms on the evidence so far.",
    (
        Outcome.NOT_CONFIRMED,
        Reader.FAMILY,
    ): "On {day} we concluded that {child} does not have infantile spasms, from what we know today.",
    (
        Outcome.OPEN,
        Reader.CLINICIAN,
    ): "On {day} the diagnosis of {child} remains open: infantile spasms are neither confirmed nor excluded.",
    (Outcome.OPEN, Reader.FAMILY): "On {day} we could not yet say whether {child} has infantile spasms.",
}


def compose(facts: Diagnosis, *, reader: Reader = Reader.CLINICIAN) -> tuple[Block, ...]:
    """The letter: the diagnosis first, what it rests on, what comes next, whom to call."""
    said = _SAID[facts.outcome.value, reader].format(child=facts.child, day=words.day(facts.decided_on.value))
    opening = Block(slot=Slot.OPENING, lines=(said,), sources=sources(facts.outcome, facts.decided_on))
    return (opening, *_found(facts, reader), *_next(facts, reader), whom_to_call(facts.contact, reader=reader))


def _found(facts: Diagnosis, reader: Reader) -> tuple[Block, ...]:
    family = reader is Reader.FAMILY
    eeg = "Recording of brain waves (video-EEG)" if family else "Video-EEG"
    rows = [row(eeg, on(facts.eeg_on, "day of the EEG") + (f", {facts.eeg_length.value}" if facts.eeg_length else ""))]
    if facts.grade:
        rows.append(row("Grade, signed" if not family else "Pattern", facts.grade.value))
    if facts.findings:
        rows.append(row("Findings", "; ".join(one.value for one in facts.findings)))
    elif not facts.grade:
        rows.append(row("Findings", gap("what the EEG showed")))
    blocks = [
        Block(
            slot=Slot.FOUND,
            heading="What was found",
            shape=Shape.TABLE,
            lines=tuple(rows),
            sources=sources(facts.eeg_on, facts.eeg_length, facts.grade, facts.findings),
        )
    ]
    if facts.criteria and not family:
        blocks.append(
            Block(
                slot=Slot.MORE,
                heading="Criteria (ILAE 2022)",
                shape=Shape.TABLE,
                lines=tuple(row(item, answer) for item, answer in (one.value for one in facts.criteria)),
                sources=sources(facts.criteria),
            )
        )
    if facts.missing:
        blocks.append(
            Block(
                slot=Slot.MORE,
                heading="What is missing",
                shape=Shape.LIST,
                lines=tuple(sentence(one.value) for one in facts.missing),
                sources=sources(facts.missing),
            )
        )
    return tuple(blocks)


def _next(facts: Diagnosis, reader: Reader) -> tuple[Block, ...]:
    family = reader is Reader.FAMILY
    lines = []
    if facts.treatment:
        lines.append(sentence(f"Treatment: {facts.treatment.value}"))
    elif facts.outcome.value is Outcome.CONFIRMED:
        lines.append(f"Treatment: {gap('what was started, or why not yet')}.")
    for step in facts.steps:
        name, due = step.value
        lines.append(f"{name}: {'due by ' + words.day(due) if due else 'no date set yet'}.")
    lines += [sentence(step.value) for step in facts.next_steps]
    if not lines:
        lines.append(gap("what comes next"))
    blocks = [
        Block(
            slot=Slot.NEXT,
            heading="What is next",
            shape=Shape.LIST,
            lines=tuple(lines),
            sources=sources(facts.treatment, facts.steps, facts.next_steps),
        )
    ]
    if facts.outcome.value is not Outcome.CONFIRMED:
        again = (
            "Call us if the events go on, change, or your child loses skills: the question is then asked again."
            if family
            else "New or changed events, or a loss of skills, reopen the question: call us the same day."
        )
        blocks.append(Block(slot=Slot.MORE, lines=(again,)))
    return tuple(blocks)
