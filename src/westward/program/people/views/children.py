"""Children of one's sites: the list, the search, a new chart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts import policies
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.people import queries
from westward.program.people.actions.add_child import AddChild, LikelyDuplicateError
from westward.program.people.forms import FindForm, NewChartForm
from westward.program.people.likeness import Person, Verdict

PAGE = 50
SEARCH = "people_find"
"""Where the session keeps what was searched: a name never stands in an address."""

LOOKED_AT = "people_looked_at"
"""Where the session keeps the charts that somebody was shown before opening another."""

SHOWN = {queries.OPEN: "In care", queries.CLOSED: "Deceased or transferred", queries.ALL: "All"}


@require_POST
@needs("people.list")
def find(request: HttpRequest) -> HttpResponse:
    """Keep the search in the session and show the list; an empty search shows everybody again."""
    form = FindForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    request.session.pop(SEARCH, None)
    if words:
        request.session[SEARCH] = words
    return redirect("children")


@require_GET
@needs("people.list")
def children(request: HttpRequest) -> HttpResponse:
    """Charts by name; one audit row tells how many were shown."""
    asked = asking(request)
    words = request.session.get(SEARCH, "")
    shown = request.GET.get("shown", queries.OPEN)
    shown = shown if shown in SHOWN else queries.OPEN
    within = policies.sites(asked["user"], "people.list")
    page = Paginator(queries.children(within, words=words, shown=shown), PAGE).get_page(request.GET.get("page"))
    found = list(page)
    chosen = {"search": bool(words), "shown": shown, "page": page.number}
    record_list(asked["who"], "people.list", [child.audit_id for child in found], purpose="care", chosen=chosen)
    context = {
        "children": found,
        "page": page,
        "words": words,
        "form": FindForm(initial={"words": words}),
        "shown": shown,
        "choices": SHOWN.items(),
        "sites": within is None or len(within) > 1,
        "can_add": policies.allows(asked["user"], "people.add"),
    }
    return render(request, "people/children.html", context)


@require_http_methods(["GET", "POST"])
@needs("people.add")
def new(request: HttpRequest) -> HttpResponse:
    """Open a chart; where another looks like the child, a person looks first."""
    asked = asking(request)
    within = policies.sites(asked["user"], "people.add")
    form = NewChartForm(request.POST or None, within=within)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        facts: dict[str, Any] = form.cleaned_data
        looked_at = frozenset(request.session.get(LOOKED_AT, ())) if "another" in request.POST else frozenset()
        try:
            child = AddChild(**asked, **facts, not_the_same=looked_at).execute()
        except LikelyDuplicateError:
            context.update(_look_first(request, facts))
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            request.session.pop(LOOKED_AT, None)
            messages.success(request, "The chart is open.")
            return redirect("child-person", child.pk)
    return render(request, "people/new.html", context)


def _look_first(request: HttpRequest, facts: dict[str, Any]) -> dict[str, Any]:
    """Charts that look like the child: those of other sites without what they say, save that there is one."""
    asked = asking(request)
    names = ("family_name", "given_name", "birth_date", "sex", "multiple_birth")
    found = queries.likely(Person(*(facts[name] for name in names)))
    request.session[LOOKED_AT] = [one.child.pk for one in found if one.stops]
    record_list(asked["who"], "people.likely", [one.child.audit_id for one in found], purpose="care")
    within = policies.sites(asked["user"], "people.read")
    mine = [one for one in found if within is None or one.child.site_id in within]
    others = [one for one in found if one not in mine and one.likeness.verdict == Verdict.SAME]
    return {"likely": mine, "elsewhere": others, "stopped": True}
