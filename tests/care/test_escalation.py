"""The next step: what is proposed when, with which evidence, and what never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from westward.care.answer import Answer
from westward.care.escalation import Situation, Step, free_at_7, next_steps, responded_at_14
from westward.care.response import Course, EegSeen
from westward.evidence import protocol as protocols
from westward.evidence.status import Status

START = date(2026, 3, 2)


def course(day: int, told: dict[int, int], *eegs: EegSeen) -> Course:
    witnessed = {START + timedelta(days=n - 1): count for n, count in told.items()}
    return Course(start=START, witnessed=witnessed, eegs=eegs, on=START + timedelta(days=day - 1))


def eeg(day: int, **seen: Answer) -> EegSeen:
    return EegSeen(on=START + timedelta(days=day - 1), **seen)


def situation(**changes: Any) -> Situation:
    base: dict[str, Any] = {
        "protocol": "prednisolone_iciss",
        "kinds": frozenset({"hormone"}),
        "day": 7,
        "free_at_7": Answer.NO,
        "responded_at_14": Answer.UNKNOWN,
        "branches": protocols.load("prednisolone_iciss").branches,
    }
    return Situation(**(base | changes))


@pytest.mark.parametrize(
    ("day", "told", "expected"),
    [
        (6, {5: 9}, Answer.UNKNOWN),
        (7, {7: 0}, Answer.YES),
        (7, {}, Answer.UNKNOWN),
        (7, {7: 3}, Answer.NO),
        (9, {7: 0, 8: 0, 9: 2}, Answer.NO),
        (9, {7: 0, 9: 0}, Answer.UNKNOWN),
        (20, {**dict.fromkeys(range(7, 15), 0), 16: 5}, Answer.YES),
    ],
)
def test_day_7_is_free_only_if_every_day_since_was_told(day: int, told: dict[int, int], expected: Answer) -> None:
    assert free_at_7(course(day, told)) is expected


def test_a_diary_alone_never_says_that_a_treatment_works() -> None:
    assert responded_at_14(course(16, dict.fromkeys(range(1, 17), 0))) is Answer.UNKNOWN
    clear = eeg(14, spasms=Answer.NO, hypsarrhythmia=Answer.NO, sleep=Answer.YES)
    assert responded_at_14(course(16, {}, clear)) is Answer.YES


def test_spasms_on_eeg_or_witnessed_at_day_14_are_a_failure() -> None:
    assert responded_at_14(course(16, {}, eeg(14, spasms=Answer.YES, sleep=Answer.YES))) is Answer.NO
    assert responded_at_14(course(16, {13: 4})) is Answer.NO


def test_day_7_not_free_proposes_the_branch_of_the_protocol_with_its_status() -> None:
    (one,) = next_steps(situation())
    assert (one.step, one.branch, one.due_d) == (Step.RAISE, "spasms_on_day_7", 1)
    assert one.grounds[0].status is Status.RECALLED
    assert "138 of 171" in one.grounds[1].words


def test_day_7_without_a_branch_or_taken_proposes_nothing() -> None:
    assert next_steps(situation(branches=())) == ()


def test_day_7_unknown_asks() -> None:
    (one,) = next_steps(situation(free_at_7=Answer.UNKNOWN))
    assert one.step is Step.ASK


def test_before_day_7_and_when_all_goes_well_nothing_is_proposed() -> None:
    assert next_steps(situation(day=6)) == ()
    assert next_steps(situation(free_at_7=Answer.YES)) == ()
    assert next_steps(situation(day=16, responded_at_14=Answer.YES)) == ()


def test_day_14_unknown_asks_for_the_eeg_of_day_14() -> None:
    (one,) = next_steps(situation(day=15, started_on=START))
    assert one.step is Step.EEG
    assert one.due == START + timedelta(days=13)
    assert "Video-EEG" in one.words


def test_failure_of_a_hormone_proposes_the_other_mechanism_first_then_the_sequence() -> None:
    found = next_steps(situation(day=15, responded_at_14=Answer.NO))
    assert [(one.step, one.protocol) for one in found] == [
        (Step.SWITCH, "vigabatrin_standard"),
        (Step.SWITCH, "acth_label_150"),
    ]
    assert "27 of 49" in found[0].grounds[0].words
    assert found[1].differs, "a sequence carried over from another dose must say so"


def test_the_clock_to_the_next_drug_counts_from_the_failure_not_from_today() -> None:
    failed = START + timedelta(days=13)
    for day in (14, 15, 40):
        found = next_steps(situation(day=day, responded_at_14=Answer.NO, failed_on=failed))
        assert {one.due for one in found} == {failed + timedelta(days=1)}
    unknown = next_steps(situation(day=15, responded_at_14=Answer.NO))
    assert {one.due for one in unknown} == {None}, "a day that is not known is not made up"


def test_a_treatment_that_was_ended_for_failure_still_asks_for_the_next() -> None:
    found = next_steps(situation(day=9, free_at_7=Answer.UNKNOWN, ended=True, failed_on=START + timedelta(days=8)))
    assert {one.step for one in found} == {Step.SWITCH}


def test_the_raise_of_day_7_and_the_referral_have_days_of_their_own() -> None:
    not_free = START + timedelta(days=7)
    (one,) = next_steps(situation(day=9, not_free_on=not_free))
    assert one.due == not_free + timedelta(days=1)
    (surgery,) = next_steps(situation(day=3, focal_lesion=Answer.YES, surgery_since=START))
    assert (surgery.step, surgery.due) == (Step.SURGERY, START + timedelta(days=14))


def test_the_published_sequence_does_not_leave_its_source() -> None:
    found = next_steps(situation(protocol="prednisolone_ucla_8mgkg", day=14, responded_at_14=Answer.NO))
    acth = next(one for one in found if one.protocol == "acth_label_150")
    assert acth.differs == ""
    assert [ground.words[:7] for ground in acth.grounds[1:3]] == ["4 of 10", "1 of 7:"]


def test_failure_of_vigabatrin_proposes_hormones_and_adds_in_tuberous_sclerosis() -> None:
    asked = {"protocol": "vigabatrin_standard", "kinds": frozenset({"vigabatrin"}), "branches": (), "day": 14}
    plain = next_steps(situation(**asked, responded_at_14=Answer.NO))
    assert {one.step for one in plain} == {Step.SWITCH}
    assert "prednisolone_perc" in {one.protocol for one in plain}
    tsc = next_steps(situation(**asked, responded_at_14=Answer.NO, tuberous_sclerosis=Answer.YES))
    assert {one.step for one in tsc} == {Step.ADD}
    assert tsc[0].grounds[0].status is Status.RECALLED


def test_with_both_mechanisms_given_no_standard_drug_is_left() -> None:
    found = next_steps(
        situation(
            protocol="vigabatrin_standard",
            kinds=frozenset({"vigabatrin"}),
            tried=frozenset({"hormone"}),
            branches=(),
            day=14,
            responded_at_14=Answer.NO,
            failures=2,
        )
    )
    assert [one.step for one in found] == [Step.NO_STANDARD, Step.SURGERY]


@pytest.mark.parametrize(
    ("lesion", "failures", "referred", "expected"),
    [
        (Answer.YES, 0, False, True),
        (Answer.UNKNOWN, 2, False, True),
        (Answer.UNKNOWN, 1, False, False),
        (Answer.NO, 1, False, False),
        (Answer.YES, 2, True, False),
    ],
)
def test_a_lesion_or_a_second_failure_opens_a_referral_once(
    lesion: Answer, failures: int, referred: bool, expected: bool
) -> None:
    found = next_steps(situation(day=3, focal_lesion=lesion, failures=failures, surgery_referred=referred))
    assert (Step.SURGERY in {one.step for one in found}) is expected


def test_a_relapse_proposes_again_whatever_the_day() -> None:
    found = next_steps(situation(day=60, responded_at_14=Answer.YES, relapsed=True))
    assert {one.step for one in found} == {Step.SWITCH}
    assert all(any("Hrachovy" in ground.source for ground in one.grounds) for one in found)


def test_every_protocol_that_is_proposed_ships() -> None:
    for kinds in (frozenset({"hormone"}), frozenset({"vigabatrin"})):
        for name in protocols.names():
            asked = replace(situation(day=14, responded_at_14=Answer.NO, kinds=kinds), protocol=name)
            assert {one.protocol for one in next_steps(asked)} - {""} <= set(protocols.names())
