"""Safety events: filed by anybody on the staff, reviewed by the quality lead."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.choices import Purpose
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import grants, open_sites
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.diagnosis.models import Study
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.quality import queries
from westward.program.quality.actions.file_event import FileEvent
from westward.program.quality.actions.review_event import AddAction, FinishAction, ReviewEvent
from westward.program.quality.choices import EventKind, Harm, Step
from westward.program.quality.forms import ActionForm, EventForm, ReviewForm
from westward.program.quality.models import SafetyEvent
from westward.program.shell.doing import attempt, blame

THANKS = "The event is filed; the quality lead sees it now."


def own_sites(user: User) -> list[Site]:
    """Sites where somebody has a role; all open ones with a role for all."""
    held = grants(user)
    if any(grant.site_id is None for grant in held):
        return list(open_sites())
    return sorted({grant.site for grant in held if grant.site}, key=lambda site: site.name)


@require_GET
@needs("quality.own")
def own(request: HttpRequest) -> HttpResponse:
    """What one filed, and what one owns of what follows."""
    asked = asking(request)
    filed, actions = list(queries.own_events(asked["user"])[:100]), list(queries.own_actions(asked["user"]))
    record_list(asked["who"], "quality.own", [event.audit_id for event in filed])
    context = {
        "filed": filed,
        "actions": actions,
        "today": timezone.localdate(),
        "may_review": allows(asked["user"], "quality.review"),
    }
    return render(request, "quality/own.html", context)


@require_http_methods(["GET", "POST"])
@needs("quality.file")
def new(request: HttpRequest) -> HttpResponse:
    """File an event without a chart."""
    sites = own_sites(asking(request)["user"])
    form = EventForm(request.POST or None, sites=sites)
    if form.is_valid():
        told = dict(form.cleaned_data)
        key = told.pop("site", "")
        site = next((one for one in sites if str(one.pk) == key), None)
        if _filed(request, form, {**told, "site": site}):
            return redirect("safety")
    return render(request, "quality/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@chart("people.read")
def of_child(request: HttpRequest, child: Child) -> HttpResponse:
    """File an event from a chart, with or without naming the child."""
    form = EventForm(request.POST or None, named=True)
    if form.is_valid():
        told = dict(form.cleaned_data)
        named = {"child": child} if told.pop("name_child", False) else {"site": child.site}
        if _filed(request, form, {**told, **named}):
            return redirect("child-timeline", child.pk)
    return render(request, "quality/of_child.html", {"form": form, "child": child})


@require_POST
@chart("people.read")
def stopped(request: HttpRequest, child: Child, study: int) -> HttpResponse:
    """File, with one click, that the program stopped a recording that may be another child's."""
    one = get_object_or_404(Study, pk=study, child=child, stopped=True)
    told: dict[str, Any] = {
        "child": child,
        "kind": EventKind.WRONG_PATIENT,
        "harm": Harm.NOT_REACHED,
        "step": Step.EEG,
        "happened_on": timezone.localtime(one.attached_at).date(),
        "what": "A recording was attached to this chart whose header did not match the child.",
        "prevented": "The program compared file and chart and stopped the study before it was analyzed.",
        "source": one.audit_id,
    }
    try:
        FileEvent(**asking(request), **told).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, f"{error}.".capitalize() if not str(error)[:1].isupper() else str(error))
    else:
        messages.success(request, THANKS)
    return redirect("child-eeg", child.pk)


def _filed(request: HttpRequest, form: EventForm, told: dict[str, Any]) -> bool:
    try:
        FileEvent(**asking(request), **told).execute()
    except (InvalidActError, NotAllowedError) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, THANKS)
    return True


@require_GET
@needs("quality.review")
def events(request: HttpRequest) -> HttpResponse:
    """All events of one's sites, those that wait first."""
    asked = asking(request)
    found = list(queries.events(asked["user"])[:200])
    record_list(asked["who"], "quality.review", [one.audit_id for one in found], purpose=Purpose.QUALITY)
    return render(request, "quality/events.html", {"events": found, "today": timezone.localdate()})


@require_GET
@needs("quality.review")
def event(request: HttpRequest, key: int) -> HttpResponse:
    """One event with its review; a child is told by pseudonym."""
    one = _event(request, key)
    asked = asking(request)
    record_list(asked["who"], "quality.read", [one.audit_id], purpose=Purpose.QUALITY)
    context = {
        "event": one,
        "reviews": list(one.reviews.select_related("reviewed_by")),
        "actions": list(one.actions.select_related("owner", "done_by")),
        "review": ReviewForm(initial={"harm": one.level}),
        "action": ActionForm(),
        "today": timezone.localdate(),
    }
    return render(request, "quality/event.html", context)


@require_POST
@needs("quality.review")
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Store findings, or close."""
    one, form = _event(request, key), ReviewForm(request.POST)
    if form.is_valid():
        attempt(request, ReviewEvent(**asking(request), event=one, **form.cleaned_data), "The review is stored.")
    else:
        blame(request, form)
    return redirect("safety-event", key)


@require_POST
@needs("quality.review")
def add_action(request: HttpRequest, key: int) -> HttpResponse:
    """Say what follows."""
    one, form = _event(request, key), ActionForm(request.POST)
    if form.is_valid():
        attempt(request, AddAction(**asking(request), event=one, **form.cleaned_data), "It is stored, with its owner.")
    else:
        blame(request, form)
    return redirect("safety-event", key)


@require_POST
@needs("quality.finish")
def finish(request: HttpRequest, key: int, action: int) -> HttpResponse:
    """Say that it is done: the owner, or whoever reviews."""
    one = get_object_or_404(SafetyEvent.objects.select_related("site"), pk=key)
    found = get_object_or_404(one.actions, pk=action)
    attempt(request, FinishAction(**asking(request), event=one, action=found), "It is done.")
    back = request.POST.get("back") == "own"
    return redirect(reverse("safety") if back else reverse("safety-event", args=[key]))


def _event(request: HttpRequest, key: int) -> SafetyEvent:
    found = queries.events(asking(request)["user"]).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
