"""The page on which people see where they are signed in, and sign out there."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from westward.program.accounts.actions.base import asking
from westward.program.audit.record import record


@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def sessions(request: HttpRequest) -> HttpResponse:
    """List one's own sessions, newest first; end one of them or all others."""
    user: Any = request.user
    found = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)
    here = request.session.session_key
    if request.method == "GET":
        return render(request, "accounts/sessions.html", {"sessions": found, "here": here})
    wanted = request.POST.get("session", "")
    ended = [one for one in found if one.session_key != here and wanted in ("others", str(one.pk))]
    with transaction.atomic():
        for one in ended:
            one.end()
        record(asking(request)["who"], "session.end_elsewhere", user.audit_id, detail={"sessions": len(ended)})
    messages.success(request, f"Signed out of {len(ended)} other session{'' if len(ended) == 1 else 's'}.")
    return redirect("sessions")
