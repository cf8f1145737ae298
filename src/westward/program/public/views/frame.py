"""What every public page needs, and which of them may be kept for a while."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from westward.program.public import clock
from westward.program.public.addresses import address, links
from westward.program.public.pages import pages
from westward.program.public.shown import emergency
from westward.program.public.speech import phrases
from westward.program.shell.site import details

KEPT_S = 300
"""How long a browser or a proxy may keep a page that is the same for everybody."""


def other(language: str) -> str:
    """The other language."""
    return "en" if language == "es" else "es"


def frame(language: str, name: str, *args: str) -> dict[str, Any]:
    """Context of the public frame: words, links, the same page in the other language, who answers now."""
    site = details()
    return {
        "language": language,
        "t": phrases(language),
        "go": links(language),
        "other": {"language": other(language), "url": address(name, other(language), *args)},
        "menu_of_pages": [
            {"title": page.title[language], "url": address("about", language, page.slug), "slug": page.slug}
            for page in pages().values()
        ],
        "emergency": emergency(site, language),
        "emergency_says": phrases(language)["call"]["emergency"].format(emergency=emergency(site, language)),
        "staffed": clock.staffed(site.urgent, now=timezone.localtime(), language=language),
    }


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, kept: bool = False, status: int = 200
) -> HttpResponse:
    """Render in the right language; a page that is kept holds nothing of whoever asks."""
    context["refer_address"] = request.build_absolute_uri(context["go"]["refer"])
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = context["language"]
    if kept:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
        response.for_everybody = True  # type: ignore[attr-defined]
    return response
