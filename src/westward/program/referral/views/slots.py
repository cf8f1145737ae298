"""EEG slots: next available, the week, slots in bulk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import staff
from westward.program.audit.record import record_list
from westward.program.referral import calendar, roster
from westward.program.referral.actions.slots import MakeSlots, WithdrawSlot
from westward.program.referral.forms import ReasonForm, SlotsForm
from westward.program.referral.models import Slot
from westward.program.referral.views.base import chosen_site, complain, done, my_sites, pages, week_page


@require_GET
@needs("slots.list")
def page(request: HttpRequest) -> HttpResponse:
    """The next free slots of each kind, and a week with who is on each bed."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, form: SlotsForm | None = None) -> HttpResponse:
    asked, now = asking(request), timezone.now()
    user = asked["user"]
    choices = my_sites(user, "slots.list")
    site = chosen_site(request, choices)
    monday = roster.asked_week(request.GET.get("week", ""))
    days = calendar.week(user, monday, site=site)
    shown = [slot.audit_id for _, slots in days for slot in slots]
    chosen = {"week": monday.isoformat(), **({"site": site.code} if site else {})}
    record_list(asked["who"], "slots.list", shown, chosen=chosen)
    named = len(choices) > 1 and site is None
    beds = sorted({_bed(slot, named) for _, slots in days for slot in slots})
    reads = allows(user, "people.read")
    context = {
        "next": [
            ("Next free", calendar.available(user, now=now, site=site).first()),
            ("Next free day slot", calendar.available(user, now=now, site=site, night=False).first()),
            ("Next free night", calendar.available(user, now=now, site=site, night=True).first()),
            ("Next with an interpreter", calendar.available(user, now=now, site=site, interpreter=True).first()),
        ],
        "beds": beds,
        "grid": [(day, [(bed, [s for s in slots if _bed(s, named) == bed]) for bed in beds]) for day, slots in days],
        "free_in_week": calendar.free(
            Slot.objects.filter(pk__in=[s.pk for _, ss in days for s in ss]), now=now
        ).count(),
        "monday": monday,
        "monday_text": monday.isoformat(),
        "intake_pages": pages(user),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": timezone.localdate(),
        "moment": now,
        "sites": choices if len(choices) > 1 else [],
        "site": site,
        "reads": reads,
        "can_make": allows(user, "slots.make"),
        "form": form or SlotsForm(people=_technologists(), sites=my_sites(user, "slots.make"), initial=_initial(site)),
        "open_form": form is not None,
    }
    return render(request, "referral/slots.html", context, status=status)


def _bed(slot: Slot, named: bool) -> str:
    """The bed, with its site where several are shown."""
    return f"{slot.bed}, {slot.site.name}" if named and slot.site else slot.bed


def _initial(site: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {"first": today, "last": today + timedelta(days=27), "site": site}


def _technologists() -> list[User]:
    return list(staff().filter(is_active=True, grants__role=Role.TECHNOLOGIST, grants__revoked_at=None).distinct())


@require_POST
@needs("slots.make")
def make(request: HttpRequest) -> HttpResponse:
    """Make slots."""
    asked = asking(request)
    form = SlotsForm(request.POST, people=_technologists(), sites=my_sites(asked["user"], "slots.make"))
    if form.is_valid():
        made = done(request, MakeSlots(**asked, **form.cleaned_data), "The slots are made.")
        if made:
            return week_page("slots", timezone.localtime(made[0].starts).date())
    else:
        complain(request, form)
    return _page(request, status=422, form=form)


@require_POST
@needs("slots.list")
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a free slot."""
    slot = get_object_or_404(Slot.objects.select_related("site"), pk=key)
    form = ReasonForm(request.POST)
    if form.is_valid():
        act = WithdrawSlot(**asking(request), slot=slot, reason=form.cleaned_data["reason"])
        done(request, act, "The slot is withdrawn.")
    else:
        complain(request, form)
    return week_page("slots", timezone.localtime(slot.starts).date())
