"""The same numbers as antropy gives, window by window, on noise and on a real clip.

The only module that imports antropy: it compiles for seconds when it is imported.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pytest
from tests.support.peer_signals import SOURCES, rows

from westward.eeg.signal import cells, dfa, entropy, filters, sample_entropy, spectrum, time_domain
from westward.eeg.signal.sample_entropy import SampleEntropyParameters

sources = pytest.mark.parametrize("source", SOURCES)


@pytest.fixture(scope="module")
def antropy() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, at import
        return pytest.importorskip("antropy")


def windows(source: str, window_s: float) -> tuple[np.ndarray, np.ndarray, float]:
    """A band-passed signal, its measurable windows flattened to rows of float64, and the rate."""
    x, fs = rows(source)
    x = filters.bandpass(x[:3], 0.5, 40.0, fs)
    cut = cells.consecutive(x, window_s=window_s, sfreq_hz=fs)[:, :4]
    return cut, cut.reshape(-1, cut.shape[-1]).astype(np.float64), fs


@sources
def test_hjorth_parameters(antropy: ModuleType, source: str) -> None:
    cut, flat, fs = windows(source, 1.0)
    mobility, complexity = antropy.hjorth_params(flat, sf=fs, axis=-1)
    got = time_domain.time_domain(cut.reshape(len(cut), -1), sfreq_hz=fs)
    np.testing.assert_allclose(got.mobility_per_s.ravel(), mobility, rtol=1e-5)
    np.testing.assert_allclose(got.complexity.ravel(), complexity, rtol=1e-5)


@sources
def test_permutation_entropy(antropy: ModuleType, source: str) -> None:
    cut, flat, _ = windows(source, 2.0)
    expected = [antropy.perm_entropy(row, order=3, delay=1, normalize=True) for row in flat]
    np.testing.assert_allclose(entropy.permutation(cut).ravel(), expected, rtol=1e-6)


@sources
def test_spectral_entropy(antropy: ModuleType, source: str) -> None:
    cut, flat, fs = windows(source, 2.0)
    n = round(fs)
    expected = antropy.spectral_entropy(flat, fs, method="welch", nperseg=n, normalize=True, axis=-1)
    spectra = spectrum.welch(cut.reshape(len(cut), -1), sfreq_hz=fs, window_s=2.0, segment_s=1.0)
    got = spectrum.spectral_entropy(spectra, total_hz=(0.0, fs / 2))
    np.testing.assert_allclose(got.ravel(), np.ravel(expected), rtol=1e-5)


@sources
def test_sample_entropy(antropy: ModuleType, source: str) -> None:
    cut, flat, _ = windows(source, 2.0)
    expected = [antropy.sample_entropy(row, order=2, tolerance=float(0.15 * row.std())) for row in flat]
    expected = np.where(np.isfinite(expected), expected, np.nan)
    got = sample_entropy.scales(cut, SampleEntropyParameters(), (1,))
    np.testing.assert_allclose(got.ravel(), expected, rtol=1e-6)


@sources
def test_multiscale_entropy_at_every_scale(antropy: ModuleType, source: str) -> None:
    """antropy's sample entropy of the series of means, with the tolerance of the original window."""
    cut, flat, _ = windows(source, 10.0)
    factors = tuple(range(1, 21))
    cut, flat = cut[:, :1], flat.reshape(*cut.shape)[:, 0]
    expected = [
        [
            antropy.sample_entropy(row[: len(row) // k * k].reshape(-1, k).mean(axis=1), tolerance=0.15 * row.std())
            for k in factors
        ]
        for row in flat
    ]
    got = sample_entropy.scales(cut, SampleEntropyParameters(), factors)[:, 0]
    np.testing.assert_allclose(got, np.where(np.isfinite(expected), expected, np.nan), rtol=1e-6)


@sources
def test_detrended_fluctuation_analysis(antropy: ModuleType, source: str) -> None:
    cut, flat, _ = windows(source, 2.0)
    expected = [antropy.detrended_fluctuation(row) for row in flat]
    got = dfa.exponents(cut, dfa.window_sizes(cut.shape[-1]))
    np.testing.assert_allclose(got.ravel(), expected, rtol=1e-5)
