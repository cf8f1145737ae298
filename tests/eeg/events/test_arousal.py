"""Arousals: three seconds out of sleep, not two, not out of wakefulness."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.events import arousal
from westward.eeg.events.hypnogram import Hypnogram
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
    np.testing.assert_array_equal(found.onset_s, [130.0])


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
    assert len(arousal.detect(features(**changes), states(state)).onset_s) == 0


def test_a_shift_to_fast_activity_without_muscle():
    found = arousal.detect(features(slow=(130, 136, 2.0), beta=(130, 136, 1.5)), states())
    np.testing.assert_array_equal(found.onset_s, [130.0])


def test_an_awakening_counts_once_and_is_placed_at_its_movement():
    state = states()
    state[5:] = 0
    np.testing.assert_array_equal(arousal.detect(features(), state).onset_s, [150.0])
    np.testing.assert_array_equal(arousal.detect(features(muscle_uv=(143, 300, 6.0)), state).onset_s, [143.0])


def test_close_shifts_are_one():
    changed = features(muscle_uv=(130, 134, 6.0))
    changed.per_second[138:142, COLUMNS.index("muscle_uv")] = 6.0
    assert len(arousal.detect(changed, states()).onset_s) == 1


def bursts(level: float = 4.0, *, every_s: int = 12, lasts_s: int = 4) -> SleepFeatures:
    """Sleep of which a third is bursts that rise over the seconds before them as an arousal does."""
    made = features()
    for start in range(24, N * 30 - every_s, every_s):
        made.per_second[start : start + lasts_s, COLUMNS.index("muscle_uv")] = level
    return made


def test_bursts_of_suppression_burst_are_no_arousals():
    found = arousal.detect(bursts(), states())
    assert len(found.onset_s) == 0
    assert len(found.usual_s) > 10


@pytest.mark.parametrize("column, level", [("muscle_uv", 9.0), ("muscle_uv", 7.0)])
def test_an_arousal_stands_out_of_the_bursts_around(column, level):
    made = bursts()
    made.per_second[132:140, COLUMNS.index(column)] = level
    np.testing.assert_array_equal(arousal.detect(made, states()).onset_s, [132.0])


def test_what_is_no_more_than_a_burst_cannot_be_told_and_is_left_out():
    made = bursts()
    made.per_second[138:144, COLUMNS.index("muscle_uv")] = 4.0
    found = arousal.detect(made, states())
    assert len(found.onset_s) == 0
    assert ((found.usual_s >= 130) & (found.usual_s < 140)).any()


def test_shifts_without_muscle_that_the_sleep_makes_all_the_time_do_not_count():
    made = features()
    for start in range(24, N * 30 - 12, 12):
        made.per_second[start : start + 4, COLUMNS.index("beta")] = 1.3
        made.per_second[start : start + 4, COLUMNS.index("slow")] = 2.3
    assert len(arousal.detect(made, states()).onset_s) == 0


def test_a_few_arousals_do_not_make_each_other_usual():
    made = features()
    for start in (60, 120, 180, 240):
        made.per_second[start : start + 5, COLUMNS.index("muscle_uv")] = 4.0
    assert len(arousal.detect(made, states()).onset_s) == 4


def test_each_state_of_sleep_is_held_against_itself():
    made, state = features(), states()
    state[5:] = 3
    made.per_second[150:, COLUMNS.index("muscle_uv")] = 1.0
    made.per_second[:150, COLUMNS.index("muscle_uv")] = 3.5
    made.per_second[220:226, COLUMNS.index("muscle_uv")] = 4.0
    assert 220.0 in arousal.detect(made, state).onset_s


def test_a_night_of_such_shifts_says_that_arousals_may_hide():
    state = states()
    found = arousal.detect(bursts(), state)
    told = Hypnogram(state, np.ones(N, np.float32), found.onset_s, 0, usual_shift_s=found.usual_s).arousal_doubt
    assert "suppression-burst" in told
    assert Hypnogram(state, np.ones(N, np.float32), found.onset_s, 0).arousal_doubt == ""


def test_nothing_from_nothing():
    assert len(arousal.detect(features(), np.zeros(0, np.int8)).onset_s) == 0
