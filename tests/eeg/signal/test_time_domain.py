"""Range, RMS, line length and Hjorth parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.support.windows import broken, windows

from westward.eeg.signal import time_domain as td


@given(windows())
@settings(deadline=None)
def test_the_fast_form_equals_the_reference(x: np.ndarray) -> None:
    np.testing.assert_allclose(td.measures(x), td.measures_reference(x), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("hz", [1.0, 3.0, 10.0])
def test_a_sine_has_the_values_of_the_textbook(hz: float) -> None:
    fs, amplitude = 256.0, 75.0
    x = (amplitude * np.sin(2 * np.pi * hz * np.arange(2560) / fs + 0.1)).astype(np.float32)[None]
    got = td.time_domain(x, sfreq_hz=fs)
    np.testing.assert_allclose(got.range_uv, 2 * amplitude, rtol=0.01)
    np.testing.assert_allclose(got.rms_uv, amplitude / np.sqrt(2), rtol=1e-4)
    np.testing.assert_allclose(got.activity_uv2, amplitude**2 / 2, rtol=1e-4)
    np.testing.assert_allclose(got.line_length_uv, 4 * amplitude * hz, rtol=0.02)
    np.testing.assert_allclose(got.mobility_per_s, 2 * np.pi * hz, rtol=0.01)
    np.testing.assert_allclose(got.complexity, 1.0, rtol=0.02)


def test_white_noise_has_the_mobility_of_independent_samples() -> None:
    x = np.random.default_rng(1).standard_normal((1, 256 * 60)).astype(np.float32)
    got = td.time_domain(x, sfreq_hz=256.0)
    assert np.median(got.mobility_per_s) == pytest.approx(256 * np.sqrt(2), rel=0.02)
    assert np.median(got.complexity) == pytest.approx(np.sqrt(3) / np.sqrt(2), rel=0.02)


def test_a_straight_line_has_no_complexity() -> None:
    got = td.measures(np.arange(100, dtype=np.float32)[None, None])[0, 0]
    assert got[td.MEASURES.index("mobility")] == 0
    assert np.isnan(got[td.MEASURES.index("complexity")])


def test_flat_and_broken_windows_are_not_measured_and_do_not_spread() -> None:
    x = broken(512)
    got = td.measures(x.reshape(4, 2, 256))
    assert np.isnan(got).all(-1).tolist() == [[False, False], [True, True], [False, True], [True, False]]
    assert np.isfinite(got[0]).all()


def test_what_a_window_gives_does_not_depend_on_its_neighbors() -> None:
    x = np.random.default_rng(2).standard_normal((2, 256 * 700)).astype(np.float32)
    whole = td.time_domain(x, sfreq_hz=256.0)
    part = td.time_domain(x[:, 256 * 300 : 256 * 540], sfreq_hz=256.0)
    np.testing.assert_array_equal(part.complexity, whole.complexity[:, 300:540])
    np.testing.assert_array_equal(part.rms_uv, whole.rms_uv[:, 300:540])
