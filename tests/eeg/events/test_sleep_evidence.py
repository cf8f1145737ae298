"""Measures per epoch: where the night divides, what muscle is, what the eyes do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.events import sleep
from westward.eeg.events.hypnogram import STATES
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.sleep_evidence import MEASURES, gather, posterior_rhythm_hz, valley
from westward.eeg.events.sleep_features import COLUMNS, REGIONS, SleepFeatures
from westward.eeg.events.spindle import Spindles

FREQUENCY = np.arange(0.5, 45.5, 0.5)


def night(n: int, spindles: Spindles | None = None, **columns: np.ndarray) -> SleepFeatures:
    """Even sleep of ``n`` epochs, with whole columns replaced by one value per epoch or per second."""
    usual = {"slow": 2.8, "theta": 1.8, "alpha": 1.2, "beta": 0.8, "muscle_uv": 1.0, "muscle_high_uv": 1.2}
    values = np.tile(np.array([usual.get(c, np.nan) for c in COLUMNS], np.float32), (n * 30, 1))
    for name, column in columns.items():
        values[:, COLUMNS.index(name)] = np.repeat(column, n * 30 // len(column))
    spectrum = np.tile(-2 * np.log10(FREQUENCY).astype(np.float32), (n, len(REGIONS), 1))
    events = spindles or Spindles.concatenate([])
    return SleepFeatures(np.arange(n * 30), values, np.arange(n), FREQUENCY, spectrum, events)


@given(st.floats(-3, 3), st.floats(0.5, 5), st.integers(40, 400), st.floats(0.2, 0.8))
def test_the_valley_lies_between_two_clear_modes(center, gap, n, share):
    rng = np.random.default_rng(0)
    low = rng.normal(center - gap / 2, gap / 16, round(n * share))
    high = rng.normal(center + gap / 2, gap / 16, n - len(low))
    middle, half, depth = valley(np.concatenate([low, high]), center, reach=gap)
    assert low.max() - gap / 8 < middle < high.min() + gap / 8
    assert depth > 1.5
    assert half == pytest.approx(gap / 2, rel=0.3)


def test_one_mode_has_no_valley():
    x = np.random.default_rng(1).normal(0, 1, 2000)
    assert valley(x, 0.1, reach=0.5)[2] < 1.5
    assert valley(np.zeros(50), 0.3, reach=1.0) == (0.3, 0.0, 1.0)


def test_a_burst_of_muscle_is_flatter_than_a_burst_of_eeg():
    muscle = np.ones(20 * 30)
    muscle[300:315] = 20.0
    beta = np.full(20 * 30, 0.8)
    fast = gather(night(20, muscle_uv=muscle, beta=beta), quality=None, age_days=240, n_epochs=20)
    beta[300:315] = 3.2
    steep = gather(night(20, muscle_uv=muscle, beta=beta), quality=None, age_days=240, n_epochs=20)
    assert fast.raw["bursts"][10] == pytest.approx(0.5)
    assert steep.raw["bursts"][10] == 0


def test_high_voltage_all_night_is_recognized():
    usual = gather(night(40), quality=None, age_days=240, n_epochs=40)
    high = gather(night(40, slow=np.full(40, 4.0)), quality=None, age_days=240, n_epochs=40)
    assert usual.high_voltage == 0
    assert high.high_voltage == 1
    assert np.abs(high.graded["slow"]).max() < 0.2


def test_spindle_seconds_are_counted_once():
    both = Spindles(
        np.array([31.2, 31.4, 89.5]),
        np.array([2.0, 1.0, 1.0], np.float32),
        np.full(3, 13.0, np.float32),
        np.full(3, 20.0, np.float32),
        np.array([-1, 1, 0], np.int8),
    )
    found = gather(night(4, both), quality=None, age_days=240, n_epochs=4).raw["spindles"]
    np.testing.assert_array_equal(found, [0, 3, 1, 1])


def test_steady_noise_in_the_eog_is_no_eye_movement():
    rng = np.random.default_rng(0)
    noise = rng.uniform(60, 90, 600)
    moving = np.full(600, 5.0)
    moving[::5] = 80.0
    counts = [
        gather(night(20, eog_saccade_uv=x, eog_inphase_uv=np.full(600, 8.0)), quality=None, age_days=240, n_epochs=20)
        for x in (noise, moving)
    ]
    assert counts[0].raw["saccades"].max() == 0
    np.testing.assert_array_equal(counts[1].raw["saccades"], 6)


def test_dead_seconds_do_not_count():
    flags = np.zeros(600, np.uint16)
    flags[30:45] = bit("gap")
    quality = Quality(0, (), np.zeros((0, 600), np.uint16), flags)
    found = gather(night(20), quality=quality, age_days=240, n_epochs=20)
    assert not found.present[1]
    assert found.present[[0, 2]].all()
    assert all(np.isnan(found.raw[name][1]) and found.graded[name][1] == 0 for name in MEASURES)


@pytest.mark.parametrize("months, hz", [(2, None), (3, 3.5), (12, 6.6), (24, 7.5), (36, 8.0)])
def test_posterior_rhythm_by_age(months, hz):
    found = posterior_rhythm_hz(round(months * 30.4375) + (1 if months == 3 else 0))
    assert found is None if hz is None else found == pytest.approx(hz, abs=0.1)


def test_a_short_recording_that_says_little_is_unknown():
    nothing = np.full(3, np.nan)
    vague = {"slow": np.full(3, 2.45), "theta": np.full(3, 2.0), "alpha": np.full(3, 1.2), "beta": np.full(3, 0.65)}
    features = night(3, muscle_uv=nothing, muscle_high_uv=nothing, **vague)
    found = sleep.classify(features, quality=None, age_days=240, n_epochs=3)
    assert (found.state == STATES.index("unknown")).all()
    assert not found.refusal
