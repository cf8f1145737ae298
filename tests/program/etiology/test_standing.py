"""Where each step stands: the rule joined with orders, samples, scans and results; what is next, with its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.etiology.bench import (
    TSC2,
    consented,
    days_ago,
    examined,
    in_search,
    ordered,
    resulted,
    sampled,
    scanned,
    shipped,
    today,
    told_family,
)
from tests.program.letters.desk import a_child, physician
from tests.program.staff import by

from westward.care.workup import Progress, Test
from westward.program.etiology import journey, queries, standing
from westward.program.etiology.actions.classify import AnswerTreatable, AssignCause
from westward.program.etiology.actions.imaging import WithdrawImaging
from westward.program.etiology.actions.result import AnalyteRow
from westward.program.etiology.actions.sample import RejectSample
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def steps(child: Child) -> dict[Test, standing.Standing]:
    return {one.step.test: one for one in standing.of(Child.objects.get(pk=child.pk), on=today())}


def words(child: Child) -> dict[str, date | None]:
    told = journey.next_acts([child.pk], now=timezone.now()).get(child.pk, [])
    return {act.words: timezone.localtime(act.due).date() if act.due else None for act in told}


def first_tier(child: Child) -> None:
    examined(child)
    scanned(child)
    resulted(ordered(child, "metabolic"), on=days_ago(3))


def test_without_a_search_there_are_no_steps_and_nothing_is_next() -> None:
    child = a_child()
    assert standing.of(child, on=today()) == ()
    assert words(child) == {}


def test_a_diagnosed_child_without_a_search_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    child = a_child()
    monkeypatch.setattr(journey, "diagnosed", lambda keys: {child.pk: days_ago(2)})
    assert words(child) == {"Open the search for the cause": days_ago(2)}


def test_an_order_alone_does_no_test() -> None:
    child = in_search(diagnosed=days_ago(3))
    ordered(child, "metabolic", on=days_ago(3))
    one = steps(child)[Test.METABOLIC]
    assert (one.step.progress, one.step.due) == (Progress.DUE, days_ago(3) + timedelta(days=7))
    assert "Collect the sample: metabolic tests" in words(child)


def test_a_step_past_its_day_is_overdue() -> None:
    child = in_search(diagnosed=days_ago(8))
    one = steps(child)[Test.MRI]
    assert one.step.progress is Progress.OVERDUE
    assert one.late(today())
    assert words(child)["Order MRI"] == days_ago(1)


def test_a_sample_does_the_test_and_its_dispatch_starts_the_turnaround() -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    sample = sampled(order, on=days_ago(9))
    one = steps(child)[Test.METABOLIC]
    assert (one.step.progress, one.to_ship, one.report_by) == (Progress.AWAITING_RESULT, (sample,), None)
    assert words(child)["Ship the sample: metabolic tests"] == days_ago(9)
    shipped(sample, on=days_ago(8))
    one = steps(child)[Test.METABOLIC]
    assert one.report_by == days_ago(8) + timedelta(days=14)
    assert one.turnaround is not None
    assert one.turnaround.status == "policy"
    assert not one.late(today())


def test_a_report_that_does_not_come_is_late() -> None:
    child = in_search(diagnosed=days_ago(40))
    shipped(sampled(ordered(child, "metabolic", on=days_ago(39)), on=days_ago(38)), on=days_ago(38))
    assert steps(child)[Test.METABOLIC].late(today())
    assert words(child)["Report expected: metabolic tests"] == days_ago(24)


def test_a_rejected_sample_does_not_count() -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    sample = sampled(order)
    RejectSample(
        **by(physician()), child=child, order=order, sample=sample, rejected_on=days_ago(2), reason="clotted"
    ).execute()
    assert steps(child)[Test.METABOLIC].step.progress in (Progress.DUE, Progress.OVERDUE)


def test_the_second_tier_opens_with_the_last_result_of_the_first() -> None:
    child = in_search()
    assert steps(child)[Test.EXOME].step.progress is Progress.WAITING
    first_tier(child)
    one = steps(child)[Test.EXOME]
    assert (one.step.progress, one.step.due) == (Progress.DUE, days_ago(3) + timedelta(days=14))
    assert "Order exome" in words(child)


def test_consent_is_asked_before_a_genetic_sample() -> None:
    child = in_search()
    first_tier(child)
    ordered(child, "exome", on=days_ago(2))
    assert "Ask consent: exome" in words(child)
    consented(child, "exome", on=days_ago(1))
    assert "Collect the sample: exome" in words(child)


def test_a_cause_ends_the_later_tiers_and_not_the_first() -> None:
    child = in_search()
    scanned(child, "cause")
    found = {test: one.step.progress for test, one in steps(child).items()}
    assert found[Test.METABOLIC] is Progress.OVERDUE
    examined(child)
    resulted(ordered(child, "metabolic"))
    assert steps(child)[Test.EXOME].step.progress is Progress.NOT_NEEDED


def test_an_incidental_finding_is_no_cause() -> None:
    child = in_search(order="nisc_2015")
    examined(child, "incidental")
    scanned(child)
    assert steps(child)[Test.MICROARRAY].step.progress is Progress.DUE


def test_a_test_outside_the_order_has_a_step_of_its_own_and_its_cause_counts() -> None:
    child = in_search()
    order = ordered(child, "panel", on=days_ago(2))
    extra = steps(child)[Test.PANEL]
    assert (extra.step.tier, extra.step.progress, extra.step.due) == (0, Progress.DUE, days_ago(2) + timedelta(days=14))
    consented(child, "panel")
    shipped(sampled(order, on=days_ago(2)), on=days_ago(2))
    assert steps(child)[Test.PANEL].report_by == days_ago(2) + timedelta(days=28)
    resulted(order, "cause", on=days_ago(1), variants=(TSC2,))
    assert "Tell the family: epilepsy gene panel" in words(child)
    first_tier(child)
    assert steps(child)[Test.EXOME].step.progress is Progress.NOT_NEEDED


def test_a_result_is_to_be_told_until_somebody_has() -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    resulted(order, on=days_ago(5))
    one = steps(child)[Test.METABOLIC]
    assert one.tell_by == days_ago(2)
    assert one.late(today())
    told_family(order)
    assert steps(child)[Test.METABOLIC].tell_by is None
    resulted(order, on=days_ago(1), amendment="repeat")
    assert steps(child)[Test.METABOLIC].tell_by == today() + timedelta(days=2), "an amended result is told anew"


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_a_silent_chart_asks_for_nothing(state: str) -> None:
    child = in_search(diagnosed=days_ago(40))
    order = ordered(child, "metabolic")
    shipped(sampled(order))
    child.state, child.state_on = state, days_ago(1)
    child.save()
    assert words(child) == {}
    found = steps(child)
    assert found[Test.MRI].step.progress is Progress.SILENCED
    assert found[Test.METABOLIC].report_by is None
    assert not any(one.late(today()) for one in found.values())


def test_a_normal_mri_of_the_months_that_hide_lesions_is_repeated_at_two_years() -> None:
    child = in_search(birth_date=days_ago(300))
    scan = scanned(child, on=days_ago(20))
    found = standing.repeat_of_mri(child, [scan])
    assert found is not None
    assert found[0] == child.birth_date + timedelta(days=730)
    assert words(child)["Repeat the MRI"] == found[0]
    WithdrawImaging(**by(physician()), child=child, imaging=scan, reason="twin").execute()
    assert "Repeat the MRI" not in words(child)


@pytest.mark.parametrize("finding, days", [("cause", 20), ("negative", 290)])
def test_an_abnormal_or_an_early_mri_is_not_repeated_for_this_reason(finding: str, days: int) -> None:
    child = in_search(birth_date=days_ago(300))
    assert standing.repeat_of_mri(child, [scanned(child, finding, on=days_ago(days))]) is None


def test_a_complete_search_asks_for_a_class_until_there_is_one() -> None:
    child = in_search()
    first_tier(child)
    consented(child, "exome", "microarray", "genome")
    for test in ("exome", "microarray", "genome"):
        order = ordered(child, test, on=days_ago(3))
        resulted(order, on=days_ago(2))
        told_family(order)
    told_family(child.test_orders.get(test="metabolic"))
    assert words(child) == {"Class the cause": None, **{k: v for k, v in words(child).items() if "Repeat" in k}}
    AssignCause(**by(physician()), child=child, cause="unknown", reason="nothing found").execute()
    assert "Class the cause" not in words(child)
    assert journey.lines([child.pk]) == {child.pk: "cause: unknown after the work-up"}


def test_marks_stand_on_their_days() -> None:
    child = in_search()
    scanned(child, on=days_ago(8))
    order = ordered(child, "metabolic")
    resulted(order, on=days_ago(3))
    resulted(order, "uncertain", on=days_ago(2), amendment="repeat")
    found = {mark.words: mark.at for mark in journey.marks(child, viewer=physician())}
    assert found == {"MRI: normal": days_ago(8), "Metabolic tests: uncertain": days_ago(2)}


def test_many_children_cost_the_queries_of_one(django_assert_max_num_queries: Any) -> None:
    children = [in_search(name=f"C{i}") for i in range(6)]
    for child in children:
        examined(child)
        shipped(sampled(ordered(child, "metabolic")))
    with django_assert_max_num_queries(16):
        told = journey.next_acts([child.pk for child in children], now=timezone.now())
    assert len(told) == 6


def test_treatable_causes_show_what_speaks_to_them_and_an_abnormal_one_alarms() -> None:
    child = in_search()
    before = {one.key: one for one in queries.treatables(child)}
    assert before["biotinidase"].awaited == ("biotinidase",)
    assert before["tuberous_sclerosis"].awaited == ()
    assert {one.state.value for one in before.values()} == {"open"}
    rows = (
        AnalyteRow(name="biotinidase", flag="normal", value="7.9"),
        AnalyteRow(name="alpha-AASA or pipecolic acid", flag="abnormal"),
        AnalyteRow(name="lactate", flag="not_done"),
    )
    resulted(ordered(child, "metabolic"), "uncertain", analytes=rows)
    after = queries.treatables(child)
    by_key = {one.key: one for one in after}
    assert after[0].key == "pyridoxine_dependent"
    assert after[0].alarming
    assert by_key["biotinidase"].state == "open", "a normal analyte excludes nothing by itself"
    assert by_key["pyruvate_dehydrogenase"].awaited == ("lactate",), "what was not done is still awaited"
    AnswerTreatable(
        **by(physician()), child=child, cause="pyridoxine_dependent", state="suspected", why="alpha-AASA"
    ).execute()
    assert not queries.treatables(child)[0].alarming


def test_every_analyte_that_speaks_to_a_cause_is_in_the_work_up() -> None:
    from westward.evidence.loader import load

    listed = set(load("workup")["metabolic.tests"].value)  # type: ignore[arg-type]
    causes = load("causes")
    treatable = {fact.key.partition(".")[2] for fact in causes.section("treatable")}
    for fact in causes.section("spoken_to_by"):
        assert fact.key.partition(".")[2] in treatable
        assert set(fact.value) <= listed  # type: ignore[arg-type]
