"""Consecutive windows of fixed length from the start of a piece, and which of them hold a signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import order

FloatArray = NDArray[np.float32]


def consecutive(x: NDArray[np.float32], *, window_s: float, sfreq_hz: float) -> NDArray[np.float32]:
    """The whole windows of a piece, one after the other; what is left at the end is dropped.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
    window_s : float
        Length. Window k begins at the sample nearest to ``k * window_s``, so that a rate that does not divide the
        window evenly does not drift.

    Returns
    -------
    float32 array, shape (n_channels, n_windows, round(window_s * sfreq_hz))
        A view where the rate divides the window, else a copy.

    Raises
    ------
    UsageError
        If a window would hold fewer than 4 samples or ``x`` has not two axes.
    """
    if x.ndim != 2:
        raise UsageError(f"signals of shape {x.shape}; give (n_channels, n_samples)")
    exact = window_s * sfreq_hz
    length = round(exact)
    if length < 4:
        raise UsageError(f"a window of {window_s!r} s holds {length} samples at {sfreq_hz!r} Hz; it needs at least 4")
    n_windows = int((x.shape[1] + 1e-6) // max(exact, length))
    if abs(exact - length) < 1e-9 * length:
        return x[:, : n_windows * length].reshape(len(x), n_windows, length)
    first = np.rint(np.arange(n_windows) * exact).astype(np.intp)
    first = first[first + length <= x.shape[1]]
    return np.asarray(x[:, first[:, None] + np.arange(length)])


def measurable(windows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Windows in which something can be measured: every sample finite, and not flat.

    Flat means that the samples differ by no more than the rounding of float32 at their size.

    Parameters
    ----------
    windows : float array, shape (..., n_samples)

    Returns
    -------
    bool array, shape (...)
    """
    return measurable_range(windows)[0]


def measurable_range(
    windows: NDArray[np.float32],
) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
    """:func:`measurable`, the smallest and the largest sample of each window."""
    with np.errstate(invalid="ignore"):
        low, high = order.extremes(windows) if windows.shape[-1] else (windows.min(-1), windows.max(-1))
        size = np.maximum(np.abs(low), np.abs(high))
        varied = np.subtract(high, low, dtype=np.float64) > 4 * np.finfo(np.float32).eps * size
    return np.asarray(varied & np.isfinite(low) & np.isfinite(high)), low, high
