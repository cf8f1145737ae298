"""How much of a drug a child has had: what was planned, and what was given, where anything was recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from westward.care.calendar import Day


@dataclass(frozen=True, slots=True)
class Planned:
    """One dose of a calendar, in whole small units."""

    on: date
    time_of_day: str
    drug: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Lessened:
    """A dose that was not given whole: ``given`` is what was given and kept down, 0 for a missed one."""

    on: date
    time_of_day: str
    drug: str
    given: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One drug.

    Attributes
    ----------
    planned, planned_days : int
        Over the whole calendar: small units, and days with a dose.
    due, due_days : int
        The same up to a day.
    given, given_days : int or None
        What was given up to that day, missed, partial and paused doses taken out; None where nothing was recorded.
    """

    drug: str
    unit: str
    planned: int
    planned_days: int
    due: int
    due_days: int
    given: int | None
    given_days: int | None


def exposures(
    doses: Iterable[Planned], *, until: date, lessened: Iterable[Lessened] = (), recorded: bool
) -> tuple[Exposure, ...]:
    """Each drug of a calendar, in its order.

    Parameters
    ----------
    until : date
        The last day that counts as passed.
    recorded : bool
        Whether anything says that doses were given, such as the first dose; otherwise what was given is not known,
        which is neither nothing nor all that was planned.
    """
    doses = tuple(doses)
    had = less(doses, lessened)
    found = []
    for drug, unit in dict.fromkeys((dose.drug, dose.unit) for dose in doses):
        mine = [dose for dose in doses if dose.drug == drug]
        due = [dose for dose in mine if dose.on <= until]
        given = [dose for dose in had if dose.drug == drug and dose.on <= until and dose.amount]
        found.append(
            Exposure(
                drug=drug,
                unit=unit,
                planned=sum(dose.amount for dose in mine),
                planned_days=len({dose.on for dose in mine}),
                due=sum(dose.amount for dose in due),
                due_days=len({dose.on for dose in due}),
                given=sum(dose.amount for dose in given) if recorded else None,
                given_days=len({dose.on for dose in given}) if recorded else None,
            )
        )
    return tuple(found)


def less(doses: Iterable[Planned], lessened: Iterable[Lessened]) -> tuple[Planned, ...]:
    """The doses with what was given of each, never more than it holds; a missed one has the amount 0.

    What fits no dose changes nothing.
    """
    short = {(one.on, one.time_of_day, one.drug): one.given for one in lessened}
    return tuple(
        replace(dose, amount=min(dose.amount, short.get((dose.on, dose.time_of_day, dose.drug), dose.amount)))
        for dose in doses
    )


def days_in_a_row(
    doses: Sequence[Planned],
    *,
    until: date,
    pauses: Collection[date] = (),
    lessened: Iterable[Lessened] = (),
    break_d: int,
) -> tuple[int, date | None]:
    """Days under a drug up to a day, and the first of them; 0 and None where the calendar gives none by then.

    A day counts if a dose of it was given, whole or in part, or if the rhythm of the drug provides none for it. Days of
    a pause and days whose every dose was missed do not count. More than ``break_d`` of those in a row are a break:
    counting begins again after it.
    """
    planned = {dose.on for dose in doses if dose.on <= until}
    if not planned:
        return 0, None
    had = {dose.on for dose in less(doses, lessened) if dose.amount}
    days, first, off = 0, None, 0
    last_planned = max(dose.on for dose in doses)
    for on in _each(min(planned), min(until, last_planned)):
        if on in pauses or (on in planned and on not in had):
            off += 1
            continue
        if off > break_d:
            days, first = 0, None
        off, days, first = 0, days + 1, first or on
    return (0, None) if off > break_d else (days, first)


def of_calendar(days: Iterable[Day]) -> tuple[Planned, ...]:
    """Every dose of a calendar."""
    return tuple(
        Planned(day.date, one.time_of_day, one.drug, str(one.unit), one.amount) for day in days for one in day.doses
    )


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
