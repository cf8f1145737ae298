"""Intervals over series whose neighbors resemble each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.drifting import autoregressive

from westward.core.errors import UsageError
from westward.eeg.signal import long_run

INTERVALS = [long_run.mean_interval, long_run.median_interval]


@pytest.mark.parametrize("likeness", [0.0, 0.5, 0.8])
def test_the_long_run_variance_of_an_autoregression_is_known(likeness: float) -> None:
    x = autoregressive(300, 600, likeness, np.random.default_rng(0))
    found = np.mean([long_run.long_run_variance(row, n_cosines=12) for row in x])
    assert found == pytest.approx((1 + likeness) / (1 - likeness), rel=0.08)


def test_the_estimate_equals_its_sums_written_out() -> None:
    x = np.random.default_rng(1).normal(3, 2, 17)
    sums = [
        math.sqrt(2 / 17) * sum(math.cos(math.pi * k * (i + 0.5) / 17) * (v - x.mean()) for i, v in enumerate(x))
        for k in (1, 2, 3)
    ]
    assert long_run.long_run_variance(x, n_cosines=3) == pytest.approx(sum(s * s for s in sums) / 3)


@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-1000, 1000), st.sampled_from(INTERVALS))
def test_scale_and_level_go_through(seed: int, scale: float, level: float, interval) -> None:
    x = np.random.default_rng(seed).normal(0, 1, 40)
    np.testing.assert_allclose(interval(scale * x + level), scale * np.array(interval(x)) + level, atol=1e-9 * 1000)


@given(st.integers(4, 80), st.integers(0, 100), st.sampled_from(INTERVALS))
def test_an_interval_holds_its_middle_and_a_median_stays_among_the_values(n: int, seed: int, interval) -> None:
    x = np.random.default_rng(seed).exponential(1, n)
    middle, low, high = interval(x)
    assert math.isnan(low) or low <= middle <= high
    if interval is long_run.median_interval and not math.isnan(low):
        assert x.min() <= low
        assert high <= x.max()


def test_a_median_does_not_mind_what_distribution_it_is_of() -> None:
    x = autoregressive(1, 60, 0.4, np.random.default_rng(2))[0]
    odd = [np.exp(v) for v in long_run.median_interval(x)]
    np.testing.assert_allclose(long_run.median_interval(np.exp(x)), odd, rtol=0.05)


def test_too_few_or_too_slow_values_have_no_interval() -> None:
    assert np.isnan(long_run.median_interval([])).all()
    assert long_run.median_interval([np.nan, 3.0])[0] == 3.0
    for interval in INTERVALS:
        assert np.isnan(interval([1.0, 2.0, 3.0])[1:]).all()
        assert interval([4.0] * 10) == (4.0, 4.0, 4.0)
    assert np.isnan(long_run.median_interval(np.arange(30.0))[1:]).all()


def test_missing_values_are_left_out() -> None:
    x = np.random.default_rng(3).normal(0, 1, 40)
    gappy = np.insert(x, [3, 20], np.nan)
    for interval in INTERVALS:
        assert interval(gappy) == interval(x)


def test_more_cosines_and_less_confidence_are_narrower_on_average() -> None:
    def width(**options: float) -> float:
        rows = autoregressive(50, 120, 0.3, np.random.default_rng(4))
        return float(np.mean([high - low for _, low, high in (long_run.mean_interval(x, **options) for x in rows)]))

    assert width(n_cosines=12) < width(n_cosines=5) < width(n_cosines=2)
    assert width(confidence=0.8) < width(confidence=0.95)


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(UsageError):
        long_run.long_run_variance([1.0, 2.0], n_cosines=2)
    with pytest.raises(UsageError):
        long_run.mean_interval([1.0, 2.0], confidence=1.0)
