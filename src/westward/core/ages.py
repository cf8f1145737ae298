"""Ages, always in days."""

from __future__ import annotations

from datetime import date

from westward.core.errors import UsageError

DAYS_PER_MONTH = 30.4375
"""Mean Gregorian month (365.25 / 12); the one conversion between months and days."""


def days_from_months(months: float) -> int:
    """Age in days of a child of so many months, rounded to the nearest day."""
    if not 0 <= months < 1500:
        raise UsageError(f"an age of {months!r} months makes no sense; give months such as 7 or 3.5")
    return round(months * DAYS_PER_MONTH)


def days_between(birth: date, on: date) -> int:
    """Age in days on a date.

    Raises
    ------
    UsageError
        If the date lies before birth.
    """
    days = (on - birth).days
    if days < 0:
        raise UsageError(f"the recording date {on} lies before the birth date")
    return days


def months_of(days: int) -> float:
    """Age in months (30.4375 days each) for rules that the literature states in months."""
    return days / DAYS_PER_MONTH
