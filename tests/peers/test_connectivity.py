"""The same numbers as MNE-Connectivity and SciPy give, on noise and on a real clip."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import signal
from tests.support.peer_signals import SOURCES, rows

from westward.eeg.signal import coherence, crosscorrelation, epoch_spectra, phase_lag
from westward.eeg.signal.epoch_spectra import EpochParameters
from westward.eeg.signal.epochs import cut, pairs

sources = pytest.mark.parametrize("source", SOURCES)
TEN = EpochParameters(epochs_per_window=10, min_epochs=10)


@sources
def test_mne_connectivity_finds_the_same_phase_lag_and_coherence(source: str) -> None:
    x, fs = rows(source, 20.0)
    x = x[:5]
    i, j = pairs(len(x))
    bands = list(epoch_spectra.BANDS_HZ.values())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore")
        peer = pytest.importorskip("mne_connectivity")
        methods = ["pli", "wpli", "imcoh", "coh"]
        found = peer.spectral_connectivity_epochs(
            cut(x, fs, 2.0).swapaxes(0, 1).astype(float), method=methods, indices=(i, j), sfreq=fs, mode="fourier",
            fmin=[b[0] for b in bands], fmax=[b[1] for b in bands], faverage=True, verbose="error",
        )  # fmt: skip
        single = peer.spectral_connectivity_epochs(
            cut(x, fs, 2.0).swapaxes(0, 1).astype(float), method="coh", indices=(i, j), sfreq=fs, mode="fourier",
            fmin=1.0, fmax=30.0, faverage=False, verbose="error",
        )  # fmt: skip
    pli, wpli, imcoh, _ = (np.asarray(f.get_data()) for f in found)
    ours = phase_lag.measure(x, fs, parameters=TEN)
    np.testing.assert_allclose(ours.pli[0], pli, atol=1e-6)
    np.testing.assert_allclose(ours.wpli[0], wpli, atol=2e-5)
    np.testing.assert_allclose(ours.imaginary_coherency[0], imcoh, atol=1e-5)
    # Theirs averages the coherence itself; ours its square: compared bin by bin.
    per_bin = np.square(np.asarray(single.get_data()))
    frequency = np.asarray(single.freqs)
    for k, (low, high) in enumerate(bands):
        inside = (frequency >= low - 1e-9) & (frequency <= high + 1e-9)
        made = coherence.measure(x, fs, parameters=TEN)[0, :, k]
        np.testing.assert_allclose(made, per_bin[:, inside].mean(axis=1), atol=1e-5)


@sources
def test_scipy_finds_the_same_coherence(source: str) -> None:
    x, fs = rows(source, 20.0)
    n = round(2 * fs)
    i, j = pairs(3)
    made = coherence.measure(x[:3], fs, parameters=TEN)[0]
    for q in range(3):
        frequency, per_bin = signal.coherence(
            x[i[q]].astype(float), x[j[q]].astype(float), fs, np.hanning(n), n, 0, detrend="constant"
        )
        expected = [
            per_bin[(frequency >= a - 1e-9) & (frequency <= b + 1e-9)].mean()
            for a, b in epoch_spectra.BANDS_HZ.values()
        ]
        np.testing.assert_allclose(made[q], expected, atol=1e-5)


@sources
def test_scipy_finds_the_same_largest_correlation(source: str) -> None:
    x, fs = rows(source, 10.0)
    value, lag = crosscorrelation.largest(x[:4], fs)
    epochs = cut(x[:4], fs, 1.0).astype(float)
    i, j = pairs(4)
    for k in range(epochs.shape[1]):
        for q in range(len(i)):
            a, b = (epochs[c, k] - epochs[c, k].mean() for c in (i[q], j[q]))
            c = signal.correlate(b, a, method="direct") / np.sqrt((a * a).sum() * (b * b).sum())
            assert value[k, q] == pytest.approx(np.abs(c).max(), abs=1e-5)
            at = signal.correlation_lags(len(b), len(a))[np.abs(c).argmax()]
            assert lag[k, q] == at or abs(np.abs(c[len(a) - 1 + lag[k, q]]) - np.abs(c).max()) < 1e-5
