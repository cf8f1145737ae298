"""Intervals against published values and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.evaluate.intervals import bootstrap_by_patient, poisson_rate, wilson


def test_wilson_of_81_in_263_is_the_textbook_value() -> None:
    # Newcombe, Stat Med 1998, table I: 81/263 gives 0.2553 to 0.3662 by the score method without continuity.
    found = wilson(81, 263)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_wilson_of_0_in_20_and_of_none() -> None:
    # The same table: 0/20 gives 0.0000 to 0.1611.
    found = wilson(0, 20)
    assert found is not None
    assert (found.low, found.high) == (0, pytest.approx(0.1611, abs=5e-5))
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share_and_mirrors(successes: int, more: int) -> None:
    n = successes + more - 1
    if n == 0:
        return
    one, other = wilson(successes, n), wilson(n - successes, n)
    assert one is not None
    assert other is not None
    assert 0 <= one.low <= successes / n <= one.high <= 1
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)


def test_poisson_of_10_events_is_the_textbook_value() -> None:
    # Garwood's table as in Ulm, Am J Epidemiol 1990: 10 events give 4.80 to 18.39; 0 events 0 to 3.69.
    ten, none = poisson_rate(10, 1), poisson_rate(0, 2)
    assert ten is not None
    assert none is not None
    assert (ten.low, ten.high) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.390, abs=1e-3))
    assert (none.low, none.high) == (0, pytest.approx(3.689 / 2, abs=1e-3))
    assert poisson_rate(3, 0) is None
    with pytest.raises(ValueError, match="count of -1"):
        poisson_rate(-1, 1)


def mean(sums):
    return sums["x"] / sums["n"]


def test_the_bootstrap_of_a_mean_is_near_its_standard_error() -> None:
    x = np.random.default_rng(5).normal(10, 3, 200)
    found = bootstrap_by_patient({"x": x, "n": np.ones(200)}, mean, resamples=4000)
    assert found is not None
    half = 1.96 * x.std(ddof=1) / np.sqrt(200)
    assert found.low == pytest.approx(x.mean() - half, abs=0.08)
    assert found.high == pytest.approx(x.mean() + half, abs=0.08)


def test_the_bootstrap_draws_patients_not_events() -> None:
    # Two kinds of children: events within a child are alike, so that the interval is far wider than Wilson's.
    above, below = np.array([100.0, 0, 100, 0, 100, 0]), np.full(6, 100.0)
    found = bootstrap_by_patient({"x": above, "n": below}, mean)
    naive = wilson(300, 600)
    assert found is not None
    assert naive is not None
    assert found.high - found.low > 5 * (naive.high - naive.low)


def test_the_same_seed_gives_the_same_interval() -> None:
    counts = {"x": np.geomspace(1, 90, 23), "n": np.ones(23)}
    assert bootstrap_by_patient(counts, mean, seed=3) == bootstrap_by_patient(counts, mean, seed=3)
    assert bootstrap_by_patient(counts, mean, seed=3) != bootstrap_by_patient(counts, mean, seed=4)


def test_no_interval_where_it_would_claim_too_much() -> None:
    assert bootstrap_by_patient({"x": np.ones(1), "n": np.ones(1)}, mean) is None
    assert bootstrap_by_patient({"x": np.ones(9), "n": np.ones(9)}, mean) is None
    assert bootstrap_by_patient({"x": np.zeros(9), "n": np.zeros(9)}, mean) is None
    with pytest.raises(ValueError, match="unlike"):
        bootstrap_by_patient({"x": np.ones(2), "n": np.ones(3)}, mean)
