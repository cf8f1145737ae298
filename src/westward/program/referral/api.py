"""Referral in the typed API: the inbox, one referral, who is on duty, free slots, what is overdue, who is watched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows, sites
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import REFUSED, record, record_list
from westward.program.people.access import read_chart
from westward.program.people.models import Child
from westward.program.referral import access, calendar, late, queries, watching
from westward.program.referral.actions.appointments import BookSlot
from westward.program.referral.models import Appointment, Referral, Slot
from westward.program.referral.rules import ContactClock

router = Router(tags=["referral"])
MOST = 300


class Wrong(Schema):
    """Why not, in one line."""

    detail: str


class ReferralOut(Schema):
    """One line of the inbox."""

    id: int
    number: str
    state: str
    source: str
    level: str
    site: str
    received_at: datetime
    contact_by: datetime
    escalate_at: datetime
    contacted_at: datetime | None
    clock: str
    owner: str
    child: int | None
    simulated: bool


class FiredOut(Schema):
    """A rule that applied."""

    rule: str
    level: int
    assumed: bool
    meaning: str
    status: str
    source: str


class AskOut(Schema):
    """A question still open."""

    rule: str
    question: str
    status: str
    source: str


class ReferralWhole(ReferralOut):
    """A referral with its triage."""

    given_name: str
    family_name: str
    birth_date: date | None
    answers: dict[str, str]
    fired: list[FiredOut]
    ask: list[AskOut]


class DutyOut(Schema):
    """Somebody on duty."""

    name: str
    user: str
    rank: int
    site: str
    phone: str
    until: datetime


class SlotOut(Schema):
    """A free EEG slot."""

    id: int
    site: str
    bed: str
    starts: datetime
    ends: datetime
    night: bool
    interpreter: bool
    technologist: str


class BookIn(Schema):
    """What to book."""

    slot: int
    interpreter: str = ""


class AppointmentOut(Schema):
    """A booked appointment."""

    id: int
    kind: str
    starts: datetime
    ends: datetime | None
    place: str
    state: str


class LateOut(Schema):
    """Something overdue."""

    child: int | None
    what: str
    due: date
    days: int
    owner: str


class WatchOut(Schema):
    """A child on the surveillance list."""

    child: int
    risks: list[str]
    standing: str
    due: date | None
    by_hand: bool
    last: date | None
    why: str


def _needs(request: HttpRequest, verb: str) -> Any:
    """The user, if a role allows the verb at any site; a refusal is audited and answered with 403."""
    user: Any = request.user
    if not allows(user, verb):
        with transaction.atomic():
            record(asking(request)["who"], verb, outcome=REFUSED)
        raise PermissionDenied
    return user


@router.get("/referrals", response=list[ReferralOut], summary="Referrals that wait, gravest first")
def referrals(request: HttpRequest, shown: str = "open") -> list[dict[str, Any]]:
    """``shown`` is ``open``, ``mine`` or ``decided``."""
    user = _needs(request, "referral.list")
    shown = shown if shown in ("open", "mine", "decided") else "open"
    found = list(queries.inbox(user, shown=shown)[:MOST])
    record_list(asking(request)["who"], "referral.list", [one.audit_id for one in found], chosen={"shown": shown})
    now = timezone.now()
    return [_out(one, queries.clock(one, now)) for one in found]


@router.get("/referrals/{int:key}", response=ReferralWhole, summary="One referral with its triage")
def referral(request: HttpRequest, key: int) -> dict[str, Any]:
    """Answers, the rules that fired with their source and status, open questions."""
    one = Referral.objects.select_related("site", "owner").filter(pk=key).first()
    if one is None:
        raise Http404
    if not access.read(request, one):
        raise PermissionDenied
    run = one.triages.first()
    assert run is not None
    return {
        **_out(one, queries.clock(one, timezone.now())),
        "given_name": one.given_name,
        "family_name": one.family_name,
        "birth_date": one.birth_date,
        "answers": run.answers,
        "fired": run.fired,
        "ask": run.ask,
    }


@router.get("/duty", response=list[DutyOut], summary="Who is on duty now, first rank first")
def duty(request: HttpRequest) -> list[dict[str, Any]]:
    """Within one's sites."""
    user = _needs(request, "roster.list")
    within = sites(user, "roster.list")
    found = [
        shift
        for shift in queries.on_duty(timezone.now(), everywhere=True)
        if within is None or shift.site_id is None or shift.site_id in within
    ]
    record_list(asking(request)["who"], "roster.list", [shift.audit_id for shift in found])
    return [
        {
            "name": shift.user.name,
            "user": shift.user.audit_id,
            "rank": shift.rank,
            "site": shift.site.code if shift.site else "",
            "phone": shift.phone,
            "until": shift.until,
        }
        for shift in found
    ]


