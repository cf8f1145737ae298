"""Steps of the EEG: ordered, booked, recorded, attached, analyzed, read, signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage
from westward.program.diagnosis import analyzing, files
from westward.program.diagnosis.actions.attach import AttachUpload
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.order import OrderEeg
from westward.program.diagnosis.actions.read import SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.sheet import WriteSheet
from westward.program.diagnosis.inspecting import inspect
from westward.program.diagnosis.models import Analysis, EegOrder, Study
from westward.program.people.models import Child as Chart
from westward.program.referral import calendar
from westward.program.referral.actions.appointments import BookSlot, Keep, NoShow, Release
from westward.program.referral.models import Appointment

AFTERWARDS_MIN = 50
"""Minutes after a recording within which the demo attaches it."""


def order(
    stage: Stage,
    chart: Chart,
    *,
    urgency: str = "today",
    reason: str = "Events in rows after waking; infantile spasms?",
) -> EegOrder:
    """The physician orders."""
    return OrderEeg(
        **stage.by("physician"),
        child=chart,
        reason=reason,
        urgency=urgency,
        owner=stage.people["coordinator"],
    ).execute()


def book(stage: Stage, chart: Chart, *, earliest: datetime) -> Appointment:
    """The coordinator books the next free slot from a moment on."""
    free = calendar.free(calendar.slots(stage.people["coordinator"]), now=stage.now())
    slot = free.filter(starts__gte=earliest).order_by("starts", "pk").first()
    assert slot is not None, "no slot is free"
    help_ = "by phone" if chart.interpreter else ""
    return BookSlot(
        **stage.by("coordinator"), child=chart, slot=slot, with_whom="Tomás Linden", interpreter=help_
    ).execute()


def book_today(stage: Stage, chart: Chart) -> Appointment:
    """The coordinator books the last free slot that leaves time today to attach, analyze and read; else the next."""
    free = calendar.free(calendar.slots(stage.people["coordinator"]), now=stage.now())
    over = stage.today - timedelta(minutes=AFTERWARDS_MIN)
    slot = free.filter(starts__gte=stage.now() + timedelta(hours=1), ends__lte=over).order_by("-starts", "pk").first()
    return book(stage, chart, earliest=slot.starts if slot is not None else stage.now() + timedelta(hours=2))


def kept(stage: Stage, chart: Chart, appointment: Appointment, ordered: EegOrder) -> None:
    """The child came and was recorded; the technologist says so and writes the sheet."""
    Keep(**stage.by("technologist"), child=chart, appointment=appointment).execute()
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


def missed(stage: Stage, chart: Chart, appointment: Appointment, why: str) -> None:
    """The child did not come."""
    NoShow(**stage.by("technologist"), child=chart, appointment=appointment, reason=why).execute()


def released(stage: Stage, chart: Chart, appointment: Appointment, why: str) -> None:
    """The slot goes to another child."""
    Release(**stage.by("coordinator"), child=chart, appointment=appointment, reason=why).execute()


def attach(
    stage: Stage,
    child: Child,
    chart: Chart,
    ordered: EegOrder,
    *,
    began: datetime,
    of: Chart | None = None,
    scenario: str = "",
    later: bool = False,
) -> Study:
    """Upload a simulated recording of the child, or by mistake of another one; ``later`` leaves it to the worker."""
    whose = of or chart
    path = stage.recorder.record(
        scenario or child.eeg,
        given=whose.given_name,
        family=whose.family_name,
        birth=whose.birth_date,
        sex=whose.sex,
        began=began,
        code=whose.record_number,
        later=later,
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
    for analysis in Analysis.objects.filter(study=study) if stage.recorder.on and not later else ():
        analyzing.run(analysis.pk)
    study.refresh_from_db()
    path.unlink()
    return study


READS = {
    "spasms": {"based": 5, "hypsarrhythmia": "yes", "event_recorded": "yes", "ictal_correlate": "yes"},
    "healthy": {"based": 0, "hypsarrhythmia": "no", "focal_or_multifocal": "no", "interictal_normal": "yes"},
    "mimics": {"based": 0, "hypsarrhythmia": "no", "focal_or_multifocal": "no", "interictal_normal": "yes"},
    "based_2": {"based": 2, "hypsarrhythmia": "no"},
    "based_3a": {"based": 3, "hypsarrhythmia": "no"},
    "based_3b": {"based": 3, "hypsarrhythmia": "no"},
    "based_4a": {"based": 4, "hypsarrhythmia": "no"},
}
"""What the reader says of a scenario; of any other, hypsarrhythmia and 5."""


def read(
    stage: Stage, child: Child, chart: Chart, study: Study, *, scenario: str = "", seen: Mapping[str, object] = {}
) -> None:
    """The reader's own grade, before the engine's; ``seen`` is what the scenario does not say."""
    said = {
        "hypsarrhythmia": "yes",
        "focal_or_multifocal": "yes",
        "sleep_recorded": "yes",
        "quality": "good",
        "based": 5,
        **READS.get(scenario or child.eeg, {}),
        **seen,
    }
    StoreRead(**stage.by("reader"), child=chart, study=study, said=said).execute()


def sign(stage: Stage, chart: Chart, study: Study) -> None:
    """See the engine's result, if there is one, then sign."""
    if study.results.exists():
        SeeEngine(**stage.by("reader"), child=chart, study=study).execute()
    SignRead(**stage.by("reader"), child=chart, study=study).execute()


def looked_at(stage: Stage, chart: Chart) -> None:
    """The treating physician looks at what the engine says of each study that has been read."""
    for study in Study.objects.filter(child=chart, results__isnull=False).distinct():
        SeeEngine(**stage.by("physician"), child=chart, study=study).execute()


def ended(appointment: Appointment) -> datetime:
    """When an appointment is over."""
    return appointment.ends or appointment.starts + timedelta(hours=4)
