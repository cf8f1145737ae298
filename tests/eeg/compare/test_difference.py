"""Differences with intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.drifting import autoregressive, drifting

from westward.eeg.compare.difference import Difference, differ
from westward.eeg.compare.measures import DIFFERENCE, LOG10, RATIO
from westward.eeg.compare.parameters import CompareParameters

PARAMETERS = CompareParameters()


def difference(before: np.ndarray, after: np.ndarray, kind: str = RATIO, mean: bool = False) -> Difference:
    return differ(before, after, kind=kind, mean=mean, parameters=PARAMETERS)


def noise(level: float, n: int = 60, seed: int = 0) -> np.ndarray:
    return level + np.random.default_rng(seed).normal(0, 1, n)


def test_a_mean_is_told_where_counts_are_compared() -> None:
    x = np.tile([0.0, 4.0], 30)
    d = difference(x, x + 1, mean=True)
    assert (d.before, d.after, d.difference) == (2, 3, 1)


def test_a_known_shift_is_found_and_the_same_is_no_change() -> None:
    d = difference(noise(100), noise(50, seed=1))
    assert d.low < d.difference < d.high < 0
    assert d.difference == pytest.approx(-50, abs=1)
    assert d.ratio == pytest.approx(0.5, abs=0.01)
    assert d.ratio_low < d.ratio < d.ratio_high
    assert d.changed is True
    assert difference(noise(100), noise(100, seed=1)).changed is False


@given(st.floats(0.01, 100))
def test_another_unit_scales_the_difference_and_leaves_the_factor(k: float) -> None:
    a, b = difference(noise(10), noise(20, seed=1)), difference(k * noise(10), k * noise(20, seed=1))
    np.testing.assert_allclose([b.difference, b.low, b.high], k * np.array([a.difference, a.low, a.high]), rtol=1e-9)
    np.testing.assert_allclose([b.ratio, b.ratio_low], [a.ratio, a.ratio_low], rtol=1e-9)


@given(st.integers(0, 50), st.booleans())
def test_exchanged_studies_turn_the_interval_round(seed: int, mean: bool) -> None:
    x, y = noise(5, seed=seed), noise(6, n=90, seed=seed + 1)
    there, back = difference(x, y, mean=mean), difference(y, x, mean=mean)
    np.testing.assert_allclose([back.difference, back.low, back.high], [-there.difference, -there.high, -there.low])
    np.testing.assert_allclose([back.ratio, back.ratio_low], [1 / there.ratio, 1 / there.ratio_high])


def test_a_series_too_short_for_how_slow_it_is_has_no_interval() -> None:
    slow = np.linspace(0, 1, 24)
    d = difference(10 + slow, noise(20))
    assert d.difference == pytest.approx(9.5, abs=1)
    assert math.isnan(d.low)
    assert d.changed is None
    assert math.isfinite(difference(np.random.default_rng(0).permutation(10 + slow), noise(20)).low)


def test_neighbors_alike_widen_the_interval() -> None:
    slow = 100 + 5 * autoregressive(1, 120, 0.9, np.random.default_rng(3))[0]
    fast = np.random.default_rng(4).permutation(slow)
    wide, narrow = difference(slow, noise(100, n=120)), difference(fast, noise(100, n=120))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_a_logarithm_becomes_a_factor_and_a_z_has_none() -> None:
    d = difference(np.full(40, 1.0), np.full(40, 0.0), LOG10)
    assert (d.ratio, d.difference) == (pytest.approx(0.1), -1)
    d = difference(noise(1), noise(2, seed=1), LOG10)
    assert (d.ratio_low, d.ratio_high) == (pytest.approx(10**d.low), pytest.approx(10**d.high))
    assert math.isnan(difference(noise(10), noise(20), DIFFERENCE).ratio)


def test_nothing_left_is_a_factor_of_zero_and_nothing_before_has_none() -> None:
    d = difference(noise(10), np.zeros(60))
    assert (d.ratio, d.ratio_low, d.ratio_high) == (0, 0, 0)
    assert d.changed is True
    assert math.isnan(difference(np.zeros(60), noise(10)).ratio)


def test_a_rate_has_no_limit_below_zero_nor_a_factor_where_it_may_be_zero() -> None:
    rare = np.zeros(60)
    rare[[5, 40]] = 2.0
    d = difference(rare, np.full(60, 3.0) + noise(0), mean=True)
    assert d.ratio > 1
    assert math.isnan(d.ratio_low)
    assert d.high <= d.after + 1.0
    back = difference(np.full(60, 3.0) + noise(0), rare, mean=True)
    assert back.ratio_low == 0
    assert 0 < back.ratio < back.ratio_high < 1


@pytest.mark.parametrize("minutes", [15, 30, 60, 180])
@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("mean", [False, True], ids=["median", "mean"])
def test_intervals_hold_the_truth_where_neighbors_are_alike(minutes: int, likeness: float, mean: bool) -> None:
    """Epochs of 30 s; what an interval says is wrong in at most one of twelve, nominal 1 of 20."""
    rng = np.random.default_rng(7)
    held = [
        d.low <= 0 <= d.high
        for x, y in zip(*(autoregressive(400, 2 * minutes, likeness, rng) for _ in "ab"), strict=True)
        if not math.isnan((d := difference(x, y, DIFFERENCE, mean)).low)
    ]
    assert np.mean(held) >= 0.92
    assert len(held) >= 350


@pytest.mark.parametrize("minutes", [60, 180])
def test_intervals_hold_the_truth_on_slow_drift_under_noise(minutes: int) -> None:
    rng = np.random.default_rng(8)
    pairs = zip(*(drifting(400, 2 * minutes, rng) for _ in "ab"), strict=True)
    held = [d.low <= 0 <= d.high for x, y in pairs if not math.isnan((d := difference(x, y, DIFFERENCE)).low)]
    assert np.mean(held) >= 0.92
    assert len(held) >= 350
