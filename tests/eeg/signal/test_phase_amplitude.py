"""Coupling of fast amplitude to slow phase: equal to its reference, planted coupling found, chance is chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from westward.core.errors import UsageError
from westward.eeg.signal import analytic, phase_amplitude
from westward.eeg.signal.phase_amplitude import PhaseAmplitudeParameters

FS = 200.0
SHORT = PhaseAmplitudeParameters(window_s=12.0, surrogates=10)
NAMES = tuple(phase_amplitude.Coupling.__dataclass_fields__)


def coupled(seed: int, seconds: float, depth: float, phase: float = 0.0, fs: float = FS) -> np.ndarray:
    """A slow rhythm of wandering frequency, fast noise whose amplitude follows its phase, and a noisy background."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * fs)) / fs
    wander = np.cumsum(rng.standard_normal(len(t))) * 0.12 / np.sqrt(fs)
    angle = 2 * np.pi * (3.5 * t + wander)
    sos = signal.butter(4, [38, 66], "bandpass", fs=fs, output="sos")
    fast = signal.sosfiltfilt(sos, rng.standard_normal(len(t)))
    fast *= 3 / fast.std() * (1 + depth * np.cos(angle - phase))
    return (60 * np.cos(angle) + fast + rng.standard_normal(len(t))).astype(np.float32)


@settings(max_examples=8)
@given(seed=st.integers(0, 2**31), depth=st.floats(0, 1), fs=st.sampled_from([170.0, 200.0, 256.0]))
def test_the_fast_form_equals_the_reference(seed: int, depth: float, fs: float) -> None:
    x = np.stack([coupled(seed, 30, depth, fs=fs), coupled(seed + 1, 30, 0, fs=fs)])
    first = np.array([0, round(12 * fs), round(18 * fs)])
    fast = phase_amplitude.measure(x, fs, first=first, first_window=5, parameters=SHORT)
    slow = phase_amplitude.measure_reference(x, fs, first=first, first_window=5, parameters=SHORT)
    for name in NAMES:
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=2e-3, atol=2e-4, err_msg=name)


@settings(max_examples=15)
@given(
    n=st.integers(50, 400),
    first=st.integers(-40, 300),
    every=st.integers(1, 7),
    n_out=st.integers(1, 60),
    seed=st.integers(0, 2**31),
)
def test_thinned_analytic_signals_equal_convolution(n: int, first: int, every: int, n_out: int, seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal((2, n)).astype(np.float32)
    h = analytic.taps(5.0, 20.0, 100.0, 4.0, 60.0)
    made = analytic.band(x, h, first=first, every=every, n_out=n_out)
    np.testing.assert_allclose(made, analytic.band_reference(x, h, first=first, every=every, n_out=n_out), atol=2e-5)


def test_the_analytic_signal_has_the_amplitude_and_phase_of_a_sine_and_ignores_the_rest() -> None:
    t = np.arange(4000) / FS
    x = np.stack(
        [7 * np.cos(2 * np.pi * 3.5 * t + 1), 300 * np.cos(2 * np.pi * 2.2 * t), 300 * np.cos(2 * np.pi * 6 * t)]
    )
    h = analytic.taps(3.0, 4.0, FS, 0.9, 80.0)
    z = analytic.band(x.astype(np.float32), h, first=1000, every=1, n_out=2000)
    np.testing.assert_allclose(z[0], 7 * np.exp(1j * (2 * np.pi * 3.5 * t[1000:3000] + 1)), atol=0.01)
    assert np.abs(z[1:]).max() < 300 * 1e-3


@pytest.mark.parametrize("phase", [0.0, 2.0, -1.5])
def test_planted_coupling_is_found_at_its_phase(phase: float) -> None:
    made = phase_amplitude.measure(np.stack([coupled(1, 300, 0.8, phase), coupled(2, 300, 0.0, phase)]), FS)
    assert made.mvl_z.shape == (10, 2)
    for z in (made.mvl_z[:, 0], made.modulation_z[:, 0]):
        assert np.median(z) > 4
        assert z.min() > 2
    error = np.angle(np.exp(1j * (made.phase_rad[:, 0] - phase)))
    assert np.abs(error).max() < 0.4
    # |mean((1 + d cos) e^{i phi})| / mean(1 + d cos) = d / 2 where the filter follows the phase at once.
    np.testing.assert_allclose(np.median(made.mvl_share[:, 0]), 0.35, atol=0.06)
    for values in (made.mvl_z[:, 1], made.modulation_z[:, 1]):
        assert abs(np.mean(values)) < 1.2
        assert values.max() < 4


def test_uncoupled_signals_scatter_around_zero() -> None:
    x = np.random.default_rng(3).standard_normal((20, 300 * 200)).astype(np.float32)
    made = phase_amplitude.measure(x, FS)
    for z in (made.mvl_z, made.modulation_z):
        assert abs(z.mean()) < 0.25
        assert 0.7 < z.std() < 1.5


def test_windows_do_not_depend_on_how_a_recording_is_cut() -> None:
    x = coupled(4, 150, 0.5)[None]
    whole = phase_amplitude.measure(x, FS)
    lead = round(10 * FS)
    part = phase_amplitude.measure(
        x[:, 60 * 200 - lead : 130 * 200], FS, first=np.array([lead, lead + 6000]), first_window=2
    )
    for name in NAMES:
        np.testing.assert_allclose(getattr(part, name), getattr(whole, name)[2:4], rtol=1e-3, atol=1e-4)
    assert phase_amplitude.reach_s() < 5


def test_flat_and_missing_windows_are_not_assessable() -> None:
    x = np.stack([coupled(5, 90, 0.5)] * 3)
    x[0, 6000:12000] = 3
    x[1, 100] = np.nan
    x[2] = 0
    made = phase_amplitude.measure(x, FS)
    for name in NAMES:
        np.testing.assert_array_equal(
            np.isnan(getattr(made, name)), [[False, True, True], [True, False, True], [False, False, True]]
        )
    assert np.isnan(phase_amplitude.measure_reference(x[2:, :6000], FS).mvl_uv).all()
    assert phase_amplitude.measure(x[:, :1000], FS).mvl_z.shape == (0, 3)


def test_a_low_rate_is_refused_in_words() -> None:
    assert "needs 161" in phase_amplitude.refusal(128.0)
    assert not phase_amplitude.refusal(200.0)
    with pytest.raises(UsageError, match="not assessable"):
        phase_amplitude.measure(np.zeros((1, 9999), np.float32), 128.0)
    with pytest.raises(UsageError, match="beyond"):
        phase_amplitude.measure(np.zeros((1, 6000), np.float32), FS, first=np.array([10]))
    with pytest.raises(UsageError, match="too short"):
        phase_amplitude.measure(
            coupled(6, 5, 0)[None], FS, parameters=PhaseAmplitudeParameters(window_s=4.1, surrogates=50)
        )
    with pytest.raises(UsageError, match="does not fit"):
        analytic.taps(30.0, 60.0, 100.0, 4.0, 60.0)
    with pytest.raises(UsageError, match="transition"):
        analytic.taps(3.0, 6.0, 100.0, 4.0, 40.0)
