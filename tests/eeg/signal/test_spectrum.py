"""Welch spectra, band power, spectral edge, spectral entropy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal
from tests.support.windows import broken, windows

from westward.core.errors import UsageError
from westward.eeg.signal import spectrum

FS = 256.0


def noise(n_channels: int = 2, seconds: int = 60, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n_channels, int(FS) * seconds)).astype(np.float32) * 20


@given(windows(n_samples=300), st.sampled_from([(100, 50), (128, 64), (75, 30)]))
@settings(deadline=None)
def test_the_fast_form_equals_the_reference(x: np.ndarray, cut: tuple[int, int]) -> None:
    got = spectrum.density(x, *cut, 100.0)
    expected = spectrum.density_reference(x, *cut, 100.0)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    # Float32 loses what lies six orders below the size of the signal, the offset included.
    size = np.nan_to_num(np.nanmax(np.where(np.isfinite(x), x, 0) ** 2, axis=-1, keepdims=True)) * cut[0] / 100.0
    assert (np.nan_to_num(np.abs(got - expected)) <= 1e-4 * np.nan_to_num(expected) + 1e-10 * size).all()


@given(windows(n_samples=1024))
@settings(deadline=None)
def test_edge_and_entropy_equal_their_references(x: np.ndarray) -> None:
    got = spectrum.welch(x.reshape(len(x), -1), sfreq_hz=128.0, window_s=8.0)
    np.testing.assert_array_equal(spectrum.spectral_edge(got), spectrum.spectral_edge_reference(got))
    np.testing.assert_allclose(
        spectrum.spectral_entropy(got), spectrum.spectral_entropy_reference(got), rtol=1e-5, atol=1e-6
    )


def test_scipy_gives_the_same_density() -> None:
    x = noise()
    got = spectrum.welch(x, sfreq_hz=FS)
    f, expected = signal.welch(x.reshape(2, 6, 2560).astype(np.float64), FS, nperseg=1024, noverlap=512)
    np.testing.assert_allclose(got.frequencies_hz, f)
    np.testing.assert_allclose(got.density_uv2_hz[..., 2:-1], expected[..., 2:-1], rtol=1e-4)
    assert np.median(np.abs(got.density_uv2_hz / expected - 1)) < 1e-6


@pytest.mark.parametrize("hz, band", [(2.0, "delta"), (6.0, "theta"), (10.5, "alpha"), (20.0, "beta")])
def test_a_sine_puts_its_power_where_it_belongs(hz: float, band: str) -> None:
    x = (40 * np.sin(2 * np.pi * hz * np.arange(2560) / FS)).astype(np.float32)[None]
    got = spectrum.welch(x, sfreq_hz=FS)
    for name, edges in spectrum.BANDS_HZ.items():
        power = spectrum.band_power(got, *edges)[0, 0]
        share = spectrum.relative_band_power(got, *edges)[0, 0]
        if name == band:
            assert power == pytest.approx(40**2 / 2, rel=1e-3)
            assert share == pytest.approx(1.0, abs=1e-3)
        else:
            assert share < 1e-4
    assert spectrum.spectral_edge(got)[0, 0] == pytest.approx(hz, abs=0.25)


def test_white_noise_has_the_edge_and_the_entropy_of_a_flat_spectrum() -> None:
    got = spectrum.welch(noise(seconds=600), sfreq_hz=FS)
    assert np.median(spectrum.spectral_edge(got)) == pytest.approx(0.5 + 0.95 * 54.5, abs=0.8)
    assert np.median(spectrum.spectral_entropy(got)) > 0.95
    assert spectrum.band_power(got, 10, 20).mean() == pytest.approx(400 * 10 / 128, rel=0.03)


def test_neighboring_bands_share_no_bin() -> None:
    got = spectrum.welch(noise(), sfreq_hz=FS)
    parts = sum(spectrum.band_power(got, *edges) for edges in [(0.5, 4), (4, 8), (8, 13), (13, 30), (30, 55.25)])
    np.testing.assert_allclose(parts, spectrum.band_power(got, 0.5, 55, include_high=True), rtol=1e-5)


def test_flat_and_broken_windows_are_not_measured_and_do_not_spread() -> None:
    got = spectrum.welch(broken(5120), sfreq_hz=FS)
    bad = [[False, False], [True, True], [False, True], [True, False]]
    for value in (
        spectrum.band_power(got, 1, 4),
        spectrum.relative_band_power(got, 1, 4),
        spectrum.spectral_edge(got),
        spectrum.spectral_entropy(got),
    ):
        assert np.isnan(value).tolist() == bad


def test_what_a_window_gives_does_not_depend_on_its_neighbors() -> None:
    x = noise(seconds=1200)
    part = spectrum.welch(x[:, 2560 * 40 : 2560 * 64], sfreq_hz=FS).density_uv2_hz
    np.testing.assert_array_equal(part, spectrum.welch(x, sfreq_hz=FS).density_uv2_hz[:, 40:64])


def test_a_band_without_bins_and_a_full_overlap_are_refused() -> None:
    got = spectrum.welch(noise(), sfreq_hz=FS)
    with pytest.raises(UsageError, match="bins"):
        spectrum.band_power(got, 130, 140)
    with pytest.raises(UsageError, match="overlap"):
        spectrum.welch(noise(), sfreq_hz=FS, overlap=1.0)