@router.get("/slots", response=list[SlotOut], summary="Free EEG slots, the next first")
def slots(
    request: HttpRequest, night: bool | None = None, interpreter: bool = False, hours: float = 0
) -> list[dict[str, Any]]:
    """Overnight or by day, with an interpreter, of a length."""
    user = _needs(request, "slots.list")
    hours = min(max(hours, 0.0), 72.0) if hours == hours else 0.0
    found = list(calendar.available(user, now=timezone.now(), night=night, interpreter=interpreter, hours=hours)[:MOST])
    chosen = {"night": night, "interpreter": interpreter}
    record_list(asking(request)["who"], "slots.list", [slot.audit_id for slot in found], chosen=chosen)
    return [
        {
            "id": slot.pk,
            "site": slot.site.code if slot.site else "",
            "bed": slot.bed,
            "starts": slot.starts,
            "ends": slot.ends,
            "night": slot.night,
            "interpreter": slot.interpreter,
            "technologist": slot.technologist.name if slot.technologist else "",
        }
        for slot in found
    ]


@router.get("/children/{int:key}/appointments", response=list[AppointmentOut], summary="Appointments of a child")
def appointments(request: HttpRequest, key: int) -> list[Appointment]:
    """The latest first, released ones too."""
    return list(calendar.appointments(read_chart(request, key)))


@router.post(
    "/children/{int:key}/appointments",
    response={200: AppointmentOut, 403: Wrong, 404: Wrong, 409: Wrong},
    summary="Book an EEG slot for a child",
)
def book(request: HttpRequest, key: int, body: BookIn) -> Status[Any]:
    """409 if the slot is taken, over, withdrawn, or an interpreter is missing."""
    child = Child.objects.select_related("site").filter(pk=key).first()
    slot = Slot.objects.filter(pk=body.slot).first() if 0 < body.slot < 2**63 else None
    if child is None or slot is None:
        return Status(404, {"detail": "there is no such child or slot"})
    try:
        made = BookSlot(**asking(request), child=child, slot=slot, interpreter=body.interpreter[:200]).execute()
    except NotAllowedError as error:
        return Status(403, {"detail": str(error)})
    except InvalidActError as error:
        return Status(409, {"detail": str(error)})
    return Status(200, made)


@router.get("/overdue", response=list[LateOut], summary="Everything overdue, with owner and days")
def overdue(request: HttpRequest) -> list[dict[str, Any]]:
    """Computed from the dates now."""
    user = _needs(request, "overdue.list")
    rows = late.late(user, now=timezone.now())
    record_list(asking(request)["who"], "overdue.list", [row.id for row in rows])
    return [
        {
            "child": row.child.pk if row.child else None,
            "what": row.what,
            "due": row.due,
            "days": row.days,
            "owner": row.owner,
        }
        for row in rows
    ]


@router.get("/surveillance", response=list[WatchOut], summary="Infants at risk, the most overdue EEG first")
def surveillance(request: HttpRequest) -> list[dict[str, Any]]:
    """Within one's sites."""
    user = _needs(request, "surveillance.list")
    rows = watching.watched(watching.listed(user), on=timezone.localdate())
    record_list(asking(request)["who"], "surveillance.list", [row.entry.child.audit_id for row in rows])
    return [
        {
            "child": row.entry.child_id,
            "risks": row.entry.risks,
            "standing": row.standing.value,
            "due": row.due,
            "by_hand": row.by_hand,
            "last": row.last,
            "why": row.next.why,
        }
        for row in rows
    ]


def _out(one: Referral, clock: ContactClock) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "state": one.state,
        "source": one.source,
        "level": one.urgency.key,
        "site": one.site.code if one.site else "",
        "received_at": one.received_at,
        "contact_by": one.contact_by,
        "escalate_at": one.escalate_at,
        "contacted_at": one.contacted_at,
        "clock": clock.state.value,
        "owner": one.owner.name if one.owner else "",
        "child": one.child_id,
        "simulated": one.simulated,
    }
