"""Blinks and eye movements stand out against their controls; a high background does not."""

from __future__ import annotations

import numpy as np
from tests.support.infant_signals import colored

from westward.eeg.block import Block
from westward.eeg.events import eye_movement

RATE_HZ = 256.0
NAMES = ("Fp1-F7", "F7-T7", "T7-P7", "Fp1-F3", "F3-C3", "C3-P3", "Fp2-F4", "F4-C4", "C4-P4", "Fp2-F8", "F8-T8", "T8-P8")
SECONDS = np.arange(60, dtype=np.int64)


def measured(x: np.ndarray, **aux: np.ndarray) -> dict[str, np.ndarray]:
    none = np.zeros((0, x.shape[1]), np.float32)
    named = {name.replace("_", " "): row.astype(np.float32) for name, row in aux.items()}
    block = Block(0, 0, 60, RATE_HZ, (), none, none, NAMES, x.astype(np.float32), named)
    return eye_movement.measure(block, SECONDS)


def noise(uv: float) -> np.ndarray:
    return uv * colored(np.random.default_rng(5), len(NAMES), round(60 * RATE_HZ), 2.0, 0.5, 40)


def test_a_blink_lifts_both_frontopolar_derivations():
    x = noise(8)
    lid = 100 * np.hanning(round(0.35 * RATE_HZ))
    at = round(20.4 * RATE_HZ)
    for name in ("Fp1-F7", "Fp1-F3", "Fp2-F4", "Fp2-F8"):
        x[NAMES.index(name), at : at + len(lid)] += lid
    out = measured(x)
    assert out["blink_uv"].argmax() == 20
    assert out["blink_uv"][20] > 60
    assert out["blink_uv"][20] > 3 * out["blink_background_uv"][20]


def test_a_slow_wave_of_the_other_sign_is_no_blink():
    x = noise(8)
    wave = -100 * np.hanning(round(0.35 * RATE_HZ))
    at = round(20.4 * RATE_HZ)
    x[:, at : at + len(wave)] += wave
    out = measured(x)
    assert out["blink_uv"][20] < 60


def test_gaze_moves_the_two_sides_apart():
    x = noise(5)
    left, right = 3 * np.random.default_rng(1).standard_normal((2, x.shape[1]))
    a, b = round(30.2 * RATE_HZ), round(31.0 * RATE_HZ)
    for name, sign in (("Fp1-F7", -1), ("F7-T7", 1), ("Fp2-F8", 1), ("F8-T8", -1)):
        x[NAMES.index(name), a:b] += 50 * sign
    left[a:b] += 80
    right[a:b] -= 80
    out = measured(x, EOG_left=left, EOG_right=right)
    for name, control in (("saccade_uv", "inphase_uv"), ("eog_saccade_uv", "eog_inphase_uv")):
        assert out[name].argmax() in (30, 31)
        assert out[name][30] > 2 * np.quantile(out[control], 0.9)


def test_a_high_background_feeds_movement_and_control_alike():
    out = measured(noise(150))
    assert 0.7 < np.median(out["saccade_uv"]) / np.median(out["inphase_uv"]) < 1.4


def test_one_eog_channel_is_compared_with_the_eeg():
    x = noise(5)
    eog = 3 * np.random.default_rng(1).standard_normal(x.shape[1])
    eog[round(30.2 * RATE_HZ) : round(31 * RATE_HZ)] += 100
    out = measured(x, EOG_horizontal=eog)
    assert out["eog_saccade_uv"][30] > 3 * out["eog_inphase_uv"][30]
    assert "eog_saccade_uv" not in measured(x)
