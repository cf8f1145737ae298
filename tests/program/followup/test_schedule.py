"""Assessments and outcomes on the board and the page: due, done, not due, silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.program.accounts.models import User
from westward.program.diagnosis.models import FirstTreatment
from westward.program.followup import journey
from westward.program.followup.actions.record import RecordAssessment, RecordOutcome
from westward.program.journey import collect
from westward.program.people.marks import NextAct, end_of
from westward.program.people.models import Child
from westward.program.people.reading import one_reading

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


def ago(days: int) -> Any:
    return today() - timedelta(days=days)


def treated(days: int, **fields: Any) -> tuple[Child, User]:
    """A child whose first dose was so many days ago."""
    child, doc = scene.child(birth_date=ago(days + 200), **fields), person("doc", "physician")
    FirstTreatment.objects.create(
        child=child, what="prednisolone", on=ago(days), recorded_by=doc, recorded_at=timezone.now()
    )
    return child, doc


def acts(child: Child) -> dict[str, NextAct]:
    return {act.words: act for act in journey.next_acts([child.pk], now=timezone.now()).get(child.pk, ())}


def assessed(doc: User, child: Child, on: int, **more: Any) -> None:
    more = {"instrument": "bayley_4", "version": "2019", "scores": [("Motor", "85")]} | more
    RecordAssessment(**by(doc), child=child, on=ago(on), **more).execute()


def outcome(doc: User, child: Child, months: int, on: int) -> None:
    known = dict.fromkeys(("spasms", "other_seizures", "hypsarrhythmia"), "no")
    RecordOutcome(**by(doc), child=child, months=months, on=ago(on), **known).execute()


def test_the_first_assessment_comes_due_and_is_late_until_it_is_made() -> None:
    child, doc = treated(60)
    assert acts(child) == {}
    FirstTreatment.objects.update(on=ago(61))
    act = acts(child)["First developmental assessment"]
    assert act.due == end_of(ago(61) + timedelta(days=91))
    assert (act.owner, act.address) == ("Physician", f"/children/{child.pk}/response/#development")
    FirstTreatment.objects.update(on=ago(92))
    late = acts(child)["First developmental assessment"].due
    assert late is not None
    assert late < timezone.now()
    assessed(doc, child, 0)
    assert set(acts(child)) == {"Outcome at 3 months"}


def test_the_day_agreed_on_comes_back() -> None:
    child, doc = scene.child(), person("doc", "physician")
    assessed(doc, child, 100, next_on=today() + timedelta(days=31))
    assert acts(child) == {}
    assessed(doc, child, 90, next_on=today() + timedelta(days=30))
    act = acts(child)["Developmental assessment: Bayley-4"]
    assert act.due == end_of(today() + timedelta(days=30))
    assessed(doc, child, 0)
    assert acts(child) == {}


def test_an_outcome_comes_due_and_is_done_once_recorded() -> None:
    child, doc = treated(76)
    assessed(doc, child, 0)
    assert acts(child) == {}
    FirstTreatment.objects.update(on=ago(77))
    act = acts(child)["Outcome at 3 months"]
    assert act.due == end_of(ago(77) + timedelta(days=91 + 14))
    assert act.address == f"/children/{child.pk}/response/#outcomes"
    outcome(doc, child, 3, 0)
    assert acts(child) == {}
    FirstTreatment.objects.update(on=ago(190))
    assert list(acts(child)) == ["Outcome at 6 months"]


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_of_a_child_who_left_nothing_is_due(state: str) -> None:
    child, doc = treated(100)
    assessed(doc, child, 50, next_on=ago(1))
    assert set(acts(child)) == {"Developmental assessment: Bayley-4", "Outcome at 3 months"}
    Child.objects.filter(pk=child.pk).update(state=state, state_on=ago(2))
    assert acts(child) == {}


def test_the_board_asks_for_children_without_a_run() -> None:
    """Within a reading an app is asked only of children with a row in its tables."""
    child, doc = treated(100)
    other = scene.child(pseudonym="W-TEST-0002")
    assessed(doc, other, 50, next_on=ago(1))
    with one_reading():
        told = collect.next_acts([child.pk, other.pk], now=timezone.now())
    words = {key: {act.words for act in found} for key, found in told.items()}
    assert {"First developmental assessment", "Outcome at 3 months"} <= words[child.pk]
    assert "Developmental assessment: Bayley-4" in words[other.pk]


def test_the_page_says_what_comes_what_is_late_and_what_is_missing() -> None:
    child, doc = treated(40)
    page = signed_in(doc).get(f"/children/{child.pk}/response/").content.decode()
    development = page.partition('id="development"')[2].partition("</section>")[0]
    assert "The first assessment by" in development
    assert "late" not in development
    FirstTreatment.objects.update(on=ago(200))
    page = signed_in(doc).get(f"/children/{child.pk}/response/").content.decode()
    development, _, rest = page.partition('id="development"')[2].partition("</section>")
    outcomes = rest.partition("</section>")[0]
    assert "▲ late" in development
    assert outcomes.index("3 months") < outcomes.index("missing") < outcomes.index("6 months")
    assert "▲ late" in outcomes
