"""Reads of EEG slots and appointments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import sites
from westward.program.people.models import Child
from westward.program.referral.choices import HOLDING, AppointmentState
from westward.program.referral.models import Appointment, Slot


def slots(user: User, verb: str = "slots.list") -> QuerySet[Slot]:
    """Slots in force within the user's reach, by time; those of no site are everybody's."""
    within = sites(user, verb)
    found = Slot.objects.filter(withdrawn_at=None).select_related("site", "technologist")
    return found if within is None else found.filter(Q(site__in=within) | Q(site=None))


def free(found: QuerySet[Slot], *, now: datetime) -> QuerySet[Slot]:
    """Slots nobody holds and that are not over half way."""
    held = Appointment.objects.filter(slot=OuterRef("pk"), state__in=sorted(HOLDING))
    return found.filter(~Exists(held), ends__gt=now, starts__gt=now - timedelta(hours=1))


def available(
    user: User,
    *,
    now: datetime,
    site: Site | None = None,
    night: bool | None = None,
    interpreter: bool = False,
    hours: float = 0,
) -> QuerySet[Slot]:
    """Free slots, the next first.

    Parameters
    ----------
    night : bool or None
        Overnight slots only, day slots only, or both.
    interpreter : bool
        Only those with an interpreter.
    hours : float
        At least so long; judged by the caller where the database cannot.
    """
    found = free(slots(user), now=now)
    if site is not None:
        found = found.filter(site=site)
    if night is not None:
        found = found.filter(night=night)
    if interpreter:
        found = found.filter(interpreter=True)
    if hours:
        keys = [slot.pk for slot in found[:2000] if slot.hours >= hours]
        found = found.filter(pk__in=keys)
    return found.order_by("starts", "bed", "pk")


def week(user: User, monday: date, *, site: Site | None = None) -> list[tuple[date, list[Slot]]]:
    """Slots of seven days, by day, each with who holds it (``slot.held``: one appointment or none)."""
    begin, end = midnight(monday), midnight(monday + timedelta(days=7))
    holding = Appointment.objects.filter(state__in=sorted(HOLDING)).select_related("child")
    found = slots(user).filter(starts__gte=begin, starts__lt=end)
    if site is not None:
        found = found.filter(site=site)
    found = found.prefetch_related(Prefetch("appointments", queryset=holding, to_attr="held"))
    days: dict[date, list[Slot]] = {monday + timedelta(days=n): [] for n in range(7)}
    for slot in found.order_by("starts", "bed"):
        days[timezone.localtime(slot.starts).date()].append(slot)
    return list(days.items())


def midnight(day: date) -> datetime:
    """The beginning of a day, in the site's time."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def appointments(child: Child) -> QuerySet[Appointment]:
    """Appointments of a child, the latest first."""
    return child.appointments.select_related("site", "slot", "booked_by", "state_by").order_by("-starts", "-pk")


def unsettled(now: datetime) -> QuerySet[Appointment]:
    """Booked appointments that are over, of which nobody has said whether the child came."""
    over = Q(ends__lt=now) | Q(ends=None, starts__lt=now)
    return Appointment.objects.filter(over, state=AppointmentState.BOOKED).select_related("child", "booked_by")
