"""Sign in by role, without a password: in a demo alone, from this machine alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.models import User
from westward.program.demo.cast import ACCOUNTS
from westward.program.serving import LOCAL


def banner(request: HttpRequest) -> dict[str, Any]:
    """For every template: that all of this is simulated."""
    return {"demo": True}


def _local(request: HttpRequest) -> bool:
    return request.META.get("REMOTE_ADDR") in (*LOCAL, None, "")


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """One button for each person of the simulated program."""
    return render(request, "demo/roles.html", {"accounts": ACCOUNTS})


@require_POST
def sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the simulated people."""
    if not getattr(settings, "DEMO", False) or not _local(request):
        raise PermissionDenied
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or username not in {one.username for one in ACCOUNTS}:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")
