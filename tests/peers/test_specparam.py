"""The same exponents as specparam in its mode "fixed"."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from tests.support.peer_signals import SOURCES, rows
from tests.support.spectra import FREQUENCIES_HZ, spectra

from westward.eeg.signal import aperiodic, filters, spectrum
from westward.eeg.signal.aperiodic import AperiodicParameters
from westward.eeg.signal.gaussian_peaks import PeakParameters


def specparam(frequencies_hz: np.ndarray, density: np.ndarray, high_hz: float, max_n_peaks: int) -> np.ndarray:
    """Offset, exponent and number of peaks, shape (n_spectra, 3)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        package = pytest.importorskip("specparam")
        model = package.SpectralModel(max_n_peaks=max_n_peaks, peak_width_limits=(1, 12), verbose=False)
        out = []
        for row in density.astype(np.float64):
            model.fit(frequencies_hz, row, [2, high_hz])
            parameters = model.results.params
            out.append([*parameters.aperiodic.get_params("fit"), len(parameters.periodic.get_params("fit"))])
    return np.array(out)


@pytest.mark.parametrize("max_n_peaks", [0, 6])
@pytest.mark.parametrize("exponent, dof", [(0.8, 8), (2.2, 8), (1.5, 60)])
def test_exponents_of_noisy_spectra(exponent: float, dof: int, max_n_peaks: int) -> None:
    density = spectra(exponent, 2.0, ((6.0, 0.6, 1.0), (11.0, 0.9, 1.5), (21.0, 0.4, 2.5)), 40, 11, dof)
    expected = specparam(FREQUENCIES_HZ, density, 45.0, max_n_peaks)
    parameters = AperiodicParameters(peaks=PeakParameters(max_n_peaks=max_n_peaks))
    got = aperiodic.with_peaks(FREQUENCIES_HZ, density, parameters=parameters)
    np.testing.assert_array_equal(got.n_peaks, expected[:, 2])
    np.testing.assert_allclose(got.exponent, expected[:, 1], atol=1e-3)
    np.testing.assert_allclose(got.offset, expected[:, 0], atol=1e-3)
    if not max_n_peaks:
        np.testing.assert_allclose(aperiodic.line(FREQUENCIES_HZ, density).exponent, got.exponent, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES)
def test_exponents_of_signals(source: str) -> None:
    x, fs = rows(source)
    high_hz = min(45.0, 0.4 * fs)
    x = filters.bandpass(x[:4], 0.5, None, fs)
    got = spectrum.welch(x, sfreq_hz=fs, window_s=min(10.0, x.shape[1] / fs), segment_s=2.0)
    density = got.density_uv2_hz[:, :4].reshape(-1, len(got.frequencies_hz))
    expected = specparam(got.frequencies_hz, density, high_hz, 6)
    fitted = aperiodic.with_peaks(got.frequencies_hz, density, parameters=AperiodicParameters(high_hz=high_hz))
    np.testing.assert_allclose(fitted.exponent, expected[:, 1], atol=1e-3)
    np.testing.assert_array_equal(fitted.n_peaks, expected[:, 2])
