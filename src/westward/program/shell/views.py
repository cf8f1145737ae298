"""Pages that belong to no app: is the server well, and what went wrong."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def healthy(request: HttpRequest) -> HttpResponse:
    """``{"healthy": true}`` when the database answers; tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"healthy": True})


_FAMILY = {
    400: (
        "The request was not understood. Go back and try again.",
        "No se entendió la solicitud. Vuelva atrás e inténtelo otra vez.",
    ),
    403: (
        "This page is not one of your child's, or it was open too long. Go back to your child's page.",
        "Esta página no es de las de su hijo o hija, o estuvo abierta demasiado tiempo. Vuelva a la página de su hijo "
        "o hija.",
    ),
    404: ("There is no such page.", "Esta página no existe."),
}
"""What a caregiver reads instead, who has no roles and no administrator: English and Spanish, whatever was noted."""


def _say(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": title}, status=status)
    context = {"title": title, "words": words, "family": _FAMILY[status]}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _say(request, 400, "The request was not understood", "Go back and try again.")


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _say(request, 403, "Your roles do not open this page", "A program administrator can change them.")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token."""
    return _say(request, 403, "The form was too old", "Go back, reload the page and send it again. Cookies must be on.")


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return _say(request, 404, "There is no such page", "Check the address, or go back to the start.")


def broken(request: HttpRequest) -> HttpResponse:
    """500; without the context of a user, which may be what broke."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "the program failed"}, status=500)
    return render(None, "broken.html", status=500)
