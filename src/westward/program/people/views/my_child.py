"""The page of a caregiver: the own child, and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from westward.program.accounts.actions.base import asking
from westward.program.accounts.choices import Kind
from westward.program.accounts.policies import allows
from westward.program.audit.record import REFUSED, record
from westward.program.people import family, queries
from westward.program.people.policies import subject
from westward.program.people.speech import day_in, language_in, words
from westward.program.shell.site import details

VERB = "people.read_own"


@require_GET
@login_required
def my_child(request: HttpRequest) -> HttpResponse:
    """Each child of this caregiver: next appointment, whom to call, interpreter; one audit row a child."""
    user: Any = request.user
    mine = [(child, entry) for child, entry in queries.own_children(user) if allows(user, VERB, subject(child))]
    who = asking(request)["who"]
    if user.kind != Kind.CAREGIVER or not mine:
        with transaction.atomic():
            record(who, VERB, outcome=REFUSED)
        raise PermissionDenied
    language = "es" if mine[0][1].language == "es" else "en"
    shown = []
    for child, _entry in mine:
        with transaction.atomic():
            record(who, VERB, child.audit_id, site=child.site.code if child.site else "", purpose="care")
        born = day_in(language, child.birth_date)
        shown.append({"child": child, "born": born, "sections": _sections(request, child, language)})
    say = words(language)
    context = {
        "children": shown,
        "entry": mine[0][1],
        "spoken": language_in(language, mine[0][1].language),
        "say": say,
        "lines": _lines(say),
        "language": language,
        "appointments": family.has_appointment(),
    }
    return render(request, "people/my_child.html", context)


def _lines(say: dict[str, str]) -> list[tuple[dict[str, Any], str]]:
    now, lines = timezone.localtime(), details().lines
    found = []
    for purpose in ("families", "appointments"):
        line = lines[purpose]
        if line:
            hours_open = line.hours.is_open(now) if line.hours else None
            one = {"number": line.number, "dial": line.dial, "mail": line.mail, "hours": line.hours}
            found.append(({**one, "hours_open": hours_open}, say[purpose]))
    return found


def _sections(request: HttpRequest, child: Any, language: str) -> list[str]:
    user: Any = request.user
    return [
        render_to_string(template, {"child": child, "language": language, "say": words(language), **context}, request)
        for template, context in family.sections(child, user)
    ]
