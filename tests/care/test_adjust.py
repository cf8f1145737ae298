"""Days put into a calendar: nothing is lost, everything after moves."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.made_up import course, protocol, step

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.dosing import Body
from westward.core.errors import UsageError
from westward.evidence.shelf import load

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


def two_drugs(depot_to: int, *, depot_from: int = 1) -> Calendar:
    """A depot every other day beside a daily drug whose step changes on day 4."""
    depot_ = course(step(name="depot", from_day=depot_from, to_day=depot_to, every_d=2), kind="second_line")
    daily = course(step(name="one"), step(name="two", from_day=4, to_day=9), drug="vigabatrin", kind="second_line")
    return build(protocol(depot_, daily), Body(), start=START)


def test_beside_another_drug_a_dose_for_every_other_day_keeps_its_rhythm() -> None:
    longer = adjust(two_drugs(9), [Adjustment(Kind.EXTEND, 4, 2)])
    assert given_on(longer, "prednisolone") == [1, 3, 5, 7, 9, 11]
    assert given_on(longer, "vigabatrin") == list(range(1, 12))


def test_a_drug_that_begins_the_day_after_is_moved() -> None:
    longer = adjust(two_drugs(9, depot_from=5), [Adjustment(Kind.EXTEND, 4, 2)])
    assert given_on(longer, "prednisolone") == [7, 9, 11]


def test_a_drug_that_has_ended_is_not_given_again() -> None:
    """The depot ends on day 5, in the same step of the other drug as day 7, which is extended."""
    longer = adjust(two_drugs(5), [Adjustment(Kind.EXTEND, 7, 4)])
    assert given_on(longer, "prednisolone") == [1, 3, 5]


@pytest.mark.parametrize(
    "day, days, expected",
    [(4, 3, [1, 4, 7, 10, 13]), (5, 1, [1, 4, 8, 11]), (6, 2, [1, 4, 9, 12]), (5, 3, [1, 4, 7, 10, 13])],
)
def test_a_dose_for_every_third_day_is_repeated_in_its_rhythm(day: int, days: int, expected: list[int]) -> None:
    third = build(protocol(course(step(to_day=10, every_d=3), kind="second_line")), Body(), start=START)
    assert given_on(third, "prednisolone") == [1, 4, 7, 10]
    assert given_on(adjust(third, [Adjustment(Kind.EXTEND, day, days)]), "prednisolone") == expected


@pytest.mark.parametrize(
    ("kind", "day", "told"),
    [
        (Kind.PAUSE, 6, 8),
        (Kind.PAUSE, 7, 8),
        (Kind.PAUSE, 8, 7),
        (Kind.EXTEND, 6, 8),
        (Kind.EXTEND, 7, 7),
    ],
)  # fmt: skip
def test_the_day_of_the_highest_dose_by_weight_moves_with_its_dose(kind: Kind, day: int, told: int) -> None:
    made = build(load("prednisolone_perc"), Body(weight_g=4200), start=START, from_day=7)
    assert made.warnings[0].startswith("prednisolone: 9.524 mg/kg a day on day 7; at most ")
    found = adjust(made, [Adjustment(kind, day, 1)])
    assert found.warnings == (made.warnings[0].replace("on day 7;", f"on day {told};"), *made.warnings[1:])


def test_the_day_of_the_highest_dose_is_counted_through_every_adjustment() -> None:
    made = build(load("prednisolone_perc"), Body(weight_g=4200), start=START, from_day=7)
    put_in = [Adjustment(Kind.PAUSE, 3, 2), Adjustment(Kind.EXTEND, 8, 3), Adjustment(Kind.PAUSE, 13, 1)]
    assert "on day 12;" in adjust(made, put_in).warnings[0], "7 and 2 is 9, and 3 is 12, before the last pause"
