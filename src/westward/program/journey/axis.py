"""The axis of time: where a day lies, and which days are labeled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from westward.core.ages import DAYS_PER_MONTH
from westward.look import words

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROOM = 62.0
"""Pixels that a label needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Days from ``start`` to ``end``, both included, between two pixels."""

    start: date
    end: date
    left: float
    right: float

    @property
    def day(self) -> float:
        """Pixels of one day."""
        return (self.right - self.left) / ((self.end - self.start).days + 1)

    def x(self, on: date) -> float:
        """Where a day begins."""
        return self.left + (on - self.start).days * self.day

    def middle(self, on: date) -> float:
        """Where a day has its middle."""
        return self.x(on) + self.day / 2

    def clip(self, x: float) -> float:
        """A place that lies on the axis."""
        return min(max(x, self.left), self.right)

    def holds(self, on: date) -> bool:
        """Whether a day lies on it."""
        return self.start <= on <= self.end


def date_ticks(axis: Axis) -> Iterator[tuple[date, str, bool]]:
    """Days that are ruled, their label (empty for none) and whether they are strong.

    Days, then Mondays, then first days of months, whatever has room; the year stands at the first label and in January.
    """
    days = (axis.end - axis.start).days + 1
    each = [axis.start + timedelta(days=n) for n in range(days)]
    if axis.day >= 24:
        ruled, every = each, 1 if axis.day >= _ROOM else 2
    elif axis.day * 7 >= _ROOM:
        ruled, every = [on for on in each if on.weekday() == 0], 1
    else:
        ruled = [on for on in each if on.day == 1]
        every = next(n for n in (1, 2, 3, 6, 12, 24, 48) if n * axis.day * DAYS_PER_MONTH >= _ROOM)
        if every > 1:
            ruled = [on for on in ruled if (on.month - 1) % min(every, 12) == 0]
            every = max(every // 12, 1)
    year = 0
    for n, on in enumerate(ruled):
        label = ""
        if n % every == 0 and axis.x(on) + _ROOM <= axis.right + 24:
            head = (
                f"{_MONTHS[on.month - 1]}"
                if on.day == 1 and axis.day * 7 < _ROOM
                else f"{on.day} {_MONTHS[on.month - 1]}"
            )
            label = head if on.year == year else f"{head} {on.year}"
            year = on.year
        yield on, label, on.day == 1 if axis.day * 7 < _ROOM else on.weekday() == 0


def age_ticks(axis: Axis, term: date, *, first: str = "birth") -> Iterator[tuple[date, str]]:
    """Days on which an age is full, with the age: weeks, then months, whatever has room."""
    if axis.day * 7 >= _ROOM * 2:
        step_d, ages = 7.0, "weeks"
    elif axis.day * DAYS_PER_MONTH >= _ROOM:
        step_d, ages = DAYS_PER_MONTH, "months"
    else:
        step_d = next(n for n in (3, 6, 12, 24, 48, 120) if n * axis.day * DAYS_PER_MONTH >= _ROOM) * DAYS_PER_MONTH
        ages = "months"
    n = max(0, int((axis.start - term).days / step_d))
    while (on := term + timedelta(days=round(n * step_d))) <= axis.end:
        if on >= axis.start and axis.x(on) + _ROOM <= axis.right + 24:
            yield (
                on,
                words.age(round(n * step_d)) if ages == "weeks" else _months(round(n * step_d / DAYS_PER_MONTH), first),
            )
        n += 1


def _months(n: int, first: str) -> str:
    if n >= 36 and n % 12 == 0:
        return f"{n // 12}{words.THIN}y"
    return f"{n}{words.THIN}mo" if n else first
