"""How a recording becomes a study of a child: compared with the chart, dated, queued."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.diagnosis import ages
from westward.program.diagnosis.actions.base import hold
from westward.program.diagnosis.analyzing import analyze
from westward.program.diagnosis.choices import AnalysisState, RecordingState, StudyState
from westward.program.diagnosis.inspecting import day_of
from westward.program.diagnosis.models import Analysis, EegOrder, Recording, Study
from westward.program.diagnosis.rules.identity import OWN_CODE, TWIN_D, Comparison, Header, Person, check
from westward.program.diagnosis.rules.names import beginnings
from westward.program.people import queries as people
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.people.names import bare_number


def header_of(recording: Recording) -> Header:
    """What the file says of its child."""
    return Header(
        name=recording.header_name,
        code=recording.header_code,
        sex=recording.header_sex,
        birth=recording.header_birth,
        recorded=day_of(recording.header_start),
    )


def person_of(child: Child, *, sibling: bool = False) -> Person:
    """What the chart says."""
    return Person(
        key=child.pk,
        family=child.family_name,
        given=child.given_name,
        birth=child.birth_date,
        sex=child.sex,
        record_number=child.record_number,
        multiple_birth=child.multiple_birth,
        sibling=sibling,
    )


def look_alikes(child: Child, header: Header) -> list[Person]:
    """Charts of every site that a file could mean instead of this child's: by name, birth date, number or caregiver."""
    siblings = people.siblings(child)
    days = {child.birth_date + timedelta(days=n) for n in range(-TWIN_D, TWIN_D + 1)}
    near = [Q(birth_date__in=days), Q(pk__in=siblings), _said(header)]
    near += [Q(name_key__startswith=letters) for letters in beginnings(child.family_name)]
    found = Child.objects.filter(reduce(or_, near)).exclude(state=ChildState.MERGED).exclude(pk=child.pk)
    return [person_of(other, sibling=other.pk in siblings) for other in found]


def meant_by(*headers: Header) -> QuerySet[Child]:
    """Charts that some files could mean: by name, birth date or number."""
    return Child.objects.filter(reduce(or_, map(_said, headers)))


def _said(header: Header) -> Q:
    number = bare_number(header.code)
    near = Q(birth_date__in=[day for day in (header.birth, _swapped(header.birth)) if day])
    for letters in beginnings(header.name):
        near |= Q(name_key__startswith=letters)
    return near | Q(record_key=number) if len(number) > OWN_CODE else near


def _swapped(day: date | None) -> date | None:
    return day.replace(month=day.day, day=day.month) if day is not None and day.day <= 12 else None


def compare(child: Child, recording: Recording, *, expected: date | None = None) -> Comparison:
    """File against chart, with every chart that could be meant instead."""
    header = header_of(recording)
    return check(
        header,
        person_of(child),
        others=look_alikes(child, header),
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
    hold(child)
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
    age = ages.of(study)
    if age is None:
        study.state = StudyState.NO_AGE
        study.save(update_fields=["state"])
        return None
    study.state = StudyState.WAITING
    study.save(update_fields=["state", "recorded_on"])
    analysis = Analysis.objects.create(
        study=study, state=AnalysisState.QUEUED, age_d=age.days, age_why=age.why, asked_at=now, asked_by=by
    )
    analyze.enqueue(analysis.pk)
    return analysis


def go_on(study: Study, *, by: User | None, now: datetime) -> None:
    """After a stop: as it was if the engine has graded it at this very age, else queued."""
    result, age = study.results.select_related("analysis").first(), ages.of(study)
    if result is not None and age is not None and result.analysis.age_d == age.days:
        study.state = StudyState.ANALYZED
        study.save(update_fields=["state"])
    else:
        queue(study, by=by, now=now)


def halt(study: Study, why: str, *, now: datetime) -> None:
    """End a run that waits or is under way; the engine stops by itself when it finds out."""
    Analysis.objects.filter(study=study, state__in=[AnalysisState.QUEUED, AnalysisState.RUNNING]).update(
        state=AnalysisState.FAILED, failure=why, ended_at=now
    )


def _by_order(order: EegOrder | None) -> date | None:
    """The day on which an order was recorded, by its sheet or by whoever marked it done."""
    if order is None:
        return None
    sheet = order.sheets.filter(replaced_by=None).first()
    return sheet.recorded_on if sheet else order.done_on
