"""Sleep states from made nights: with and without polygraphy, with hypsarrhythmia, short, with gaps, refused."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.sleep_signals import DROWSY, NREM, REM, WAKE, Night, kappa, night

from westward.eeg.events import sleep
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.sleep_features import SleepFeatures, measure

AGE = 243
CYCLE = [WAKE] * 24 + [DROWSY] * 5 + [NREM] * 36 + [REM] * 18 + [NREM] * 14 + [WAKE] * 12


@lru_cache(maxsize=10)
def measured(kind: str, polygraphy: bool = True) -> tuple[Night, SleepFeatures]:
    states = {
        "nrem": [NREM] * 10, "wake": [WAKE] * 10, "rem": [REM] * 12, "cycle": CYCLE, "hypsarrhythmia": CYCLE,
    }[kind]  # fmt: skip
    made = night(states, hypsarrhythmia=kind == "hypsarrhythmia", polygraphy=polygraphy)
    return made, SleepFeatures.concatenate(measure(b) for b in made.blocks())


def staged(kind: str, polygraphy: bool = True) -> tuple[np.ndarray, Hypnogram]:
    made, features = measured(kind, polygraphy)
    n = len(made.states)
    return made.states, sleep.classify(features, quality=None, age_days=AGE, n_epochs=n)


@pytest.mark.parametrize("polygraphy", [True, False])
def test_a_sleep_cycle(polygraphy):
    truth, found = staged("cycle", polygraphy)
    assert kappa(truth, found.state) >= 0.85
    assert found.sleep_wake_cycles == 1
    assert not found.refusal
    awakening_s = 30.0 * (len(CYCLE) - 12)
    assert np.abs(found.arousal_s - awakening_s).min() <= 30


@pytest.mark.parametrize("polygraphy", [True, False])
def test_hypsarrhythmic_sleep_is_still_sleep(polygraphy):
    truth, found = staged("hypsarrhythmia", polygraphy)
    asleep = np.isin(found.state, [NREM, REM])
    assert asleep[np.isin(truth, [NREM, REM])].mean() >= 0.95
    assert asleep[truth == WAKE].mean() <= 0.1
    assert found.minutes("nrem") >= 20


@pytest.mark.parametrize("kind, state", [("nrem", "nrem"), ("wake", "wake"), ("rem", "rem")])
def test_five_minutes_of_one_state_are_enough(kind, state):
    _, found = staged(kind)
    assert (found.state == STATES.index(state)).mean() >= 0.8


@pytest.mark.parametrize("age, word", [(None, "unknown"), (10, "outside"), (1500, "outside")])
def test_refuses_where_the_rules_do_not_hold(age, word):
    _, features = measured("nrem")
    found = sleep.classify(features, quality=None, age_days=age, n_epochs=10)
    assert word in found.refusal
    assert (found.state == STATES.index("unknown")).all()
    assert (found.confidence == 0).all()
    assert [e.trial_type for e in sleep.events(found)] == ["sleep_unknown"]
    assert sleep.events(found)[0].confidence is None


def test_refuses_without_any_signal():
    found = sleep.classify(SleepFeatures.concatenate([]), quality=None, age_days=AGE, n_epochs=7)
    assert len(found.state) == 7
    assert found.refusal


def test_less_than_one_epoch_is_refused():
    _, features = measured("nrem")
    found = sleep.classify(features, quality=None, age_days=AGE, n_epochs=0)
    assert "30-s" in found.refusal
    assert sleep.events(found) == []


def test_gaps_are_unknown_and_the_rest_is_staged():
    made, _ = measured("cycle")
    segments = [(0.0, 1500.0), (1700.0, made.duration_s)]
    features = SleepFeatures.concatenate(measure(b) for b in made.blocks(segments=segments))
    found = sleep.classify(features, quality=None, age_days=AGE, n_epochs=len(made.states))
    gap = np.arange(1500 // 30, 1680 // 30)
    assert (found.state[gap] == STATES.index("unknown")).all()
    others = np.setdiff1d(np.arange(len(made.states)), np.append(gap, 1680 // 30))
    assert kappa(made.states[others], found.state[others]) >= 0.85


def test_seconds_without_signal_say_nothing():
    _, features = measured("nrem")
    flags = np.zeros(300, np.uint16)
    flags[60:150] = bit("flat")
    quality = Quality(0, ("C3",), np.zeros((1, 300), np.uint16), flags)
    found = sleep.classify(features, quality=quality, age_days=AGE, n_epochs=10)
    assert (found.state[2:5] == STATES.index("unknown")).all()
    assert (found.state[5:] == NREM).all()


def test_movement_speaks_for_wakefulness():
    _, features = measured("rem", False)
    n = 360
    moving = Quality(0, (), np.zeros((0, n), np.uint16), np.full(n, bit("movement"), np.uint16))
    still = Quality(0, (), np.zeros((0, n), np.uint16), np.zeros(n, np.uint16))
    wakeful = [
        (sleep.classify(features, quality=q, age_days=AGE, n_epochs=12).state == WAKE).sum() for q in (still, moving)
    ]
    assert wakeful[1] > wakeful[0]


def test_events_cover_the_recording_once():
    truth, found = staged("cycle")
    events = sleep.events(found, duration_s=30.0 * len(truth) - 4.5)
    states = [e for e in events if e.trial_type != "arousal"]
    assert states[0].onset_s == 0
    assert all(b.onset_s == a.onset_s + a.duration_s for a, b in pairwise(states))
    assert states[-1].onset_s + states[-1].duration_s == 30.0 * len(truth) - 4.5
    assert sum(e.trial_type == "arousal" for e in events) == len(found.arousal_s)
    assert [e.onset_s for e in events] == sorted(e.onset_s for e in events)


@given(st.lists(st.integers(0, 4), max_size=80))
def test_cycles_need_wakefulness_on_both_sides(states):
    state = np.array(states, np.int8)
    cycles = sleep.count_cycles(state)
    assert 0 <= cycles <= (state == NREM).sum() // 4
    assert sleep.count_cycles(state[state != WAKE]) == 0


@pytest.mark.parametrize(
    "states, cycles",
    [
        ([0, 0, 1, 2, 2, 2, 2, 0, 0], 1),
        ([2, 2, 2, 2, 0, 0], 0),
        ([0, 0, 2, 2, 2, 2], 0),
        ([0, 0, 2, 2, 0, 0], 0),
        ([0, 0, 2, 2, 0, 2, 2, 0, 0], 1),
        ([0, 0, 2, 2, 4, 2, 2, 0, 0], 1),
        ([0, 0, 2, 2, 4, 4, 4, 2, 2, 2, 2, 0, 0], 0),
        ([0, 0, 2, 2, 2, 2, 0, 0, 2, 2, 2, 2, 3, 3, 0, 0], 2),
    ],
)
def test_cycles_by_example(states, cycles):
    assert sleep.count_cycles(np.array(states, np.int8)) == cycles


@pytest.mark.parametrize("age", [30, 100, 240, 700, 1100])
def test_transitions_are_chances(age):
    matrix = sleep.transitions(age)
    assert (matrix > 0).all()
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert matrix[WAKE, REM] < matrix[WAKE, DROWSY]
