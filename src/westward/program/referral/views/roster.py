"""The duty roster: who answers now, and the week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.models import Site
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import know_grants
from westward.program.audit.record import record_list
from westward.program.referral import calendar, queries, roster
from westward.program.referral.actions.roster import AddShift, EndShift, SwapShift
from westward.program.referral.forms import ShiftForm, SwapForm
from westward.program.referral.models import Shift
from westward.program.referral.views.base import chosen_site, complain, done, my_sites, pages, week_page


@require_GET
@needs("roster.list")
def page(request: HttpRequest) -> HttpResponse:
    """Who answers now; a week; hours without anybody."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, form: ShiftForm | None = None) -> HttpResponse:
    asked, now = asking(request), timezone.now()
    user = asked["user"]
    choices = my_sites(user, "roster.list")
    site = chosen_site(request, choices)
    monday = roster.asked_week(request.GET.get("week", ""))
    begin, end = calendar.midnight(monday), calendar.midnight(monday + timedelta(days=7))
    shown = roster.shifts(begin, end, site=site, sites=None if site else [one.pk for one in choices])
    chosen = {"week": monday.isoformat(), **({"site": site.code} if site else {})}
    record_list(asked["who"], "roster.list", [shift.audit_id for shift in shown], chosen=chosen)
    people = queries.answering(user)
    sites: list[Site | None] = [site] if site else [*choices] or [None]
    know_grants(shift.user for shift in shown)
    gaps = []
    for one in sites:
        covering = [s for s in shown if s.site_id is None or one is None or s.site_id == one.pk]
        covering = [s for s in covering if queries.answers(s, one.pk if one else s.site_id)]
        gaps += [(one, gap) for gap in roster.gaps(covering, max(begin, now), end)]
    context = {
        "now": [s for s in queries.on_duty(now, everywhere=True) if s.site is None or s.site in sites],
        "days": roster.week(shown, monday),
        "gaps": gaps,
        "without_role": {s.pk for s in shown if not queries.answers(s, s.site_id or (site.pk if site else None))},
        "monday": monday,
        "monday_text": monday.isoformat(),
        "intake_pages": pages(user),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": timezone.localdate(),
        "moment": now,
        "sites": choices if len(choices) > 1 else [],
        "site": site,
        "can_change": allows(user, "roster.change"),
        "form": form or ShiftForm(people=people, sites=my_sites(user, "roster.change"), initial={"site": site}),
        "swap": SwapForm(people=people),
        "open_form": form is not None,
    }
    return render(request, "referral/roster.html", context, status=status)


@require_POST
@needs("roster.list")
def add(request: HttpRequest) -> HttpResponse:
    """Put somebody on duty."""
    asked = asking(request)
    user = asked["user"]
    form = ShiftForm(request.POST, people=queries.answering(user), sites=my_sites(user, "roster.change"))
    if form.is_valid():
        made = done(request, AddShift(**asked, **form.cleaned_data), "The shift is on the roster.")
        if made is not None:
            return week_page("roster", timezone.localtime(made[0].starts).date())
    else:
        complain(request, form)
    return _page(request, status=422, form=form)


@require_POST
@needs("roster.list")
def swap(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a shift over."""
    shift = get_object_or_404(Shift.objects.select_related("site", "user"), pk=key)
    user: Any = request.user
    form = SwapForm(request.POST, people=queries.answering(user))
    if form.is_valid():
        to = form.cleaned_data["to"]
        done(request, SwapShift(**asking(request), shift=shift, **form.cleaned_data), f"{to.name} has the shift.")
    else:
        complain(request, form)
    return week_page("roster", timezone.localtime(shift.starts).date())


@require_POST
@needs("roster.list")
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a shift now, or take it off the roster."""
    shift = get_object_or_404(Shift.objects.select_related("site", "user"), pk=key)
    done(request, EndShift(**asking(request), shift=shift), "The shift has ended.")
    return week_page("roster", timezone.localtime(shift.starts).date())
