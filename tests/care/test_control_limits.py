"""Control limits: by hand, and what has none."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from westward.care.control_limits import Kind, Limits, p_limits, xmr_limits
from westward.care.quality_treatment import Aim, limits
from westward.care.run_chart import Point, run_chart
from westward.care.site import with_site_values
from westward.evidence.loader import load


def shares(*counts: tuple[int, int] | None) -> list[Point]:
    """Points of k of n children by period; None is hidden."""
    return [Point(f"P{i}", None, None) if one is None else Point(f"P{i}", one[0] / one[1], one[1]) for i, one in
            enumerate(counts)]  # fmt: skip


def test_the_limits_of_a_p_chart_by_hand() -> None:
    found = p_limits(shares(*[(10, 20)] * 11, (18, 20)))
    center = (11 * 10 + 18) / 240  # 0.5333
    reach = 3 * sqrt(center * (1 - center) / 20)  # 0.3347
    assert found.kind is Kind.P
    assert found.center == pytest.approx(center)
    assert found.limits[0] == Limits("P0", pytest.approx(center - reach), pytest.approx(center + reach))
    assert found.beyond == ("P11",)  # 0.90 > 0.868
    assert found.missing == ""
    assert found.facts[0].status == "recalled"


def test_each_period_has_the_limits_of_its_own_number_and_none_leaves_the_scale() -> None:
    found = p_limits(shares(*[(8, 10)] * 11, (32, 40)))
    assert found.limits[0].high == 1.0  # 0.8 + 0.379
    assert found.limits[11].high == pytest.approx(0.8 + 3 * sqrt(0.16 / 40))
    assert found.limits[11].low == pytest.approx(0.8 - 3 * sqrt(0.16 / 40))
    assert found.beyond == ()
    assert p_limits(shares(*[(2, 10)] * 12)).limits[0].low == 0.0


def test_fewer_periods_than_limits_need_have_none() -> None:
    found = p_limits(shares(*[(10, 20)] * 11))
    assert (found.center, found.limits, found.beyond) == (None, (), ())
    assert found.missing == "11 of the 12 periods that limits need"
    assert p_limits(shares(*[(10, 20)] * 12)).limits


def test_hidden_periods_have_none_and_do_not_count() -> None:
    found = p_limits(shares(*[(10, 20)] * 11, None, (12, 20)))
    assert found.limits[11] == Limits("P11", None, None)
    assert found.center == pytest.approx(122 / 240)
    assert not p_limits(shares(*[(10, 20)] * 11, None)).limits


def test_a_period_with_too_few_children_expected_on_either_side_has_none() -> None:
    # pooled 0.8: without the answer 7 x 0.2 = 1.4 children are expected, and 6 x 0.2 = 1.2
    found = p_limits(shares(*[(16, 20)] * 10, (28, 35), (28, 35), (4, 5)))
    assert found.limits[12] == Limits("P12", None, None)
    assert found.missing == "1 of 13 periods have too few children for limits"
    few = p_limits(shares(*[(4, 5)] * 12))
    assert few.limits == ()
    assert few.missing == "too few children in every period"


@pytest.mark.parametrize(("least", "has"), [(2.0, True), (2.1, False)])
def test_as_many_as_the_limit_are_enough(least: float, has: bool) -> None:
    sheet = with_site_values(load("quality"), {"control.least_expected": least}, site="Example clinic")
    assert bool(p_limits(shares(*[(2, 4)] * 12), sheet=sheet).limits) is has


@pytest.mark.parametrize("k", [0, 20])
def test_where_every_child_answers_alike_there_is_nothing_to_vary(k: int) -> None:
    found = p_limits(shares(*[(k, 20)] * 12))
    assert found.limits == ()
    assert found.missing == "every period has the same share"


def test_the_limits_of_an_individuals_chart_by_hand() -> None:
    values = [4.0, 6.0] * 6 + [20.0]
    found = xmr_limits([Point(f"P{i}", value, 8) for i, value in enumerate(values)])
    center, step = sum(values) / 13, (11 * 2 + 14) / 12  # 6.154 and 3.0
    assert found.kind is Kind.XMR
    assert found.center == pytest.approx(center)
    assert found.limits[0] == Limits("P0", 0.0, pytest.approx(center + 2.66 * step))  # 14.1; never below zero
    assert found.beyond == ("P12",)


def test_an_individuals_chart_knows_the_end_of_its_scale_and_hidden_periods() -> None:
    points = [Point(f"P{i}", value, 8) for i, value in enumerate([0.9, 1.0] * 6)]
    assert xmr_limits(points, most=1.0).limits[0].high == 1.0
    assert xmr_limits(points).limits[0].high == pytest.approx(0.95 + 0.266)
    hidden = [*points[:6], Point("H", None, None), *points[6:]]
    assert xmr_limits(hidden, most=1.0).limits[6] == Limits("H", None, None)
    assert xmr_limits(points[:11]).missing == "11 of the 12 periods that limits need"
    assert xmr_limits([Point(f"P{i}", 0.5, 8) for i in range(12)]).missing == "every period has the same value"


def test_children_are_counted_by_the_p_chart_and_what_belongs_to_a_child_is_not() -> None:
    chart = run_chart(shares(*[(10, 20), (12, 20)] * 6))
    assert limits(Aim.REMISSION_14, chart).kind is Kind.P
    assert limits(Aim.MONITORING, chart).kind is Kind.XMR
    assert limits(Aim.ACCESS, chart).limits[0].high <= 1.0


def test_limits_of_a_site_and_the_end_of_the_scale_reach_both_charts() -> None:
    quick = with_site_values(load("quality"), {"control.baseline": 2}, site="Example clinic")
    chart = run_chart(shares((10, 20), (19, 20)))
    for aim in (Aim.REMISSION_14, Aim.MONITORING):
        assert not limits(aim, chart).limits
        assert len(limits(aim, chart, sheet=quick).limits) == 2
    assert [one.high for one in limits(Aim.MONITORING, chart, sheet=quick).limits] == [1.0, 1.0]
    assert limits(Aim.MONITORING, chart, sheet=quick) == xmr_limits(chart.points, most=1.0, sheet=quick)


def test_a_value_on_its_limit_is_not_beyond_it() -> None:
    """The ends of the scale are limits: every child, or none, is within them."""
    every = p_limits(shares(*[(8, 10)] * 11, (10, 10)))
    assert (every.limits[11].high, every.beyond) == (1.0, ())
    none = p_limits(shares(*[(2, 10)] * 11, (0, 10)))
    assert (none.limits[11].low, none.beyond) == (0.0, ())


def test_a_hidden_value_has_no_limits_though_its_number_is_known() -> None:
    points = [*shares(*[(10, 20)] * 11, (12, 20)), Point("H", None, 20)]
    found = p_limits(points)
    assert found.limits[12] == Limits("H", None, None)
    assert found.center == pytest.approx(122 / 240)
    assert found.missing == ""


@pytest.mark.parametrize("reckon, kind", [(p_limits, Kind.P), (xmr_limits, Kind.XMR)])
def test_what_has_no_limits_still_says_how_they_would_be_reckoned_and_by_which_rules(reckon: Any, kind: Kind) -> None:
    facts = load("quality").section("control")
    assert facts
    refused = [shares(*[(10, 20)] * 11), shares(*[(20, 20)] * 12)]
    if kind is Kind.P:
        refused.append(shares(*[(4, 5)] * 12))
    for points in refused:
        found = reckon(points)
        assert (found.kind, found.limits, found.facts) == (kind, (), facts)
        assert found.missing
    whole = reckon(shares(*[(10, 20), (12, 20)] * 6))
    assert (whole.kind, whole.missing, whole.facts) == (kind, "", facts)
