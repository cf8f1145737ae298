"""Differences with intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.compare.difference import Resampler, differ
from westward.eeg.compare.measures import DIFFERENCE, LOG10, RATIO
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.signal.bootstrap import moving_block_weights

PARAMETERS = CompareParameters(n_resamples=300)


def series(x: np.ndarray, step: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(x)) * step, np.asarray(x, float)


def difference(before: np.ndarray, after: np.ndarray, kind: str = RATIO, mean: bool = False, step: int = 1):
    return differ(
        series(before, step), series(after, step), cell_s=30, kind=kind, mean=mean, resampler=Resampler(PARAMETERS)
    )


def noise(level: float, n: int = 60, seed: int = 0) -> np.ndarray:
    return level + np.random.default_rng(seed).normal(0, 1, n)


@given(st.integers(20, 90), st.integers(0, 5))
def test_a_drawn_median_is_the_median_of_the_drawn_values(n: int, seed: int) -> None:
    x = np.round(np.random.default_rng(n).normal(0, 1, n), 1)
    drawn = Resampler(PARAMETERS).draw(*series(x), cell_s=30, mean=False, seed=seed)
    weights = moving_block_weights(n, block=10, n_resamples=300, seed=seed).astype(int)
    assert drawn is not None
    np.testing.assert_allclose(drawn[:20], [np.median(np.repeat(x, w)) for w in weights[:20]])


def test_a_mean_is_drawn_where_counts_are_compared() -> None:
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


def test_fewer_than_two_blocks_have_no_interval() -> None:
    d = difference(noise(10, n=19), noise(20, n=60))
    assert d.difference == pytest.approx(10, abs=1)
    assert math.isnan(d.low)
    assert d.changed is None


def test_sparse_values_are_as_far_apart_as_they_are() -> None:
    assert math.isfinite(difference(noise(10, n=5), noise(20, n=5), step=10).low)
    assert math.isnan(difference(noise(10, n=5), noise(20, n=5), step=1).low)


def test_neighbors_alike_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    slow = np.repeat(rng.normal(100, 5, 12), 10)
    fast = rng.permutation(slow)
    other = noise(100, n=120)
    wide, narrow = difference(slow, other), difference(fast, other)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_a_logarithm_becomes_a_factor_and_a_z_has_none() -> None:
    d = difference(np.full(40, 1.0), np.full(40, 0.0), LOG10)
    assert (d.ratio, d.difference) == (pytest.approx(0.1), -1)
    assert math.isnan(difference(noise(10), noise(20), DIFFERENCE).ratio)


def test_nothing_left_is_a_factor_of_zero_and_nothing_before_has_none() -> None:
    assert difference(noise(10), np.zeros(60)).ratio == 0
    assert math.isnan(difference(np.zeros(60), noise(10)).ratio)
