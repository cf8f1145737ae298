"""EEG and diagnosis for programs: what the pages show, hidden by the same rules, under the same audit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from westward.program.accounts.actions.base import asking, code
from westward.program.accounts.policies import allows
from westward.program.audit.record import DONE, REFUSED, record, record_list
from westward.program.diagnosis import ages, queries, sight, standing
from westward.program.diagnosis.models import EngineResult, Read, Study
from westward.program.diagnosis.rules.reading import ANSWERS, SIDES
from westward.program.people.models import Child
from westward.program.people.policies import subject

router = Router(tags=["diagnosis"])
READ, QUEUE = "diagnosis.read", "diagnosis.queue"


class OrderOut(Schema):
    """A video-EEG order."""

    id: int
    state: str
    urgency: str
    length: str
    sleep_required: bool
    limb_emg: bool
    ordered_at: datetime
    done_on: date | None


class ReadOut(Schema):
    """One version of one reader's read; ``based`` is null if the reader calls the study not assessable.

    ``age_d`` is the age in days on the recording day as the chart had it then; it is to be confirmed if the study's is
    another now. ``in_place_of`` is who read first and could not, or would not, confirm that; empty if nobody.
    """

    reader: str
    in_place_of: str
    version: int
    age_d: int | None
    kind: str
    based: int | None
    not_assessable_because: str
    answers: dict[str, str]
    quality: str
    stored_at: datetime
    signed_at: datetime | None


class EngineOut(Schema):
    """The engine's result, unreviewed until a read is signed; null is not assessable, never zero.

    ``age_d`` is the age in days that it was given.
    """

    age_d: int
    score: int | None
    lower_bound: bool
    rule: str
    sentence: str
    spike_bin_fraction: float | None
    spasm_candidates: int | None
    clusters: int | None
    not_assessable: list[dict[str, Any]]
    warnings: list[str]
    version: str
    reviewed: bool


class StudyOut(Schema):
    """A study; ``engine`` is null until its result may be seen, reads of others are left out for a blind reader.

    ``age_d`` is the age in days on the recording day, corrected for prematurity, as the chart says it now.
    """

    id: int
    state: str
    recorded_on: date | None
    age_d: int | None
    simulated: bool
    urgent_read_suggested: bool
    stops: list[str]
    reads: list[ReadOut]
    second_reader_blind: bool
    engine: EngineOut | None


class EegOut(Schema):
    """Orders and studies of a child."""

    orders: list[OrderOut]
    studies: list[StudyOut]


class WaitingOut(Schema):
    """A study in the reading queue."""

    study: int
    child: int
    pseudonym: str
    urgency: str
    urgent_read_suggested: bool
    waiting_since: datetime
    reader: str
    second_read: bool


class DecisionOut(Schema):
    """A decision with the judgment it was stored with."""

    outcome: str
    on: date
    decided_at: datetime
    judgment: dict[str, Any]


class DiagnosisOut(Schema):
    """Where the diagnosis stands; ``criteria`` is null if findings contradict.

    A blind second reader is told nothing of it, whether there is anything or not.
    """

    second_reader_blind: bool
    criteria: dict[str, Any] | None
    contradiction: str
    decision: DecisionOut | None
    first_treatment_on: date | None


@router.get("/diagnosis/queue", response=list[WaitingOut], summary="Studies that wait for a read")
def queue(request: HttpRequest) -> list[dict[str, Any]]:
    """The most urgent first; one audit row."""
    caller = asking(request)
    if not allows(caller["user"], QUEUE):
        _refuse(caller["who"], QUEUE, "")
    waiting = queries.reading_queue(caller["user"])
    record_list(caller["who"], QUEUE, [one.study.audit_id for one in waiting], chosen={"mine": False})
    return [
        {
            "study": one.study.pk,
            "child": one.study.child_id,
            "pseudonym": one.study.child.pseudonym,
            "urgency": one.urgency,
            "urgent_read_suggested": one.suggested,
            "waiting_since": one.since,
            "reader": one.reader.name if one.reader else "",
            "second_read": one.asked,
        }
        for one in waiting
    ]


@router.get("/children/{int:key}/eeg", response=EegOut, summary="EEG orders and studies of a child")
def eeg(request: HttpRequest, key: int) -> dict[str, Any]:
    """One audit row."""
    child, user = _chart(request, key)
    studies = list(queries.studies(child).prefetch_related("reads__reader", "reads__takes_over__reader"))
    seen = sight.of_all([one.pk for one in studies], user)
    orders = sight.orders_told(queries.orders(child), studies, seen)
    return {
        "orders": [{"id": one.pk, **_fields(one, OrderOut)} for one in orders],
        "studies": [_study(one, user, seen[one.pk]) for one in studies],
    }


@router.get("/children/{int:key}/diagnosis", response=DiagnosisOut, summary="Criteria and decision of a child")
def diagnosis(request: HttpRequest, key: int) -> dict[str, Any]:
    """One audit row."""
    child, user = _chart(request, key)
    if sight.veils(user, [child.pk]):
        nothing = {"criteria": None, "contradiction": "", "decision": None, "first_treatment_on": None}
        return {"second_reader_blind": True, **nothing}
    found, decided = standing.of(child), standing.decision(child)
    treated = standing.first_treatment(child)
    return {
        "second_reader_blind": False,
        "criteria": found.plain or None,
        "contradiction": found.contradiction,
        "decision": _fields(decided, DecisionOut) if decided else None,
        "first_treatment_on": treated.on if treated else None,
    }


def _study(one: Study, user: Any, seen: sight.Sight) -> dict[str, Any]:
    reads = [read for read in one.reads.all() if seen.reads or read.reader_id == user.pk]
    result = sight.result(one, user, seen)
    return {
        "id": one.pk,
        "state": one.state,
        "recorded_on": one.recorded_on,
        "age_d": age.days if (age := ages.of(one)) else None,
        "simulated": one.recording.simulated,
        "urgent_read_suggested": one.urgent_suggested,
        "stops": one.identity.get("stops", []) if one.stopped else [],
        "reads": [_read(read) for read in reads],
        "second_reader_blind": seen.blind,
        "engine": _engine(result, reviewed=standing.in_force(reads) is not None) if result else None,
    }


def _read(read: Read) -> dict[str, Any]:
    answers = {name: str(getattr(read, name)) for name in (*ANSWERS, *SIDES)}
    first = read.takes_over.reader.name if read.takes_over else ""
    told = _fields(read, ReadOut, but={"reader", "in_place_of", "answers"})
    return {**told, "reader": read.reader.name, "in_place_of": first, "answers": answers}


def _engine(result: EngineResult, *, reviewed: bool) -> dict[str, Any]:
    other = {"age_d", "sentence", "spasm_candidates", "reviewed"}
    return {
        "age_d": result.analysis.age_d,
        **_fields(result, EngineOut, but=other),
        "sentence": result.headline,
        "spasm_candidates": result.spasms,
        "reviewed": reviewed,
    }


def _fields(row: Any, schema: type[Schema], *, but: Collection[str] = ()) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.model_fields if name not in but and name != "id"}


def _chart(request: HttpRequest, key: int) -> tuple[Child, Any]:
    """A chart that the caller may read, with its audit row."""
    caller = asking(request)
    child = Child.objects.select_related("site").filter(pk=key).first()
    if child is None:
        raise Http404
    if not allows(caller["user"], READ, subject(child)):
        _refuse(caller["who"], READ, child.audit_id)
    with transaction.atomic():
        record(caller["who"], READ, child.audit_id, site=code(child.site), outcome=DONE)
    return child, caller["user"]


def _refuse(who: Any, verb: str, target: str) -> None:
    with transaction.atomic():
        record(who, verb, target, outcome=REFUSED)
    raise HttpError(403, "your roles do not allow this; a program administrator can change them")
