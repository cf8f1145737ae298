"""The audit log, searched; broken glass, reviewed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts import queries as accounts
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.actions.break_glass import ReviewGlass
from westward.program.accounts.models import BrokenGlass, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit import queries
from westward.program.audit.record import record_list

PAGE = 50


class SearchForm(forms.Form):
    """Exact ids, the beginning of a verb, days."""

    actor = forms.CharField(required=False, max_length=64, label="Actor (user:12)")
    target = forms.CharField(required=False, max_length=96, label="Object id")
    verb = forms.CharField(required=False, max_length=64, label="Act begins with")
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))


class ReviewForm(forms.Form):
    """Justified or not, and what follows."""

    justified = forms.TypedChoiceField(
        choices=[("yes", "Justified"), ("no", "Not justified")], coerce=lambda value: value == "yes", label="Finding"
    )
    words = forms.CharField(required=False, label="What follows", max_length=2000)


@require_POST
@needs("audit.read")
def search(request: HttpRequest) -> HttpResponse:
    """Keep the search in the session: an object id never stands in an address."""
    form = SearchForm(request.POST)
    if form.is_valid():
        request.session["audit_search"] = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in form.cleaned_data.items()
            if value
        }
    else:
        messages.error(request, "A day is not understood; write it as 2026-12-01.")
    return redirect("audit")


@require_GET
@needs("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    """The chain, newest first; reading it is one row of it."""
    form = SearchForm(request.session.get("audit_search", {}))
    asked: dict[str, Any] = dict(form.cleaned_data) if form.is_valid() else {}
    day = {name: asked.pop(name, None) for name in ("since", "until")}
    rows = queries.search(
        **asked,
        since=_midnight(day["since"]),
        until=_midnight(day["until"] and day["until"] + timedelta(days=1)),
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    chosen = {**asked, **{name: value.isoformat() for name, value in day.items() if value}, "page": page.number}
    record_list(asking(request)["who"], "audit.read", [str(entry.seq) for entry in shown], chosen=chosen)
    keys = {int(one.actor[5:]) for one in shown if one.actor.startswith("user:")}
    names = {user.audit_id: user.name for user in User.objects.filter(pk__in=keys)}
    context = {"form": form, "page": page, "rows": [(one, names.get(one.actor, "")) for one in shown]}
    return render(request, "oversight/audit.html", context)


def _midnight(day: Any) -> datetime | None:
    return datetime.combine(day, time.min, timezone.get_current_timezone()) if day else None


@require_GET
@needs("access.review")
def reviews(request: HttpRequest) -> HttpResponse:
    """Broken glass that waits for a review."""
    waiting = list(accounts.glass_to_review())
    record_list(asking(request)["who"], "access.review_list", [f"glass:{glass.pk}" for glass in waiting])
    return render(request, "oversight/reviews.html", {"waiting": waiting, "form": ReviewForm()})


@require_POST
@needs("access.review")
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Store a review."""
    glass = get_object_or_404(BrokenGlass.objects.select_related("user"), pk=key)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            ReviewGlass(**asking(request), glass=glass, **form.cleaned_data).execute()
        except (InvalidActError, NotAllowedError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The review is stored.")
    return redirect("reviews")
