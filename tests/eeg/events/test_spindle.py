"""Spindles: found where they are, not in noise, spikes, alpha or slow waves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.support.planted_spindles import RATE_HZ, SECONDS, background, block, central, detect
from tests.support.sleep_signals import spindle

from westward.eeg.events import spindle as detector
from westward.eeg.events.hypnogram import Hypnogram


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


@pytest.mark.parametrize("seed", range(6))
def test_the_fast_form_equals_the_reference(seed: int) -> None:
    """The same spindles; a row whose best derivation is a matter of rounding does not occur in these."""
    rng = np.random.default_rng(seed)
    planted = [(float(at), float(rng.uniform(0.5, 4)), float(rng.uniform(11, 15.5))) for at in np.arange(5, 290, 9.5)]
    x = central(100 + seed, planted, uv=float(rng.uniform(6, 30)))
    x[2:] = 3 * x[2:] if seed % 2 else x[2:]
    fast, plain = (f(block(x, (20.0, 280.0))) for f in (detector.detect, detector.detect_reference))
    assert len(fast) >= 10
    order = [np.lexsort((s.side, s.onset_s)) for s in (fast, plain)]
    for name in ("onset_s", "duration_s", "side"):
        np.testing.assert_array_equal(getattr(fast, name)[order[0]], getattr(plain, name)[order[1]])
    for name in ("frequency_hz", "amplitude_uv"):
        np.testing.assert_allclose(getattr(fast, name)[order[0]], getattr(plain, name)[order[1]], rtol=1e-4)


def test_nothing_is_found_in_a_slow_recording_by_either_form() -> None:
    slow = replace(block(background(1)), sfreq_hz=30.0)
    assert len(detector.detect(slow)) == len(detector.detect_reference(slow)) == 0
