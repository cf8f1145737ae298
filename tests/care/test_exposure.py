"""Cumulative dose as planned and as given; days under a hormone as given."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.calendar import build
from westward.care.ceilings import by_weight, check_length
from westward.care.dosing import Body
from westward.care.exposure import Exposure, Lessened, Planned, days_in_a_row, exposures, less, of_calendar
from westward.core.errors import UsageError
from westward.evidence.shelf import load

START = date(2026, 12, 1)


def on(day: int) -> date:
    return START + timedelta(days=day - 1)


def dose(day: int, amount: int = 1000, *, time: str = "morning", drug: str = "prednisolone") -> Planned:
    return Planned(on(day), time, drug, "ug", amount)


TWICE = [dose(day, time=time) for day in range(1, 11) for time in ("morning", "evening")]


def test_planned_and_given_stand_beside_each_other() -> None:
    short = [Lessened(on(2), "morning", "prednisolone"), Lessened(on(3), "evening", "prednisolone", 400)]
    (found,) = exposures(TWICE, until=on(4), lessened=short, recorded=True)
    assert found == Exposure(
        drug="prednisolone", unit="ug", planned=20_000, planned_days=10, due=8000, due_days=4, given=6400,
        given_days=4,
    )  # fmt: skip


def test_a_day_of_which_every_dose_was_missed_is_no_day_of_treatment() -> None:
    short = [Lessened(on(2), time, "prednisolone") for time in ("morning", "evening")]
    (found,) = exposures(TWICE, until=on(4), lessened=short, recorded=True)
    assert (found.given, found.given_days) == (6000, 3)


def test_nothing_recorded_is_neither_nothing_nor_all() -> None:
    (found,) = exposures(TWICE, until=on(4), recorded=False)
    assert (found.due, found.given, found.given_days) == (8000, None, None)


def test_days_to_come_are_not_given_and_drugs_stand_apart() -> None:
    both = [*TWICE, dose(1, 5000, drug="vigabatrin")]
    first, second = exposures(both, until=on(0), recorded=True)
    assert (first.drug, first.due, first.given, first.given_days) == ("prednisolone", 0, 0, 0)
    assert (second.drug, second.planned) == ("vigabatrin", 5000)


def test_what_fits_no_dose_changes_nothing_and_never_more_than_the_dose_counts() -> None:
    odd = [Lessened(on(2), "noon", "prednisolone"), Lessened(on(1), "morning", "prednisolone", 9999)]
    assert less(TWICE, odd) == tuple(TWICE)


@given(
    st.lists(st.tuples(st.integers(1, 10), st.sampled_from(["morning", "evening"]), st.integers(0, 1000)), max_size=9)
)
def test_what_was_given_is_never_more_than_what_was_due(short: list[tuple[int, str, int]]) -> None:
    told = [Lessened(on(day), time, "prednisolone", part) for day, time, part in short]
    for last in (0, 3, 10):
        (found,) = exposures(TWICE, until=on(last), lessened=told, recorded=True)
        assert found.given is not None
        assert 0 <= found.given <= found.due <= found.planned


def missed(*days: int) -> list[Lessened]:
    return [Lessened(on(day), "morning", "prednisolone") for day in days]


def row(*days: int) -> list[Planned]:
    return [dose(day) for day in days]


@pytest.mark.parametrize(
    "doses, until, short, expected",
    [
        (row(*range(1, 11)), 10, [], (10, 1)),
        (row(*range(1, 11)), 5, [], (5, 1)),
        (row(*range(1, 11)), 10, missed(4, 5), (8, 1)),
        (row(*range(1, 11)), 10, missed(1, 2), (8, 3)),
        (row(1, 3, 5, 7), 6, [], (6, 1)),
        (row(1, 3, 5, 7), 6, missed(3), (5, 1)),
        (row(*range(1, 21)), 20, missed(*range(5, 12)), (13, 1)),
        (row(*range(1, 21)), 20, missed(*range(5, 13)), (8, 13)),
        (row(*range(1, 13)), 12, missed(*range(5, 13)), (0, None)),
        (row(*range(1, 13)), 11, missed(*range(5, 13)), (4, 1)),
        (row(3, 4), 2, [], (0, None)),
        ([], 2, [], (0, None)),
    ],
)
def test_days_in_a_row(
    doses: list[Planned], until: int, short: list[Lessened], expected: tuple[int, int | None]
) -> None:
    days, first = expected
    found = days_in_a_row(doses, until=on(until), lessened=short, break_d=7)
    assert found == (days, None if first is None else on(first))


def test_days_of_a_pause_do_not_count() -> None:
    doses = row(1, 2, 3, 6, 7)
    assert days_in_a_row(doses, until=on(7), pauses={on(4), on(5)}, break_d=7) == (5, on(1))
    assert days_in_a_row(doses, until=on(7), pauses={on(4), on(5)}, break_d=1) == (2, on(6))


def test_days_after_the_last_dose_are_not_counted() -> None:
    assert days_in_a_row(row(1, 2), until=on(9), break_d=7) == (2, on(1))


def test_days_at_the_highest_dose_are_counted_as_given() -> None:
    made = build(load("prednisolone_perc"), Body(), start=START)
    days = [*[day for day in made.days if day.step == "full dose"] * 2, made.days[0]]
    assert len(days) == 29
    with pytest.raises(UsageError, match="highest dose on 29 days"):
        check_length(made.protocol, days)
    for one in (Lessened(on(2), "noon", "prednisolone"), Lessened(on(2), "noon", "prednisolone", 9000)):
        check_length(made.protocol, days, lessened=[one])


def test_a_calendar_is_read_dose_by_dose() -> None:
    made = build(load("prednisolone_perc"), Body(), start=START)
    doses = of_calendar(made.days)
    assert len(doses) == 14 * 4 + 5 * 6
    assert doses[0] == Planned(START, "morning", "prednisolone", "ug", 10_000)


def test_drugs_whose_ceiling_goes_by_weight() -> None:
    assert by_weight(load("prednisolone_perc")) == ("prednisolone",)
    assert by_weight(load("hormone_plus_vigabatrin")) == ("prednisolone", "vigabatrin")


def test_without_a_weight_the_ceiling_is_told_as_not_assessable() -> None:
    words = "prednisolone: the ceiling by weight is not assessable, no weight was given; weigh before a dose is given"
    assert words in build(load("prednisolone_perc"), Body(), start=START).warnings
    assert not any(
        "not assessable" in w for w in build(load("prednisolone_perc"), Body(weight_g=7000), start=START).warnings
    )
