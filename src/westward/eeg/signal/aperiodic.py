"""Aperiodic part of power spectra: log10 power = offset - exponent * log10 frequency, with or without peaks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import gaussian_peaks, kernels
from westward.eeg.signal.compiled import Compiled
from westward.eeg.signal.gaussian_peaks import PeakParameters

Array = NDArray[np.float64]

_TOGETHER = 1024


@dataclass(frozen=True)
class AperiodicParameters:
    """Where and how the line is fitted.

    Attributes
    ----------
    low_hz, high_hz : float
        Fit range, both ends included. 2 to 45 Hz: below the mains, above the recording's high-pass (derived).
    peaks : PeakParameters
        How peaks are found and taken away.
    """

    low_hz: float = 2.0
    high_hz: float = 45.0
    peaks: PeakParameters = field(default_factory=PeakParameters)


@dataclass(frozen=True, eq=False)
class Aperiodic:
    """Aperiodic parameters of spectra, arrays in the leading shape of the densities.

    NaN where a bin of the fit range is not finite or not positive.

    Attributes
    ----------
    exponent : float64 array
        Fall of log10 power per decade of frequency; positive for EEG.
    offset : float64 array
        log10 of the power at 1 Hz, µV²/Hz.
    r_squared : float64 array
        Share of the variance of log power that the model explains (peaks included where fitted), squared correlation.
    n_peaks : int array
        Peaks fitted; 0 where none or not fitted.
    """

    exponent: Array
    offset: Array
    r_squared: Array
    n_peaks: NDArray[np.intp]


def line(
    frequencies_hz: Array, density: NDArray[np.floating], *, parameters: AperiodicParameters | None = None
) -> Aperiodic:
    """A straight line through log power over log frequency by least squares, peaks not taken away.

    Parameters
    ----------
    frequencies_hz : float64 array, shape (n_frequencies,)
        Evenly spaced.
    density : float array, shape (..., n_frequencies)
        µV²/Hz.
    """
    x, y, good, shape = _prepared(frequencies_hz, density, parameters or AperiodicParameters())
    offset, exponent = _ols(np.log10(x), y)
    fitted = offset[:, None] - exponent[:, None] * np.log10(x)
    return _result(shape, good, exponent, offset, _correlation(y, fitted) ** 2, np.zeros(len(y), np.intp))


def with_peaks(
    frequencies_hz: Array, density: NDArray[np.floating], *, parameters: AperiodicParameters | None = None
) -> Aperiodic:
    """The line under the peaks: as the package specparam in its mode "fixed" (Donoghue 2020; excerpt), batched.

    A first line through all bins, a second through those not above it, peaks on what lies above that, the line again
    through the spectrum without the peaks.

    Parameters
    ----------
    frequencies_hz : float64 array, shape (n_frequencies,)
        Evenly spaced.
    density : float array, shape (..., n_frequencies)
        µV²/Hz.
    """
    return with_peaks_by(kernels.compiled(), frequencies_hz, density, parameters=parameters)


def with_peaks_by(
    compiled: Compiled | None,
    frequencies_hz: Array,
    density: NDArray[np.floating],
    *,
    parameters: AperiodicParameters | None = None,
) -> Aperiodic:
    """As :func:`with_peaks`, by the given kernels (None: by NumPy)."""
    parameters = parameters or AperiodicParameters()
    x, y, good, shape = _prepared(frequencies_hz, density, parameters)
    log_x = np.log10(x)
    exponent, offset, r_squared = (np.full(len(y), np.nan) for _ in range(3))
    n_peaks = np.zeros(len(y), np.intp)
    rows_all = np.flatnonzero(good)
    for first in range(0, len(rows_all), _TOGETHER):
        rows = rows_all[first : first + _TOGETHER]
        flat = y[rows] - _robust_line(log_x, y[rows])
        peaks, n_peaks[rows] = gaussian_peaks.fit_by(compiled, x, flat, parameters.peaks)
        bumps = gaussian_peaks.gaussians_by(compiled, x, peaks)
        offset[rows], exponent[rows] = _ols(log_x, y[rows] - bumps)
        fitted = offset[rows, None] - exponent[rows, None] * log_x + bumps
        r_squared[rows] = _correlation(y[rows], fitted) ** 2
    return _result(shape, good, exponent, offset, r_squared, n_peaks)


def with_peaks_reference(
    frequencies_hz: Array, density: NDArray[np.floating], *, parameters: AperiodicParameters | None = None
) -> Aperiodic:
    """What :func:`with_peaks` computes, spectrum by spectrum with SciPy's least squares."""
    parameters = parameters or AperiodicParameters()
    x, y, good, shape = _prepared(frequencies_hz, density, parameters)
    log_x = np.log10(x)
    value = np.full((3, len(y)), np.nan)
    n_peaks = np.zeros(len(y), np.intp)
    for row in np.flatnonzero(good):
        spectrum = y[row]
        slope, intercept = np.polyfit(log_x, spectrum, 1)
        above = np.maximum(spectrum - (intercept + slope * log_x), 0)
        low = above <= np.percentile(above, 0.025)
        slope, intercept = np.polyfit(log_x[low], spectrum[low], 1)
        flat = spectrum - (intercept + slope * log_x)
        peaks, n = gaussian_peaks.fit_reference(x, flat[None], parameters.peaks)
        bumps = gaussian_peaks.gaussians(x, peaks)[0]
        slope, intercept = np.polyfit(log_x, spectrum - bumps, 1)
        fitted = intercept + slope * log_x + bumps
        value[:, row] = -slope, intercept, np.corrcoef(spectrum, fitted)[0, 1] ** 2
        n_peaks[row] = n[0]
    return _result(shape, good, value[0], value[1], value[2], n_peaks)


