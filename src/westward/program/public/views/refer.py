"""Refer a child: whom the form is for, the form, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from westward.care.triage import Level
from westward.evidence.loader import load
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.public import clock, figures, films, limits
from westward.program.public.actions.send import send, sent_before
from westward.program.public.addresses import address
from westward.program.public.films import FilmGuard, Refusal
from westward.program.public.forms import PARENT, ReferForm
from westward.program.public.shown import emergency
from westward.program.public.speech import phrases
from westward.program.public.views.frame import answer, frame
from westward.program.referral.models import Referral
from westward.program.referral.uploads import MAX_DOCUMENT_B, MAX_FILES, MAX_VIDEO_B, Stored, discard
from westward.program.shell.site import details

COOKIE, COOKIE_S = "referred", 3600
_SALT = "public.sent"


@require_safe
def choose(request: HttpRequest, *, language: str) -> HttpResponse:
    """Parent or professional."""
    context = frame(language, "refer") | {"r": phrases(language, "refer.toml")}
    return answer(request, "public/choose.html", context)


@csrf_exempt  # only until the guard of the files stands; _TokenCheck does the same
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, *, language: str, audience: str) -> HttpResponse:
    """The form. Files are looked at while they come in; who sends too often has none taken."""
    asked = _Asked(request, language, audience)
    if request.method == "POST":
        kinds = films.VIDEOS if audience == PARENT else films.ANYTHING
        asked.sender = limits.sender_of(request)
        asked.wait = limits.wait(asked.sender, timezone.now())
        no_room = limits.LEFT_OUT in getattr(request, "scope", {})
        asked.guard = FilmGuard(request, kinds=kinds, blocked=asked.wait is not None, no_room=no_room)
        request.upload_handlers = [asked.guard, TemporaryFileUploadHandler(request)]
    return _form(request, asked)


@dataclass
class _Asked:
    request: HttpRequest
    language: str
    audience: str
    sender: str = ""
    wait: timedelta | None = None
    guard: FilmGuard | None = None
    stored: list[Stored] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    left_out: int = 0
    problems: list[str] = field(default_factory=list)
    status: int = 200


class _TokenCheck(CsrfViewMiddleware):
    """Django's check, told as a reason, so that a form without its token keeps what was typed."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def _form(request: HttpRequest, asked: _Asked) -> HttpResponse:
    if request.method != "POST":
        return _show(asked, ReferForm(audience=asked.audience, language=asked.language))
    form = ReferForm(request.POST, audience=asked.audience, language=asked.language)
    e = phrases(asked.language, "refer.toml")["error"]
    if _TokenCheck(lambda _: HttpResponse()).process_view(request, _form, (), {}):
        limits.knock(asked.sender, timezone.now())
        asked.problems.append(e["no_token"])
        asked.status = 403
        return _show(asked, form)
    token = limits.read_token(request.POST.get("token", ""))
    if token and (number := sent_before(token.nonce)):
        return _sent(asked, number)
    if asked.wait is not None:
        return _limited(asked, form)
    _take_files(asked)
    form.is_valid()
    now = timezone.now()
    if request.POST.get("website"):
        asked.problems.append(e["filled_trap"])
    elif why := limits.wrong_time(token, now):
        asked.problems.append(e[why])
    if form.errors or asked.problems or asked.refused or token is None:
        limits.knock(asked.sender, now)
        asked.status = 422
        return _show(asked, form)
    try:
        number = send(
            form.act(),
            uploads=asked.stored,
            left_out=asked.left_out,
            sender=asked.sender,
            nonce=token.nonce,
            act_id=getattr(request, "act_id", ""),
        )
    except (InvalidActError, NotAllowedError) as error:
        asked.problems.append(e["again"].format(why=error))
        asked.status = 422
        return _show(asked, form)
    except BaseException:
        discard(asked.stored)
        raise
    return _sent(asked, number)


def _take_files(asked: _Asked) -> None:
    assert asked.guard is not None
    waiting = films.waiting(asked.request.POST.get("ticket", ""))
    fresh, refused, left_out = films.keep(asked.request.FILES.getlist("films"), kinds=asked.guard.kinds)
    asked.refused = [*asked.guard.refused, *refused]
    # What was left out of an earlier try still waits with the sender, unless this try brought films.
    earlier = asked.request.POST.get("left_out", "")
    before = int(earlier) if earlier.isdecimal() and len(earlier) < 3 and not fresh else 0
    asked.left_out = min(max(len(asked.guard.left_out) + len(left_out), before), MAX_FILES)
    spare = max(MAX_FILES - len(waiting), 0)
    asked.refused += [Refusal("file_count", one.name, MAX_FILES) for one in fresh[spare:]]
    discard(fresh[spare:])
    asked.stored = [*waiting, *fresh[:spare]]
    if fresh:
        films.sweep()


