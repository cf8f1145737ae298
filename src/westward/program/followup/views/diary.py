"""The diary on a caregiver's phone: a page that works offline, and what it sends when it is online again."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.core.errors import InputError
from westward.evidence.loader import load
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import DONE, REFUSED, record
from westward.program.followup.actions.sync_diary import SyncDiary
from westward.program.followup.choices import EntryKind, RedFlag
from westward.program.followup.family import language_of, next_eeg
from westward.program.followup.models import DiaryEntry
from westward.program.followup.views.films import take
from westward.program.followup.words import words
from westward.program.people import queries as people
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.speech import day_in
from westward.program.people.speech import words as speech
from westward.program.shell.site import details

VERB = "followup.diary_own"


def _own(request: HttpRequest, key: int) -> Child:
    """The child, if this caregiver cares for it; one audit row. A merged chart leads to the one it was merged into."""
    asked = asking(request)
    child = people.in_use(key)
    allowed = child is not None and allows(asked["user"], VERB, subject(child))
    target = child.audit_id if child else f"child:{key}"
    with transaction.atomic():
        record(asked["who"], VERB, target, outcome=DONE if allowed else REFUSED)
    if child is None or not allowed:
        raise PermissionDenied
    return child


@require_GET
@login_required
def diary(request: HttpRequest, key: int) -> HttpResponse:
    """The page; a service worker keeps it for use without a connection.

    Of a child who died or was transferred it asks for nothing and announces nothing: it says so in the words of the
    family's page, takes the place of what the phone kept, and leaves what was told.
    """
    child = _own(request, key)
    asked = asking(request)
    language = language_of(child, asked["user"])
    say = words(language)
    today = timezone.localdate()
    closed = speech(language)[child.state] if child.silent(today) else ""
    eeg = None if closed else next_eeg(child)
    line = details().lines["families"]
    context = {
        "child": child,
        "earlier": people.merged_keys(child),
        "language": language,
        "say": say,
        "flags": [(flag.value, say[flag.value]) for flag in RedFlag],
        "today": today,
        "closed": closed,
        "eeg": day_in(language, eeg) if eeg else "",
        "line": line,
        "entries": [
            (one, day_in(language, one.on), _said(one, words(language)))
            for one in child.diary.filter(withdrawn_at=None)[:14]
        ],
        "fresh": str(uuid.uuid4()),
        "film_mb": load("diary").integer("clip.most_mb"),
    }
    return render(request, "followup/diary.html", context)


def _said(entry: DiaryEntry, say: dict[str, str]) -> str:
    """An entry in the family's words."""
    if entry.kind == EntryKind.RED_FLAG:
        return say[entry.red_flag]
    if entry.kind == EntryKind.FREE_DAY:
        return say["none_seen"]
    if entry.kind == EntryKind.NOTE:
        return entry.words or say["note"]
    return say["one_seen"] if entry.count == 1 else f"{entry.count} {say['many_seen']}"


@require_GET
@login_required
def token(request: HttpRequest) -> HttpResponse:
    """A fresh token for forms, since the kept page's may be old."""
    return JsonResponse({"token": get_token(request)})


@require_POST
def sync(request: HttpRequest, key: int) -> HttpResponse:
    """Entries of the phone as JSON; answers what became of each. Without a session 401: the phone keeps them.

    A phone may know the chart by a key from before it was merged; its entries belong to the chart in use.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "sign in"}, status=401)
    child = people.in_use(key)
    if child is None:
        raise Http404
    try:
        entries = json.loads(request.body)["entries"]
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": "a list of entries is needed"}, status=400)
    try:
        taken = SyncDiary(**asking(request), child=child, entries=entries).execute()
    except NotAllowedError:
        return JsonResponse({"detail": "not your child"}, status=403)
    except InvalidActError as error:
        return JsonResponse({"detail": str(error)}, status=409)
    return JsonResponse({"taken": [{"id": one.id, "outcome": one.outcome, "why": one.why} for one in taken]})


@require_POST
@login_required
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """One entry from the form, where scripts are off."""
    child = people.in_use(key)
    if child is None:
        raise Http404
    given: dict[str, Any] = {
        name: request.POST.get(name) or None for name in ("kind", "on", "waking", "red_flag", "words")
    }
    for name in ("count", "minutes", "since_waking"):
        text = request.POST.get(name, "").strip()
        given[name] = int(text) if text.isdigit() else (text or None)
    clock = request.POST.get("time", "").strip()
    if clock and given["on"]:
        given["at"] = f"{given['on']}T{clock}"
    given |= {"id": request.POST.get("id") or str(uuid.uuid4()), "written_at": timezone.now().isoformat()}
    say = words(language_of(child, asking(request)["user"]))
    try:
        (one,) = SyncDiary(**asking(request), child=child, entries=[given]).execute()
    except NotAllowedError:
        raise PermissionDenied from None
    except InvalidActError as error:
        messages.error(request, str(error))
        return redirect("diary", key)
    if one.outcome == "refused":
        messages.error(request, f"{say['refused']}: {one.why}")
    else:
        messages.success(request, say["sent"])
        sent = request.FILES.get("film")
        if sent is not None:
            try:
                take(request, child, given["id"], sent)
            except (InvalidActError, InputError) as error:
                messages.error(request, f"{say['film_refused']}: {error}")
    return redirect("diary", key)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: keeps the diary's page and files, nothing else of the program."""
    files = [
        staticfiles_storage.url(name)
        for name in ("westward/tokens.css", "westward/badges.css", "westward/program.css", "westward/followup.css",
                     "westward/diary.js")
    ]  # fmt: skip
    context = {"files": json.dumps(files), "prefix": json.dumps(reverse("diary-root"))}
    response = render(request, "followup/worker.js", context, content_type="text/javascript")
    response["Service-Worker-Allowed"] = reverse("diary-root")
    return response


@require_GET
@login_required
def root(request: HttpRequest) -> HttpResponse:
    """The diary's own start: the caregiver's page."""
    return redirect("my-child")
