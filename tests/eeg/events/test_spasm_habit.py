"""What a recording does all the time loses its weight; what it never does gains a little."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.events import spasm_habit as habit
from westward.eeg.events.spasm_parameters import SpasmParameters

P = SpasmParameters()
HOUR_S = 3600.0
WATCHED = np.ones(3600, bool)


def background(rng: np.random.Generator, per_hour: float, fall: float, length_s: float = HOUR_S) -> tuple:
    n = int(per_hour * length_s / 3600)
    return np.sort(rng.uniform(0, length_s, n)), P.habit_from + rng.exponential(fall, n)


def test_the_rate_of_a_known_background_comes_back() -> None:
    onset_s, evidence = background(np.random.default_rng(1), 600, 1.5, 4 * HOUR_S)
    at = np.array([P.habit_from, 3.0, 5.0])
    when = np.full(3, 2 * HOUR_S)
    told = habit.log_rate(
        np.concatenate([onset_s, when]),
        np.concatenate([evidence, at]),
        np.zeros(len(onset_s) + 3),
        np.ones(4 * 3600, bool),
        P,
    )[-3:]
    np.testing.assert_allclose(told, np.log(600 / 3600 / 1.5) - (at - P.habit_from) / 1.5, atol=0.25)


def test_the_same_evidence_weighs_less_where_it_is_usual() -> None:
    rng = np.random.default_rng(2)
    weights = []
    for per_hour, fall in ((20, 0.6), (600, 2.5)):
        onset_s, evidence = background(rng, per_hour, fall)
        onset_s, evidence = np.append(onset_s, HOUR_S - 1), np.append(evidence, 5.0)
        weights.append(habit.against_habit(onset_s, evidence, np.zeros(len(onset_s)), WATCHED, P)[-1])
    assert weights[0] > weights[1] + 3
    assert weights[0] <= 5.0 + P.habit_lift


def test_what_is_taken_for_a_spasm_is_no_habit() -> None:
    onset_s, evidence = background(np.random.default_rng(3), 300, 2.5)
    taken, background_all = (habit.log_rate(onset_s, evidence, np.full(300, x), WATCHED, P) for x in (1.0, 0.0))
    assert (taken < background_all).all()


def test_a_habit_of_one_hour_hardly_reaches_another() -> None:
    onset_s, evidence = background(np.random.default_rng(4), 900, 2.0)
    later = np.append(onset_s, 7.5 * HOUR_S)
    told = habit.log_rate(later, np.append(evidence, 4.0), np.zeros(len(later)), np.ones(8 * 3600, bool), P)
    inside = told[:-1][np.abs(evidence - 4.0).argmin()]
    assert told[-1] < inside - 1


@pytest.mark.parametrize("onset", [-0.4, 0.0, HOUR_S + 0.3])
def test_onsets_at_the_very_edges_are_judged(onset: float) -> None:
    assert np.isfinite(habit.against_habit(np.array([onset]), np.array([4.0]), np.zeros(1), WATCHED, P)).all()


def test_a_gap_is_not_watched() -> None:
    onset_s, evidence = background(np.random.default_rng(5), 600, 1.5, 1200.0)
    alone = habit.log_rate(onset_s, evidence, np.zeros(200), np.ones(1200, bool), P)
    gapped = habit.log_rate(onset_s, evidence, np.zeros(200), np.arange(24 * 3600) < 1200, P)
    np.testing.assert_allclose(alone, gapped)


def test_suppression_burst_is_a_background_and_a_cluster_is_none() -> None:
    at = np.arange(0, 7200, 6.0)
    always, minutes = np.full(len(at), 2.0), np.where(np.abs(at - 3600) < 120, 2.0, 0.4)
    unknown = np.full(len(at), np.nan)
    assert habit.suppression(at, always, P).min() == 1
    assert habit.suppression(at, minutes, P).max() == 0
    assert habit.suppression(at, unknown, P).max() == 0
    assert len(habit.suppression(np.zeros(0), np.zeros(0), P)) == 0


def test_suppression_burst_of_one_hour_says_nothing_of_the_next() -> None:
    at = np.arange(0, 4 * HOUR_S, 6.0)
    found = habit.suppression(at, np.where(at < 2 * HOUR_S, 2.0, 0.4), P)
    assert found[np.abs(at - HOUR_S).argmin()] == 1
    assert found[np.abs(at - 3 * HOUR_S).argmin()] == 0
