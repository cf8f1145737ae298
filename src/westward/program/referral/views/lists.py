"""Two lists across children: what is overdue, and who is watched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from westward.care.surveillance import Standing
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.audit.record import record_list
from westward.program.referral import watching
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.choices import RISK_WORDS
from westward.program.referral.late import late
from westward.program.referral.views.base import chosen_site, my_sites, pages
from westward.program.shell.values import sheet


@require_GET
@needs("overdue.list")
def overdue(request: HttpRequest) -> HttpResponse:
    """Everything overdue, with owner and days; computed from the dates when the page is opened."""
    now = timezone.now()
    escalate_due(now)
    asked = asking(request)
    choices = my_sites(asked["user"], "overdue.list")
    site = chosen_site(request, choices)
    mine = request.GET.get("shown") == "mine"
    rows = late(asked["user"], now=now, site=site, mine=mine)
    chosen = {"mine": mine, **({"site": site.code} if site else {})}
    record_list(asked["who"], "overdue.list", [row.id for row in rows], chosen=chosen)
    context = {
        "rows": rows,
        "nobodys": sum(not row.owner for row in rows),
        "mine": mine,
        "sites": choices if len(choices) > 1 else [],
        "intake_pages": pages(asked["user"]),
        "site": site,
        "moment": now,
    }
    return render(request, "referral/overdue.html", context)


@require_GET
@needs("surveillance.list")
def surveillance(request: HttpRequest) -> HttpResponse:
    """Infants at risk, the most overdue EEG first; the schedules with their source and status."""
    asked = asking(request)
    choices = my_sites(asked["user"], "surveillance.list")
    site = chosen_site(request, choices)
    entries = watching.listed(asked["user"])
    if site is not None:
        entries = entries.filter(child__site=site)
    rows = watching.watched(entries, on=timezone.localdate())
    chosen = {"site": site.code} if site else {}
    record_list(asked["who"], "surveillance.list", [row.entry.child.audit_id for row in rows], chosen=chosen)
    own = sheet("surveillance")
    context = {
        "rows": [row for row in rows if row.standing is not Standing.SILENCED],
        "overdue": sum(row.standing is Standing.OVERDUE for row in rows),
        "schedules": [(words, watching.schedule(own, risk)) for risk, words in RISK_WORDS.items()],
        "sites": choices if len(choices) > 1 else [],
        "intake_pages": pages(asked["user"]),
        "site": site,
    }
    return render(request, "referral/surveillance.html", context)
