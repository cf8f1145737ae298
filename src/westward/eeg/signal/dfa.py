"""Detrended fluctuation analysis: of plain windows, and of band envelopes with intercept and interval.

The mean of a series is subtracted and the rest summed up (the profile). Boxes of n samples of the profile are rid of
their straight line; F(n) is the root mean square of what is left over all boxes. The slope of log F over log n is
the exponent: 0.5 without memory, above 0.5 where large values follow large ones (Peng 1994; recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import bootstrap, cells, kernels, order, side_by_side

FloatArray = NDArray[np.float32]
Array = NDArray[np.float64]

_BLOCK = 1 << 16


def window_sizes(n_samples: int, *, shortest: int = 4, ratio: float = 1.2, largest: float = 0.1) -> NDArray[np.intp]:
    """Box sizes from ``shortest`` on, each ``ratio`` times the last and rounded down, up to ``largest`` of the length.

    The defaults are those of the package antropy (28 sizes, 4 to 659, for 7,680 samples).

    Raises
    ------
    UsageError
        If that leaves fewer than two sizes.
    """
    limit = largest * n_samples
    n_powers = int(np.floor(np.log(limit / shortest) / np.log(ratio))) if limit > shortest else 0
    sizes = np.unique(np.floor(shortest * ratio ** np.arange(n_powers + 1)).astype(np.intp))
    if len(sizes) < 2:
        raise UsageError(
            f"{n_samples!r} samples hold fewer than two box sizes from {shortest!r} to {limit:.0f} samples"
        )
    return sizes


def log_sizes(n_steps: int, step_s: float, *, shortest_s: float = 1.0, n_sizes: int = 20) -> NDArray[np.intp]:
    """About ``n_sizes`` box sizes spaced evenly in the logarithm, from ``shortest_s`` to a tenth of the length.

    Returns
    -------
    int array
        In steps, rounded, without repeats.

    Raises
    ------
    UsageError
        If that leaves fewer than two sizes of at least four steps.
    """
    first, last = shortest_s / step_s, n_steps / 10
    if first < 4 - 1e-9 or last <= first:
        raise UsageError(f"{n_steps!r} steps of {step_s!r} s hold no boxes from {shortest_s!r} s to a tenth of them")
    return np.unique(np.rint(np.geomspace(first, last, n_sizes)).astype(np.intp))


def dfa_exponent(x: FloatArray, *, sfreq_hz: float, window_s: float = 30.0) -> FloatArray:
    """Exponent of the plain signal in consecutive windows, with the box sizes of :func:`window_sizes`.

    Not the envelope measure of the literature on infantile spasms; that is :func:`segment_dfa`.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
        NaN where the window is flat or not finite.
    """
    windows = cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)
    return exponents(windows, window_sizes(windows.shape[-1]))


def exponents(windows: FloatArray, sizes: NDArray[np.intp]) -> FloatArray:
    """As :func:`dfa_exponent`, of windows already cut, with given box sizes.

    Parameters
    ----------
    windows : float32 array, shape (n_channels, n_windows, n_samples)
    sizes : int array, shape (n_sizes,)
    """
    found = kernels.compiled()
    if found is None:
        return exponents_plain(windows, sizes)
    with np.errstate(invalid="ignore"):
        slope, _ = _line(np.log(sizes), found.fluctuations(windows, sizes) ** 2)
    return np.asarray(slope, np.float32)


def exponents_plain(windows: FloatArray, sizes: NDArray[np.intp]) -> FloatArray:
    """:func:`exponents` by NumPy."""
    out = np.empty(windows.shape[:2], np.float32)
    good = cells.measurable(windows)
    log_size = np.log(sizes)
    step = max(1, _BLOCK // max(windows.shape[-1], 1))
    for channel in range(len(windows)):
        for first in range(0, windows.shape[1], step):
            piece, ok = windows[channel, first : first + step], good[channel, first : first + step]
            f2 = side_by_side.fluctuations(piece if ok.all() else np.where(ok[:, None], piece, np.float32(0)), sizes)
            out[channel, first : first + step] = np.where(ok, _line(log_size, f2)[0], np.nan)
    return out


def exponents_reference(windows: FloatArray, sizes: NDArray[np.intp]) -> FloatArray:
    """What :func:`exponents` computes, box by box."""
    out = np.full(windows.shape[:2], np.nan, np.float32)
    for index in np.ndindex(windows.shape[:2]):
        if cells.measurable(windows[index]):
            f2 = fluctuations_reference(windows[index][None], sizes)[0]
            used = f2 > 0
            if used.sum() > 1:
                out[index] = np.polyfit(np.log(sizes[used]), 0.5 * np.log(f2[used]), 1)[0]
    return out


def _profile(x: NDArray[np.floating]) -> Array:
    y = np.asarray(x, np.float64)
    return np.asarray(np.cumsum(y - y.mean(-1, keepdims=True), axis=-1))


def _prefixes(profile: Array) -> Array:
    """Running sums of the profile, its square and its product with the position, each with a leading zero."""
    position = np.arange(profile.shape[-1], dtype=np.float64)
    out = np.zeros((3, len(profile), profile.shape[-1] + 1))
    for values, sums in zip((profile, profile * profile, profile * position), out, strict=True):
        np.cumsum(values, axis=-1, out=sums[:, 1:])
    return out


def _residual(prefixes: Array, start: NDArray[np.intp], size: NDArray[np.intp] | int) -> Array:
    """Mean square of boxes about their own straight line, shape (n_rows, ...).

    Parameters
    ----------
    prefixes : float64 array, shape (3, n_rows, n_samples + 1)
    start, size : int array, shape (...)
        First position of each box and its length.
    """
    total, square, moment = prefixes.take(start + size, axis=2) - prefixes.take(start, axis=2)
    length = np.asarray(size, np.float64)
    moment -= (start + (length - 1) / 2) * total
    np.square(moment, out=moment)
    moment /= length * (length * length - 1.0) / 12
    np.square(total, out=total)
    total /= length
    square -= total
    square -= moment
    # The difference of large sums: what is below their rounding is zero.
    least = 1e-13 * prefixes[1, :, -1]
    square *= square > least.reshape(-1, *(1,) * (square.ndim - 1))
    square /= length
    return np.asarray(square)


def fluctuations_reference(x: NDArray[np.floating], sizes: NDArray[np.intp]) -> Array:
    """What :func:`westward.eeg.signal.side_by_side.fluctuations` computes, each box fitted by itself."""
    out = np.zeros((len(x), len(sizes)))
    for row, values in enumerate(np.asarray(x, np.float64)):
        profile = np.cumsum(values - values.mean())
        for column, size in enumerate(sizes):
            left = []
            for start in range(0, len(profile) - size + 1, size):
                box = profile[start : start + size]
                line = np.polyval(np.polyfit(np.arange(size), box, 1), np.arange(size))
                left.append(((box - line) ** 2).mean())
            out[row, column] = np.mean(left)
    return out


def _line(log_size: Array, f2: Array) -> tuple[Array, Array]:
    """Slope and intercept of half the logarithm of F² over log size, in the base of ``log_size`` (natural), per row.

    Sizes without fluctuation are left out; NaN with fewer than two.
    """
    used = f2 > 0
    if used.all():
        x = log_size - log_size.mean()
        y = 0.5 * np.log(f2)
        slope = np.asarray(y @ (x / (x @ x)))
        return slope, np.asarray(y.mean(-1) - slope * log_size.mean())
    weight = used.astype(np.float64)
    y = 0.5 * np.log(np.where(used, f2, 1.0))
    n = weight.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        x_mean, y_mean = (weight * log_size).sum(-1) / n, (weight * y).sum(-1) / n
        x = log_size - x_mean[..., None]
        slope = (weight * x * y).sum(-1) / (weight * x * x).sum(-1)
    slope = np.where(n > 1, slope, np.nan)
    return slope, y_mean - slope * x_mean


@dataclass(frozen=True, eq=False)
class SegmentDfa:
    """Detrended fluctuation analysis of envelopes, one value per row.

    Attributes
    ----------
    exponent : float64 array, shape (n_rows,)
    intercept : float64 array, shape (n_rows,)
        log10 of F at boxes of 1 s, F in µV s. (In sums over samples at f Hz it is larger by log10 f.)
    exponent_interval, intercept_interval : float64 array, shape (n_rows, 2)
        Moving-block bootstrap, low and high.
    """

    exponent: Array
    intercept: Array
    exponent_interval: Array
    intercept_interval: Array


def segment_dfa(
    envelope: NDArray[np.floating],
    *,
    step_s: float,
    n_sizes: int = 20,
    n_resamples: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
) -> SegmentDfa:
    """Exponent and intercept of band envelopes over a segment, with intervals.

    Boxes from 1 s to a tenth of the segment, evenly spaced in the logarithm (Smith 2021; recalled). About five
    minutes give a stable exponent (Smith 2020; excerpt). Intervals: blocks of time as long as the largest box are
    drawn with replacement, F² averaged over the boxes that start in them (a box each second and size), the line
    fitted again; the spread of these fits is laid about the estimate.

    Parameters
    ----------
    envelope : float array, shape (n_rows, n_steps)
        µV, means over steps of ``step_s``. Usable pieces may be joined: jumps matter little (Smith 2020; excerpt).
    n_resamples : int
        0 leaves the intervals NaN.

    Returns
    -------
    SegmentDfa
        NaN in rows that are flat or not finite.
    """
    rows = np.asarray(envelope, np.float64)
    n_rows, n_steps = rows.shape
    sizes = log_sizes(n_steps, step_s, n_sizes=n_sizes)
    good = cells.measurable(rows.astype(np.float32))
    each = max(1, round(1 / step_s))
    n_starts = 1 + int(n_steps - sizes[-1]) // each if n_resamples else 0
    f2, boxes = _detrended(np.where(good[:, None], rows, 0.0), step_s, sizes, each, n_starts)
    log_size = np.log(sizes * step_s)
    slope, natural = _line(log_size, f2)
    exponent = np.where(good, slope, np.nan)
    intercept = np.where(good, natural / np.log(10), np.nan)
    around = np.full((2, n_rows, 2), np.nan)
    if n_resamples:
        block = min(n_starts, max(1, round(sizes[-1] * step_s)))
        weights = _weights(n_starts, block, n_resamples, seed)
        drawn = np.matmul(weights, boxes) / n_starts
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        center = _line(log_size, boxes.mean(1))
        for which, (fits, all_boxes, estimate, unit) in enumerate(
            zip(_line(log_size, drawn), center, (exponent, intercept), (1.0, np.log(10)), strict=True)
        ):
            spread = (fits - all_boxes[:, None]) / unit
            finite = np.where(np.isfinite(spread), spread, 0.0)
            between = np.stack([order.quantile(finite, tail) for tail in tails])
            around[which] = np.where(good[:, None], estimate[:, None] + between.T, np.nan)
    return SegmentDfa(exponent, intercept, around[0], around[1])


def _detrended(rows: Array, step_s: float, sizes: NDArray[np.intp], each: int, n_starts: int) -> tuple[Array, Array]:
    """F² of boxes side by side, and the squared fluctuation of the boxes that begin at every ``each``-th step."""
    found = kernels.compiled()
    if found is not None:
        return found.detrended(rows, step_s, sizes, each, n_starts)
    return detrended_plain(rows, step_s, sizes, each, n_starts)


def detrended_plain(
    rows: Array, step_s: float, sizes: NDArray[np.intp], each: int, n_starts: int
) -> tuple[Array, Array]:
    """The plain form of :meth:`westward.eeg.signal.compiled.Compiled.detrended`."""
    prefixes = _prefixes(_profile(rows) * step_s)
    count = rows.shape[1] // sizes
    first = np.cumsum(count) - count
    adjoining = _residual(
        prefixes, (np.arange(count.sum()) - np.repeat(first, count)) * np.repeat(sizes, count), np.repeat(sizes, count)
    )
    f2 = np.add.reduceat(adjoining, first, axis=-1) / count
    return f2, _residual(prefixes, np.arange(n_starts)[:, None] * each, sizes)


@lru_cache(maxsize=32)
def _weights(n: int, block: int, n_resamples: int, seed: int) -> Array:
    """The resamples; electrodes with as much clean time share them."""
    out = bootstrap.moving_block_weights(n, block=block, n_resamples=n_resamples, seed=seed)
    out.flags.writeable = False
    return out


def segment_dfa_reference(envelope: NDArray[np.floating], *, step_s: float, n_sizes: int = 20) -> SegmentDfa:
    """Exponent and intercept of :func:`segment_dfa`, box by box; no intervals."""
    rows = np.asarray(envelope, np.float64)
    sizes = log_sizes(rows.shape[1], step_s, n_sizes=n_sizes)
    value = np.full((2, len(rows)), np.nan)
    for row, x in enumerate(rows):
        if not cells.measurable(x.astype(np.float32)):
            continue
        f = np.sqrt(fluctuations_reference(x[None], sizes)[0]) * step_s
        if (f > 0).sum() > 1:
            value[:, row] = np.polyfit(np.log10(sizes[f > 0] * step_s), np.log10(f[f > 0]), 1)
    nothing = np.full((len(rows), 2), np.nan)
    return SegmentDfa(value[0], value[1], nothing, nothing)
