"""Across children: what the search waits for, and the published shares of causes beside the program's own."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from westward.care.causes import cohorts, side_by_side
from westward.care.shares import small_cells
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import sites
from westward.program.audit.record import record_list
from westward.program.etiology import journey, queries
from westward.program.etiology.choices import CauseKind
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.people.veil import veils
from westward.program.shell.values import sheet

PAGE = 50


@require_GET
@needs("etiology.list")
def causes(request: HttpRequest) -> HttpResponse:
    """Open acts of every search, the longest due first; nothing of silent charts."""
    asked = asking(request)
    within = sites(asked["user"], "etiology.list")
    children = Child.objects.filter(state=ChildState.ACTIVE, workup__isnull=False)
    if within is not None:
        children = children.filter(site__in=within)
    if hidden := veils(asked["user"]):
        children = children.exclude(pk__in=hidden)
    by_key = {child.pk: child for child in children}
    acts = journey.next_acts(list(by_key), now=timezone.now())
    now = timezone.now()
    rows = [(by_key[key], act, act.due is not None and act.due < now) for key, found in acts.items() for act in found]
    rows.sort(key=lambda row: (row[1].due is None, row[1].due or now, row[1].rank, row[0].pk))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(dict.fromkeys(row[0].audit_id for row in page))
    record_list(asked["who"], "etiology.list", shown, chosen={"page": page.number})
    return render(request, "etiology/causes.html", {"page": page, "open": len(by_key)})


@require_GET
@needs("etiology.shares")
def shares(request: HttpRequest) -> HttpResponse:
    """Published shares of each class, each with its source, beside the program's own with its interval."""
    asked = asking(request)
    own = queries.own_causes(sites(asked["user"], "etiology.shares"))
    below = sheet("quality").integer("cells.below")
    rows = side_by_side(own, sheet=sheet("causes"))
    classed = sum(cause is not None for cause in own)
    hidden = small_cells({row.cause.value: row.own.k or 0 for row in rows}, below=below)
    tiny = 0 < classed < below
    table = [
        (
            CauseKind(row.cause).label,
            row,
            {cohort.key: fact for cohort, fact in row.published},
            tiny or row.cause in hidden,
        )
        for row in rows
    ]
    record_list(asked["who"], "etiology.shares", [], chosen={"children": len(own)})
    context = {
        "table": table,
        "cohorts": cohorts(sheet=sheet("causes")),
        "classed": None if tiny else classed,
        "open": len(own) - classed,
        "below": below,
    }
    return render(request, "etiology/shares.html", context)
