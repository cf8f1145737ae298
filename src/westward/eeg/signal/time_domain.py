"""Amplitude and Hjorth measures of short windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import cells, kernels

FloatArray = NDArray[np.float32]

MEASURES = ("range", "rms", "line_length", "activity", "mobility", "complexity")
"""Order of the last axis of :func:`measures`."""

_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class TimeDomain:
    """Measures of consecutive windows, each a float32 array of shape (n_channels, n_windows).

    NaN where the window is flat or holds a sample that is not finite.

    Attributes
    ----------
    range_uv : array
        Largest minus smallest sample (Smith 2021: per second, summarized by the median; recalled).
    rms_uv : array
        Root of the mean square; the mean is not removed.
    line_length_uv : array
        Sum of absolute differences of neighboring samples (Esteller 2001; recalled). Grows with the window and, for
        signals with power near half the rate, with the rate.
    activity_uv2 : array
        Variance (Hjorth 1970; recalled).
    mobility_per_s : array
        Standard deviation of the derivative over that of the signal, rad/s: 2 pi f for a sine of f Hz.
    complexity : array
        Mobility of the derivative over that of the signal; 1 for a sine.
    """

    range_uv: FloatArray
    rms_uv: FloatArray
    line_length_uv: FloatArray
    activity_uv2: FloatArray
    mobility_per_s: FloatArray
    complexity: FloatArray


def time_domain(x: FloatArray, *, sfreq_hz: float, window_s: float = 1.0) -> TimeDomain:
    """Range, RMS, line length and the three Hjorth parameters of consecutive windows.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        µV, band-limited as wanted (Smith 2021: 0.5-55 Hz).
    window_s : float
        Length of the windows, which follow one another from the first sample.
    """
    columns = np.moveaxis(measures(cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)), -1, 0)
    value = dict(zip(MEASURES, columns, strict=True))
    return TimeDomain(
        range_uv=value["range"],
        rms_uv=value["rms"],
        line_length_uv=value["line_length"],
        activity_uv2=value["activity"],
        mobility_per_s=value["mobility"] * np.float32(sfreq_hz),
        complexity=value["complexity"],
    )


def measures(windows: FloatArray) -> FloatArray:
    """The six measures of every window, in the order of :data:`MEASURES`.

    Parameters
    ----------
    windows : float32 array, shape (n_channels, n_windows, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_windows, 6)
        Mobility here per sample, not per second.
    """
    found = kernels.compiled()
    if found is not None:
        return found.time_domain(windows)
    return measures_plain(windows)


def measures_plain(windows: FloatArray) -> FloatArray:
    """:func:`measures` by NumPy."""
    n_channels, n_windows, length = windows.shape
    out = np.empty((n_channels, n_windows, len(MEASURES)), np.float32)
    step = max(1, _BLOCK // max(length, 1))
    work = np.empty((3, min(step, n_windows), length), np.float32)
    for channel in range(n_channels):
        for first in range(0, n_windows, step):
            piece = slice(first, first + step)
            out[channel, piece] = _measures(windows[channel, piece], work)
    return out


def _measures(x: FloatArray, work: FloatArray) -> FloatArray:
    """One cache-sized piece, shape (n_windows, n_samples)."""
    good, low, high = cells.measurable_range(x)
    if not good.all():
        x, low, high = (np.where(good.reshape(-1, *(1,) * (v.ndim - 1)), v, np.float32(0)) for v in (x, low, high))
    n, length = x.shape
    y, first, second = work[:, :n]
    middle = x.mean(-1, keepdims=True)
    np.subtract(x, middle, out=y)
    rest = y.mean(-1).astype(np.float64)
    activity = _mean_square(y, length) - rest * rest
    mean = middle[:, 0] + rest
    _differences(y, first)[:, length - 1 :] = 0
    rise = (x[:, -1].astype(np.float64) - x[:, 0]) / (length - 1)
    turn = (first[:, length - 2].astype(np.float64) - first[:, 0]) / (length - 2)
    _differences(first, second)[:, length - 2 :] = 0
    slope, bend = _mean_square(first, length - 1), _mean_square(second, length - 2)
    line = np.abs(first, out=first).sum(-1)
    # Little is left of a mean square in float32 once the square of a mean almost as large is taken away.
    trend = np.flatnonzero((rise * rise > 0.9 * slope) | (turn * turn > 0.9 * bend))
    slope -= rise * rise
    bend -= turn * turn
    if len(trend):
        exact = np.diff(x[trend].astype(np.float64))
        slope[trend], bend[trend] = exact.var(-1), np.diff(exact).var(-1)
    # A straight line has no variance in its derivative: mobility 0, complexity undefined.
    tiny = 1e-12 * activity
    slope, bend = np.where(slope > tiny, slope, 0.0), np.where(bend > tiny, bend, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mobility = np.sqrt(slope / activity)
        complexity = np.where(slope > 0, np.sqrt(bend / slope) / mobility, np.nan)
    spread = np.subtract(high, low, dtype=np.float64)
    values = np.stack([spread, np.sqrt(activity + mean * mean), line, activity, mobility, complexity], -1)
    return np.where(good[:, None], values, np.nan).astype(np.float32)


def _mean_square(x: FloatArray, count: int) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ij,ij->i", x, x).astype(np.float64) / count, np.float64)


def _differences(x: FloatArray, out: FloatArray) -> FloatArray:
    """Of neighbors, all rows as one: the last of each row means nothing."""
    flat, into = x.reshape(-1), out.reshape(-1)
    np.subtract(flat[1:], flat[:-1], out=into[:-1])
    return out


def measures_reference(windows: FloatArray) -> FloatArray:
    """What :func:`measures` computes, window by window as the definitions read."""
    out = np.full((*windows.shape[:2], len(MEASURES)), np.nan, np.float32)
    for channel, window in np.ndindex(windows.shape[:2]):
        x = windows[channel, window].astype(np.float64)
        if not cells.measurable(windows[channel, window]):
            continue
        first, second = np.diff(x), np.diff(x, 2)
        mobility = np.sqrt(first.var() / x.var()) if first.var() > 1e-12 * x.var() else 0.0
        complexity = np.nan
        if mobility > 0:
            bend = second.var() if second.var() > 1e-12 * x.var() else 0.0
            complexity = np.sqrt(bend / first.var()) / mobility
        rms = np.sqrt((x**2).mean())
        out[channel, window] = np.ptp(x), rms, np.abs(first).sum(), x.var(), mobility, complexity
    return out
