"""The board and the timeline for programs: what the pages show, under the same permissions and audit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from westward.program.accounts.actions.base import asking, code
from westward.program.accounts.policies import allows
from westward.program.audit.record import DONE, REFUSED, record, record_list
from westward.program.journey import board, timeline, veiled
from westward.program.journey.choices import Stage
from westward.program.journey.models import Standing
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.veil import veils

router = Router(tags=["journey"])
MOST = 200


class Asked(Schema):
    """Which children: codes only."""

    stage: Literal["", "referred", "eeg", "diagnosis", "treatment", "follow-up"] = ""
    owner: Literal["", "me", "nobody"] = ""
    due: Literal["", "overdue", "today"] = ""
    site: str = Field("", max_length=32)
    silenced: bool = False
    limit: int = Field(50, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=1_000_000)


class ClockOut(Schema):
    """The clock to work by: its earliest and latest start, and the strictest standard with a number."""

    name: str
    since: date | None
    since_latest: date | None
    due: date | None
    limit: str
    source: str
    status: str
    standards_differ: bool


class ActOut(Schema):
    """What has to be done next."""

    words: str
    due: datetime | None
    owner: str


class RowOut(Schema):
    """One child, by pseudonym."""

    child: int
    pseudonym: str
    simulated: bool
    site: str
    age_days: int
    stage: str
    overdue: bool
    clock: ClockOut | None
    next: ActOut | None
    open_acts: int
    line: str
    silent_from: date | None


class BoardOut(Schema):
    """A page of the board."""

    total: int
    rows: list[RowOut]


class MarkOut(Schema):
    """Something on a child's time axis; ``until`` for what lasts or, if ``approximate``, for a day between the two."""

    at: date
    until: date | None
    approximate: bool
    track: str
    words: str
    meaning: str
    value: str | None


class TimelineOut(Schema):
    """Everything of one child on one axis."""

    child: int
    stage: str
    line: str
    marks: list[MarkOut]


@router.get("/board", response={200: BoardOut}, summary="Children by urgency")
def rows(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The rows of the sites one may see; one audit row."""
    caller, now = asking(request), timezone.now()
    user = caller["user"]
    if not allows(user, board.VERB):
        _refuse(caller["who"], board.VERB, "")
    codes = [site.code for site in board.open_sites(user)]
    if asked.site and asked.site not in codes:
        raise HttpError(404, "there is no such site, or your roles do not reach it")
    chosen = board.Filter(**{name: getattr(asked, name) for name in board.Filter.__slots__})
    hidden = veils(user)
    found = board.select(user, chosen, now=now, hidden=hidden)
    shown = list(found.select_related("child", "site")[asked.offset : asked.offset + asked.limit])
    shown = [veiled.row(one, hidden[one.pk], viewer=user) if one.pk in hidden else one for one in shown]
    told = chosen.codes() | {"offset": asked.offset, "limit": asked.limit}
    record_list(caller["who"], board.VERB, [one.child.audit_id for one in shown], chosen=told)
    return {"total": found.count(), "rows": [_row(one, now) for one in shown]}


@router.get("/children/{int:key}/timeline", response={200: TimelineOut}, summary="One child's timeline")
def marks(request: HttpRequest, key: int) -> dict[str, Any]:
    """What this reader may see of the child; one audit row."""
    caller = asking(request)
    child = Child.objects.select_related("site").filter(pk=key).first() if key < 2**63 else None
    if child is None:
        raise Http404
    if not allows(caller["user"], "people.read", subject(child)):
        _refuse(caller["who"], "people.read", child.audit_id)
    with transaction.atomic():
        record(caller["who"], "people.read", child.audit_id, site=code(child.site), outcome=DONE)
    told = timeline.gather(child, viewer=caller["user"], now=timezone.now())
    found = [
        {
            "at": mark.at,
            "until": mark.until,
            "approximate": mark.approximate,
            "track": mark.track.value,
            "words": mark.words,
            "meaning": mark.meaning.value,
            "value": None if mark.value is None else str(mark.value),
        }
        for mark in told.marks
    ]
    return {"child": child.pk, "stage": told.stage.code, "line": told.line, "marks": found}


def _refuse(who: Any, verb: str, target: str) -> None:
    with transaction.atomic():
        record(who, verb, target, outcome=REFUSED)
    raise HttpError(403, "your roles do not allow this")


def _row(one: Standing, now: datetime) -> dict[str, Any]:
    today = timezone.localtime(now).date()
    quiet = one.silent_from is not None and one.silent_from <= today
    clock = {
        "name": one.clock,
        "since": one.clock_since,
        "since_latest": one.clock_since_latest,
        "due": one.clock_due,
        "limit": one.clock_limit,
        "source": one.clock_source,
        "status": one.clock_status,
        "standards_differ": one.clock_conflict,
    }
    return {
        "child": one.pk,
        "pseudonym": one.child.pseudonym,
        "simulated": one.child.simulated,
        "site": code(one.site),
        "age_days": (today - one.child.birth_date).days,
        "stage": Stage(one.stage).code,
        "overdue": not quiet and one.sort_at <= now,
        "clock": clock if one.clock and not quiet else None,
        "next": {"words": one.act, "due": one.act_due, "owner": one.act_owner} if one.act and not quiet else None,
        "open_acts": 0 if quiet else one.acts,
        "line": one.line,
        "silent_from": one.silent_from,
    }
