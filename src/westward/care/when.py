"""The date of a fact as families and charts give it: a day, "the week of", a month, or not known."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from westward.core.errors import UsageError

_WEEK_D = 7


@dataclass(frozen=True, slots=True)
class When:
    """The first and the last day on which something may have happened; both None if the day is not known.

    Raises
    ------
    UsageError
        If only one of the two is given, or the last lies before the first.
    """

    earliest: date | None = None
    latest: date | None = None

    def __post_init__(self) -> None:
        if (self.earliest is None) != (self.latest is None):
            raise UsageError(f"a date needs both ends or neither, not {self.earliest} to {self.latest}")
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise UsageError(f"a date cannot reach from {self.earliest} back to {self.latest}")

    @property
    def known(self) -> bool:
        """Whether anything is known of the date."""
        return self.earliest is not None

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.earliest is not None and self.earliest == self.latest


UNKNOWN_DAY = When()
"""It happened, and nobody knows when."""


def on_day(day: date) -> When:
    """One day."""
    return When(day, day)


def week_of(day: date) -> When:
    """The seven days from Monday to Sunday that hold a day."""
    monday = day - timedelta(days=day.weekday())
    return When(monday, monday + timedelta(days=_WEEK_D - 1))


def month_of(year: int, month: int) -> When:
    """A calendar month.

    Raises
    ------
    UsageError
        If there is no such month.
    """
    if not 1 <= month <= 12:
        raise UsageError(f"there is no month {month!r}; give 1 to 12")
    return When(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Days:
    """How many whole days may lie between two facts; ``low`` is below ``high`` when a date is approximate.

    Negative days mean that the second fact came first.
    """

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether there is one answer."""
        return self.low == self.high

    @property
    def middle(self) -> float:
        """Half way between the two."""
        return (self.low + self.high) / 2


def days_from(start: When, end: When) -> Days | None:
    """Days from one fact to another; None if either day is not known.

    Approximate dates that overlap are taken in the order given, so that the least is 0 days.
    """
    if start.earliest is None or start.latest is None or end.earliest is None or end.latest is None:
        return None
    low, high = (end.earliest - start.latest).days, (end.latest - start.earliest).days
    return Days(max(low, 0), high) if high >= 0 else Days(low, high)
