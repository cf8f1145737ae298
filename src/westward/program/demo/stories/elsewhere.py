"""Children at risk, from elsewhere, gone, or here twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import intake
from westward.program.demo.stories.way import Way
from westward.program.diagnosis.actions.outside import OutsideArrived, RequestOutside
from westward.program.people.actions.change_state import ChangeState
from westward.program.referral.actions.appointments import BookAppointment
from westward.program.referral.actions.surveillance import ListAtRisk, RecordEeg

RISKS = {"Waxwing": "tuberous_sclerosis", "Sycamore": "hie", "Alondra": "trisomy_21"}


def at_risk(stage: Stage, child: Child) -> Story:
    """No spasms yet; watched, with EEGs by a schedule."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=30)
    ListAtRisk(
        **stage.by("physician"), child=way.chart, risks=[RISKS.get(child.family, "other")], note=child.words
    ).execute()
    if child.began_d > 20:
        yield stage.after(days=6)
        RecordEeg(**stage.by("coordinator"), child=way.chart, on=timezone.localdate(), where="here").execute()


def second_opinion(stage: Stage, child: Child) -> Story:
    """Diagnosed elsewhere; the EEG is asked for, a visit booked."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=40)
    RequestOutside(**stage.by("coordinator"), child=way.chart, place="Faraway General Hospital").execute()
    BookAppointment(
        **stage.by("coordinator"),
        child=way.chart,
        kind="visit",
        starts=stage.today + timedelta(days=stage.rng.randrange(2, 6), hours=3),
        minutes=60,
        place="Epilepsy clinic",
    ).execute()


def outside_eeg(stage: Stage, child: Child) -> Story:
    """An EEG of another hospital: asked for; of the second child it came as pictures alone."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=25)
    asked = RequestOutside(
        **stage.by("coordinator"), child=way.chart, place="County Hospital", recorded_on=timezone.localdate()
    ).execute()
    if child.source == "transfer":
        yield stage.after(days=2)
        OutsideArrived(
            **stage.by("coordinator"),
            child=way.chart,
            outside=asked,
            arrived_on=timezone.localdate(),
            missing=["signals", "video"],
            words="A PDF with pictures came.",
        ).execute()


def transferred(stage: Stage, child: Child) -> Story:
    """Diagnosed, then moved away."""
    way = Way(stage, child)
    yield from way.to_diagnosis()
    yield stage.after(days=20)
    ChangeState(
        **stage.by("physician"),
        child=way.chart,
        state="transferred",
        on=timezone.localdate(),
        note="Moved; the program of the new city has taken over.",
    ).execute()


def deceased(stage: Stage, child: Child) -> Story:
    """Died; nothing is sent or reminded any more."""
    way = Way(stage, child)
    yield from way.to_diagnosis()
    yield stage.after(days=40)
    ChangeState(**stage.by("physician"), child=way.chart, state="deceased", on=timezone.localdate()).execute()


def twice(stage: Stage, child: Child) -> Story:
    """The pediatrician refers a child whom the mother has referred before under a short name."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield stage.after(minutes=20)
    intake.call(stage, child, referral, by="nurse")
    yield stage.after(minutes=10)
    intake.accept(stage, child, referral)
