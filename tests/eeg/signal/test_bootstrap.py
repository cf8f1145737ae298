"""Intervals from blocks of time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import bootstrap


@given(st.integers(1, 60), st.data())
@settings(deadline=None)
def test_the_weights_equal_the_reference(n: int, data: st.DataObject) -> None:
    block = data.draw(st.integers(1, n))
    drawn = data.draw(st.one_of(st.none(), st.integers(1, 100)))
    seed = data.draw(st.integers(0, 1000))
    options = {"block": block, "n_resamples": 7, "seed": seed, "n_drawn": drawn}
    got = bootstrap.moving_block_weights(n, **options)
    np.testing.assert_array_equal(got, bootstrap.moving_block_weights_reference(n, **options))
    assert (got.sum(1) == (n if drawn is None else drawn)).all()


def test_the_interval_of_a_median_covers_it() -> None:
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(200):
        # Neighbors resemble each other: a first-order autoregression.
        x = np.zeros(300)
        for i in range(1, 300):
            x[i] = 0.6 * x[i - 1] + rng.standard_normal()
        _, low, high = bootstrap.median_interval(x + 5, block=20, n_resamples=200)
        covered.append(low <= 5 <= high)
    assert 0.85 <= np.mean(covered) <= 1.0
    _, low, high = bootstrap.median_interval(x, block=20)
    _, short_low, short_high = bootstrap.median_interval(x, block=1)
    assert high - low > short_high - short_low


def test_missing_values_are_left_out_and_too_few_give_no_interval() -> None:
    assert bootstrap.median_interval([np.nan, 3.0, np.nan])[0] == 3.0
    assert np.isnan(bootstrap.median_interval([np.nan, 3.0])[1])
    assert np.isnan(bootstrap.median_interval([1.0, 2.0, 3.0], block=2)[1:]).all()
    assert np.isnan(bootstrap.median_interval([])).all()
    assert bootstrap.median_interval([4.0] * 10) == (4.0, 4.0, 4.0)


def test_the_same_seed_gives_the_same_interval() -> None:
    x = np.random.default_rng(1).standard_normal(80)
    assert bootstrap.median_interval(x, block=4) == bootstrap.median_interval(x, block=4)
    assert bootstrap.median_interval(x, block=4) != bootstrap.median_interval(x, block=4, seed=9)


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(UsageError):
        bootstrap.moving_block_weights(5, block=6)
    with pytest.raises(UsageError):
        bootstrap.median_interval([1, 2], confidence=1.0)
