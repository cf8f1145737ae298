"""On which days of a course which checks are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from westward.evidence.monitoring import Check, load


@dataclass(frozen=True, slots=True)
class Span:
    """A course of one kind on the protocol's days.

    Attributes
    ----------
    first, last : int
        Days of the first and the last dose.
    taper_from : int or None
        First day of the taper or weaning; None if there is none.
    """

    kind: str
    first: int
    last: int
    taper_from: int | None


def due(spans: Iterable[Span], *, checks: Iterable[Check] | None = None) -> dict[int, tuple[Check, ...]]:
    """Checks by day of the protocol, each at most once a day.

    Parameters
    ----------
    checks : iterable of Check, optional
        A site's own in place of the shipped ones.
    """
    known = tuple(load() if checks is None else checks)
    found: dict[int, list[Check]] = {}
    for span in spans:
        for check in known:
            if check.kind == span.kind:
                for day in _days(check, span):
                    if check not in found.setdefault(day, []):
                        found[day].append(check)
    return {day: tuple(found[day]) for day in sorted(found)}


def _days(check: Check, span: Span) -> list[int]:
    taper_from = span.last + 1 if span.taper_from is None else span.taper_from
    start, end = {"full": (span.first, taper_from - 1), "taper": (taper_from, span.last)}.get(
        check.during, (span.first, span.last)
    )
    days = [span.last if day == -1 else span.first + day - 1 for day in check.days]
    days = [day for day in days if start <= day <= end]
    if check.every_d:
        days.extend(range(start + check.every_d - (0 if start == span.first else 1), end + 1, check.every_d))
    if check.after_end_d:
        days.append(span.last + check.after_end_d)
    return sorted(set(days))
