"""When it is established that a treatment does not work: the day, and what showed it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from westward.care.answer import Answer
from westward.care.failure import Failure, Ground, failure, not_free_since
from westward.care.response import Course, EegSeen

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


@pytest.mark.parametrize("n", [12, 15])
def test_spasms_on_other_days_do_not(n: int) -> None:
    assert failure(course(20, {n: 3})) is None


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


def test_not_free_since_is_the_first_day_from_day_7_to_14() -> None:
    assert not_free_since(course(20, {5: 9, 7: 0, 9: 2, 11: 4})) == day(9)
    assert not_free_since(course(20, {6: 9, 15: 2})) is None
    assert not_free_since(course(8, {9: 2})) is None
