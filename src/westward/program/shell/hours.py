"""When a line is staffed: hours per weekday and days on which it is closed. No Django, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from westward.core.errors import InputError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_AHEAD_DAYS = 60


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start_min`` to ``end_min``, minutes after midnight; the end is not included."""

    start_min: int
    end_min: int

    def __str__(self) -> str:
        return f"{_clock(self.start_min)}–{_clock(self.end_min)}"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a line.

    Attributes
    ----------
    week : tuple of 7 tuples of Span
        Monday first; an empty tuple is a day without hours.
    closed : frozenset of date
        Days on which the hours do not hold.
    """

    week: tuple[tuple[Span, ...], ...]
    closed: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """Day and night, all days."""
        return not self.closed and all(spans == (Span(0, DAY_MIN),) for spans in self.week)

    def on(self, day: date) -> tuple[Span, ...]:
        """Spans of one day."""
        return () if day in self.closed else self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at ``at``, a time in the site's zone."""
        now_min = at.hour * 60 + at.minute
        return any(span.start_min <= now_min < span.end_min for span in self.on(at.date()))

    def opens(self, at: datetime) -> datetime | None:
        """When it next opens after ``at``, in the zone of ``at``; None if not within 60 days."""
        for ahead in range(_AHEAD_DAYS):
            day = at.date() + timedelta(days=ahead)
            for span in self.on(day):
                begin = datetime.combine(day, time(span.start_min // 60, span.start_min % 60), at.tzinfo)
                if begin.replace(tzinfo=None) > at.replace(tzinfo=None):
                    return begin
        return None


def read(value: object, *, closed: frozenset[date] = frozenset(), where: str) -> Hours:
    """Hours from ``"always"`` or a table of weekdays, such as ``{mon = "8:00-12:00, 13:00-17:00"}``.

    Raises
    ------
    InputError
        If a weekday or a time is none, or spans of a day overlap or run backwards.
    """
    if value == "always":
        return Hours(((Span(0, DAY_MIN),),) * 7)
    if not isinstance(value, Mapping):
        raise InputError(f"hours are {value!r}", where=where, remedy='write "always" or {mon = "8:00-17:00", ...}')
    if strange := sorted(set(value) - set(WEEKDAYS)):
        raise InputError(f"{strange[0]!r} is not a weekday", where=where, remedy=f"use {', '.join(WEEKDAYS)}")
    return Hours(tuple(_day(value.get(day, ""), f"{where} {day}") for day in WEEKDAYS), closed)


def _day(value: object, where: str) -> tuple[Span, ...]:
    if not isinstance(value, str):
        raise InputError(f"the hours are {value!r}", where=where, remedy='write "8:00-17:00"')
    spans: list[Span] = []
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise InputError(f"{part!r} is not a span of hours", where=where, remedy='write "8:00-17:00"')
        start, end = (60 * int(found[k]) + int(found[k + 1]) for k in (1, 3))
        if int(found[2]) > 59 or int(found[4]) > 59 or end > DAY_MIN or start >= end:
            raise InputError(f"{part!r} does not end after it starts, within one day", where=where)
        if spans and start < spans[-1].end_min:
            raise InputError(f"{part!r} begins before {spans[-1]} has ended", where=where)
        spans.append(Span(start, end))
    return tuple(spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
