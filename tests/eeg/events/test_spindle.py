"""Spindles: found where they are, not in noise, spikes, alpha or slow waves."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.sleep_signals import RATE_HZ, spindle

from westward.eeg.block import Block
from westward.eeg.events import spindle as detector
from westward.eeg.events.hypnogram import Hypnogram

SECONDS = 300


def background(seed: int, uv: float = 12.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = round(SECONDS * RATE_HZ)
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    x = np.fft.irfft(
        (rng.standard_normal((4, len(hz))) + 1j * rng.standard_normal((4, len(hz)))) / np.maximum(hz, 1), n
    )
    return uv * x / x.std(axis=1, keepdims=True)


def detect(x: np.ndarray, core: tuple[float, float] = (0.0, SECONDS)) -> detector.Spindles:
    none = np.zeros((0, x.shape[1]), np.float32)
    names = ("F3-C3", "C3-P3", "F4-C4", "C4-P4")
    return detector.detect(Block(0, *core, RATE_HZ, (), none, none, names, x.astype(np.float32)))


@pytest.mark.parametrize("seconds, hz", [(1.0, 12.5), (2.0, 13.2), (4.0, 14.0)])
def test_planted_spindles_are_found(seconds, hz):
    x = background(1)
    onsets = np.arange(10, SECONDS - 10, 15.0)
    for onset in onsets:
        at = round(onset * RATE_HZ)
        piece = spindle(seconds, hz, 20)
        x[:2, at : at + len(piece)] += piece
    found = detect(x)
    left = found.select(found.side == -1)
    hit = [np.any((left.onset_s < o + seconds) & (left.onset_s + left.duration_s > o)) for o in onsets]
    assert np.mean(hit) >= 0.9
    assert abs(np.median(left.frequency_hz) - hz) <= 1
    assert abs(np.median(left.duration_s) - seconds) <= 0.25 * seconds + 0.3
    assert (found.side == 1).sum() <= 3


@pytest.mark.parametrize("kind", ["noise", "high voltage", "alpha", "spikes", "muscle"])
def test_other_things_are_not_spindles(kind):
    x = background(2, 80.0 if kind == "high voltage" else 12.0)
    rng = np.random.default_rng(0)
    t = np.arange(x.shape[1]) / RATE_HZ
    if kind == "alpha":
        x += 20 * np.sin(2 * np.pi * 9 * t)
    if kind == "muscle":
        x += 20 * rng.standard_normal(x.shape)
    if kind == "spikes":
        for at in rng.integers(0, x.shape[1] - 20, 600):
            x[:, at : at + 10] -= 150 * np.hanning(10)
    assert len(detect(x)) / (SECONDS / 60) <= 1.0


def test_each_is_found_once_however_cut():
    x = background(3)
    for onset in np.arange(5, SECONDS - 10, 7.5):
        at = round(onset * RATE_HZ)
        piece = spindle(2.0)
        x[:, at : at + len(piece)] += piece
    whole = detect(x)
    parts = detector.Spindles.concatenate(detect(x, (a, a + 60.0)) for a in (0.0, 60.0, 120.0, 180.0, 240.0))
    order = [np.lexsort((s.side, s.onset_s)) for s in (whole, parts)]
    np.testing.assert_array_equal(whole.onset_s[order[0]], parts.onset_s[order[1]])
    np.testing.assert_array_equal(whole.duration_s[order[0]], parts.duration_s[order[1]])


def test_only_nrem_has_spindle_events_and_both_sides_make_one():
    x = background(4)
    for onset in (20.0, 45.0):
        at = round(onset * RATE_HZ)
        piece = spindle(2.0, peak_uv=40)
        x[:, at : at + len(piece)] += piece
    state = np.full(10, 2, np.int8)
    state[1] = 3
    hypnogram = Hypnogram(state, np.full(10, 0.8, np.float32), np.zeros(0), 0)
    events = detector.events(detect(x), hypnogram)
    near = [e for e in events if 19 < e.onset_s < 23]
    assert len(near) == 1
    assert near[0].channels == ("C3", "C4")
    assert not [e for e in events if 30 <= e.onset_s < 60]
