"""Open a page of one child's chart: permission for this very child, and one audit row for the read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.audit.record import DONE, REFUSED, record
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.people.policies import subject

View = Callable[..., HttpResponse]


def chart(verb: str = "people.read") -> Callable[[View], View]:
    """A view ``(request, child, ...)`` of a route with ``<int:key>``, the child's key.

    Whoever may not is refused with 403 and an audit row; a read that is allowed leaves one row of its verb. A merged
    chart leads to the one it was merged into.
    """

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, key: int, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            child = Child.objects.select_related("site").filter(pk=key).first()
            if child is None:
                raise Http404
            allowed = allows(user, verb, subject(child))
            if not allowed or request.method in ("GET", "HEAD"):
                with transaction.atomic():
                    outcome = DONE if allowed else REFUSED
                    record(asking(request)["who"], verb, child.audit_id, site=_site(child), outcome=outcome)
            if not allowed:
                raise PermissionDenied
            if child.state == ChildState.MERGED and child.merged_into_id and request.method == "GET":
                match = request.resolver_match
                page: HttpResponse = redirect(str(match.view_name) if match else "home", child.merged_into_id, **kwargs)
                return page
            return view(request, child, *args, **kwargs)

        return guarded

    return wrap


def _site(child: Child) -> str:
    return child.site.code if child.site else ""
