"""What every answer carries and every session obeys."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
"""Content Security Policy: no inline script, no inline style, nothing from elsewhere."""

OPEN_WITHOUT_FACTOR = ("/sign-in/", "/static/", "/session/")
"""Where somebody who still lacks a second factor may go: there it is set up."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What is answered at all; TRACE is not."""

CLOCK_BACK_S = 120
"""A session that began later than now, by more than clocks are corrected by, has lost its limits and ends."""

IDLE_STEP_S = 60
"""The time of last use is written at most this often, so that reading pages does not write."""


def policy() -> str:
    """The header's value; with OIDC a sign-in form may lead to the hospital's server."""
    words = dict(POLICY)
    if settings.OIDC:
        parts = urlsplit(settings.OIDC["settings"]["server_url"])
        words["form-action"] += f" {parts.scheme}://{parts.netloc}"
    return "; ".join(f"{name} {value}" for name, value in words.items())


def headers(get_response: Handler) -> Handler:
    """Set the security headers; only static files and pages for everybody may be kept by a browser or a proxy."""
    value, leave = policy(), reverse("account_logout")

    def middleware(request: HttpRequest) -> HttpResponse:
        request.act_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request) if request.method in METHODS else HttpResponse(status=405)
        if request.path == leave and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        response.headers.setdefault("Content-Security-Policy", value)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        kept = getattr(response, "for_everybody", False) and not response.cookies
        if not (kept or request.path.startswith(settings.STATIC_URL)):
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def outlived(session: SessionBase, now: int | None = None) -> bool:
    """Whether a session was idle too long, or is too old whatever was done in it, or comes from the future."""
    now = int(time.time()) if now is None else now
    began, used = int(session.get("began_s", now)), int(session.get("used_s", now))
    turned_back = max(used, began) - now > CLOCK_BACK_S
    return turned_back or now - used > settings.SESSION_IDLE_S or now - began > settings.SESSION_ABSOLUTE_S


def session_limits(get_response: Handler) -> Handler:
    """End a session that is past its limits."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            request.session.setdefault("began_s", now)
            used = request.session.setdefault("used_s", now)
            if outlived(request.session, now):
                logout(request)
            elif now - used >= IDLE_STEP_S:
                request.session["used_s"] = now
        return get_response(request)

    return middleware


def second_factor(get_response: Handler) -> Handler:
    """Lead whoever needs a second factor and has none to the page that sets it up."""
    from allauth.mfa.utils import is_mfa_enabled

    from westward.program.accounts import queries

    def middleware(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if (
            user.is_authenticated
            and not request.path.startswith(OPEN_WITHOUT_FACTOR)
            and queries.needs_second_factor(user)
            and not is_mfa_enabled(user)
        ):
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": "set up a second factor first"}, status=403)
            return redirect("mfa_index")
        return get_response(request)

    return middleware
