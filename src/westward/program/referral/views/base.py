"""What the pages share: do an act and say what came of it, sites to narrow by."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from westward.program.accounts.menu import MenuEntry
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows, sites
from westward.program.accounts.queries import open_sites
from westward.program.acts import Act, InvalidActError, NotAllowedError

T = TypeVar("T")


def done(request: HttpRequest, act: Act[T], words: str) -> T | None:
    """Do an act; a message says that it is done or in one line why not. None if not."""
    try:
        result = act.execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, sentence(str(error)))
        return None
    messages.success(request, words)
    return result


def do(request: HttpRequest, act: Act[Any], words: str, page: str, *args: Any) -> HttpResponse:
    """Do an act and lead back to a page."""
    done(request, act, words)
    return back(page, *args)


def back(page: str, *args: Any) -> HttpResponse:
    """Lead to a page after a form was sent."""
    response: HttpResponseBase = redirect(page, *args)
    assert isinstance(response, HttpResponse)
    return response


def complain(request: HttpRequest, form: forms.Form) -> None:
    """One line for each field that is wrong."""
    for name, errors in form.errors.items():
        label = form.fields[name].label or name.replace("_", " ").capitalize() if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}: {sentence(str(error))}" if label else sentence(str(error)))


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "?")) else f"{words}."


PAGES = (
    MenuEntry(1, "Referrals", "referrals", "referral.list"),
    MenuEntry(2, "Overdue", "overdue", "overdue.list"),
    MenuEntry(3, "EEG slots", "slots", "slots.list"),
    MenuEntry(4, "Duty roster", "roster", "roster.list"),
    MenuEntry(5, "Infants at risk", "surveillance", "surveillance.list"),
)


def pages(user: User) -> list[MenuEntry]:
    """The pages of intake that the user may open."""
    return [page for page in PAGES if allows(user, page.verb)]


def my_sites(user: User, verb: str) -> QuerySet[Site]:
    """Open sites for which the user may, by name."""
    within = sites(user, verb)
    return open_sites() if within is None else open_sites().filter(pk__in=within)


def chosen_site(request: HttpRequest, choices: QuerySet[Site]) -> Site | None:
    """The site of ``?site=``, among those the user may see."""
    asked = request.GET.get("site", "")
    return choices.filter(pk=int(asked)).first() if asked.isdigit() and len(asked) < 12 else None


def week_page(page: str, day: date) -> HttpResponse:
    """Lead to the week of a day."""
    response: HttpResponse = HttpResponse(status=302)
    response["Location"] = f"{reverse(page)}?week={day.isoformat()}"
    return response
