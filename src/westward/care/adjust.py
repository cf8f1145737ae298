"""A calendar with days put in: a pause without drug, or a day that is repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from westward.care.calendar import Calendar, Day, Dose, Total
from westward.care.ceilings import check_length, recounted
from westward.care.exposure import Lessened
from westward.core.errors import UsageError
from westward.evidence.loader import Sheet

MOST_D = 60
"""More days put in at once are taken for a mistake."""


class Kind(StrEnum):
    """What is put in."""

    PAUSE = "pause"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Days put in.

    Attributes
    ----------
    day : int
        A pause comes before this day of the calendar as it then is; an extension repeats it, in the rhythm of its
        drug: a dose for every other day is repeated every other day.
    days : int
        How many.
    """

    kind: Kind
    day: int
    days: int


def adjust(
    calendar: Calendar,
    adjustments: Iterable[Adjustment],
    *,
    lessened: Iterable[Lessened] = (),
    limits: Sheet | None = None,
) -> Calendar:
    """The calendar with days put in, one adjustment after the other; everything after moves, nothing is left out.

    Parameters
    ----------
    lessened : iterable of Lessened
        Doses that were not given whole; days at the highest dose are counted as given.
    limits : Sheet, optional
        Ceilings as a site uses them, in place of the shipped ones.

    Raises
    ------
    UsageError
        If the day is not in the calendar, the number of days makes no sense, or a hormone would be given at its highest
        dose or extended for more days than its ceiling (:mod:`westward.care.ceilings`).
    """
    days, done = list(calendar.days), tuple(adjustments)
    for one in done:
        place = next((index for index, day in enumerate(days) if day.day == one.day), None)
        if place is None:
            raise UsageError(f"the calendar has no day {one.day}")
        if not 1 <= one.days <= MOST_D:
            raise UsageError(f"{one.days} days cannot be put in; give 1 to {MOST_D}")
        if one.kind is Kind.PAUSE:
            blank = replace(days[place], step="pause", doses=(), checks=())
            new = [blank] * one.days
        else:
            new = _repeated(days, place, one.days)
            place += 1
        later = [_moved(day, one.days) for day in days[place:]]
        first = days[place - 1] if place else None
        days = [*days[:place], *(_placed(day, n, first, days[0]) for n, day in enumerate(new)), *later]
    extended = sum(one.days for one in done if one.kind is Kind.EXTEND)
    check_length(calendar.protocol, days, extended=extended, lessened=lessened, sheet=limits)
    return replace(
        calendar,
        days=tuple(days),
        cumulative=tuple(_total(total, days) for total in calendar.cumulative),
        warnings=tuple(recounted(words, lambda day: _counted(day, done)) for words in calendar.warnings),
    )


def _counted(day: int, done: Iterable[Adjustment]) -> int:
    """The number of a day after days were put in."""
    for one in done:
        day += one.days if day >= one.day + (one.kind is Kind.EXTEND) else 0
    return day


def _repeated(days: list[Day], place: int, count: int) -> list[Day]:
    """A day again and again; what is given every so many days keeps that distance to the doses before and after."""
    here = days[place]
    drugs = dict.fromkeys(d.drug for day in days[: place + 1] if _same_step(day, here) for d in day.doses)
    found = []
    for n in range(1, count + 1):
        doses: list[Dose] = []
        for drug in drugs:
            back = next(k for k in range(place + 1) if _given(days[place - k], drug))
            again = _given(days[place - back], drug)
            every = again[0].every_d
            after = (k for k, day in enumerate(days[place + 1 : place + every], start=1) if _given(day, drug))
            ahead = count - n + next(after, every)
            if back < every and (back + n) % every == 0 and ahead >= every:
                doses.extend(again)
        found.append(replace(here, doses=tuple(doses), checks=()))
    return found


def _given(day: Day, drug: str) -> list[Dose]:
    return [dose for dose in day.doses if dose.drug == drug]


def _same_step(day: Day, other: Day) -> bool:
    return not set(day.step.split("; ")).isdisjoint(other.step.split("; "))


def _moved(day: Day, by: int) -> Day:
    return replace(day, day=day.day + by, date=day.date + timedelta(days=by))


def _placed(day: Day, n: int, before: Day | None, first: Day) -> Day:
    number = (before.day if before else first.day - 1) + 1 + n
    return replace(day, day=number, date=first.date + timedelta(days=number - first.day))


def _total(total: Total, days: list[Day]) -> Total:
    mine = [[dose.amount for dose in day.doses if dose.drug == total.drug] for day in days]
    return replace(total, amount=sum(map(sum, mine)), days=sum(bool(one) for one in mine))
