"""Every empty value of the evidence, one of them with its versions, and which drugs are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from westward.care import local
from westward.care.values_file import write
from westward.core.errors import UsageError
from westward.evidence.blank import Blank
from westward.evidence.loader import load
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.models import Site
from westward.program.accounts.policies import Subject, allows, sites
from westward.program.accounts.queries import open_sites
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.local import forms, queries, supplies
from westward.program.local.actions.decide import ApproveValue, DeclineValue, WithdrawValue
from westward.program.local.actions.enter import EnterValue
from westward.program.local.actions.supply import RecordSupply
from westward.program.local.choices import State, SupplyState
from westward.program.local.models import DrugSupply, LocalEntry
from westward.program.shell.doing import do


@require_GET
@needs("local.read")
def fields(request: HttpRequest) -> HttpResponse:
    """All of them, by protocol and sheet."""
    found = queries.fields()
    groups: dict[tuple[str, str], list[queries.Field]] = {}
    for one in found:
        groups.setdefault((one.blank.kind, one.blank.title), []).append(one)
    context = {
        "groups": [
            {
                "kind": kind,
                "title": title,
                "protocol": group[0].blank.place[0],
                "parts": len({one.part for one in group if one.part not in one.blank.meaning}) > 1,
                "fields": group,
            }
            for (kind, title), group in groups.items()
        ],
        "empty": sum(not one.filled for one in found),
        "waiting": sum(one.waits is not None or one.offered for one in found),
        "all": len(found),
    }
    return render(request, "local/fields.html", context)


@require_GET
@needs("local.read")
def field(request: HttpRequest, kind: str, place: str) -> HttpResponse:
    """One, with the form to enter a value."""
    return _page(request, _blank(kind, place), {})


@require_POST
@needs("local.read")
def enter(request: HttpRequest, kind: str, place: str) -> HttpResponse:
    """Enter a value; what was typed stays on the page if it cannot be."""
    blank, typed = _blank(kind, place), {key: str(one) for key, one in request.POST.items()}
    act = EnterValue(
        **asking(request),
        field=blank.field,
        value=forms.value(blank, typed),
        unit=typed.get("unit", ""),
        source=typed.get("source", ""),
        year=forms.year(typed),
        note=typed.get("note", ""),
    )
    try:
        act.execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
        return _page(request, blank, typed, status=400)
    messages.success(request, "The value is stored. It is used by nothing until a second person has approved it.")
    return redirect("local-value", kind, place)


@require_POST
@needs("local.read")
def decide(request: HttpRequest, entry: int, act: str) -> HttpResponse:
    """Approve, turn down or withdraw a version."""
    one = get_object_or_404(LocalEntry, pk=entry)
    kind, _, place = one.field.partition(":")
    why = request.POST.get("why", "")
    asked = asking(request)
    made: ApproveValue | DeclineValue | WithdrawValue
    if act == "approve":
        made, said = ApproveValue(**asked, entry=one), "The value is in force. Protocols with it need their approvals."
    elif act == "decline":
        made, said = DeclineValue(**asked, entry=one, why=why), "The value is turned down."
    elif act == "withdraw":
        made, said = WithdrawValue(**asked, entry=one, why=why), "The value is withdrawn; the field is empty again."
    else:
        raise Http404
    return do(request, made, said, "local-value", kind, place)


@require_GET
@needs("local.read")
def export(request: HttpRequest) -> HttpResponse:
    """What is in force, in the form of ``values.toml``."""
    answer = HttpResponse(write(queries.in_force().values()), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="values.toml"'
    return answer


@require_GET
@needs("local.read")
def drugs(request: HttpRequest) -> HttpResponse:
    """Which drugs are here, by site."""
    user: Any = request.user
    within = sites(user, "local.read")
    places: list[Site | None] = list(open_sites() if within is None else open_sites().filter(pk__in=within))
    if within is None:
        places.append(None)
    known = supplies.latest()
    context = {
        "places": [
            {
                "site": site,
                "key": site.pk if site else 0,
                "may": allows(user, "local.supply", Subject(id="supply", site=site.pk if site else None)),
                "rows": _rows(known, site),
            }
            for site in places
        ],
        "states": SupplyState.choices,
        "holds": load("day_zero")["access.confirm_d"],
    }
    return render(request, "local/drugs.html", context)


def _rows(known: dict[tuple[int | None, str], DrugSupply], site: Site | None) -> list[dict[str, Any]]:
    key = site.pk if site else None
    return [
        {"drug": one.drug, "standing": one, "last": known.get((key, one.drug)) or known.get((None, one.drug))}
        for one in supplies.standings(supplies.of_site(known, key), supplies.drugs())
    ]


@require_POST
@needs("local.read")
def supply(request: HttpRequest) -> HttpResponse:
    """Confirm where a drug stands."""
    site, days = request.POST.get("site", ""), request.POST.get("days", "").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= 4):
        messages.error(request, f"Days to arrive: {days!r} is no whole number.")
        return redirect("drugs-here")
    place = get_object_or_404(open_sites(), pk=int(site)) if site.isdigit() and site != "0" else None
    act = RecordSupply(
        **asking(request),
        site=place,
        drug=request.POST.get("drug", ""),
        state=request.POST.get("state", ""),
        days=int(days) if days else None,
        note=request.POST.get("note", ""),
    )
    return do(request, act, "It is confirmed, with your name and today's date.", "drugs-here")


def _blank(kind: str, place: str) -> Blank:
    try:
        return local.blank(f"{kind}:{place}")
    except UsageError:
        raise Http404 from None


def _page(request: HttpRequest, blank: Blank, typed: Mapping[str, str], *, status: int = 200) -> HttpResponse:
    user: Any = request.user
    one, versions = queries.field(blank)
    if not typed and one.offered and one.file is not None:
        typed = forms.of_value(one.file)
    may = {verb: allows(user, f"local.{verb}") for verb in ("enter", "approve", "end")}
    mine = one.waits is not None and one.waits.entry.entered_by_id == user.pk
    protocol = blank.place[0] if blank.kind == "protocol" else ""
    context = {
        "one": one,
        "blank": blank,
        "place": "/".join(blank.place),
        "kind": blank.kind,
        "protocol": protocol,
        "back": reverse("protocol", args=[protocol]) if protocol else "",
        "past": [line for line in versions if line.entry.state not in (State.IN_FORCE, State.WAITING)],
        "may": may,
        "may_approve": may["approve"] and one.waits is not None and not mine,
        "mine": mine,
        "may_enter": may["enter"] and one.waits is None,
        "rows": forms.rows(blank, typed),
        "per": forms.per_choices(),
        "typed": typed,
    }
    return render(request, "local/field.html", context, status=status)
