"""Reads of the duty roster: a week, and the hours in which nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from westward.program.accounts.models import Site
from westward.program.referral.calendar import midnight
from westward.program.referral.models import Shift


@dataclass(frozen=True, slots=True)
class Gap:
    """Time in which nobody is on duty."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the roster with the shifts that begin in it, or run into it from the day before."""

    day: date
    shifts: tuple[Shift, ...]


def shifts(begin: datetime, end: datetime, *, site: Site | None, sites: Sequence[int] | None) -> list[Shift]:
    """Shifts that touch a time, those taken off before they began left out."""
    found = Shift.objects.filter(starts__lt=end, ends__gt=begin).filter(Q(ended_at=None) | Q(ended_at__gt=begin))
    if site is not None:
        found = found.filter(Q(site=site) | Q(site=None))
    elif sites is not None:
        found = found.filter(Q(site__in=sites) | Q(site=None))
    found = found.select_related("user", "site", "ended_by").order_by("starts", "rank", "pk")
    return [shift for shift in found if not shift.void]


def week(found: Sequence[Shift], monday: date) -> list[Day]:
    """Seven days with their shifts."""
    days = []
    for n in range(7):
        day = monday + timedelta(days=n)
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        touching = [s for s in found if s.starts < end and s.until > begin]
        days.append(Day(day, tuple(sorted(touching, key=lambda s: (s.rank, s.starts)))))
    return days


def gaps(found: Sequence[Shift], begin: datetime, end: datetime) -> list[Gap]:
    """Times between ``begin`` and ``end`` that no shift covers, whatever its rank."""
    at, free = begin, []
    for shift in sorted(found, key=lambda s: s.starts):
        if shift.starts > at:
            free.append(Gap(at, min(shift.starts, end)))
        at = max(at, shift.until)
        if at >= end:
            break
    if at < end:
        free.append(Gap(at, end))
    return [gap for gap in free if gap.ends > gap.starts]


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def asked_week(text: str) -> date:
    """The Monday of ``?week=2026-12-01``; of this week if it is not understood."""
    try:
        return monday_of(date.fromisoformat(text))
    except ValueError:
        return monday_of(timezone.localdate())
