"""Arousals: three seconds out of sleep, not two, not out of wakefulness."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.events import arousal
from westward.eeg.events.sleep_features import COLUMNS, REGIONS, SleepFeatures
from westward.eeg.events.spindle import Spindles

N = 10


def features(**changes: tuple[int, int, float]) -> SleepFeatures:
    """Ten epochs of even sleep, with one column changed over some seconds."""
    usual = {"muscle_uv": 1.0, "slow": 2.8, "beta": 0.8}
    values = np.tile(np.array([usual.get(c, np.nan) for c in COLUMNS], np.float32), (N * 30, 1))
    for name, (start, stop, value) in changes.items():
        values[start:stop, COLUMNS.index(name)] = value
    spectrum = np.zeros((N, len(REGIONS), 1), np.float32)
    return SleepFeatures(np.arange(N * 30), values, np.arange(N), np.ones(1), spectrum, Spindles.concatenate([]))


def states(fill: int = 2, **at: int) -> np.ndarray:
    return np.full(N, fill, np.int8)


@pytest.mark.parametrize("state", [2, 3])
def test_muscle_for_four_seconds(state):
    found = arousal.detect(features(muscle_uv=(130, 134, 6.0)), states(state))
    np.testing.assert_array_equal(found, [130.0])


@pytest.mark.parametrize(
    "state, changes",
    [
        (2, {}),
        (2, {"muscle_uv": (130, 132, 6.0)}),
        (2, {"muscle_uv": (130, 140, 1.8)}),
        (0, {"muscle_uv": (130, 134, 6.0)}),
        (1, {"muscle_uv": (130, 134, 6.0)}),
        (2, {"slow": (130, 136, 2.0)}),
        (3, {"slow": (130, 136, 2.0), "beta": (130, 136, 1.5)}),
    ],
)
def test_what_is_no_arousal(state, changes):
    assert len(arousal.detect(features(**changes), states(state))) == 0


def test_a_shift_to_fast_activity_without_muscle():
    found = arousal.detect(features(slow=(130, 136, 2.0), beta=(130, 136, 1.5)), states())
    np.testing.assert_array_equal(found, [130.0])


def test_an_awakening_counts_once_and_is_placed_at_its_movement():
    state = states()
    state[5:] = 0
    np.testing.assert_array_equal(arousal.detect(features(), state), [150.0])
    np.testing.assert_array_equal(arousal.detect(features(muscle_uv=(143, 300, 6.0)), state), [143.0])


def test_close_shifts_are_one():
    changed = features(muscle_uv=(130, 134, 6.0))
    changed.per_second[138:142, COLUMNS.index("muscle_uv")] = 6.0
    assert len(arousal.detect(changed, states())) == 1


def test_nothing_from_nothing():
    assert len(arousal.detect(features(), np.zeros(0, np.int8))) == 0
