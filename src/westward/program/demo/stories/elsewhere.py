"""Children at risk, from elsewhere, gone, or here twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import cause, decision, eeg, intake
from westward.program.demo.stories.treated import to_today
from westward.program.demo.stories.way import Way
from westward.program.diagnosis.actions.outside import OutsideArrived, RequestOutside
from westward.program.diagnosis.models import OutsideEeg
from westward.program.people.actions.change_state import ChangeState
from westward.program.referral.actions.appointments import BookAppointment, Keep
from westward.program.referral.actions.surveillance import ListAtRisk, RecordEeg, SetDue

RISKS = {"Waxwing": "tuberous_sclerosis", "Sycamore": "hie", "Alondra": "trisomy_21"}
NEXT_EEG_D = {"Alondra": -2}
"""Days from today to the next EEG where no schedule is published; of one child it is overdue."""
LONG_D = 10
"""Days after which a second opinion has had its visit."""


def at_risk(stage: Stage, child: Child) -> Story:
    """No events and a normal first EEG: watched, with EEGs by a schedule or by a day that a person sets."""
    way = Way(stage, child)
    yield from way.to_read()
    day = timezone.localdate()
    yield stage.now() + timedelta(minutes=40)
    decision.not_spasms(stage, way.chart, decision.WATCHED)
    ListAtRisk(
        **stage.by("physician"), child=way.chart, risks=[RISKS.get(child.family, "other")], note=child.words
    ).execute()
    RecordEeg(**stage.by("coordinator"), child=way.chart, on=day, where="here").execute()
    if RISKS.get(child.family) != "tuberous_sclerosis":  # no published schedule
        due = max(timezone.localdate(stage.today) + timedelta(days=NEXT_EEG_D.get(child.family, 24)), day)
        SetDue(**stage.by("physician"), child=way.chart, due=due).execute()
    yield stage.after(minutes=60)
    decision.told(stage, way.chart, "The EEG is normal. What spasms look like, what to film, whom to call.")
    yield stage.after(minutes=120)
    decision.letter(stage, way.chart, "diagnosis")


def second_opinion(stage: Stage, child: Child) -> Story:
    """Diagnosed elsewhere and not controlled: the EEG from there is asked for, another is recorded here, a visit."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=10)
    RequestOutside(**stage.by("coordinator"), child=way.chart, place="Faraway General Hospital").execute()
    yield from way.to_diagnosis()
    yield from to_today(way, _visit(way))


def _visit(way: Way) -> Story:
    """The search for the cause, and a visit; of those who came long ago, both are over."""
    stage, long_ago = way.stage, way.child.began_d > LONG_D
    yield from way.to_workup()
    visit = BookAppointment(
        **stage.by("coordinator"),
        child=way.chart,
        kind="visit",
        starts=stage.after(days=3) if long_ago else stage.today + timedelta(days=2, hours=3),
        minutes=60,
        place="Epilepsy clinic",
    ).execute()
    if long_ago:
        yield stage.now() + timedelta(days=1)
        cause.image(stage, way.chart)
        yield eeg.ended(visit)
        Keep(**stage.by("coordinator"), child=way.chart, appointment=visit).execute()
        yield stage.after(days=1)
        yield from cause.metabolic(stage, way.chart)


def outside_eeg(stage: Stage, child: Child) -> Story:
    """An EEG of another hospital is asked for; of the second child it came as pictures alone, so one is made here."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=25)
    asked = RequestOutside(
        **stage.by("coordinator"), child=way.chart, place="County Hospital", recorded_on=timezone.localdate()
    ).execute()
    if child.source != "transfer":
        yield stage.after(minutes=10)
        eeg.order(stage, way.chart)
        eeg.book(stage, way.chart, earliest=stage.today + timedelta(hours=3))
        return
    yield from way.to_diagnosis()
    yield from to_today(way, _pictures(way, asked))


def _pictures(way: Way, asked: OutsideEeg) -> Story:
    """The search for the cause; the EEG from elsewhere arrives as pictures."""
    stage = way.stage
    yield from way.to_workup()
    yield stage.after(minutes=60)
    OutsideArrived(
        **stage.by("coordinator"),
        child=way.chart,
        outside=asked,
        arrived_on=timezone.localdate(),
        missing=["signals", "video"],
        words="A PDF with pictures came.",
    ).execute()
    yield stage.after(days=3)
    cause.image(stage, way.chart)
    yield stage.after(days=1)
    yield from cause.metabolic(stage, way.chart)


def transferred(stage: Stage, child: Child) -> Story:
    """Diagnosed and treated, then moved away."""
    way = Way(stage, child)
    yield from way.to_diagnosis()
    yield from to_today(way, _left(way, 20, "transferred", "Moved; the program of the new city has taken over."))


def deceased(stage: Stage, child: Child) -> Story:
    """Died; nothing is sent or reminded any more."""
    way = Way(stage, child)
    yield from way.to_diagnosis()
    yield from to_today(way, _left(way, 40, "deceased", ""))


def _left(way: Way, days: int, state: str, note: str) -> Story:
    """The chart is closed some days after the diagnosis."""
    yield way.stage.after(days=days)
    ChangeState(**way.stage.by("physician"), child=way.chart, state=state, on=timezone.localdate(), note=note).execute()


def came_treated(stage: Stage, child: Child) -> Story:
    """Diagnosed on an EEG of another hospital that came as pictures; treated here."""
    way = Way(stage, child)
    yield from way.to_chart()
    yield stage.after(minutes=25)
    asked = RequestOutside(
        **stage.by("coordinator"), child=way.chart, place="County Hospital", recorded_on=timezone.localdate()
    ).execute()
    yield stage.after(minutes=60)
    decision.confirm(stage, way.chart)
    yield from to_today(way, _pictures(way, asked))


def twice(stage: Stage, child: Child) -> Story:
    """The pediatrician refers a child whom the mother has referred before under a short name."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield stage.after(minutes=20)
    intake.call(stage, child, referral, by="nurse")
    yield stage.after(minutes=10)
    intake.accept(stage, child, referral)
