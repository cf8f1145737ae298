"""Weights and lengths: what is taken for a mistake, at the limits and beyond."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from westward.care.plausible import Kind, Measurement, agree, doubts, proposes, too_old
from westward.core.errors import UsageError

DAY = date(2026, 5, 1)


def weight(value: int, days: int = 0) -> Measurement:
    return Measurement(Kind.WEIGHT, value, DAY + timedelta(days=days))


def length(value: int, days: int = 0) -> Measurement:
    return Measurement(Kind.LENGTH, value, DAY + timedelta(days=days))


def test_entered_twice() -> None:
    assert agree(7000, 7000) == 7000
    with pytest.raises(UsageError, match="7000 and 7100"):
        agree(7000, 7100)


@pytest.mark.parametrize("z, doubted", [(-6.0, False), (-6.1, True), (5.0, False), (5.1, True), (None, False)])
def test_for_age(z: float | None, doubted: bool) -> None:
    assert bool(doubts(weight(7000), z=z)) is doubted


@pytest.mark.parametrize(
    "new, days, doubted",
    [(6300, 7, False), (6299, 7, True), (7700, 7, False), (7701, 7, True), (7100, 0, False), (7101, 0, True)],
)
def test_after_the_last_weight(new: int, days: int, doubted: bool) -> None:
    assert bool(doubts(weight(new, days), last=weight(7000))) is doubted


@pytest.mark.parametrize("new, doubted", [(640, False), (639, True), (900, False)])
def test_after_the_last_length(new: int, doubted: bool) -> None:
    assert bool(doubts(length(new, 30), last=length(650))) is doubted


def test_only_like_is_compared() -> None:
    for last in (length(650), weight(7000, 1)):
        with pytest.raises(UsageError) as caught:
            doubts(weight(7000), last=last)
        assert str(caught.value) == "a measurement is compared with an earlier one of the same kind"


@pytest.mark.parametrize(
    "new, last, z, words",
    [
        (weight(7000), None, -6.14, "weight is -6.1 SD from the median for age (limits -6 and +5)"),
        (length(650), None, 6.2, "length is +6.2 SD from the median for age (limits -6 and +6)"),
        (length(600, 30), length(650), None, "length fell from 650 to 600 mm"),
        (weight(6000, 7), weight(7000), None, "weight fell from 7000 to 6000 g in 7 d, more than 10%"),
        (weight(8000, 7), weight(7000), None, "weight rose from 7000 to 8000 g in 7 d"),
    ],
)
def test_a_doubt_says_what_and_how_much(
    new: Measurement, last: Measurement | None, z: float | None, words: str
) -> None:
    assert doubts(new, last=last, z=z) == (words,)


def test_two_doubts_are_both_told() -> None:
    assert len(doubts(weight(8000, 7), last=weight(7000), z=7.0)) == 2


def test_age_of_a_measurement() -> None:
    assert not too_old(weight(7000), on=DAY + timedelta(days=7))
    assert too_old(weight(7000), on=DAY + timedelta(days=8))
    assert not too_old(length(650), on=DAY + timedelta(days=31))
    assert too_old(length(650), on=DAY + timedelta(days=32))


@pytest.mark.parametrize("new, proposed", [(7699, False), (7700, True), (6300, True), (6301, False)])
def test_a_new_dose_is_proposed_from_ten_percent(new: int, proposed: bool) -> None:
    assert proposes(dosed_by=7000, new=new) is proposed
