"""EEGs from elsewhere: ask for one, take in what came, say what is missing, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis.actions.attach import check_day, check_new, store, with_file
from westward.program.diagnosis.actions.base import not_future, open_chart
from westward.program.diagnosis.choices import Missing, OutsideState, RecordingState, Source
from westward.program.diagnosis.files import Arrival
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import OutsideEeg
from westward.program.diagnosis.studies import begin
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class RequestOutside(ChildAct[OutsideEeg]):
    """An EEG was recorded elsewhere and is asked for."""

    verb = "diagnosis.outside"
    place: str
    recorded_on: date | None = None
    words: str = ""

    def validate(self) -> None:
        """A place, a day that can be."""
        open_chart(self.child)
        if not self.place.strip():
            raise InvalidActError("say where the EEG was recorded")
        check_day(self.recorded_on, self.child)

    def write(self) -> tuple[OutsideEeg, Told]:
        """The request."""
        outside = OutsideEeg.objects.create(
            child=self.child,
            place=self.place.strip(),
            recorded_on=self.recorded_on,
            words=self.words.strip(),
            requested_on=timezone.localdate(),
            requested_by=self.user,
            changed_at=timezone.now(),
            changed_by=self.user,
        )
        return outside, self.told(outside.audit_id, {"state": outside.state})


@dataclass(frozen=True, kw_only=True)
class OutsideArrived(ChildAct[OutsideEeg]):
    """It came: with a file, which is kept unchanged whether or not it can be read, or without one."""

    verb = "diagnosis.outside"
    outside: OutsideEeg
    arrived_on: date
    missing: Sequence[str] = ()
    arrival: Arrival | None = None
    inspected: Inspected | None = None
    words: str = ""

    def execute(self) -> OutsideEeg:
        """Do it, with the file in its place only if the row is."""
        if self.arrival is None:
            return super().execute()
        return with_file(self.arrival, super().execute)

    def validate(self) -> None:
        """An EEG that is waited for, codes of the list, a file that is not here yet."""
        _check_open(self.outside, self.child.pk)
        not_future(self.arrived_on, "the day of arrival")
        if strange := sorted(set(self.missing) - set(Missing.values)):
            raise InvalidActError(f"{strange[0]!r} is not on the list of what can be missing")
        if self.arrival is not None:
            if self.outside.recording_id is not None:
                raise InvalidActError(
                    "a file of this EEG is here already", remedy="enter a further file as its own EEG"
                )
            check_new(self.arrival.sha256, self.child)

    def write(self) -> tuple[OutsideEeg, Told]:
        """What came."""
        outside, now = self.outside, timezone.now()
        missing = set(self.missing)
        readable = outside.recording.readable if outside.recording else False
        if self.arrival is not None and self.inspected is not None:
            recording = store(self.arrival, self.inspected, source=Source.OUTSIDE, site=self.child.site, by=self.user)
            readable = recording.readable
            if readable:
                begin(self.child, recording, order=None, recorded_on=outside.recorded_on, by=self.user, now=now)
            else:
                recording.state = RecordingState.ATTACHED
                recording.save(update_fields=["state"])
            outside.recording = recording
        if not readable:
            missing.add(Missing.EDF if outside.recording_id else Missing.SIGNALS)
        outside.state = OutsideState.READABLE if readable else OutsideState.EXPORT
        outside.arrived_on, outside.missing = self.arrived_on, [code for code in Missing.values if code in missing]
        outside.words = self.words.strip() or outside.words
        outside.changed_at, outside.changed_by = now, self.user
        outside.save()
        return outside, self.told(outside.audit_id, {"state": outside.state, "missing": outside.missing})


@dataclass(frozen=True, kw_only=True)
class CloseOutside(ChildAct[OutsideEeg]):
    """Nothing more is waited for."""

    verb = "diagnosis.outside"
    outside: OutsideEeg
    words: str = ""

    def validate(self) -> None:
        """One that is open."""
        _check_open(self.outside, self.child.pk)

    def write(self) -> tuple[OutsideEeg, Told]:
        """Closed."""
        outside = self.outside
        outside.state, outside.words = OutsideState.CLOSED, self.words.strip() or outside.words
        outside.changed_at, outside.changed_by = timezone.now(), self.user
        outside.save(update_fields=["state", "words", "changed_at", "changed_by"])
        return outside, self.told(outside.audit_id, {"state": outside.state})


def _check_open(outside: OutsideEeg, child: int) -> None:
    if outside.child_id != child:
        raise InvalidActError("this EEG is on another chart")
    if outside.state == OutsideState.CLOSED:
        raise InvalidActError("this EEG is closed; enter it anew if it comes after all")
