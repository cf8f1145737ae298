"""Chains of spasms: the sum over all of them is exact; neighbors at the intervals of a cluster support each other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.errors import WestwardError
from westward.eeg.events import spasm_chain as chain
from westward.eeg.events.spasm_parameters import SpasmParameters

P = SpasmParameters()


def one_by_one(onset_s: np.ndarray, evidence: np.ndarray) -> np.ndarray:
    """The same sum written out: every choice of spasms, every way to cut them into chains."""
    n = len(onset_s)
    start, (first, later) = P.starts_per_hour / 3600, P.goes_on
    whole, each = 0.0, np.zeros(n)
    for chosen in product((False, True), repeat=n):
        k = np.flatnonzero(chosen)
        for cuts in product((False, True), repeat=max(len(k) - 1, 0)):
            weight, at_first = float(np.exp(evidence[k].sum())), True
            for i in range(len(k)):
                if at_first:
                    weight *= start
                on = first if at_first else later
                joined = i + 1 < len(k) and not cuts[i]
                gap = np.array([onset_s[k[i + 1]] - onset_s[k[i]]]) if joined else np.zeros(1)
                weight *= on * float(chain.interval_density(gap, P)[0]) if joined else 1 - on
                at_first = not joined
            whole += weight
            each[k] += weight
    return each / whole


@given(
    st.lists(st.floats(0.5, 60), min_size=1, max_size=5),
    st.lists(st.floats(-3, 9), min_size=5, max_size=5),
)
def test_the_passes_give_the_sum_over_all_chains(gaps: list[float], evidence: list[float]) -> None:
    onset_s = np.cumsum(gaps)
    weight = np.array(evidence[: len(gaps)])
    np.testing.assert_allclose(chain.probabilities(onset_s, weight, P), one_by_one(onset_s, weight), rtol=1e-9)


def test_the_interval_has_a_density() -> None:
    t = np.linspace(0, 100, 200_001)
    low, high = P.interval_range_s
    density = chain.interval_density(t, P)
    assert 0.9 < np.trapezoid(density, t) <= 1.001
    assert not density[(t < low) | (t > high)].any()
    assert t[density.argmax()] == pytest.approx(P.interval_s * np.exp(-(P.interval_spread**2)), rel=0.02)


def test_neighbors_at_cluster_intervals_support_each_other() -> None:
    series = chain.probabilities(np.arange(0.0, 100, 11), np.full(10, 4.0), P)
    apart = chain.probabilities(np.arange(0.0, 2000, 200), np.full(10, 4.0), P)
    close = chain.probabilities(np.arange(0.0, 10, 1.0), np.full(10, 4.0), P)
    assert series.min() > 0.5
    assert apart.max() < 0.05
    assert close.max() < 0.05


def test_a_night_of_many_candidates_stays_finite() -> None:
    rng = np.random.default_rng(3)
    p = chain.probabilities(np.sort(rng.uniform(0, 7200, 3000)), rng.normal(-2, 4, 3000), P)
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()


def test_nothing_gives_nothing() -> None:
    assert not len(chain.probabilities(np.zeros(0), np.zeros(0), P))


@pytest.mark.parametrize("evidence", [-4.0, 3.0, 9.0])
def test_one_candidate_is_as_likely_as_alone(evidence: float) -> None:
    one = np.array([evidence])
    np.testing.assert_allclose(chain.probabilities(np.array([5.0]), one, P), chain.alone(one, P), rtol=1e-9)


def test_evidence_that_is_no_number_is_refused() -> None:
    with pytest.raises(WestwardError):
        chain.probabilities(np.array([1.0, 9.0]), np.array([2.0, np.nan]), P)


def test_the_time_between_spasms_becomes_that_of_the_recording() -> None:
    onset = 100 + 25.0 * np.arange(40)
    here = chain.usual_here(onset, np.full(40, 0.95), P)
    assert 20 < here.interval_s < 25
    assert P.interval_least_spread <= here.interval_spread < P.interval_spread


def test_few_or_improbable_candidates_leave_the_usual_time() -> None:
    onset = 100 + 25.0 * np.arange(40)
    for probability in (np.full(40, 0.1), np.where(np.arange(40) < 1, 0.95, 0.01)):
        here = chain.usual_here(onset, probability, P)
        assert here.interval_s == pytest.approx(P.interval_s)
        assert here.interval_spread == pytest.approx(P.interval_spread)
