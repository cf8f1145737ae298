"""The letter that says a referral has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from westward.look import words
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import (
    NO_CONTACT,
    Contact,
    Known,
    Reader,
    at,
    on,
    sentence,
    sources,
    whom_to_call,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReceived:
    """What is known when a referral has arrived; None or empty where nothing is.

    Attributes
    ----------
    child : str
        The child's name.
    reported : tuple of Known[str]
        What the referral reported, a phrase each.
    urgency : Known[str] or None
        The level of triage in words, such as ``contact on the same day``.
    eeg_at : Known[datetime] or None
        The booked EEG, in the zone of the site.
    next_steps : tuple of Known[str]
        Further steps in words.
    """

    child: str
    received_on: Known[date]
    reported: tuple[Known[str], ...] = ()
    urgency: Known[str] | None = None
    contacted_on: Known[date] | None = None
    eeg_at: Known[datetime] | None = None
    eeg_place: Known[str] | None = None
    next_steps: tuple[Known[str], ...] = ()
    contact: Contact = NO_CONTACT


def compose(facts: ReferralReceived, *, reader: Reader = Reader.CLINICIAN) -> tuple[Block, ...]:
    """The letter: that it arrived, what was reported, what comes next, whom to call."""
    family = reader is Reader.FAMILY
    received = words.day(facts.received_on.value)
    opening = (
        f"We have received the referral of {facts.child} on {received}."
        if family
        else f"Thank you for referring {facts.child}. The referral reached us on {received}."
    )
    blocks = [Block(slot=Slot.OPENING, lines=(opening,), sources=sources(facts.received_on)), *_found(facts, reader)]
    return (*blocks, _next(facts, reader), *_until_then(reader), whom_to_call(facts.contact, reader=reader))


def _found(facts: ReferralReceived, reader: Reader) -> tuple[Block, ...]:
    family = reader is Reader.FAMILY
    reported = tuple(sentence(one.value) for one in facts.reported) or (gap("what was reported"),)
    limit = (
        "This is what we were told. Only a recording of brain waves with video (video-EEG) can show whether the events "
        "are infantile spasms."
        if family
        else "This is what was reported, not a diagnosis: no video-EEG of ours has been read yet."
    )
    closing = [limit]
    if facts.urgency:
        closing.append(sentence(f"Urgency by our published rules: {facts.urgency.value}"))
    return (
        Block(
            slot=Slot.FOUND,
            heading="What we were told",
            shape=Shape.LIST,
            lines=reported,
            sources=sources(facts.reported),
        ),
        Block(slot=Slot.MORE, lines=tuple(closing), sources=sources(facts.urgency)),
    )


def _next(facts: ReferralReceived, reader: Reader) -> Block:
    family = reader is Reader.FAMILY
    eeg = "a recording of brain waves with video, awake and asleep (video-EEG)" if family else "a video-EEG with sleep"
    lines = []
    if facts.eeg_at:
        place = f", {facts.eeg_place.value}" if facts.eeg_place else ""
        lines.append(f"{eeg[0].upper()}{eeg[1:]} is booked: {at(facts.eeg_at.value)}{place}.")
    else:
        lines.append(f"{eeg[0].upper()}{eeg[1:]} is being arranged; no date is set yet.")
    if facts.contacted_on:
        spoken = "We spoke with you" if family else "We spoke with the family"
        lines.append(f"{spoken} on {on(facts.contacted_on, 'day of the call')}.")
    elif not family:
        lines.append("We are calling the family.")
    lines += [sentence(step.value) for step in facts.next_steps]
    lines.append(
        "You will hear the result from us as soon as it is read."
        if family
        else "You will have a letter with the result as soon as the EEG is read, and a call on the same day if it "
        "shows infantile spasms."
    )
    return Block(
        slot=Slot.NEXT,
        heading="What is next",
        shape=Shape.LIST,
        lines=tuple(lines),
        sources=sources(facts.eeg_at, facts.eeg_place, facts.contacted_on, facts.next_steps),
    )


def _until_then(reader: Reader) -> tuple[Block, ...]:
    if reader is Reader.FAMILY:
        line = "Until then: film the events if you can, and note the time of day and how many there are."
    else:
        line = (
            "Until then: an earlier EEG helps as its data file with the video, not as the report alone. Call us the "
            "same day if events become more frequent or the child loses skills."
        )
    return (Block(slot=Slot.MORE, lines=(line,)),)
