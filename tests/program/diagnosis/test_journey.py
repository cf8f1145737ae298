"""What the board and the timeline are told: facts, next acts, marks, lines, in few queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import READ, RECORDED, a_child, a_study, person, reader

from westward.care.clocks import Milestone
from westward.care.when import on_day
from westward.program.diagnosis import journey
from westward.program.diagnosis.models import Decision, EegOrder, FirstTreatment, Read, SecondRead, Study
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def order(child: Child, **fields: Any) -> EegOrder:
    by = person(f"d{EegOrder.objects.count()}", "physician")
    return EegOrder.objects.create(child=child, reason="x", ordered_at=timezone.now(), ordered_by=by, **fields)


def words(child: Child) -> list[str]:
    return [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]


def read(study: Any, *, based: int | None = 5, signed: bool = True) -> Read:
    now = timezone.now()
    fields = {**READ, "based": based, "not_assessable_because": "" if based is not None else "lost leads"}
    reader_ = reader(f"r{study.pk}")
    return Read.objects.create(
        study=study, reader=reader_, version=1, kind="own", stored_at=now, signed_at=now if signed else None, **fields
    )


def test_the_steps_of_a_child_one_after_the_other() -> None:
    child = a_child()
    assert words(child) == ["Order EEG"]
    one = order(child, urgency="today")
    assert words(child) == ["Record EEG"]
    assert journey.lines([child.pk])[child.pk] == "EEG ordered, today"
    one.state, one.done_on = "done", RECORDED
    one.save()
    assert words(child) == ["Attach the recording"]
    assert journey.facts([child.pk])[child.pk] == {Milestone.EEG: on_day(RECORDED)}
    study = a_study(child, state="stopped", order=one)
    assert words(child) == ["Say whose recording it is"]
    study.state = "analyzed"
    study.save()
    assert words(child) == ["Read EEG"]
    assert journey.lines([child.pk])[child.pk] == "EEG to be read"
    stored = read(study, signed=False)
    assert words(child) == ["Sign the EEG read"]
    assert journey.lines([child.pk])[child.pk] == "BASED 5 (not signed)"
    stored.signed_at = timezone.now()
    stored.save()
    assert words(child) == ["Decide the diagnosis"]
    assert journey.lines([child.pk])[child.pk] == "BASED 5 (signed)"
    doctor = reader("doc")
    Decision.objects.create(
        child=child,
        outcome="confirmed",
        on=date(2025, 10, 6),
        judgment={},
        decided_by=doctor,
        decided_at=timezone.now(),
    )
    assert words(child) == ["Start treatment"]
    assert journey.lines([child.pk])[child.pk] == "BASED 5 (signed); spasms confirmed"
    FirstTreatment.objects.create(child=child, on=date(2025, 10, 7), recorded_by=doctor, recorded_at=timezone.now())
    assert words(child) == []
    assert set(journey.facts([child.pk])[child.pk]) == {Milestone.EEG, Milestone.DIAGNOSIS, Milestone.TREATMENT}


def test_a_recording_in_doubt_has_happened_to_nobody() -> None:
    child = a_child()
    a_study(child, state="stopped")
    a_study(child, n=2, state="withdrawn")
    assert journey.facts([child.pk])[child.pk] == {}


def test_the_earliest_eeg_stops_the_clock() -> None:
    child = a_child()
    a_study(child, n=1, recorded_on=date(2025, 10, 9))
    a_study(child, n=2, recorded_on=date(2025, 10, 7))
    order(child, state="done", done_on=date(2025, 10, 8))
    assert journey.facts([child.pk])[child.pk][Milestone.EEG] == on_day(date(2025, 10, 7))


def test_marks_are_the_readers_grades() -> None:
    child, viewer = a_child(), person("n", "nurse")
    read(a_study(child, n=1))
    read(a_study(child, n=2, recorded_on=date(2025, 10, 20)), based=None)
    a_study(child, n=3, recorded_on=date(2025, 11, 1))
    told = sorted(((m.words, m.value) for m in journey.marks(child, viewer=viewer)), key=lambda one: one[0])
    assert told == [
        ("EEG, not read yet", None),
        ("EEG: BASED 5 (signed)", Decimal(5)),
        ("EEG: not assessable (signed)", None),
    ]


def test_a_silent_child_has_nothing_to_do() -> None:
    child = a_child(state="deceased", state_on=date(2025, 11, 1))
    a_study(child)
    order(child)
    assert words(child) == []


def test_a_decision_that_is_not_confirmed_asks_for_no_treatment() -> None:
    child = a_child()
    read(a_study(child))
    Decision.objects.create(
        child=child, outcome="not", on=RECORDED, judgment={}, decided_by=reader("doc"), decided_at=timezone.now()
    )
    assert words(child) == []
    assert Milestone.DIAGNOSIS not in journey.facts([child.pk])[child.pk]


def test_many_children_cost_no_more_queries_than_one(django_assert_max_num_queries: Any) -> None:
    children = [a_child(n) for n in range(1, 13)]
    for n, child in enumerate(children):
        study = a_study(child, n=1)
        order(child)
        if n % 2:
            read(study)
    keys = [child.pk for child in children]
    for ask, limit in (
        (lambda: journey.facts(keys), 4),
        (lambda: journey.next_acts(keys, now=timezone.now()), 14),
        (lambda: journey.lines(keys), 6),
    ):
        with django_assert_max_num_queries(limit):
            ask()


def test_a_decision_is_left_out_of_the_line_while_a_second_reader_is_waited_for() -> None:
    child, bea = a_child(), reader("bea")
    study = a_study(child)
    first = read(study)
    Decision.objects.create(
        child=child, outcome="confirmed", on=timezone.localdate(), judgment={}, decided_by=first.reader,
        decided_at=timezone.now(),
    )  # fmt: skip
    assert journey.lines([child.pk])[child.pk] == "BASED 5 (signed); spasms confirmed"
    asked = SecondRead.objects.create(study=study, reader=bea, asked_by=first.reader, asked_at=timezone.now())
    waited = "EEG: second read waited for"
    assert journey.lines([child.pk])[child.pk] == waited
    assert journey.lines([child.pk], viewer=bea)[child.pk] == waited
    assert journey.lines([child.pk], viewer=first.reader)[child.pk] == "BASED 5 (signed); spasms confirmed"
    # Of an EEG after the decision nothing is told by it.
    Study.objects.filter(pk=study.pk).update(recorded_on=timezone.localdate())
    Decision.objects.update(on=RECORDED)
    assert journey.lines([child.pk])[child.pk] == f"{waited}; spasms confirmed"
    asked.stored_at = timezone.now()
    asked.save()
    assert journey.lines([child.pk])[child.pk] == "BASED 5 (signed); spasms confirmed"
