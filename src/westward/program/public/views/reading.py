"""The front page and the pages to read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from westward.program.accounts.choices import CLINICAL, Kind
from westward.program.accounts.queries import grants
from westward.program.public import figures
from westward.program.public.addresses import address
from westward.program.public.pages import pages
from westward.program.public.shown import shown
from westward.program.public.speech import phrases
from westward.program.public.views.frame import answer, frame
from westward.program.shell.site import details


@require_safe
def front(request: HttpRequest, *, language: str) -> HttpResponse:
    """What to do, for everybody; whoever is signed in is led on to their own first page."""
    user: Any = request.user
    if user.is_authenticated and language == "en":
        return redirect(first_page(user))
    context = frame(language, "front")
    context["way"] = {
        "wide": figures.way(language, narrow=False),
        "narrow": figures.way(language, narrow=True),
        "caption": phrases(language)["figure"]["way_caption"].format(**figures.limits()),
        "drawing": phrases(language)["site"]["drawing_way"],
    }
    return answer(request, "public/front.html", context)


def first_page(user: Any) -> str:
    """The board for roles that open charts, their child for caregivers, else themselves."""
    name = "home"
    if user.kind == Kind.CAREGIVER:
        name = "my-child"
    elif any(grant.role in CLINICAL for grant in grants(user)):
        name = "board"
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("home")


@require_safe
def about(request: HttpRequest, slug: str, *, language: str) -> HttpResponse:
    """One page to read."""
    page = pages().get(slug)
    if page is None:
        raise Http404
    context = frame(language, "about", slug)
    context["page"] = shown(page, language, site=details())
    slugs = list(pages())
    after = slugs[slugs.index(slug) + 1 :]
    if after:
        context["next"] = {"title": pages()[after[0]].title[language], "url": address("about", language, after[0])}
    return answer(request, "public/page.html", context, kept=slug != "contact")
