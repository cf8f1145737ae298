"""Bring a recording in and put it on a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import IntegrityError
from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import Subject, allows
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.diagnosis import files
from westward.program.diagnosis.actions.base import hold, need_reason, not_future, open_chart
from westward.program.diagnosis.answering import answer, order_for
from westward.program.diagnosis.choices import OrderState, RecordingState, Source, StudyState
from westward.program.diagnosis.files import Arrival
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import EegOrder, Recording, Study
from westward.program.diagnosis.pointing import charts_of
from westward.program.diagnosis.rules.identity import CROSSED_OUT
from westward.program.diagnosis.studies import begin
from westward.program.people import policies as people
from westward.program.people.actions.base import ChildAct
from westward.program.people.choices import ChildState
from westward.program.people.models import Child

T = TypeVar("T")

TWICE = "this very recording is here already"


@dataclass(frozen=True, kw_only=True)
class AttachUpload(ChildAct[Study]):
    """Store an uploaded recording on a chart; told if the same file is here already, refused if it cannot be read.

    The file takes its place before its row is committed and goes away if the row does not come to be.
    """

    verb = "diagnosis.attach"
    arrival: Arrival
    inspected: Inspected
    order: EegOrder | None = None
    recorded_on: date | None = None

    def execute(self) -> Study:
        """Do it, with the file in its place only if the row is."""
        return with_file(self.arrival, super().execute)

    def validate(self) -> None:
        """A readable recording that is not here yet, an order of this child, a day that can be."""
        open_chart(self.child)
        check_order(self.order, self.child)
        check_day(self.recorded_on, self.child)
        if not self.inspected.readable:
            raise InvalidActError(f"the recording cannot be read: {self.inspected.why}", remedy="nothing was kept")
        check_new(self.arrival.sha256, self.child)

    def write(self) -> tuple[Study, Told]:
        """Recording and study."""
        now = timezone.now()
        recording = store(self.arrival, self.inspected, source=Source.UPLOAD, site=self.child.site, by=self.user)
        study = begin(self.child, recording, order=self.order, recorded_on=self.recorded_on, by=self.user, now=now)
        answer(study, by=self.user)
        return study, self.told(study.audit_id, {"recording": recording.pk, "state": study.state})


@dataclass(frozen=True, kw_only=True)
class AttachRecording(ChildAct[Study]):
    """Put an unassigned recording, or one that was rejected, on a chart; for the order it answers if none is named.

    ``seen`` is the state of the recording when the person looked at it: what was rejected since is not attached.
    """

    verb = "diagnosis.attach"
    recording: Recording
    order: EegOrder | None = None
    recorded_on: date | None = None
    seen: str = ""

    def validate(self) -> None:
        """A readable recording that is on no chart."""
        open_chart(self.child)
        check_order(self.order, self.child)
        check_day(self.recorded_on, self.child)
        hold(self.recording)
        if self.recording.state == RecordingState.ATTACHED:
            raise InvalidActError("this recording is on a chart already")
        if self.seen and self.recording.state != self.seen:
            raise InvalidActError(
                f"this recording was rejected meanwhile: {self.recording.rejected_because}",
                remedy="look at it again before you attach it",
            )
        if not self.recording.readable:
            raise InvalidActError(
                f"this recording cannot be read: {self.recording.unreadable_because}",
                remedy="ask for EDF and video export",
            )

    def write(self) -> tuple[Study, Told]:
        """The study."""
        order = self.order or order_for(self.child, self.recording, day=self.recorded_on)
        study = begin(
            self.child, self.recording, order=order, recorded_on=self.recorded_on, by=self.user, now=timezone.now()
        )
        answer(study, by=self.user)
        return study, self.told(study.audit_id, {"recording": self.recording.pk, "state": study.state})


@dataclass(frozen=True, kw_only=True)
class RejectRecording(PersonAct[Recording]):
    """Say that an unassigned recording belongs to nobody here; the file stays."""

    verb = "diagnosis.reject"
    recording: Recording
    reason: str

    def subject(self) -> Subject:
        """The recording at its site."""
        return Subject(id=self.recording.audit_id, site=self.recording.site_id)

    def validate(self) -> None:
        """One that is on no chart, with a reason."""
        need_reason(self.reason, "rejecting")
        hold(self.recording)
        if self.recording.state == RecordingState.ATTACHED:
            raise InvalidActError("this recording is on a chart already; nothing was rejected")
        if self.recording.state != RecordingState.UNASSIGNED:
            raise InvalidActError("only an unassigned recording is rejected; this one is rejected already")

    def write(self) -> tuple[Recording, Told]:
        """Rejected."""
        self.recording.state, self.recording.rejected_because = RecordingState.REJECTED, self.reason.strip()
        self.recording.save(update_fields=["state", "rejected_because"])
        site = code(self.recording.site)
        return self.recording, Told(self.recording.audit_id, site, children=_pointed_to(self.recording))


@dataclass(frozen=True, kw_only=True)
class TakeIn(SystemAct[Recording]):
    """Take a recording from the inbox; on a chart at once if it fits exactly one, else unassigned."""

    verb = "diagnosis.take_in"
    arrival: Arrival
    inspected: Inspected
    site: Site | None = None
    child: Child | None = None

    def execute(self) -> Recording:
        """Do it, with the file in its place only if the row is."""
        return with_file(self.arrival, super().execute)

    def target(self) -> str:
        """Nothing that exists yet."""
        return ""

    def validate(self) -> None:
        """Not here yet."""
        if Recording.objects.filter(sha256=self.arrival.sha256).exists():
            raise InvalidActError(TWICE)

    def write(self) -> tuple[Recording, Told]:
        """Recording, and study if it fits."""
        recording = store(self.arrival, self.inspected, source=Source.FOLDER, site=self.site, by=None)
        if self.child is not None:
            hold(self.child)
        if self.child is None or self.child.state != ChildState.ACTIVE:
            told = {"state": recording.state}
            return recording, Told(recording.audit_id, code(self.site), detail=told, children=_pointed_to(recording))
        order = order_for(self.child, recording)
        study = begin(self.child, recording, order=order, recorded_on=None, by=None, now=timezone.now())
        answer(study, by=None)
        detail = {"recording": recording.pk, "state": study.state}
        return recording, Told(study.audit_id, code(self.child.site), detail=detail, children=(self.child.pk,))


def _pointed_to(recording: Recording) -> tuple[int, ...]:
    """Keys of the charts that a recording on no chart concerns: its file points to them."""
    return tuple(child.pk for child in charts_of([recording])[recording.pk])


def with_file(arrival: Arrival, execute: Callable[[], T]) -> T:
    """Run an act while an arrival lies in its place; nothing stays of it if the act fails."""
    try:
        with files.kept(arrival):
            return execute()
    except IntegrityError as error:
        if Recording.objects.filter(sha256=arrival.sha256).exists():
            raise InvalidActError(TWICE) from error
        raise


def store(arrival: Arrival, inspected: Inspected, *, source: str, site: Site | None, by: User | None) -> Recording:
    """The row of a recording that lies in its place."""
    facts, header = inspected.facts, inspected.header
    start = "" if header.recorded in CROSSED_OUT else str(facts.get("start") or "")[:19]
    return Recording.objects.create(
        site=site,
        source=source,
        sha256=arrival.sha256,
        size_bytes=arrival.size_bytes,
        n_files=len(arrival.pieces),
        original_name=arrival.original_name,
        folder=f"{files.RECORDINGS}/{arrival.token}",
        main=arrival.main,
        readable=inspected.readable,
        unreadable_because=inspected.why[:500],
        format=str(facts.get("format", ""))[:40],
        header_name=header.name[:200],
        header_code=header.code[:100],
        header_sex=header.sex[:8],
        header_birth=None if header.birth in CROSSED_OUT else header.birth,
        header_start=start,
        duration_s=facts.get("duration_s"),
        n_channels=facts.get("channels"),
        limb_emg=facts.get("limb_emg"),
        simulated=bool(facts.get("simulated")),
        arrived_at=timezone.now(),
        arrived_by=by,
    )


def check_new(sha256: str, child: Child) -> None:
    """Refuse a file that is here already, and say where if it is on this very chart.

    Raises
    ------
    InvalidActError
        If it is.
    """
    known = Recording.objects.filter(sha256=sha256).first()
    if known is None:
        return
    study = known.studies.exclude(state=StudyState.WITHDRAWN).first()
    if study is not None and study.child_id == child.pk:
        raise InvalidActError(f"{TWICE}, on this chart", remedy="nothing was stored twice")
    where = {
        RecordingState.UNASSIGNED: "among the unassigned recordings",
        RecordingState.REJECTED: "among the rejected recordings",
    }.get(RecordingState(known.state), "on another chart")
    raise InvalidActError(f"{TWICE}, {where}", remedy="check the child before you go on; nothing was stored twice")


def check_order(order: EegOrder | None, child: Child) -> None:
    """Refuse an order of another chart, or one that was canceled.

    Raises
    ------
    InvalidActError
        If it is.
    """
    if order is not None and (order.child_id != child.pk or order.state == OrderState.CANCELED):
        raise InvalidActError("this order is on another chart or was canceled")


def check_day(day: date | None, child: Child) -> None:
    """Refuse a recording day that cannot be.

    Raises
    ------
    InvalidActError
        If it lies before the birth or in the future.
    """
    not_future(day, "the recording day")
    if day is not None and day < child.birth_date:
        raise InvalidActError(f"the recording day {day} lies before the birth")


def may_attach(user: User, child: Child) -> bool:
    """Whether somebody may put recordings on a chart."""
    return allows(user, AttachRecording.verb, people.subject(child))
