"""Open one child's chart: permission for this very child, and one audit row for the read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from westward.program.accounts import policies as table
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import broken_glass
from westward.program.audit.record import DONE, REFUSED, record
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.veil import Veil, closes, veils

View = Callable[..., HttpResponse]


class ChartClosedError(PermissionDenied):
    """The signed-in person may not open this chart; the refusal stands in the audit chain."""

    def __init__(self, child: Child) -> None:
        super().__init__("your roles do not open this chart")
        self.child = child


class ChartVeiledError(PermissionDenied):
    """The signed-in person is to read an EEG of this child blind, and this part of the chart tells what it showed."""

    def __init__(self, child: Child, veil: Veil) -> None:
        super().__init__("store your own read of the EEG first; this tells what the first reader saw")
        self.child, self.veil = child, veil


def read_chart(request: HttpRequest, key: int, verb: str = "people.read", *, reads: bool = True) -> Child:
    """The child, if the signed-in person may; one audit row of the verb for the read, or for the refusal.

    ``reads`` is False for a request that only writes: its act leaves the row. ``child.glass`` is the broken glass that
    opened the chart, or None.

    Raises
    ------
    Http404
        If there is no such child.
    ChartClosedError
        If the person may not; answered with 403.
    ChartVeiledError
        If the person is to read an EEG of this child blind and the verb opens what follows from it.
    """
    user: Any = request.user
    child = Child.objects.select_related("site").filter(pk=key).first()
    if child is None:
        raise Http404
    allowed = allows(user, verb, subject(child))
    within = table.sites(user, verb)
    opened = allowed and table.TABLE[verb].breakable and within is not None and child.site_id not in within
    child.glass = broken_glass(user, child.audit_id) if opened else None
    veil = veils(user, [child.pk]).get(child.pk) if allowed and closes(verb) else None
    if not allowed or reads or veil:
        with transaction.atomic():
            record(
                asking(request)["who"],
                verb,
                child.audit_id,
                site=child.site.code if child.site else "",
                outcome=DONE if allowed and not veil else REFUSED,
                detail={"glass": child.glass.pk} if child.glass else {"blind": True} if veil else {},
            )
    if not allowed:
        raise ChartClosedError(child)
    if veil:
        raise ChartVeiledError(child, veil)
    return child


def chart(verb: str = "people.read") -> Callable[[View], View]:
    """A view ``(request, child, ...)`` of a route with ``<int:key>``, the child's key.

    Whoever may not is refused with 403 and an audit row, and offered to break the glass if the verb and their roles
    allow that; a read that is allowed leaves one row of its verb. A merged chart leads to the one it was merged into.
    """

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, key: int, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                child = read_chart(request, key, verb, reads=request.method in ("GET", "HEAD"))
            except ChartClosedError as refusal:
                return _offer(request, verb, refusal)
            except ChartVeiledError as refusal:
                context = {"child": refusal.child, "veil": refusal.veil}
                return render(request, "people/veiled.html", context, status=403)
            match = request.resolver_match
            route = str(match.view_name) if match else "home"
            if child.state == ChildState.MERGED and child.merged_into_id and request.method == "GET":
                page: HttpResponse = redirect(route, child.merged_into_id, **kwargs)
                return page
            return view(request, child, *args, **kwargs)

        return guarded

    return wrap


def _offer(request: HttpRequest, verb: str, refusal: ChartClosedError) -> HttpResponse:
    user: Any = request.user
    breakable = table.TABLE[verb].breakable and allows(user, "access.break_glass")
    if not breakable or request.method != "GET":
        raise refusal
    match = request.resolver_match
    context = {"child_key": refusal.child.pk, "site": refusal.child.site, "page": match.view_name if match else ""}
    return render(request, "people/refused.html", context, status=403)
