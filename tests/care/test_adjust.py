"""Days put into a calendar: nothing is lost, everything after moves."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.dosing import Body
from westward.core.errors import UsageError
from westward.evidence.protocol import load

START = date(2026, 12, 1)


def perc() -> Calendar:
    return build(load("prednisolone_perc"), Body(), start=START)


def possible(calendar: Calendar, adjustments: list[Adjustment]) -> Calendar:
    """The calendar; what a hard stop refuses (``test_ceilings.py``) is no example."""
    try:
        return adjust(calendar, adjustments)
    except UsageError as error:
        assume("at most" not in str(error))
        raise


@given(st.lists(st.builds(Adjustment, st.sampled_from(list(Kind)), st.integers(1, 29), st.integers(1, 10)), max_size=4))
def test_days_follow_each_other_and_every_dose_stays(adjustments: list[Adjustment]) -> None:
    made = possible(perc(), adjustments)
    assert [day.day for day in made.days] == list(range(1, len(made.days) + 1))
    assert [day.date for day in made.days] == [START + timedelta(days=n) for n in range(len(made.days))]
    assert len(made.days) == 29 + sum(one.days for one in adjustments)
    given_ = [day.doses for day in made.days if day.doses]
    plain = [day.doses for day in perc().days]
    rest = iter(given_)
    assert all(doses in rest for doses in plain)
    assert made.cumulative[0].amount == sum(d.amount for doses in given_ for d in doses)
    checks = [check for day in made.days for check in day.checks]
    assert len(checks) == len([check for day in perc().days for check in day.checks])


def test_a_pause_has_no_doses_and_an_extension_repeats_the_day() -> None:
    paused = adjust(perc(), [Adjustment(Kind.PAUSE, 15, 2)])
    assert [(d.step, len(d.doses)) for d in paused.days[13:18]] == [
        ("full dose", 4), ("pause", 0), ("pause", 0), ("taper 1", 3), ("taper 1", 3),
    ]  # fmt: skip
    longer = adjust(perc(), [Adjustment(Kind.EXTEND, 14, 3)])
    assert [len(d.doses) for d in longer.days[12:19]] == [4, 4, 4, 4, 4, 3, 3]


@pytest.mark.parametrize("day, steps", [(14, ["full dose"] * 3 + ["taper 1"]), (15, ["full dose"] + ["taper 1"] * 3)])
def test_the_day_that_is_extended_is_repeated_and_no_other(day: int, steps: list[str]) -> None:
    longer = adjust(perc(), [Adjustment(Kind.EXTEND, day, 2)])
    assert [one.step for one in longer.days[13:17]] == steps
    assert [len(one.doses) for one in longer.days[13:17]] == [4 if name == "full dose" else 3 for name in steps]
    assert [one.step for one in longer.days].count("taper 1") == (5 if day == 14 else 7)


def test_totals_count_the_days_with_a_dose() -> None:
    assert [(t.amount, t.days) for t in perc().cumulative] == [(860_000, 29)]
    paused = adjust(perc(), [Adjustment(Kind.PAUSE, 10, 3)])
    assert [(t.amount, t.days) for t in paused.cumulative] == [(860_000, 29)]
    longer = adjust(perc(), [Adjustment(Kind.EXTEND, 10, 3)])
    assert [(t.amount, t.days) for t in longer.cumulative] == [(860_000 + 3 * 40_000, 32)]


def test_at_most_sixty_days_at_once() -> None:
    assert len(adjust(perc(), [Adjustment(Kind.PAUSE, 1, 60)]).days) == 89


@pytest.mark.parametrize(
    "day, days, words",
    [
        (30, 1, "the calendar has no day 30"),
        (1, 0, "0 days cannot be put in; give 1 to 60"),
        (1, 61, "61 days cannot be put in; give 1 to 60"),
    ],
)
def test_what_cannot_be(day: int, days: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        adjust(perc(), [Adjustment(Kind.PAUSE, day, days)])
    assert str(caught.value) == words


def label() -> Calendar:
    return build(load("acth_label_150"), Body(weight_g=7000, length_mm=650), start=START)


def depot(day: int | None = None) -> Calendar:
    chosen = [] if day is None else [Chosen(branch="spasms_on_day_7", day=day)]
    return build(load("tetracosactide_iciss"), Body(), start=START, chosen=chosen, unapproved=True)


def given_on(made: Calendar, drug: str, first: int = 1) -> list[int]:
    return [day.day for day in made.days if day.day >= first and any(d.drug == drug for d in day.doses)]


@pytest.mark.parametrize(
    "day, days, expected",
    [
        (24, 1, [24, 27, 29]),
        (24, 2, [24, 26, 28, 30]),
        (25, 1, [24, 27, 29]),
        (25, 2, [24, 26, 28, 30]),
        (29, 1, [24, 26, 28, 30]),
        (23, 1, [24, 25, 27, 29]),
    ],
)
def test_a_dose_for_every_other_day_is_repeated_in_its_rhythm(day: int, days: int, expected: list[int]) -> None:
    made = adjust(label(), [Adjustment(Kind.EXTEND, day, days)])
    assert given_on(made, "acth_natural", 24) == expected


_PUT_IN = st.builds(Adjustment, st.sampled_from(list(Kind)), st.integers(1, 29), st.integers(1, 6))


@given(st.sampled_from([None, *range(7, 14)]), st.lists(_PUT_IN, max_size=4), st.booleans())
def test_whatever_is_put_in_no_two_doses_for_every_other_day_follow_each_other(
    branch: int | None, adjustments: list[Adjustment], natural: bool
) -> None:
    made = possible(label() if natural else depot(branch), adjustments)
    for day, after in pairwise(made.days):
        slow = {d.drug for d in day.doses if d.every_d > 1} & {d.drug for d in after.doses if d.every_d > 1}
        assert not slow, f"{slow} on days {day.day} and {after.day}"
    for name in ("acth_natural", "prednisolone"):
        daily = [sum(d.amount for d in day.doses if d.drug == name) for day in made.days]
        given_daily = [amount for amount in daily if amount]
        assert all(b <= a for a, b in pairwise(given_daily)), "a taper never rises"
    depots = [d.amount for day in made.days for d in day.doses if d.drug == "tetracosactide"]
    assert set(depots) <= {500, 750}
    assert depots == sorted(depots), "once raised it stays raised"
