"""When a developmental assessment and an outcome of a child with infantile spasms are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.core.ages import days_from_months
from westward.evidence.loader import Sheet, load


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment that was made: with which instrument, when, and the day agreed on for the next, if any."""

    instrument: str
    on: date
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """An assessment that comes.

    Attributes
    ----------
    due : date
        Last day in time.
    tell_from : date
        Day from which it is told.
    instrument : str
        That of the assessment it follows if a day was agreed on; else empty.
    first : bool
        Whether there was none before.
    """

    due: date
    tell_from: date
    instrument: str = ""
    first: bool = False


def next_assessment(made: Sequence[Assessed], *, since: date | None, sheet: Sheet | None = None) -> Expected | None:
    """The assessment that is due first; None if none is.

    A day that was agreed on stands until an assessment is made with the same instrument, or with any in the time in
    which this one is told of. Without such a day the first is due some months after ``since`` and another some months
    after the last, for as long as the sheet says.

    Parameters
    ----------
    since : date or None
        The first dose, or the diagnosis of a child without one; None for a child that has neither.

    Notes
    -----
    Times: ``evidence/development.toml`` (all policy).
    """
    sheet = sheet or load("development")
    lead = timedelta(days=sheet.integer("assessment.tell_before_d"))
    newest = {one.instrument: one for one in sorted(made, key=lambda one: one.on)}
    agreed = [
        Expected(one.next_on, one.next_on - lead, one.instrument)
        for one in newest.values()
        if one.next_on is not None
        and not any(other.on > one.on and other.on >= one.next_on - lead for other in newest.values())
    ]
    if agreed:
        return min(agreed, key=lambda one: (one.due, one.instrument))
    if since is None:
        return None
    if not made:
        due = since + _months(sheet, "assessment.first_months")
    else:
        due = max(one.on for one in made) + _months(sheet, "assessment.next_months")
    if due > since + _months(sheet, "assessment.until_months"):
        return None
    return Expected(due, due - lead, first=not made)


class OutcomeState(StrEnum):
    """Where the outcome at one time stands."""

    RECORDED = "recorded"
    COMES = "comes"
    DUE = "due"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class OutcomeAt:
    """The outcome at one time after the first dose: its day, the last day on which it is in time, and where it stands.

    A missed one may still be recorded.
    """

    months: int
    day: date
    due: date
    state: OutcomeState


def outcomes_at(
    months: Collection[int], *, recorded: Collection[int], first_dose: date, on: date, sheet: Sheet | None = None
) -> tuple[OutcomeAt, ...]:
    """The outcome at each of the times; at most one of them is due.

    Notes
    -----
    Times: ``evidence/development.toml`` (all policy).
    """
    sheet = sheet or load("development")
    lead, late, missed = (
        timedelta(days=sheet.integer(f"outcome.{key}")) for key in ("tell_before_d", "late_after_d", "missed_after_d")
    )
    days = [(count, first_dose + timedelta(days=days_from_months(count))) for count in sorted(months)]
    found = []
    for place, (count, day) in enumerate(days):
        followed = place + 1 < len(days) and on >= days[place + 1][1] - lead
        if count in recorded:
            state = OutcomeState.RECORDED
        elif on < day - lead:
            state = OutcomeState.COMES
        else:
            state = OutcomeState.MISSED if followed or on > day + missed else OutcomeState.DUE
        found.append(OutcomeAt(count, day, day + late, state))
    return tuple(found)


def _months(sheet: Sheet, key: str) -> timedelta:
    return timedelta(days=days_from_months(sheet.number(key)))
