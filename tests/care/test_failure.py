"""When it is established that a treatment does not work: the day, and what showed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from westward.care.answer import Answer
from westward.care.escalation import responded_at_14
from westward.care.failure import Failure, Ground, failure, not_free_since, told_free_first, witnessed_later
from westward.care.response import Course, EegSeen, relapses
from westward.care.site import with_site_values
from westward.evidence.loader import load

START = date(2026, 3, 2)


def day(n: int) -> date:
    return START + timedelta(days=n - 1)


def course(on: int, told: dict[int, int] | None = None, *eegs: EegSeen) -> Course:
    witnessed = {day(n): count for n, count in (told or {}).items()}
    return Course(start=START, witnessed=witnessed, eegs=eegs, on=day(on))


def eeg(n: int, *, spasms: Answer = Answer.NO, hypsarrhythmia: Answer = Answer.NO) -> EegSeen:
    return EegSeen(on=day(n), spasms=spasms, hypsarrhythmia=hypsarrhythmia, sleep=Answer.YES, source=f"read:{n}")


@pytest.mark.parametrize("shown", [{"spasms": Answer.YES}, {"hypsarrhythmia": Answer.YES}])
@pytest.mark.parametrize("n", [12, 14, 18])
def test_the_eeg_of_day_14_establishes_it_on_its_own_day(n: int, shown: dict[str, Answer]) -> None:
    seen = eeg(n, **shown)
    assert failure(course(30, {}, seen)) == Failure(day(n), Ground.EEG, seen)


@pytest.mark.parametrize("n", [11, 19])
def test_an_eeg_outside_its_days_establishes_nothing(n: int) -> None:
    assert failure(course(30, {}, eeg(n, spasms=Answer.YES))) is None


@pytest.mark.parametrize("n", [13, 14])
def test_spasms_witnessed_on_day_13_or_14_establish_it_on_day_14(n: int) -> None:
    assert failure(course(20, {n: 3})) == Failure(day(14), Ground.WITNESS)
    assert failure(course(13, {13: 3})) is None, "the checkpoint has not come"


def test_spasms_before_day_13_do_not() -> None:
    assert failure(course(20, {12: 3})) is None


def test_silence_and_what_is_not_known_are_no_failure() -> None:
    assert failure(course(40)) is None
    assert failure(course(40, {}, eeg(14, spasms=Answer.UNKNOWN, hypsarrhythmia=Answer.UNKNOWN))) is None


def test_the_earliest_counts() -> None:
    seen = eeg(16, spasms=Answer.YES)
    found = failure(course(20, {14: 3}, seen), ended_on=day(15))
    assert found == Failure(day(14), Ground.WITNESS)
    assert failure(course(20, {}, seen), ended_on=day(15)) == Failure(day(15), Ground.ENDED)


def test_a_relapse_counts_from_its_first_spasms_and_says_who_saw_them() -> None:
    assert failure(course(60, {50: 2}), relapse=day(50)) == Failure(day(50), Ground.RELAPSE)
    seen = eeg(50, spasms=Answer.YES)
    assert failure(course(60, {}, seen), relapse=day(50)) == Failure(day(50), Ground.RELAPSE_EEG, seen)


def test_a_relapse_is_shown_by_the_eeg_of_its_day_that_recorded_spasms_and_by_no_other() -> None:
    other_day, no_spasms = eeg(49, spasms=Answer.YES), eeg(50)
    assert failure(course(60, {}, other_day, no_spasms), relapse=day(50)) == Failure(day(50), Ground.RELAPSE)


def test_what_was_established_on_the_day_itself_counts() -> None:
    seen = eeg(14, spasms=Answer.YES)
    assert failure(course(14, {}, seen)) == Failure(day(14), Ground.EEG, seen)
    assert failure(course(13, {}, seen)) is None
    assert failure(course(14, {13: 2})) == Failure(day(14), Ground.WITNESS)
    assert failure(course(9), ended_on=day(9)) == Failure(day(9), Ground.ENDED)
    assert failure(course(8), ended_on=day(9)) is None


def test_the_first_of_several_eegs_of_day_14() -> None:
    first, second = eeg(13, spasms=Answer.YES), eeg(16, hypsarrhythmia=Answer.YES)
    assert failure(course(20, {}, second, first)) == Failure(day(13), Ground.EEG, first)


def test_not_free_on_the_last_day_that_is_asked() -> None:
    assert not_free_since(course(20, {14: 2})) == day(14)
    assert not_free_since(course(20, {7: 2})) == day(7)


def test_not_free_since_is_the_first_day_from_day_7_to_14() -> None:
    assert not_free_since(course(20, {5: 9, 7: 0, 9: 2, 11: 4})) == day(9)
    assert not_free_since(course(20, {6: 9, 15: 2})) is None
    assert not_free_since(course(8, {9: 2})) is None


def test_spasms_from_day_14_on_establish_it_on_their_day_whatever_was_not_told() -> None:
    told = {n: 9 for n in range(1, 31) if n not in (13, 14)}
    assert failure(course(30, told)) == Failure(day(15), Ground.LATER)
    assert responded_at_14(course(30, told)) is Answer.NO
    assert failure(course(14, {14: 2})) == Failure(day(14), Ground.WITNESS)


def test_spasms_after_free_days_fail_on_their_day_and_leave_day_14_open() -> None:
    one = course(30, dict.fromkeys(range(1, 15), 0) | dict.fromkeys(range(15, 31), 9))
    assert failure(one) == Failure(day(15), Ground.LATER)
    assert responded_at_14(one) is Answer.UNKNOWN


def test_spasms_after_a_clean_eeg_of_day_14_are_a_relapse_from_their_first_day() -> None:
    told = dict.fromkeys(range(1, 24), 0) | dict.fromkeys(range(1, 11), 5) | dict.fromkeys(range(17, 24), 9)
    one = course(23, told, eeg(14))
    assert relapses(one) == {"EC14": day(17)}
    assert responded_at_14(one) is Answer.YES, "day 14 stays what it was"
    assert failure(one, relapse=day(17)) == Failure(day(17), Ground.RELAPSE)
    assert failure(one) is None, "a relapse is not a treatment that never worked"


def test_another_treatment_ends_what_is_held_against_the_first() -> None:
    later = replace(course(40, {20: 3}), second_treatment=day(16))
    assert failure(later) is None
    assert failure(replace(later, second_treatment=day(20))) == Failure(day(20), Ground.LATER), "its own day counts"
    shown = course(40, {}, eeg(16, spasms=Answer.YES))
    assert failure(replace(shown, second_treatment=day(10))) is None
    assert failure(replace(shown, second_treatment=day(16))) is not None


def test_the_checkpoint_of_a_site_decides_what_is_later() -> None:
    sheet = with_site_values(load("escalation"), {"checkpoint.second_d": 18}, site="Example clinic")
    for n, found in ((17, None), (18, day(18)), (19, day(19))):
        one = course(30, {n: 3})
        assert witnessed_later(one, sheet=sheet) == found
        assert failure(one, sheet=sheet) == (None if found is None else Failure(found, Ground.LATER))
    assert witnessed_later(course(20, {14: 2})) == day(14)
    assert witnessed_later(course(20, {13: 2})) is None


@pytest.mark.parametrize(
    ("told", "on", "free"),
    [
        ({}, 20, False),
        ({12: 0}, 20, False),
        ({13: 0, 14: 3}, 20, True),
        ({13: 3, 14: 0}, 20, False),
        ({1: 0, 15: 3}, 20, False),
        ({15: 0, 16: 3}, 20, True),
        ({20: 0}, 20, True),
        ({20: 0}, 19, False),
    ],
)
def test_the_first_day_told_from_day_13_on(told: dict[int, int], on: int, free: bool) -> None:
    assert told_free_first(course(on, told)) is free
