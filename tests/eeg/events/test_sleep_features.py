"""Measures for sleep staging: independent of the cutting, insensitive to what they should not see."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.sleep_signals import NREM, RATE_HZ, REM, WAKE, Night, night

from westward.eeg.block import Block
from westward.eeg.events.sleep_features import COLUMNS, REGIONS, SleepFeatures, measure, region_of


@lru_cache(maxsize=1)
def example() -> Night:
    return night([WAKE, NREM, NREM, NREM, REM, NREM, WAKE, NREM], seed=3)


def one_block(bipolar: np.ndarray, derivations: tuple[str, ...], aux: dict[str, np.ndarray] | None = None) -> Block:
    n = bipolar.shape[1]
    none = np.zeros((0, n), np.float32)
    return Block(0, 0, n / RATE_HZ, RATE_HZ, (), none, none, derivations, bipolar.astype(np.float32), aux or {})


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([30.0, 60.0, 90.0, 120.0]))
def test_results_do_not_depend_on_the_block_size(block_s):
    whole = SleepFeatures.concatenate(measure(b) for b in example().blocks(240.0))
    parts = SleepFeatures.concatenate(reversed([measure(b) for b in example().blocks(block_s)]))
    np.testing.assert_array_equal(whole.second, parts.second)
    np.testing.assert_array_equal(whole.epoch, parts.epoch)
    np.testing.assert_allclose(whole.per_second, parts.per_second, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(whole.spectrum, parts.spectrum, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(whole.spindles.onset_s, parts.spindles.onset_s)
    np.testing.assert_allclose(whole.spindles.duration_s, parts.spindles.duration_s)


def test_band_power_of_a_sine():
    t = np.arange(round(60 * RATE_HZ)) / RATE_HZ
    x = np.stack([20 * np.sin(2 * np.pi * 2 * t)] * 2)
    features = measure(one_block(x, ("C3-P3", "C4-P4")))
    slow = features.by_epoch("slow", 2)
    np.testing.assert_allclose(slow[:, 2:-2], np.log10(200), atol=0.02)
    assert np.nanmax(features.by_epoch("beta", 2)[:, 2:-2]) < -1
    assert features.spectrum.shape == (2, len(REGIONS), len(features.frequency_hz))


def test_a_spike_is_not_muscle():
    rng = np.random.default_rng(0)
    n = round(60 * RATE_HZ)
    quiet = rng.standard_normal((2, n))
    spiky = quiet.copy()
    for second in range(60):
        at = round((second + 0.3) * RATE_HZ)
        spiky[:, at : at + 8] += 200 * np.hanning(8)
    tense = quiet * 5
    level = [
        float(np.nanmedian(measure(one_block(x, ("F7-T7", "F8-T8"))).by_epoch("muscle_uv", 2)))
        for x in (quiet, spiky, tense)
    ]
    assert level[1] < 1.6 * level[0]
    assert level[2] > 4 * level[0]


def test_chin_and_limb_are_told_apart():
    rng = np.random.default_rng(0)
    n = round(30 * RATE_HZ)
    noise = rng.standard_normal((2, n))
    aux = {"EMG chin": 4 * noise[0].astype(np.float32), "EMG deltoid left": 40 * noise[1].astype(np.float32)}
    features = measure(one_block(noise, ("F7-T7", "F8-T8"), aux))
    assert 3 < np.nanmedian(features.by_epoch("limb_uv", 1)) / np.nanmedian(features.by_epoch("chin_uv", 1)) < 30


def test_what_cannot_be_measured_is_nan():
    rng = np.random.default_rng(0)
    features = measure(one_block(rng.standard_normal((1, round(40 * RATE_HZ))), ("C3-P3",)))
    for name in ("chin_uv", "limb_uv", "blink_uv", "saccade_uv", "eog_saccade_uv"):
        assert np.isnan(features.per_second[:, COLUMNS.index(name)]).all()
    assert len(features.epoch) == 1
    assert len(features.second) == 40


def test_nothing_from_nothing():
    assert len(measure(one_block(np.zeros((0, 1000)), ())).second) == 0
    assert len(SleepFeatures.concatenate([]).epoch) == 0


@pytest.mark.parametrize(
    "derivation, regions",
    [
        ("Fp1-F7", ()), ("F7-T7", ("temporal",)), ("F3-C3", ("central", "frontal")), ("C3-P3", ("central",)),
        ("P3-O1", ("posterior",)), ("Fz-Cz", ("central", "frontal")), ("EEG Pz-Oz", ("posterior",)),
        ("EEG Fpz-Cz", ("central",)), ("X7", ()),
    ],
)  # fmt: skip
def test_regions(derivation, regions):
    assert region_of(derivation) == regions
