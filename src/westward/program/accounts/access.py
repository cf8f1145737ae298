"""Open a page by the table of policies; a refusal is audited and answered with 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.audit.record import REFUSED, record

View = Callable[..., HttpResponse]


def needs(verb: str) -> Callable[[View], View]:
    """A view for those whose roles allow ``verb`` at any site."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not allows(user, verb):
                with transaction.atomic():
                    record(asking(request)["who"], verb, outcome=REFUSED)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return wrap
