"""Work-up of the cause: tiers, due dates, and when to stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from westward.care.silence import Silence, Why
from westward.care.site import with_site_values
from westward.care.workup import (
    Done,
    Finding,
    Order,
    Progress,
    Step,
    Test,
    expected,
    first_tier_open,
    mri_repeat,
    workup,
)
from westward.core.errors import UsageError
from westward.evidence.loader import load
from westward.evidence.status import Status

D0 = date(2026, 3, 2)
FIRST = (Test.EXAMINATION, Test.MRI, Test.METABOLIC)


def at(days: int) -> date:
    return D0 + timedelta(days=days)


def negative(on: int, resulted: int, finding: Finding = Finding.NEGATIVE) -> Done:
    return Done(at(on), at(resulted), finding)


def steps(done=None, *, on: int, **more) -> dict[Test, Step]:
    return {s.test: s for s in workup(diagnosed=D0, done=done or {}, on=at(on), **more)}


def test_at_the_diagnosis_the_first_tier_is_due_and_the_rest_waits() -> None:
    found = steps(on=0)
    assert {t: s.due for t, s in found.items() if s.progress is Progress.DUE} == {
        Test.EXAMINATION: D0,
        Test.MRI: at(7),
        Test.METABOLIC: at(7),
    }
    assert {t for t, s in found.items() if s.progress is Progress.WAITING} == {
        Test.EXOME,
        Test.MICROARRAY,
        Test.GENOME,
    }
    assert Test.PANEL not in found


def test_a_test_of_today_is_done_and_one_of_tomorrow_is_not() -> None:
    assert steps({Test.MRI: Done(at(3))}, on=3)[Test.MRI].progress is Progress.AWAITING_RESULT
    assert steps({Test.MRI: Done(at(4))}, on=3)[Test.MRI].progress is Progress.DUE
    assert steps({Test.MRI: negative(3, 3)}, on=3)[Test.MRI].progress is Progress.RESULTED


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Done(at(3), resulted=at(4)), "a result needs its day and its finding, or neither"),
        (lambda: Done(at(3), finding=Finding.CAUSE), "a result needs its day and its finding, or neither"),
        (lambda: negative(3, 2), f"a result of {at(2)} cannot come before the test of {at(3)}"),
        (
            lambda: mri_repeat(birth=D0, scanned=at(-1), negative=True),
            f"the scan of {at(-1)} lies before the birth date",
        ),
    ],
)
def test_what_cannot_be_is_said_whole(make, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == words


@pytest.mark.parametrize("value", ["some weeks", True])
def test_a_turnaround_that_is_no_number_of_days_gives_no_day(value: str | bool) -> None:
    sheet = load("workup")
    facts = {**sheet.facts, "turnaround.exome_d": replace(sheet["turnaround.exome_d"], value=value)}
    assert expected(Test.EXOME, D0, sheet=replace(sheet, facts=facts)) is None


def test_a_scan_on_the_day_of_birth_is_possible_and_not_repeated() -> None:
    assert mri_repeat(birth=D0, scanned=D0, negative=True) is None


def test_a_step_past_its_day_is_overdue() -> None:
    assert steps(on=7)[Test.MRI].progress is Progress.DUE
    assert steps(on=8)[Test.MRI].progress is Progress.OVERDUE


@pytest.mark.parametrize("finding", [Finding.NEGATIVE, Finding.UNCERTAIN])
def test_the_next_tier_opens_with_the_last_result_of_the_tier_before(finding: Finding) -> None:
    done = {t: negative(1, 5 + i, finding) for i, t in enumerate(FIRST)}
    found = steps(done, on=8)
    assert (found[Test.EXOME].progress, found[Test.EXOME].due) == (Progress.DUE, at(7 + 14))
    assert found[Test.GENOME].progress is Progress.WAITING
    assert steps(done, on=6)[Test.EXOME].progress is Progress.WAITING


def test_a_missing_result_holds_the_next_tier() -> None:
    done = {t: negative(1, 5) for t in FIRST} | {Test.MRI: Done(at(2))}
    found = steps(done, on=20)
    assert found[Test.MRI].progress is Progress.AWAITING_RESULT
    assert found[Test.EXOME].progress is Progress.WAITING


def test_a_cause_ends_later_tiers_and_not_its_own() -> None:
    found = steps({Test.MRI: negative(1, 5, Finding.CAUSE)}, on=6)
    assert found[Test.MRI].progress is Progress.RESULTED
    assert found[Test.METABOLIC].progress is Progress.DUE
    assert {found[t].progress for t in (Test.EXOME, Test.MICROARRAY, Test.GENOME)} == {Progress.NOT_NEEDED}


def test_the_order_of_2015_is_array_then_panel_then_metabolic() -> None:
    found = [(s.test, s.tier) for s in workup(diagnosed=D0, done={}, on=D0, order=Order.NISC_2015)]
    assert found == [
        (Test.EXAMINATION, 1),
        (Test.MRI, 1),
        (Test.MICROARRAY, 2),
        (Test.PANEL, 3),
        (Test.METABOLIC, 4),
        (Test.EXOME, 5),
        (Test.GENOME, 6),
    ]


def test_times_are_policy_and_the_newer_order_is_recalled() -> None:
    tier, due = steps(on=0)[Test.EXOME].facts
    assert (tier.status, due.status) == (Status.RECALLED, Status.POLICY)
    sheet = with_site_values(load("workup"), {"due.mri_d": 3}, site="Example clinic")
    assert steps(on=0, sheet=sheet)[Test.MRI].due == at(3)


def test_silence_takes_every_due_date_and_leaves_results() -> None:
    found = steps({Test.MRI: negative(1, 5)}, on=30, silence=Silence(Why.TRANSFERRED, at(30)))
    assert all(s.due is None for s in found.values())
    assert found[Test.MRI].progress is Progress.RESULTED
    assert found[Test.METABOLIC].progress is Progress.SILENCED


def test_results_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="its day and its finding"):
        Done(D0, at(1))
    with pytest.raises(UsageError, match="before the test"):
        Done(at(2), at(1), Finding.NEGATIVE)


@pytest.mark.parametrize("age_d, again", [(182, False), (183, True), (548, True), (549, False)])
def test_a_negative_mri_at_6_to_18_months_is_repeated_from_2_years(age_d: int, again: bool) -> None:
    found = mri_repeat(birth=D0, scanned=at(age_d), negative=True)
    assert (found is not None) is again
    if found is not None:
        assert found[0] == at(730)
        assert found[1].status is Status.EXCERPT


def test_an_mri_that_shows_something_is_not_repeated_for_myelination() -> None:
    assert mri_repeat(birth=D0, scanned=at(300), negative=False) is None
    with pytest.raises(UsageError, match="before the birth"):
        mri_repeat(birth=D0, scanned=at(-1), negative=True)


def test_a_cause_found_by_a_test_that_the_order_does_not_have_ends_the_later_tiers_and_not_the_first() -> None:
    found = steps({Test.PANEL: negative(1, 5, Finding.CAUSE)}, on=6)
    assert {found[test].progress for test in FIRST} == {Progress.DUE, Progress.OVERDUE}
    assert Test.PANEL not in found
    done = {test: negative(1, 5) for test in FIRST} | {Test.PANEL: negative(1, 5, Finding.CAUSE)}
    assert {s.progress for t, s in steps(done, on=6).items() if t not in FIRST} == {Progress.NOT_NEEDED}


def test_the_first_tier_is_open_until_each_of_its_tests_has_a_result() -> None:
    done = {test: negative(1, 5) for test in FIRST[:2]} | {Test.METABOLIC: Done(at(1))}
    assert first_tier_open(steps(done, on=6).values()) == (Test.METABOLIC,)
    done[Test.METABOLIC] = negative(1, 6)
    assert first_tier_open(steps(done, on=6).values()) == ()


def test_a_report_is_expected_by_the_turnaround_of_its_test() -> None:
    found = expected(Test.EXOME, D0)
    assert found is not None
    assert found[0] == at(28)
    assert found[1].status is Status.POLICY
    assert expected(Test.EXAMINATION, D0) is None
    own = with_site_values(load("workup"), {"turnaround.exome_d": 10}, site="North")
    assert expected(Test.EXOME, D0, sheet=own) is not None
    assert expected(Test.EXOME, D0, sheet=own)[0] == at(10)  # type: ignore[index]


@pytest.mark.parametrize("test", Test)
def test_only_what_reads_the_genome_is_genetic(test: Test) -> None:
    assert test.genetic == (test.value in {"microarray", "panel", "exome", "genome"})
