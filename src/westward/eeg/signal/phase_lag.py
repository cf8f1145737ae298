"""Phase lag between channels: phase lag index, weighted phase lag index, imaginary part of coherency.

All three are blind to what reaches two electrodes at the same moment, volume conduction and the common reference among
it; so real coupling without delay is missed too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import epoch_spectra, kernels
from westward.eeg.signal.epoch_spectra import DEFAULT, EpochParameters, EpochSpectra
from westward.eeg.signal.epochs import cut, pairs

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PhaseLag:
    """Values per window, pair and band; NaN where too few epochs of a pair are usable.

    Attributes
    ----------
    pli : float32 array, shape (n_windows, n_pairs, n_bands)
        Phase lag index, 0-1: ``|E[sign Im S]|`` (Stam 2007, recalled), mean over the bins of a band.
    wpli : float32 array
        Weighted phase lag index, 0-1: ``|E[Im S]| / E|Im S|`` (Vinck 2011, recalled), mean over bins. Independent
        channels give about 0.2 with 30 epochs, not 0.
    imaginary_coherency : float32 array
        -1 to 1: ``Im E[S] / sqrt(E|X|^2 E|Y|^2)`` (Nolte 2004, recalled), mean over bins; positive where the first
        channel of the pair leads.
    """

    pli: FloatArray
    wpli: FloatArray
    imaginary_coherency: FloatArray


def measure(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EpochParameters = DEFAULT,
) -> PhaseLag:
    """Phase lag of every two channels per window of 30 epochs of 2 s.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Starts where a window starts.
    usable : bool array, shape (n_channels, n_epochs), optional

    Notes
    -----
    The sign of the spectra is fixed by ``S = X_first conj(X_second)``; pairs as in
    :func:`westward.eeg.signal.epochs.pairs`.
    """
    return of_spectra(epoch_spectra.measure(x, sfreq_hz, usable=usable, parameters=parameters), parameters=parameters)


def of_spectra(spectra: EpochSpectra, *, parameters: EpochParameters = DEFAULT) -> PhaseLag:
    """:func:`measure` for spectra that were made before."""
    n_windows, n_channels = spectra.spectrum.shape[:2]
    i, j = pairs(n_channels)
    shared = spectra.shared()[:, i, j]
    n_bins = len(spectra.frequency_hz)
    signs, total, magnitude = (np.empty((n_windows, len(i), n_bins), np.float32) for _ in range(3))
    size = np.empty_like(total)
    for w in range(n_windows):
        signs[w], total[w], magnitude[w] = _imaginary(spectra.spectrum[w])
        power = epoch_spectra.shared_power(spectra, w)
        size[w] = np.sqrt(power[:, i, j] * power[:, j, i]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        pli = epoch_spectra.band_means(np.asarray(np.abs(signs) / shared[..., None], np.float32), spectra.bands)
        wpli = epoch_spectra.band_means(np.asarray(np.abs(total) / magnitude, np.float32), spectra.bands)
        imcoh = epoch_spectra.band_means(np.asarray(total / size, np.float32), spectra.bands)
    few = shared < parameters.min_epochs
    for values in (pli, wpli, imcoh):
        values[few] = np.nan
    return PhaseLag(pli, wpli, imcoh)


def _imaginary(spectrum: NDArray[np.complex64]) -> FloatArray:
    """Sums over epochs of the sign, the value and the magnitude of ``Im X_first conj(X_second)``.

    Shape (3, n_pairs, n_bins), of one window of shape (n_channels, n_epochs, n_bins).
    """
    found = kernels.compiled()
    return _imaginary_plain(spectrum) if found is None else found.phase_lag(spectrum)


def _imaginary_plain(spectrum: NDArray[np.complex64]) -> FloatArray:
    n_channels, n_epochs, n_bins = spectrum.shape
    real, imag = np.ascontiguousarray(spectrum.real), np.ascontiguousarray(spectrum.imag)
    out = np.zeros((3, n_channels * (n_channels - 1) // 2, n_bins), np.float32)
    work = np.empty((2, max(n_channels - 1, 0), n_epochs, n_bins), np.float32)
    for a in range(1, n_channels):
        row = slice(a * (a - 1) // 2, a * (a + 1) // 2)
        im, other = work[:, :a]
        np.multiply(imag[a], real[:a], out=im)
        np.multiply(real[a], imag[:a], out=other)
        im -= other
        sign = np.greater(im, 0).view(np.int8)
        sign -= np.less(im, 0).view(np.int8)
        out[0, row] = sign.sum(axis=1, dtype=np.int8 if n_epochs < 128 else np.int32)
        np.einsum("aeb->ab", im, out=out[1, row])
        np.einsum("aeb->ab", np.abs(im, out=im), out=out[2, row])
    return out


def measure_reference(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EpochParameters = DEFAULT,
) -> PhaseLag:
    """:func:`measure`, one window, pair and bin at a time."""
    p = parameters
    epochs = cut(x, sfreq_hz, p.epoch_s).astype(np.float64)
    n = epochs.shape[-1]
    i, j = pairs(len(x))
    n_windows = epochs.shape[1] // p.epochs_per_window
    out = np.full((3, n_windows, len(i), len(p.bands_hz)), np.nan, np.float32)
    for w in range(n_windows):
        for q in range(len(i)):
            both = []
            for e in range(w * p.epochs_per_window, (w + 1) * p.epochs_per_window):
                a, b = epochs[i[q], e], epochs[j[q], e]
                flat = not (np.isfinite(a).all() and np.isfinite(b).all()) or not (np.ptp(a) and np.ptp(b))
                if flat or (usable is not None and not (usable[i[q], e] and usable[j[q], e])):
                    continue
                both.append([np.fft.rfft((y - y.mean()) * np.hanning(n)) for y in (a, b)])
            if len(both) < max(1, p.min_epochs):
                continue
            for k, (low, high) in enumerate(p.bands_hz.values()):
                bins = [f for f in range(n // 2 + 1) if low - 1e-9 <= f * sfreq_hz / n <= high + 1e-9]
                out[:, w, q, k] = np.mean([_one_bin(np.array([(u[f], v[f]) for u, v in both])) for f in bins], axis=0)
    return PhaseLag(out[0], out[1], out[2])


def _one_bin(both: NDArray[np.complex128]) -> tuple[float, float, float]:
    s = both[:, 0] * both[:, 1].conj()
    power = np.square(np.abs(both)).mean(axis=0)
    return (
        float(abs(np.sign(s.imag).mean())),
        float(abs(s.imag.mean()) / np.abs(s.imag).mean()),
        float(s.mean().imag / np.sqrt(power[0] * power[1])),
    )
