"""Magnitude-squared coherence of every two channels, and its mean over near and far pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import epoch_spectra
from westward.eeg.signal.epoch_spectra import DEFAULT, EpochParameters, EpochSpectra
from westward.eeg.signal.epochs import cut, pairs
from westward.eeg.signal.scalp import angles_deg

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DistanceParameters:
    """Which pairs are near and which are far, by the angle between electrodes on a sphere.

    Attributes
    ----------
    short_max_deg : float
        10-20 neighbors lie 30-50 degrees apart; 55 (policy: Burroughs 2014 names short- and long-distance coherence,
        its pairs were not read).
    long_min_deg : float
        Two and a half electrode distances or more; 90 (policy).
    """

    short_max_deg: float = 55.0
    long_min_deg: float = 90.0


def measure(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EpochParameters = DEFAULT,
) -> FloatArray:
    """Magnitude-squared coherence per window of 30 epochs of 2 s, pair and band.

    ``|E[S]|^2 / (E|X|^2 E|Y|^2)`` per bin, then the mean over the bins of a band. Independent channels give 1/30, not
    0; a common reference and volume conduction raise it between near electrodes.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Starts where a window starts.
    usable : bool array, shape (n_channels, n_epochs), optional

    Returns
    -------
    float32 array, shape (n_windows, n_pairs, n_bands)
        0-1; NaN where too few epochs of a pair are usable.
    """
    return of_spectra(epoch_spectra.measure(x, sfreq_hz, usable=usable, parameters=parameters), parameters=parameters)


def of_spectra(spectra: EpochSpectra, *, parameters: EpochParameters = DEFAULT) -> FloatArray:
    """:func:`measure` for spectra that were made before."""
    n_windows, n_channels = spectra.spectrum.shape[:2]
    i, j = pairs(n_channels)
    out = np.full((n_windows, len(i), len(spectra.bands)), np.nan, np.float32)
    for w in range(n_windows):
        cross, power = epoch_spectra.cross_spectra(spectra, w)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = (np.square(cross.real) + np.square(cross.imag)) / (power * power.swapaxes(1, 2))
        out[w] = epoch_spectra.band_means(value[:, i, j].T, spectra.bands)
    out[spectra.shared()[:, i, j] < parameters.min_epochs] = np.nan
    return out


def by_distance(
    values: FloatArray, electrodes: Sequence[str], *, parameters: DistanceParameters = DistanceParameters()
) -> tuple[FloatArray, FloatArray]:
    """Mean over near and over far pairs of electrodes.

    Parameters
    ----------
    values : float array, shape (..., n_pairs, n_bands)

    Returns
    -------
    short, long : float arrays, shape (..., n_bands)
        NaN where there is no such pair with a value.
    """
    i, j = pairs(len(electrodes))
    angle = angles_deg(electrodes)[i, j]
    near, far = angle <= parameters.short_max_deg, angle >= parameters.long_min_deg
    return _mean_of(values[..., near, :]), _mean_of(values[..., far, :])


def _mean_of(values: FloatArray) -> FloatArray:
    finite = np.isfinite(values)
    count = finite.sum(axis=-2)
    total = np.where(finite, values, 0).sum(axis=-2, dtype=np.float64)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.asarray(mean, np.float32)


def measure_reference(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EpochParameters = DEFAULT,
) -> FloatArray:
    """:func:`measure`, one window, pair and bin at a time."""
    p = parameters
    epochs = cut(x, sfreq_hz, p.epoch_s).astype(np.float64)
    n = epochs.shape[-1]
    i, j = pairs(len(x))
    n_windows = epochs.shape[1] // p.epochs_per_window
    out = np.full((n_windows, len(i), len(p.bands_hz)), np.nan, np.float32)
    for w in range(n_windows):
        for q in range(len(i)):
            a_all, b_all = [], []
            for e in range(w * p.epochs_per_window, (w + 1) * p.epochs_per_window):
                a, b = epochs[i[q], e], epochs[j[q], e]
                flat = not (np.isfinite(a).all() and np.isfinite(b).all()) or not (np.ptp(a) and np.ptp(b))
                if flat or (usable is not None and not (usable[i[q], e] and usable[j[q], e])):
                    continue
                a_all.append(np.fft.rfft((a - a.mean()) * np.hanning(n)))
                b_all.append(np.fft.rfft((b - b.mean()) * np.hanning(n)))
            if len(a_all) < max(1, p.min_epochs):
                continue
            for k, (low, high) in enumerate(p.bands_hz.values()):
                per_bin = []
                for f in range(n // 2 + 1):
                    if low - 1e-9 <= f * sfreq_hz / n <= high + 1e-9:
                        u, v = np.array([z[f] for z in a_all]), np.array([z[f] for z in b_all])
                        cross = abs((u * v.conj()).mean()) ** 2
                        per_bin.append(cross / ((np.abs(u) ** 2).mean() * (np.abs(v) ** 2).mean()))
                out[w, q, k] = np.mean(per_bin)
    return out