def _limited(asked: _Asked, form: ReferForm) -> HttpResponse:
    assert asked.wait is not None
    e, phone = phrases(asked.language, "refer.toml")["error"], details().urgent.number
    minutes = max(int(asked.wait.total_seconds() // 60) + 1, 1)
    words = e["limited"] if phone else e["limited_no_phone"]
    asked.problems.append(words.format(minutes=minutes, phone=phone))
    asked.stored = films.waiting(asked.request.POST.get("ticket", ""))
    asked.status = 429
    form.is_valid()
    response = _show(asked, form)
    response.headers["Retry-After"] = str(60 * minutes)
    return response


def _show(asked: _Asked, form: ReferForm) -> HttpResponse:
    name = f"refer-{asked.audience}"
    r = phrases(asked.language, "refer.toml")
    context = frame(asked.language, name)
    now = timezone.now()
    token = limits.read_token(asked.request.POST.get("token", ""))
    keep = token is not None and limits.wrong_time(token, now) != "stale"
    context |= {
        "r": r,
        "form": form,
        "way": figures.way(asked.language, narrow=True),
        "way_caption": phrases(asked.language)["figure"]["way_caption"].format(**figures.limits()),
        "audience": asked.audience,
        "title": r["form"][f"title_{asked.audience}"],
        "lead": r["form"][f"lead_{asked.audience}"],
        "danger_says": r["form"]["danger_now"].format(emergency=context["emergency"]),
        "in_danger": form.in_danger,
        "problems": asked.problems,
        "refused": [r["error"][one.why].format(name=one.name, limit=one.limit) for one in asked.refused],
        "token": asked.request.POST["token"] if keep else limits.fresh_token(now),
        "kept": asked.stored,
        "left_out": asked.left_out,
        "left_out_says": r["form"]["left_out"] if asked.left_out else "",
        "ticket": films.ticket(asked.stored),
        "films_label": form._for("films"),
        "films_help": form._for("films_help").format(
            files=MAX_FILES,
            film=MAX_VIDEO_B // films.MB,
            document=MAX_DOCUMENT_B // films.MB,
            total=limits.MAX_TOTAL_MB,
        ),
        "film_bytes": MAX_VIDEO_B,
        "total_bytes": limits.MAX_TOTAL_MB * films.MB,
        "most_files": MAX_FILES,
        "accept": "video/*" if asked.audience == PARENT else "video/*,application/pdf,image/*",
        "films_title": form._for("about_films"),
        "events_title": form._for("about_events"),
    }
    return answer(asked.request, "public/refer.html", context, status=asked.status)


def _sent(asked: _Asked, number: str) -> HttpResponse:
    response = redirect(address("refer-sent", asked.language))
    response.set_cookie(
        COOKIE,
        signing.dumps(number, salt=_SALT),
        max_age=COOKIE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@require_safe
def sent(request: HttpRequest, *, language: str) -> HttpResponse:
    """The number, and what happens next, at this hour."""
    r = phrases(language, "refer.toml")["sent"]
    context = frame(language, "refer-sent") | {"r": r}
    referral = _referral(request)
    if referral is None:
        return answer(request, "public/gone.html", context, status=404)
    return answer(request, "public/sent.html", context | next_steps(referral, language))


def next_steps(referral: Referral, language: str) -> dict[str, Any]:
    """Words of the result page: emergency first, then by when, then whom to call if nobody did."""
    r, now = phrases(language, "refer.toml")["sent"], timezone.localtime()
    phone = details().urgent.number
    by = clock.moment(timezone.localtime(referral.contact_by), language, now=now)
    parent = referral.source == PARENT
    left_out = [r["left_out_phone"].format(phone=phone) if phone else r["left_out"]] if referral.files_left_out else []
    number = emergency(details(), language)
    if referral.urgency == Level.EMERGENCY_NOW:
        steps = [r["danger_call"].format(emergency=number), r["danger_tell"]]
        steps += [r["danger_then"].format(phone=phone)] if phone else []
        steps += left_out
    else:
        unheard = "not_heard_no_phone" if parent else "not_heard_no_phone_professional"
        steps = [
            r["same_day" if referral.urgency == Level.SAME_DAY else "later"].format(by=by),
            *(left_out or [r["film"]]),
            r["not_heard"].format(phone=phone) if phone else r[unheard],
            r["worse"].format(emergency=number),
            r["eeg"],
        ]
    hours = load("triage").number(f"contact.{referral.urgency.key}_h")
    return {
        "number": referral.number,
        "received": r["received"].format(at=clock.moment(timezone.localtime(referral.received_at), language)),
        "in_danger": referral.urgency == Level.EMERGENCY_NOW,
        "danger_says": r["emergency"].format(emergency=number),
        "steps": steps,
        "goal": "" if referral.urgency == Level.EMERGENCY_NOW else r["goal"].format(hours=f"{hours:g}"),
        "left_out": r["left_out_title"].format(n=referral.files_left_out) if left_out else "",
        "files": r["files"].format(n=n) if (n := referral.uploads.count()) else "",
        "eeg_page": address("about", language, "eeg-visit"),
    }


def _referral(request: HttpRequest) -> Referral | None:
    try:
        number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_S)
    except signing.BadSignature:
        return None
    return Referral.objects.filter(number=number).first()
