"""Networks: the share of connected epochs, chance from surrogates, likeness of successive networks."""

from __future__ import annotations

import numpy as np

from westward.eeg.signal.network import NetworkParameters, network, stability, thresholds


def test_chance_level_is_the_percentile_of_a_pairs_own_surrogates() -> None:
    rng = np.random.default_rng(0)
    s = (rng.standard_normal((4000, 2)) * [1, 10]).astype(np.float32)
    np.testing.assert_allclose(thresholds(s), [1.645, 16.45], rtol=0.08)
    few = thresholds(s[:150])
    assert few[0] == few[1]
    assert np.isnan(thresholds(np.zeros((0, 2), np.float32))).all()


def test_independent_epochs_are_connected_as_often_as_chance_has_it() -> None:
    rng = np.random.default_rng(1)
    made = network(rng.exponential(1, (2000, 10)).astype(np.float32), rng.exponential(1, (2000, 10)).astype(np.float32))
    np.testing.assert_allclose(made.strength, 0.05, atol=0.02)
    assert abs(made.stability) < 0.3
    assert made.networks == 20


def test_planted_strengths_and_their_stability_come_back() -> None:
    rng = np.random.default_rng(2)
    true = np.linspace(0.1, 0.9, 12)
    z = np.where(rng.random((3000, 12)) < true, 5, 0.5).astype(np.float32)
    z[::10, 0] = 0  # at lag zero
    z[::7, 1] = np.nan
    chance = np.ones((300, 12), np.float32)
    made = network(z, chance)
    np.testing.assert_allclose(made.strength[1:], true[1:], atol=0.03)
    np.testing.assert_allclose(made.strength[0], 0.9 * true[0], atol=0.03)
    assert made.zero_lag[0] == 0.1
    assert made.usable_epochs[1] == 3000 - len(range(0, 3000, 7))
    assert made.stability > 0.95
    np.testing.assert_allclose(made.mean_strength, made.strength.mean())
    left_out = network(z, chance, parameters=NetworkParameters(zero_lag_is_unconnected=False))
    np.testing.assert_allclose(left_out.strength[0], true[0], atol=0.03)
    assert left_out.usable_epochs[0] == 2700


def test_too_few_epochs_or_no_surrogates_give_nothing() -> None:
    z = np.ones((50, 3), np.float32)
    made = network(z, z)
    assert np.isnan(made.strength).all()
    assert np.isnan(made.mean_strength)
    assert np.isnan(network(np.ones((500, 3), np.float32), np.zeros((0, 3), np.float32)).stability)
    flat = network(np.full((500, 3), np.nan, np.float32), z)
    assert np.isnan(flat.strength).all()
    assert np.isnan(flat.zero_lag).all()


def test_networks_span_gaps_and_a_constant_one_has_no_likeness() -> None:
    connected = np.random.default_rng(3).random((400, 6)) < np.linspace(0, 1, 6)
    usable = np.ones((400, 6), bool)
    gap = np.zeros((77, 6), bool)
    with_gap = stability(
        np.concatenate([connected[:150], gap, connected[150:]]), np.concatenate([usable[:150], gap, usable[150:]])
    )
    assert with_gap == stability(connected, usable)
    value, n = stability(np.ones((400, 6), bool), usable)
    assert np.isnan(value)
    assert n == 4
