"""The two pages people live in: the board, and the timeline of one child."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.audit.record import record_list
from westward.program.journey import board as of_board
from westward.program.journey import collect, veiled
from westward.program.journey import timeline as of_timeline
from westward.program.journey.choices import Stage
from westward.program.journey.drawing import draw
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.people.veil import veils

PAGE = 30
HIDE = "board_pseudonyms"


@require_GET
@needs(of_board.VERB)
def board(request: HttpRequest) -> HttpResponse:
    """Every child one may see, the most urgent first; reading it is one audit row."""
    asked, now = asking(request), timezone.now()
    sites = of_board.open_sites(asked["user"])
    chosen = of_board.Filter.read(request.GET, codes=[site.code for site in sites])
    hidden = veils(asked["user"])
    found = of_board.select(asked["user"], chosen, now=now, hidden=hidden).select_related("child", "site")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    open_ = [standing.pk for standing in page if standing.pk not in hidden]
    lines = collect.lines(open_, viewer=asked["user"])
    rows = []
    for standing in page:
        if standing.pk in hidden:
            rows.append(of_board.show(veiled.row(standing, hidden[standing.pk], viewer=asked["user"]), now=now))
        else:
            rows.append(of_board.show(standing, now=now, line=lines.get(standing.pk, "")))
    told = chosen.codes() | {"page": page.number}
    record_list(asked["who"], of_board.VERB, [f"child:{row.key}" for row in rows], chosen=told)
    counts = of_board.summary(asked["user"], now=now, site=chosen.site, hidden=hidden)
    context = {
        "rows": rows,
        "page": page,
        "chosen": chosen,
        "now": now,
        "counts": counts,
        "hide": bool(request.session.get(HIDE)),
        "sites": sites if len(sites) > 1 else [],
        "links": _links(chosen, counts, sites),
        "here": chosen.but(),
        "late": chosen.but(due="" if chosen.due == "overdue" else "overdue"),
        "today": chosen.but(due="" if chosen.due == "today" else "today"),
    }
    return render(request, "journey/board.html", context)


def _links(chosen: of_board.Filter, counts: of_board.Summary, sites: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    def one(name: str, code: str, label: str, n: int | None = None) -> dict[str, Any]:
        on = chosen[name] == code
        return {"label": label, "on": on, "address": chosen.but(**{name: "" if on else code}), "n": n}

    owner = [one("owner", "me", "Mine"), one("owner", "nobody", "Nobody’s", counts.nobody)]
    stages = [one("stage", step.code, step.short, counts.stages.get(step, 0)) for step in Stage]
    quiet = {
        "label": "Silenced",
        "on": chosen.silenced,
        "address": chosen.but(silenced=not chosen.silenced),
        "n": counts.silenced,
    }
    groups = [("Owner", owner), ("Step", stages)]
    if len(sites) > 1:
        groups.append(("Site", [one("site", site.code, site.name) for site in sites]))
    return [*groups, ("Closed", [quiet])]


@require_POST
@needs(of_board.VERB)
def names(request: HttpRequest) -> HttpResponse:
    """Switch between names and pseudonyms, for a screen that others see; kept for this session."""
    request.session[HIDE] = not request.session.get(HIDE)
    back = request.POST.get("back", "")
    return redirect(reverse("board") + (back if back.startswith("?") else ""))


@require_GET
@chart("people.read")
def timeline(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything of one child on one axis of time."""
    user: Any = request.user
    asked = request.GET.get("zoom", "")
    told = of_timeline.gather(child, viewer=user, now=timezone.now())
    window = of_timeline.window(told, asked, back=request.GET.get("back", ""))
    context = {
        "child": child,
        "told": told,
        "window": window,
        "drawing": draw(told, window),
        "rows": of_timeline.table(told),
        "zooms": of_timeline.zooms(window),
        "clocks": of_timeline.clock_rows(told),
    }
    return render(request, "journey/timeline.html", context)
