"""Films of the diary: taken from a caregiver's phone, shown to whoever may open the chart and to the family itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from westward.core.errors import InputError
from westward.evidence.loader import load
from westward.program.accounts.actions.base import asking, code
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import DONE, REFUSED, record
from westward.program.followup.actions.attach_clip import FOLDER, AttachClip
from westward.program.followup.models import DiaryEntry
from westward.program.people import queries as people
from westward.program.people.access import read_chart
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.referral.choices import UploadKind
from westward.program.referral.films import answer, looks_anew, there
from westward.program.referral.uploads import discard, store

MB = 1024**2


def take(request: HttpRequest, child: Child, entry: str, sent: UploadedFile[bytes]) -> bool:
    """Keep a film for an entry; whether it is new.

    Raises
    ------
    NotAllowedError
        If it is not the sender's child; nothing is kept.
    InputError
        If it is no film, too large, or the entry cannot have it; nothing is kept.
    """
    asked = asking(request)
    if not allows(asked["user"], AttachClip.verb, subject(child)):
        with transaction.atomic():
            record(asked["who"], AttachClip.verb, child.audit_id, site=code(child.site), outcome=REFUSED)
        raise NotAllowedError("this is not your child")
    most = load("diary").integer("clip.most_mb") * MB
    stored = store(sent, kinds=frozenset({UploadKind.VIDEO.value}), folder=FOLDER, most_b=most)
    new = False
    try:
        new = AttachClip(**asked, child=child, entry=entry, stored=stored).execute()
    finally:
        if not new:
            discard([stored])
    return new


@require_POST
def send(request: HttpRequest, key: int) -> HttpResponseBase:
    """A film of the phone with the id of its entry; 409 if it is refused for good, 503 if it may come again."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "sign in"}, status=401)
    child = people.in_use(key)
    if child is None:
        raise Http404
    sent = request.FILES.get("film")
    if sent is None:
        return JsonResponse({"detail": "a film is needed"}, status=400)
    try:
        new = take(request, child, request.POST.get("id", ""), sent)
    except NotAllowedError:
        return JsonResponse({"detail": "not your child"}, status=403)
    except (InvalidActError, InputError) as error:
        return JsonResponse({"detail": str(error)}, status=409)
    except OSError:
        return JsonResponse({"detail": "no room on the server now"}, status=503)
    return JsonResponse({"outcome": "stored" if new else "known"})


def _film(child: Child, entry: int) -> DiaryEntry:
    found = child.diary.filter(pk=entry, withdrawn_at=None).exclude(clip="").first()
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, found: DiaryEntry) -> HttpResponseBase:
    return answer(
        request,
        path=found.clip,
        name=found.clip_name,
        content_type=found.clip_type,
        folder=FOLDER,
    )


@require_GET
@login_required
def of_chart(request: HttpRequest, key: int, entry: int) -> HttpResponseBase:
    """For whoever may open the chart; one audit row a look."""
    child = read_chart(request, key, "followup.read", reads=False)
    found = _film(child, entry)
    there(found.clip, folder=FOLDER)
    if looks_anew(request, found.clip_target):
        _note(request, "followup.read", child, found)
    return _answer(request, found)


@require_GET
@login_required
def of_family(request: HttpRequest, key: int, entry: int) -> HttpResponseBase:
    """For the child's caregivers."""
    user: Any = request.user
    child = people.in_use(key)
    if child is None or not allows(user, "followup.diary_own", subject(child)):
        with transaction.atomic():
            target = child.audit_id if child else f"child:{key}"
            record(asking(request)["who"], "followup.diary_own", target, outcome=REFUSED)
        raise PermissionDenied
    found = _film(child, entry)
    there(found.clip, folder=FOLDER)
    if looks_anew(request, found.clip_target):
        _note(request, "followup.diary_own", child, found)
    return _answer(request, found)


def _note(request: HttpRequest, verb: str, child: Child, found: DiaryEntry) -> None:
    glass = getattr(child, "glass", None)
    detail: dict[str, Any] = {"children": [child.pk]} | ({"glass": glass.pk} if glass else {})
    with transaction.atomic():
        record(asking(request)["who"], verb, found.clip_target, site=code(child.site), outcome=DONE, detail=detail)
