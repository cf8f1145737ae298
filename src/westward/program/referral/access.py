"""Open a page of one referral: permission for this very referral, and one audit row for the read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from westward.program.accounts.actions.base import asking, code
from westward.program.accounts.policies import allows
from westward.program.audit.record import DONE, REFUSED, record
from westward.program.referral.models import Referral
from westward.program.referral.policies import subject

View = Callable[..., HttpResponseBase]


def read(request: HttpRequest, referral: Referral, verb: str = "referral.read", target: str = "") -> bool:
    """Whether the user may; one audit row either way, save for an act that leaves its own."""
    user: Any = request.user
    allowed = allows(user, verb, subject(referral))
    if not allowed or request.method in ("GET", "HEAD"):
        outcome = DONE if allowed else REFUSED
        with transaction.atomic():
            record(
                asking(request)["who"],
                verb,
                target or referral.audit_id,
                site=code(referral.site),
                outcome=outcome,
                detail={"children": [referral.child_id]} if referral.child_id else None,
            )
    return allowed


def opened(view: View) -> View:
    """A view ``(request, referral, ...)`` of a route with ``<int:key>``; whoever may not read it is refused."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, key: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        referral = Referral.objects.select_related("site", "owner", "child", "entered_by").filter(pk=key).first()
        if referral is None:
            raise Http404
        if not read(request, referral):
            raise PermissionDenied
        return view(request, referral, *args, **kwargs)

    return guarded