def _prepared(
    frequencies_hz: Array, density: NDArray[np.floating], parameters: AperiodicParameters
) -> tuple[Array, Array, NDArray[np.bool_], tuple[int, ...]]:
    """Frequencies and log power of the fit range, row by row; which rows can be fitted; the leading shape."""
    inside = (frequencies_hz >= parameters.low_hz - 1e-6) & (frequencies_hz <= parameters.high_hz + 1e-6)
    if inside.sum() < 8 or not parameters.low_hz > 0:
        raise UsageError(
            f"a fit range from {parameters.low_hz!r} to {parameters.high_hz!r} Hz holds {inside.sum()} bins; it needs 8"
        )
    power = density[..., inside].astype(np.float64)
    rows = power.reshape(-1, power.shape[-1])
    good = np.asarray((np.isfinite(rows) & (rows > 0)).all(-1), np.bool_)
    return frequencies_hz[inside], np.log10(np.where(good[:, None], rows, 1.0)), good, power.shape[:-1]


def _ols(log_x: Array, y: Array, weight: Array | None = None) -> tuple[Array, Array]:
    """Offset and exponent of the line through each row, the bins weighted 0 or 1."""
    if weight is None:
        x = log_x - log_x.mean()
        exponent = -(y @ x) / (x @ x)
        return y.mean(-1) + exponent * log_x.mean(), exponent
    n = weight.sum(-1)
    x_mean, y_mean = (weight @ log_x) / n, np.einsum("ij,ij->i", weight, y) / n
    x = (log_x - x_mean[:, None]) * weight
    exponent = -np.einsum("ij,ij->i", x, y) / np.einsum("ij,ij->i", x, x)
    return y_mean + exponent * x_mean, exponent


def _robust_line(log_x: Array, y: Array) -> Array:
    """The line through the bins that do not rise above the line through all."""
    offset, exponent = _ols(log_x, y)
    above = np.maximum(y - (offset[:, None] - exponent[:, None] * log_x), 0.0)
    # The 0.025th percentile: between the smallest and the second smallest bin, nearly always zero.
    two = np.partition(above, 1, axis=-1)[:, :2]
    share = 0.00025 * (above.shape[-1] - 1)
    limit = two[:, 0] + share * (two[:, 1] - two[:, 0])
    offset, exponent = _ols(log_x, y, (above <= limit[:, None]).astype(np.float64))
    return np.asarray(offset[:, None] - exponent[:, None] * log_x)


def _correlation(a: Array, b: Array) -> Array:
    a, b = a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True)
    size = np.sqrt(np.einsum("ij,ij->i", a, a) * np.einsum("ij,ij->i", b, b))
    both = np.einsum("ij,ij->i", a, b)
    return np.asarray(np.divide(both, size, out=np.full(len(a), np.nan), where=size > 0))


def _result(
    shape: tuple[int, ...],
    good: NDArray[np.bool_],
    exponent: Array,
    offset: Array,
    r_squared: Array,
    n_peaks: NDArray[np.intp],
) -> Aperiodic:
    exponent, offset, r_squared = (np.where(good, values, np.nan) for values in (exponent, offset, r_squared))
    return Aperiodic(
        exponent=exponent.reshape(shape),
        offset=offset.reshape(shape),
        r_squared=r_squared.reshape(shape),
        n_peaks=np.where(good, n_peaks, 0).reshape(shape),
    )
