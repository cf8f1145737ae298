"""Spindle summaries: planted rates and synchrony come back, silence is told from absence, norms stand beside."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.biomarkers import spindle_measures as sm
from westward.eeg.biomarkers.spindle_measures import LEFT, MIDLINE, RIGHT, SpindleMeasures
from westward.eeg.biomarkers.spindle_norms import norms_at, spindle_norms
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.spindle import Spindles

SECONDS = 3600


def sleep(state: str = "nrem", seconds: int = SECONDS, refusal: str = "") -> Hypnogram:
    n = seconds // 30
    return Hypnogram(np.full(n, STATES.index(state), np.int8), np.ones(n, np.float32), np.zeros(0), 0, refusal)


def rows(onset: np.ndarray, side: int, *, duration: float = 1.5, hz: float = 13.0, uv: float = 30.0) -> Spindles:
    n, one = len(onset), np.ones(len(onset), np.float32)
    return Spindles(np.asarray(onset, float), duration * one, hz * one, uv * one, np.full(n, side, np.int8))


def everywhere(*sides: int) -> dict[int, np.ndarray]:
    return {s: np.ones(SECONDS, bool) for s in sides}


def test_planted_density_duration_and_frequency_come_back() -> None:
    left, right = np.arange(5, 3600, 10.0), np.arange(5.3, 3600, 20.0)
    made = sm.measure(
        Spindles.concatenate([rows(left, LEFT), rows(right, RIGHT, uv=60.0), rows(left, MIDLINE)]),
        sleep(),
        everywhere(LEFT, RIGHT),
    )
    assert made.refusal == ""
    assert (made.minutes, made.density_left, made.density_right, made.density_per_min) == (60, 6, 3, 4.5)
    assert made.density_low < 4.5 < made.density_high
    assert (made.duration_s, made.frequency_hz) == (1.5, 13)
    assert made.density_asymmetry == pytest.approx(-1 / 3)
    assert made.amplitude_asymmetry == pytest.approx(1 / 3)
    assert made.synchrony == pytest.approx(2 / 3)  # every right one, every second left one
    assert made.lag_s == pytest.approx(0.3)


def test_independent_sides_are_as_synchronous_as_chance() -> None:
    rng = np.random.default_rng(0)
    spans = [np.cumsum(2 + rng.exponential(8, 320)) for _ in range(2)]
    made = sm.measure(
        Spindles.concatenate([rows(spans[0], LEFT), rows(spans[1], RIGHT)]), sleep(), everywhere(LEFT, RIGHT)
    )
    assert made.synchrony == pytest.approx(made.chance_synchrony, abs=0.06)
    assert 0.1 < made.chance_synchrony < 0.4


def test_only_usable_nrem_counts() -> None:
    onset = np.arange(5, 3600, 10.0)
    hypnogram = sleep()
    hypnogram.state[60:] = STATES.index("wake")
    usable = everywhere(LEFT, RIGHT)
    usable[LEFT][:600] = False
    made = sm.measure(Spindles.concatenate([rows(onset, LEFT), rows(onset, RIGHT)]), hypnogram, usable)
    assert (made.density_left, made.density_right) == (6, 6)
    assert made.minutes == 25
    assert made.synchrony == 1
    shifted = sm.measure(
        Spindles.concatenate([rows(onset, LEFT), rows(onset, RIGHT)]),
        hypnogram,
        {s: m[900:] for s, m in usable.items()},
        first_second=900,
    )
    assert (shifted.density_left, shifted.minutes) == (6, 15)


def test_a_side_that_was_not_recorded_is_no_absence() -> None:
    onset = np.arange(5, 3600, 10.0)
    one = sm.measure(rows(onset, LEFT), sleep(), everywhere(LEFT))
    assert one.density_per_min == 6
    assert all(math.isnan(v) for v in (one.density_asymmetry, one.synchrony, one.density_right))
    silent = sm.measure(rows(onset, LEFT), sleep(), everywhere(LEFT, RIGHT))
    assert (silent.density_asymmetry, silent.synchrony) == (-1, 0)
    assert math.isnan(silent.amplitude_asymmetry)
    assert sm.measure(rows(onset, MIDLINE), sleep(), everywhere(MIDLINE)).density_per_min == 6


def test_no_spindles_in_enough_sleep_is_a_density_of_zero_with_its_interval() -> None:
    made = sm.measure(Spindles.concatenate([]), sleep(), everywhere(LEFT, RIGHT))
    assert (made.density_per_min, made.density_low) == (0, 0)
    assert made.density_high == pytest.approx(3.689 / 120, rel=1e-3)
    assert math.isnan(made.duration_s)


@pytest.mark.parametrize(
    ("hypnogram", "usable", "words"),
    [
        (sleep("wake"), everywhere(LEFT), "0.0 min"),
        (sleep(refusal="states not assessable below this age"), everywhere(LEFT), "below this age"),
        (sleep(), {}, "no central derivation"),
    ],
)
def test_what_cannot_be_measured_is_said(hypnogram: Hypnogram, usable: dict[int, np.ndarray], words: str) -> None:
    made = sm.measure(rows(np.arange(5, 3600, 10.0), LEFT), hypnogram, usable)
    assert words in made.refusal
    assert all(math.isnan(getattr(made, f.name)) for f in fields(made) if f.name not in ("refusal", "minutes"))


def spans() -> st.SearchStrategy[list[tuple[float, float]]]:
    return st.lists(st.tuples(st.floats(0.01, 3), st.floats(0.05, 4)), max_size=10)


@given(a=spans(), b=spans(), overlap=st.sampled_from([0.0, 0.25, 1.0]))
def test_synchrony_equals_its_reference(
    a: list[tuple[float, float]], b: list[tuple[float, float]], overlap: float
) -> None:
    sides = []
    for side in (a, b):
        edges = np.cumsum([x for pair in side for x in pair])
        sides += [edges[::2], edges[1::2]]
    share, lags = sm.synchrony(*sides, min_overlap_s=overlap)
    expected, expected_lags = sm.synchrony_reference(*sides, min_overlap_s=overlap)
    assert share == expected or (math.isnan(share) and math.isnan(expected))
    np.testing.assert_allclose(lags, expected_lags)


def test_norms_stand_beside_their_age_only() -> None:
    at = norms_at(150)
    assert set(at) <= {f.name for f in fields(SpindleMeasures)}
    assert set(at) == {"density_per_min", "frequency_hz", "duration_s", "synchrony"}
    assert (at["density_per_min"].place(6.6), at["density_per_min"].place(2), at["density_per_min"].place(9)) == (
        "within",
        "below",
        "above",
    )
    assert at["duration_s"].place(math.nan) == "not assessable"
    assert norms_at(None) == norms_at(30) == norms_at(300) == {}
    assert all(n.low <= n.median <= n.high and n.source and n.status for n in spindle_norms())
