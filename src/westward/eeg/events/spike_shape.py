"""Sharpness of EEG waves and the background it stands out of: dense, whole-block array functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import kernels, order

FloatArray = NDArray[np.float32]

MEDIAN_TO_SD = 1.4826
"""Normal standard deviation over the median of absolute values."""


def smooth(x: FloatArray, width: int) -> FloatArray:
    """Triangular smoothing, twice a centered box of odd ``width``; the ends are left unsmoothed."""
    half = width // 2
    n = x.shape[-1] - 2 * half
    if half < 1 or n <= 2 * half:
        return x
    out = np.empty_like(x)
    # Row by row stays in the cache.
    for row, result in zip(x.reshape(-1, x.shape[-1]), out.reshape(-1, x.shape[-1]), strict=True):
        once = row.copy()
        for before, after in ((row, once), (once, result)):
            after[:] = before
            inner = after[half : half + n]
            for shift in range(2 * half + 1):
                if shift != half:
                    inner += before[shift : shift + n]
            inner /= np.float32(2 * half + 1)
    return out


def sharpness(x: FloatArray, half_span: int) -> FloatArray:
    """Height of each sample over the line between its neighbors at ``half_span`` samples, in the unit of ``x``.

    A second difference: a downward (negative) peak gives a negative value of about its own height when its
    half-width is below ``half_span``, less the blunter it is. The first and last ``half_span`` samples are 0.
    """
    found = kernels.compiled()
    if found is not None and x.dtype == np.float32 and x.ndim == 2:
        return np.asarray(found.bends(x[None], half_span)[0])
    return sharpness_plain(x, half_span)


def sharpness_plain(x: FloatArray, half_span: int) -> FloatArray:
    """:func:`sharpness` by NumPy."""
    out = np.zeros_like(x)
    if x.shape[-1] > 2 * half_span:
        # Row by row stays in the cache.
        for row, result in zip(x.reshape(-1, x.shape[-1]), out.reshape(-1, x.shape[-1]), strict=True):
            inner = result[half_span:-half_span]
            np.add(row[: -2 * half_span], row[2 * half_span :], out=inner)
            inner *= np.float32(-0.5)
            inner += row[half_span:-half_span]
    return out


def second_edges(start_s: float, n_samples: int, sfreq_hz: float) -> NDArray[np.intp]:
    """First sample of each whole second of recording time inside an array, and the end of the last one."""
    first = int(np.ceil(start_s - 1e-6))
    stop = int(np.floor(start_s + n_samples / sfreq_hz + 1e-6))
    return np.round((np.arange(first, stop + 1) - start_s) * sfreq_hz).astype(np.intp)


def typical_per_second(s: FloatArray, edges: NDArray[np.intp], step: int) -> FloatArray:
    """Median absolute value of every second, from every ``step``-th sample.

    Returns
    -------
    float32 array, shape (n_channels, n_seconds)
    """
    length = int(np.diff(edges).min()) if len(edges) > 1 else 0
    if not length:
        return np.zeros((len(s), 0), np.float32)
    if (np.diff(edges) == length).all():
        seconds = s[:, edges[0] : edges[-1]].reshape(len(s), -1, length)[..., ::step]
    else:
        seconds = s[:, edges[:-1, None] + np.arange(0, length, step)]
    return np.asarray(order.median(np.abs(seconds)), np.float32)


def running_quantile(cells: FloatArray, half_window: int, q: float) -> FloatArray:
    """Quantile over a centered window of cells, shorter at the ends, so that rare events hardly move it."""
    n = cells.shape[1]
    if not n:
        return cells
    padded = np.pad(cells, ((0, 0), (half_window, half_window)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_window + 1, axis=1)
    ordered = np.sort(windows, axis=-1)  # NaN last
    known = (~np.isnan(padded[0])).astype(int)
    counts = np.convolve(known, np.ones(2 * half_window + 1, int), "valid")
    rank = np.clip(np.round(q * (counts - 1)), 0, None).astype(np.intp)
    return np.asarray(np.take_along_axis(ordered, rank[None, :, None], axis=-1)[..., 0], np.float32)


def gather(x: FloatArray, rows: NDArray[np.intp], centers: NDArray[np.intp], offsets: NDArray[np.intp]) -> FloatArray:
    """Windows of single rows, shape (n, n_offsets); indices past the ends take the end sample."""
    columns = np.clip(centers[:, None] + offsets, 0, x.shape[1] - 1)
    return np.asarray(x[rows[:, None], columns])


def half_widths(y: FloatArray, center: int, reach: int) -> tuple[NDArray[np.float32], NDArray[np.float32], FloatArray]:
    """Width of an upward peak at half its height on either side.

    Parameters
    ----------
    y : float32 array, shape (n, n_window)
        Waves with the peak at column ``center``, pointing up.
    reach : int
        How many samples away the foot of the peak is sought on either side.

    Returns
    -------
    left, right : float32 array, shape (n,)
        Samples from the peak to half height, interpolated; ``reach`` where it is never crossed.
    height : float32 array, shape (n, 2)
        Peak over the lowest point of each side.
    """
    widths, heights = [], []
    for side in (y[:, center - reach : center + 1][:, ::-1], y[:, center : center + reach + 1]):
        top, foot = side[:, 0], side.min(axis=1)
        height = top - foot
        below = side <= (top - height / 2)[:, None]
        k = np.where(below.any(axis=1), below.argmax(axis=1), reach)
        at, before = (
            np.take_along_axis(side, k[:, None], 1)[:, 0],
            np.take_along_axis(side, np.maximum(k - 1, 0)[:, None], 1)[:, 0],
        )
        step = np.where(before > at, (before - (top - height / 2)) / np.maximum(before - at, 1e-6), 1)
        widths.append(np.asarray(np.maximum(k - 1, 0) + np.clip(step, 0, 1), np.float32))
        heights.append(height)
    return widths[0], widths[1], np.stack(heights, axis=1)
