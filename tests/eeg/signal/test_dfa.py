"""Detrended fluctuation analysis of windows and of envelopes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.fractional_noise import fractional_noise
from tests.support.windows import broken, windows

from westward.core.errors import UsageError
from westward.eeg.signal import dfa

STEP_S = 0.125


@given(windows(n_samples=200))
@settings(max_examples=30, deadline=None)
def test_the_exponent_of_windows_equals_the_reference(x: np.ndarray) -> None:
    sizes = dfa.window_sizes(200)
    np.testing.assert_allclose(dfa.exponents(x, sizes), dfa.exponents_reference(x, sizes), rtol=1e-4, atol=1e-5)


@given(st.integers(0, 10**6), st.integers(500, 900), st.floats(0.2, 0.95))
@settings(max_examples=20, deadline=None)
def test_exponent_and_intercept_of_segments_equal_the_reference(seed: int, n_steps: int, hurst: float) -> None:
    envelope = 30 + 5 * fractional_noise(hurst, n_steps, np.random.default_rng(seed), rows=2)
    got = dfa.segment_dfa(envelope, step_s=STEP_S, n_resamples=0)
    expected = dfa.segment_dfa_reference(envelope, step_s=STEP_S)
    np.testing.assert_allclose(got.exponent, expected.exponent, rtol=1e-7)
    np.testing.assert_allclose(got.intercept, expected.intercept, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("hurst", [0.3, 0.5, 0.7, 0.9])
def test_fractional_noise_of_five_minutes_gives_its_exponent(hurst: float) -> None:
    x = fractional_noise(hurst, 2400, np.random.default_rng(1), rows=200)
    got = dfa.segment_dfa(x, step_s=STEP_S, n_resamples=200)
    assert got.exponent.mean() == pytest.approx(hurst, abs=0.05)
    inside = (got.exponent_interval[:, 0] <= hurst) & (hurst <= got.exponent_interval[:, 1])
    assert inside.mean() > 0.75  # a percentile interval of ten largest boxes is somewhat short
    assert np.median(np.diff(got.exponent_interval)) < 0.35


@pytest.mark.parametrize("hurst", [0.5, 0.8])
def test_fractional_noise_in_plain_windows_gives_its_exponent(hurst: float) -> None:
    x = fractional_noise(hurst, 7680 * 20, np.random.default_rng(2)).astype(np.float32)
    assert dfa.dfa_exponent(x, sfreq_hz=256.0).mean() == pytest.approx(hurst, abs=0.04)


def test_white_noise_has_the_intercept_of_theory() -> None:
    # F² of the profile of white noise in boxes of n about a line: variance times (n² - 4) / (15 n) ... per sample.
    n, sd = 8, 7.0
    x = sd * np.random.default_rng(0).standard_normal((400, 2400))
    got = dfa.segment_dfa(x, step_s=STEP_S, n_resamples=0)
    expected = np.log10(STEP_S * sd * np.sqrt((n * n - 4) / (15 * n)))
    # The line over all sizes lies a little above the smallest box, which a line fits better than larger ones.
    assert got.intercept.mean() == pytest.approx(expected, abs=0.06)


def test_amplitude_moves_the_intercept_alone() -> None:
    x = 20 + 3 * fractional_noise(0.7, 2400, np.random.default_rng(3))
    one, ten = (dfa.segment_dfa(x * scale, step_s=STEP_S) for scale in (1.0, 10.0))
    np.testing.assert_allclose(ten.exponent, one.exponent, rtol=1e-6)
    np.testing.assert_allclose(ten.intercept, one.intercept + 1, atol=1e-6)
    np.testing.assert_allclose(ten.intercept_interval, one.intercept_interval + 1, atol=1e-6)


def test_joined_pieces_keep_the_exponent() -> None:
    rng = np.random.default_rng(4)
    x = fractional_noise(0.7, 7200, rng, rows=40)
    usable = np.ones(7200, bool)
    for start in range(0, 7200, 240):
        usable[start : start + 120] = False
    joined = dfa.segment_dfa(x[:, usable][:, :2400], step_s=STEP_S, n_resamples=0)
    assert joined.exponent.mean() == pytest.approx(0.7, abs=0.06)


def test_flat_and_broken_windows_are_not_measured_and_do_not_spread() -> None:
    x = broken(1024)
    bad = [[False, False], [True, True], [False, True], [True, False]]
    assert np.isnan(dfa.dfa_exponent(x, sfreq_hz=64.0, window_s=8.0)).tolist() == bad
    got = dfa.segment_dfa(x, step_s=STEP_S, n_resamples=20)
    for value in (got.exponent, got.intercept, got.exponent_interval[:, 0], got.intercept_interval[:, 1]):
        assert np.isnan(value).tolist() == [False, True, True, True]


def test_box_sizes_are_those_stated() -> None:
    assert dfa.window_sizes(7680).tolist() == [
        4, 5, 6, 8, 9, 11, 14, 17, 20, 24, 29, 35, 42, 51, 61, 73, 88, 106, 127, 153, 184, 220, 264, 317, 381, 457, 549,
        659,
    ]  # fmt: skip
    sizes = dfa.log_sizes(2400, STEP_S)
    assert (sizes[0] * STEP_S, sizes[-1] * STEP_S) == (1.0, 30.0)
    assert 15 <= len(sizes) <= 20


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(UsageError):
        dfa.window_sizes(45)
    with pytest.raises(UsageError):
        dfa.segment_dfa(np.ones((1, 80)), step_s=STEP_S)


def test_what_a_window_gives_does_not_depend_on_its_neighbors() -> None:
    x = np.random.default_rng(2).standard_normal((1, 7680 * 12)).astype(np.float32)
    np.testing.assert_array_equal(
        dfa.dfa_exponent(x[:, 7680 * 5 :], sfreq_hz=256.0), dfa.dfa_exponent(x, sfreq_hz=256.0)[:, 5:]
    )
