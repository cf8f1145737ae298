"""Shares and small cells at their limits; run charts whole; site values."""

from __future__ import annotations

import pytest

from westward.care.run_chart import Point, RunChart, Signal, run_chart
from westward.care.shares import HIDDEN, Share, is_small, share, small_cells
from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence.loader import load

FACTS = load("quality").section("run_chart")


def test_a_share_of_nothing_and_of_something() -> None:
    assert share(0, 0) == Share(0, 0, None, None, None)
    assert (share(0, 10).k, share(10, 10).value, share(0, 10).value) == (0, 1.0, 0.0)
    wide, narrow = share(5, 10, confidence=0.99), share(5, 10, confidence=0.5)
    assert (wide.low or 0) < (share(5, 10).low or 0) < (narrow.low or 0)
    for k, n in ((-1, 5), (6, 5)):
        with pytest.raises(UsageError) as caught:
            share(k, n)
        assert str(caught.value) == f"{k} of {n} is no share"


@pytest.mark.parametrize(
    "found, numerators, small",
    [
        (share(0, 0), True, False),
        (share(1, 1), False, True),
        (share(2, 4), False, True),
        (share(2, 5), False, False),
        (share(4, 20), True, True),
        (share(16, 20), True, True),
        (share(5, 20), True, False),
        (share(15, 20), True, False),
        (share(20, 20), True, False),
        (HIDDEN, False, True),
        (HIDDEN, True, True),
    ],
)
def test_a_small_share(found: Share, numerators: bool, small: bool) -> None:
    assert is_small(found, below=5, numerators=numerators) is small


@pytest.mark.parametrize(
    "counts, hidden",
    [
        ({"a": 0, "b": 9}, ""),
        ({"a": 1, "b": 9, "c": 9}, "ab"),
        ({"a": 4, "b": 5, "c": 6}, "ab"),
        ({"a": 5, "b": 6}, ""),
        ({"a": 2, "b": 3, "c": 9}, "ab"),  # five children in two cells are enough
        ({"a": 1, "b": 3, "c": 9, "d": 7}, "abd"),
        ({"a": 1, "b": 0}, "a"),
        ({"a": 1, "b": 8, "c": 8}, "ab"),
    ],
)
def test_which_cells_are_hidden(counts: dict[str, int], hidden: str) -> None:
    assert small_cells(counts, below=5) == frozenset(hidden)


def points(*values: float | None) -> tuple[Point, ...]:
    return tuple(Point(f"Q{n}", value, 9) for n, value in enumerate(values, 1))


def test_a_chart_is_whole_in_every_case() -> None:
    nothing = points(None, None)
    assert run_chart(nothing) == RunChart(nothing, None, None, FACTS)
    few = points(1, 2, 3, None, 5, 6, 7, 8, 9, 10)
    assert run_chart(few) == RunChart(few, 6, None, FACTS)
    enough = points(5, 9, 5, 1, 2, 4, 3, 9, 5, 1)
    assert run_chart(enough) == RunChart(enough, 4.5, (), FACTS)
    assert [fact.key for fact in FACTS] == ["run_chart.shift", "run_chart.trend", "run_chart.baseline"]


def test_points_on_the_center_neither_make_nor_break_a_shift() -> None:
    found = run_chart(points(9, 9, 5, 9, 9, 5, 9, 9, 1, 5, 1, 1, 5, 1, 1, 1))
    assert found.center == 5
    assert found.signals == (Signal("shift", "Q1", "Q8"), Signal("shift", "Q9", "Q16"))


def test_one_point_on_the_other_side_ends_a_run() -> None:
    assert run_chart(points(9, 1, 8, 8, 9, 9, 8, 1, 2, 1, 2, 1)).signals == ()


@pytest.mark.parametrize(
    "values, trend",
    [
        ((1, 2, 3, 4, 5, 4, 5, 4, 5, 4), ("Q1", "Q5")),
        ((9, 8, 7, 6, 5, 6, 5, 6, 5, 6), ("Q1", "Q5")),
        ((1, 1, 2, 3, 4, 5, 4, 5, 4, 5), ("Q1", "Q6")),
        ((5, 4, 5, 4, 5, 1, 2, 3, 4, 5), ("Q6", "Q10")),
    ],
)
def test_a_trend_begins_with_its_first_point(values: tuple[int, ...], trend: tuple[str, str]) -> None:
    found = run_chart(points(*values)).signals
    assert found is not None
    assert [(one.first, one.last) for one in found if one.kind == "trend"] == [trend]


def test_limits_of_a_site() -> None:
    sheet = with_site_values(load("quality"), {"run_chart.baseline": 3}, site="Example clinic")
    assert run_chart(points(1, 2, 3), sheet=sheet).signals == ()
    assert run_chart(points(1, 2, 3)).signals is None


def test_site_values_keep_the_name_and_refuse_another_kind() -> None:
    old = load("products")
    sheet = with_site_values(old, {"syringe.tell_from": 1, "limits.weight_most_g": 25_000.0}, site="x")
    assert (sheet.name, sheet.title) == (old.name, old.title)
    assert (sheet.number("syringe.tell_from"), sheet["limits.weight_most_g"].value) == (1, 25_000.0)
    drug, tell = "acth_gel_80.drug", "syringe.tell_from"
    for key, value in (("syringe.sizes_ul", "1000"), (drug, (1, 2)), (drug, 1), (tell, True)):
        with pytest.raises(UsageError) as caught:
            with_site_values(old, {key: value}, site="x")
        assert str(caught.value) == f"products {key} is {old[key].value!r}; a site cannot set it to {value!r}"
