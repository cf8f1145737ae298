"""The day on which it was established that a treatment does not work, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.care.answer import Answer
from westward.care.response import Course, EegSeen, met, remissions, responses
from westward.evidence.loader import Sheet, load


class Ground(StrEnum):
    """What showed it."""

    EEG = "video-EEG"
    WITNESS = "spasms witnessed on day 13 or 14"
    LATER = "spasms witnessed from day 14 on"
    RELAPSE_EEG = "relapse on video-EEG"
    RELAPSE = "relapse, spasms witnessed"
    ENDED = "ended for failure"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure with its day: the clock to the next drug counts from it, never from the day somebody looks.

    Attributes
    ----------
    eeg : EegSeen or None
        The signed read that showed it; None where it was witnessed or decided.
    """

    on: date
    ground: Ground
    eeg: EegSeen | None = None


def failure(
    course: Course, *, relapse: date | None = None, ended_on: date | None = None, sheet: Sheet | None = None
) -> Failure | None:
    """The earliest day that establishes the failure; None as long as nothing does.

    Parameters
    ----------
    relapse : date, optional
        First spasms after a remission, see :func:`westward.care.response.relapsed`.
    ended_on : date, optional
        Day on which a physician ended the treatment because it failed.

    Notes
    -----
    A video-EEG within the days of EC14 establishes it on its own day; spasms witnessed on days 13 or 14 on the
    checkpoint of day 14, which is the earliest day that asks; the first ones witnessed from that day on establish it
    on their own day, whatever was not told before, unless a remission was complete: then they are a relapse.
    Nothing after the day on which another treatment began counts. Sources: ``evidence/outcomes.toml`` and
    ``escalation.toml``.
    """
    found = []
    if relapse is not None:
        shown = next((eeg for eeg in course.eegs if eeg.on == relapse and eeg.spasms is Answer.YES), None)
        found.append(Failure(relapse, Ground.RELAPSE if shown is None else Ground.RELAPSE_EEG, shown))
    shown = _shown(course)
    if shown is not None:
        found.append(Failure(shown.on, Ground.EEG, shown))
    if met(responses(course))["UKISS13_14"] is Answer.NO:
        checkpoint = (sheet or load("escalation")).integer("checkpoint.second_d")
        found.append(Failure(course.start + timedelta(days=checkpoint - 1), Ground.WITNESS))
    if (later := witnessed_later(course, sheet=sheet)) is not None:
        found.append(Failure(later, Ground.LATER))
    if ended_on is not None:
        found.append(Failure(ended_on, Ground.ENDED))
    return min((one for one in found if one.on <= course.on), key=lambda one: one.on, default=None)


def witnessed_later(course: Course, *, sheet: Sheet | None = None) -> date | None:
    """First spasms witnessed from the checkpoint of day 14 on, before any remission; None if there were none."""
    checkpoint = (sheet or load("escalation")).integer("checkpoint.second_d")
    complete = min(remissions(course).values(), default=course.until)
    days = [on for on, count in course.witnessed.items() if count and course.day_of(on) >= checkpoint]
    return min((on for on in days if on <= min(complete, course.until)), default=None)


def told_free_first(course: Course) -> bool:
    """Whether the first day that was told from day 13 on was free of spasms."""
    first = load("outcomes").integer("days.ukiss_from")
    told = [day for day in range(first, course.day_of(course.until) + 1) if course.count(day) is not None]
    return bool(told) and course.count(told[0]) == 0


def not_free_since(course: Course, *, sheet: Sheet | None = None) -> date | None:
    """First day from the checkpoint of day 7 to that of day 14 with spasms witnessed; None if there was none."""
    sheet = sheet or load("escalation")
    first, last = sheet.integer("checkpoint.first_d"), sheet.integer("checkpoint.second_d")
    days = (day for day in range(first, last + 1) if course.count(day))
    return next((course.start + timedelta(days=day - 1) for day in days), None)


def _shown(course: Course) -> EegSeen | None:
    """The first video-EEG of day 14 that showed spasms or hypsarrhythmia."""
    days = load("outcomes")
    first, last = days.integer("days.ec14_from"), days.integer("days.ec14_to")
    failed = [eeg for eeg in course.seen(first, last) if Answer.YES in (eeg.spasms, eeg.hypsarrhythmia)]
    return min(failed, key=lambda eeg: eeg.on, default=None)
