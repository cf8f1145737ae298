"""Steps of the EEG: ordered, booked, recorded, attached, analyzed, read, signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage
from westward.program.diagnosis import analyzing, files
from westward.program.diagnosis.actions.attach import AttachUpload
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.order import MarkDone, OrderEeg
from westward.program.diagnosis.actions.read import SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.sheet import WriteSheet
from westward.program.diagnosis.inspecting import inspect
from westward.program.diagnosis.models import Analysis, EegOrder, Study
from westward.program.people.models import Child as Chart
from westward.program.referral import calendar
from westward.program.referral.actions.appointments import BookSlot, Keep
from westward.program.referral.models import Appointment


def order(stage: Stage, chart: Chart, *, urgency: str = "today") -> EegOrder:
    """The physician orders."""
    return OrderEeg(
        **stage.by("physician"),
        child=chart,
        reason="Events in rows after waking; infantile spasms?",
        urgency=urgency,
        owner=stage.people["coordinator"],
    ).execute()


def book(stage: Stage, chart: Chart, *, earliest: datetime) -> Appointment:
    """The coordinator books the next free slot from a moment on."""
    free = calendar.free(calendar.slots(stage.people["coordinator"]), now=stage.now())
    slot = free.filter(starts__gte=earliest).order_by("starts", "pk").first()
    assert slot is not None, "no slot is free"
    help_ = "interpreter by phone" if chart.interpreter else ""
    return BookSlot(
        **stage.by("coordinator"), child=chart, slot=slot, with_whom="Tomás Linden", interpreter=help_
    ).execute()


def kept(stage: Stage, chart: Chart, appointment: Appointment, ordered: EegOrder) -> None:
    """The child came; the technologist writes the sheet."""
    Keep(**stage.by("coordinator"), child=chart, appointment=appointment).execute()
    WriteSheet(
        **stage.by("technologist"),
        child=chart,
        order=ordered,
        recorded_on=timezone.localtime(appointment.starts).date(),
        deltoid_emg="yes",
        sleep_recorded="yes",
        events_seen="unknown",
        skin_before="intact",
        skin_after="intact",
        handed_to="reading room",
        handed_at=stage.now(),
    ).execute()


def done(stage: Stage, chart: Chart, ordered: EegOrder) -> None:
    """Recorded, and its file is not here: read on the hospital's own system."""
    MarkDone(**stage.by("technologist"), child=chart, order=ordered, on=stage.now().date()).execute()


def attach(
    stage: Stage, child: Child, chart: Chart, ordered: EegOrder, *, began: datetime, of: Chart | None = None
) -> Study:
    """Upload a simulated recording of the child, or by mistake of another one."""
    whose = of or chart
    path = stage.recorder.record(
        child.eeg,
        given=whose.given_name,
        family=whose.family_name,
        birth=whose.birth_date,
        sex=whose.sex,
        began=began,
        code=whose.record_number,
    )
    arrival = files.copy_in([path])
    act = AttachUpload(
        **stage.by("technologist"), child=chart, arrival=arrival, inspected=inspect(arrival.path), order=ordered
    )
    study = act.execute()
    if of is None and study.stopped:  # twins: the file fits both
        ResolveIdentity(
            **stage.by("technologist"),
            child=chart,
            study=study,
            resolution="this",
            reason="Both bands were checked at the bed with the mother.",
        ).execute()
    for analysis in Analysis.objects.filter(study=study):
        analyzing.run(analysis.pk)
    study.refresh_from_db()
    path.unlink()
    return study


READS = {
    "spasms": {"based": 5, "hypsarrhythmia": "yes", "event_recorded": "yes", "ictal_correlate": "yes"},
    "mimics": {"based": 0, "hypsarrhythmia": "no", "focal_or_multifocal": "no", "interictal_normal": "yes"},
    "based_2": {"based": 2, "hypsarrhythmia": "no"},
    "based_3a": {"based": 3, "hypsarrhythmia": "no"},
    "based_4a": {"based": 4, "hypsarrhythmia": "no"},
}
"""What the reader says of a scenario; of any other, hypsarrhythmia and 5."""


def read(stage: Stage, child: Child, chart: Chart, study: Study) -> None:
    """The reader's own grade, before the engine's."""
    said = {
        "hypsarrhythmia": "yes",
        "focal_or_multifocal": "yes",
        "sleep_recorded": "yes",
        "quality": "good",
        "based": 5,
        **READS.get(child.eeg, {}),
    }
    StoreRead(**stage.by("reader"), child=chart, study=study, said=said).execute()


def sign(stage: Stage, chart: Chart, study: Study) -> None:
    """See the engine's result, then sign."""
    SeeEngine(**stage.by("reader"), child=chart, study=study).execute()
    SignRead(**stage.by("reader"), child=chart, study=study).execute()


def ended(appointment: Appointment) -> datetime:
    """When an appointment is over."""
    return appointment.ends or appointment.starts + timedelta(hours=4)
