"""Steps of follow-up: the family's diary, the EEG of day 14, adverse events, development, outcomes, lost and found."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage
from westward.program.demo.stories import eeg
from westward.program.followup.actions.answer import AnswerFlag, ChangeFollowing
from westward.program.followup.actions.record import RecordAdverse, RecordAssessment, RecordOutcome
from westward.program.followup.actions.sync_diary import SyncDiary
from westward.program.people.actions.caregivers import InviteCaregiver
from westward.program.people.models import Child as Chart
from westward.program.treatment.models import Run

CLEAR = {"hypsarrhythmia": "no", "event_recorded": "no"}
"""A video-EEG with sleep that shows neither."""
BAD = {"hypsarrhythmia": "yes", "event_recorded": "yes", "ictal_correlate": "yes"}
"""One that shows both."""
DAY_14 = "Video-EEG with sleep, day 14 of treatment"


def invited(stage: Stage, chart: Chart) -> User:
    """The account of the first caregiver; opened if there is none."""
    caregiver = chart.caregivers.filter(revoked_at=None).earliest("pk")
    if caregiver.user is None:
        InviteCaregiver(**stage.by("coordinator"), child=chart, caregiver=caregiver).execute()
        caregiver.refresh_from_db()
    assert caregiver.user is not None
    return caregiver.user


def entry(stage: Stage, kind: str, on: date, *, written: time = time(20, 15), **more: Any) -> dict[str, Any]:
    """One entry of the diary, written at a time of its day."""
    moment = timezone.make_aware(datetime.combine(on, written)).isoformat()
    key = str(uuid.UUID(int=stage.rng.getrandbits(128), version=4))
    return {"id": key, "kind": kind, "on": on.isoformat(), "written_at": moment, **more}


def day_told(stage: Stage, on: date, count: int) -> dict[str, Any]:
    """What a family tells of a day: none seen, or a cluster after waking."""
    if count == 0:
        return entry(stage, "free_day", on)
    count = max(1, count + stage.rng.randrange(-2, 3)) if count > 3 else count
    at = time(7, stage.rng.randrange(5, 50))
    moment = timezone.make_aware(datetime.combine(on, at)).isoformat()
    kind = "cluster" if count > 2 else "single"
    minutes = max(1, count // 3) if count > 2 else None
    more = {"count": count, "at": moment, "minutes": minutes, "since_waking": stage.rng.randrange(2, 15)}
    return entry(stage, kind, on, written=time(7, 55), waking="after_waking", **more)


def sent(stage: Stage, chart: Chart, parent: User, entries: Sequence[Mapping[str, Any]]) -> None:
    """The phone sends what it kept."""
    for taken in SyncDiary(**stage.as_(parent), child=chart, entries=entries).execute():
        assert taken.outcome == "stored", taken


def flag(stage: Stage, chart: Chart, parent: User, what: str, words: str) -> None:
    """A red flag of now."""
    now = timezone.localtime()
    sent(stage, chart, parent, [entry(stage, "red_flag", now.date(), written=now.time(), red_flag=what, words=words)])


def answered(stage: Stage, chart: Chart, words: str) -> None:
    """The nurse has called about the newest red flag."""
    one = chart.diary.filter(kind="red_flag", answered_at=None).latest("pk")
    AnswerFlag(**stage.by("nurse"), child=chart, entry=one, words=words).execute()


def recorded(
    stage: Stage,
    child: Child,
    chart: Chart,
    *,
    on: datetime,
    ordered: datetime,
    scenario: str,
    seen: Mapping[str, object],
    later: bool,
) -> Iterator[datetime]:
    """A video-EEG in the course of a treatment: ordered, booked, recorded, read, signed."""
    yield ordered
    order = eeg.order(stage, chart, urgency="planned", reason=DAY_14)
    appointment = eeg.book(stage, chart, earliest=on)
    yield eeg.ended(appointment)
    eeg.kept(stage, chart, appointment, order)
    study = eeg.attach(stage, child, chart, order, began=appointment.starts, scenario=scenario, later=later)
    yield stage.now() + timedelta(minutes=70)
    eeg.read(stage, child, chart, study, scenario=scenario, seen=seen)
    yield stage.now() + timedelta(minutes=10)
    eeg.sign(stage, chart, study)


def adverse(stage: Stage, chart: Chart, what: str, severity: str, act: str, *, run: Run | None = None) -> None:
    """Something bad, with what was done."""
    RecordAdverse(
        **stage.by("nurse"),
        child=chart,
        what=what,
        severity=severity,
        began_on=timezone.localdate(),
        act=act,
        run=run,
    ).execute()


def assessed(stage: Stage, chart: Chart, scores: Mapping[str, int]) -> None:
    """A developmental assessment; the next in half a year."""
    today = timezone.localdate()
    RecordAssessment(
        **stage.by("physician"),
        child=chart,
        instrument="bayley_4",
        version="Bayley-4, 2019",
        on=today,
        scores=[(domain, str(score)) for domain, score in scores.items()],
        next_on=today + timedelta(days=182),
    ).execute()


def outcome(stage: Stage, chart: Chart, months: int, **known: Any) -> None:
    """How the child is some months after the first dose."""
    RecordOutcome(**stage.by("physician"), child=chart, months=months, on=timezone.localdate(), **known).execute()


def following(stage: Stage, chart: Chart, state: str, why: str) -> None:
    """The family was lost, or found again."""
    ChangeFollowing(**stage.by("nurse"), child=chart, state=state, on=timezone.localdate(), why=why).execute()
