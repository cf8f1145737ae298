"""The chain of states: exact, and able to learn without letting states trade names."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.events import state_model

STICKY = np.array([[0.9, 0.1], [0.2, 0.8]])
START = np.array([0.6, 0.4])


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=7))
def test_posterior_equals_enumeration(rows):
    score = np.array(rows)
    expected = np.zeros_like(score)
    for path in product(range(2), repeat=len(score)):
        chance = START[path[0]] * np.prod([STICKY[a, b] for a, b in pairwise(path)])
        chance *= np.exp(sum(score[i, s] for i, s in enumerate(path)))
        for i, s in enumerate(path):
            expected[i, s] += chance
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(state_model.smooth(score, STICKY, START), expected, atol=1e-9)


def test_one_contradicting_epoch_is_overruled_and_silence_is_filled():
    score = np.tile([2.0, -2.0], (9, 1))
    score[4] = [-0.5, 0.5]
    score[6] = 0
    assert (state_model.smooth(score, STICKY, START).argmax(axis=1) == 0).all()


def test_learning_sharpens_what_the_anchors_leave_open():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 0, 1], 40)
    measured = np.where(truth[:, None] == 0, [1.0, 0.0], [0.2, 1.0]) + rng.normal(0, 0.1, (160, 2))
    score = np.zeros((160, 2))
    score[truth == 0, 0], score[truth == 1, 1] = 0.6, 0.6
    hidden = np.arange(100, 120)
    score[hidden] = [[0.3, 0.0]]
    measured[5] = np.nan
    expected = np.array([[0.5, -0.5], [-0.5, 0.5]])
    chain = np.array([[0.95, 0.05], [0.05, 0.95]])
    start = np.array([0.5, 0.5])
    plain = state_model.smooth(score, chain, start).argmax(axis=1)
    learned, _ = state_model.learn(score, measured, expected, chain, start)
    assert (learned.argmax(axis=1) == truth).mean() >= (plain == truth).mean()
    assert (learned.argmax(axis=1) == truth).mean() > 0.97
    np.testing.assert_allclose(learned.sum(axis=1), 1)


def test_nothing_measured_leaves_the_anchors():
    score = np.tile([1.0, 0.0], (5, 1))
    learned, _ = state_model.learn(score, np.full((5, 3), np.nan), np.zeros((2, 3)), STICKY, START)
    np.testing.assert_allclose(learned, state_model.smooth(score, STICKY, START))
    assert state_model.smooth(np.zeros((0, 2)), STICKY, START).shape == (0, 2)
