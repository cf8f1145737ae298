"""``{% load words %}``: days, ages and intervals as :mod:`westward.look.words` says them, and badges."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.safestring import mark_safe

from westward.look import words
from westward.look.badges import BADGES, for_status

register = template.Library()


@register.filter
def day(on: date | datetime | None) -> str:
    """``Tue 1 Dec 2026``, in the site's time."""
    if on is None:
        return "not known"
    return words.day(timezone.localtime(on).date() if isinstance(on, datetime) else on)


@register.filter
def moment(at: datetime | None) -> str:
    """``Tue 1 Dec 2026, 14:05``, in the site's time."""
    if at is None:
        return "not known"
    local = timezone.localtime(at)
    return f"{words.day(local.date())}, {local:%H:%M}"


@register.filter
def age(days: int | None) -> str:
    """``7 mo 3 d``."""
    return words.age(days)


@register.filter
def age_on(birth: date, on: date | None = None) -> str:
    """Chronological age on a day (today if none) of somebody born on ``birth``."""
    return words.age(((on or timezone.localdate()) - birth).days)


@register.simple_tag
def badge(key: str) -> str:
    """``simulated``, ``unreviewed``, ``unverified``, or what a status of evidence deserves; empty if nothing."""
    found = BADGES.get(key) or for_status(key)
    return mark_safe(str(found.html())) if found else ""  # noqa: S308  our own escaped words


@register.filter
def seconds(length: float | None) -> str:
    """``23 h 58 min``; what is not known is ``not assessable``."""
    return words.duration(length)


@register.filter
def as_day(text: str) -> str:
    """``2026-12-01`` as a day in words; anything else as it is."""
    try:
        return words.day(date.fromisoformat(text))
    except (TypeError, ValueError):
        return text
