"""How a recording becomes a study of a child: compared with the chart, dated, queued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from westward.care.ages import age_on
from westward.program.accounts.models import User
from westward.program.diagnosis.analyzing import analyze
from westward.program.diagnosis.choices import AnalysisState, RecordingState, StudyState
from westward.program.diagnosis.inspecting import day_of
from westward.program.diagnosis.models import Analysis, EegOrder, Recording, Study
from westward.program.diagnosis.rules.identity import Comparison, Header, Person, check
from westward.program.people.choices import ChildState
from westward.program.people.models import Child


def header_of(recording: Recording) -> Header:
    """What the file says of its child."""
    return Header(
        name=recording.header_name,
        code=recording.header_code,
        sex=recording.header_sex,
        birth=recording.header_birth,
        recorded=day_of(recording.header_start),
    )


def person_of(child: Child) -> Person:
    """What the chart says."""
    return Person(
        key=child.pk,
        family=child.family_name,
        given=child.given_name,
        birth=child.birth_date,
        sex=child.sex,
        record_number=child.record_number,
        multiple_birth=child.multiple_birth,
    )


def look_alikes(birth: Iterable[date | None], *, but: int | None = None) -> list[Person]:
    """Charts with one of these birth dates: the only ones that can be taken for each other."""
    days = [day for day in birth if day]
    found = Child.objects.filter(birth_date__in=days).exclude(state=ChildState.MERGED)
    return [person_of(child) for child in found if child.pk != but]


def compare(child: Child, recording: Recording, *, expected: date | None = None) -> Comparison:
    """File against chart, with every chart that could be meant instead."""
    header = header_of(recording)
    return check(
        header,
        person_of(child),
        others=look_alikes((child.birth_date, header.birth), but=child.pk),
        today=timezone.localdate(),
        expected=expected,
    )


def begin(
    child: Child,
    recording: Recording,
    *,
    order: EegOrder | None,
    recorded_on: date | None,
    by: User | None,
    now: datetime,
) -> Study:
    """Put a recording on a chart; stopped if it may be another child's, else queued for analysis.

    ``recorded_on`` is what a person says; the day in the file goes first if there is one that can be.
    """
    comparison = compare(child, recording, expected=recorded_on or _by_order(order))
    day = day_of(recording.header_start)
    if day is None or not child.birth_date <= day <= timezone.localdate():
        day = recorded_on or _by_order(order)
    study = Study.objects.create(
        child=child,
        recording=recording,
        order=order,
        state=StudyState.STOPPED if comparison.stops else StudyState.NO_AGE,
        stopped=bool(comparison.stops),
        recorded_on=day,
        identity=comparison.to_json(),
        attached_at=now,
        attached_by=by,
    )
    Recording.objects.filter(pk=recording.pk).update(state=RecordingState.ATTACHED)
    recording.state = RecordingState.ATTACHED
    if not comparison.stops:
        queue(study, by=by, now=now)
    return study


def queue(study: Study, *, by: User | None, now: datetime) -> Analysis | None:
    """Ask for an analysis; None, and the study waits for its date, if there is no age: no age, no grade."""
    if study.recorded_on is None or study.recorded_on < study.child.birth_date:
        study.state = StudyState.NO_AGE
        study.save(update_fields=["state"])
        return None
    age = age_on(study.recorded_on, birth=study.child.birth_date, gestation_d=study.child.gestation_d)
    why = age.why if age.used_d >= 0 else f"{age.why}; before the day of term, taken as 0 days"
    study.state = StudyState.WAITING
    study.save(update_fields=["state", "recorded_on"])
    analysis = Analysis.objects.create(
        study=study, state=AnalysisState.QUEUED, age_d=max(0, age.used_d), age_why=why, asked_at=now, asked_by=by
    )
    analyze.enqueue(analysis.pk)
    return analysis


def _by_order(order: EegOrder | None) -> date | None:
    """The day on which an order was recorded, by its sheet or by whoever marked it done."""
    if order is None:
        return None
    sheet = order.sheets.filter(replaced_by=None).first()
    return sheet.recorded_on if sheet else order.done_on
