"""Shannon and permutation entropy of consecutive windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import cells, kernels

FloatArray = NDArray[np.float32]

_BLOCK = 1 << 18
_ORDER = 3
_N_PATTERNS = 6
"""Orders of three samples."""
_ONES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(1, dtype=np.uint8)
"""Bits that are set in each number of eight bits."""


@dataclass(frozen=True)
class ShannonParameters:
    """Bins of the amplitude histogram; values are comparable only between equal bins.

    Attributes
    ----------
    limit_uv : float
        The bins span minus to plus this, µV; what lies beyond falls into the outermost bins. Policy.
    bin_uv : float
        Width of a bin, µV. Policy (the published bins are not at hand).
    """

    limit_uv: float = 1000.0
    bin_uv: float = 5.0

    def __post_init__(self) -> None:
        if not 0 < self.bin_uv <= self.limit_uv:
            raise UsageError(f"bins of {self.bin_uv!r} µV up to {self.limit_uv!r} µV; give 0 < bin <= limit")

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return round(2 * self.limit_uv / self.bin_uv)


def shannon_entropy(
    x: FloatArray, *, sfreq_hz: float, window_s: float = 10.0, parameters: ShannonParameters | None = None
) -> FloatArray:
    """Shannon entropy of the amplitude histogram of each window, bits.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        µV, without offset (band-passed).

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
        NaN where the window is flat or not finite.
    """
    windows = cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)
    return shannon_bits(windows, parameters or ShannonParameters())


def shannon_bits(windows: FloatArray, parameters: ShannonParameters) -> FloatArray:
    """As :func:`shannon_entropy`, of windows already cut: shape (n_channels, n_windows, n_samples)."""
    found = kernels.compiled()
    if found is not None:
        counts = found.histogram(windows, parameters.limit_uv, parameters.bin_uv, parameters.n_bins)
        value = _entropy_bits(counts.astype(np.intp))
        return np.where(counts.any(-1), value, np.nan).astype(np.float32)
    return shannon_plain(windows, parameters)


def shannon_plain(windows: FloatArray, parameters: ShannonParameters) -> FloatArray:
    """:func:`shannon_bits` by NumPy."""
    n_bins = parameters.n_bins
    out = np.empty(windows.shape[:2], np.float32)
    step = max(1, _BLOCK // max(windows.shape[-1], 1))
    for channel in range(len(windows)):
        for first in range(0, windows.shape[1], step):
            piece = windows[channel, first : first + step]
            good = cells.measurable(piece)
            bin_ = _bins(np.where(good[:, None], piece, np.float32(0)), parameters)
            bin_ += np.arange(len(piece))[:, None] * n_bins
            counts = np.bincount(bin_.ravel(), minlength=len(piece) * n_bins).reshape(len(piece), n_bins)
            out[channel, first : first + step] = np.where(good, _entropy_bits(counts), np.nan)
    return out


def _bins(x: FloatArray, parameters: ShannonParameters) -> NDArray[np.intp]:
    """Which bin each sample falls into; a sample on an edge belongs to the bin above."""
    scaled = x * np.float64(1 / parameters.bin_uv)
    scaled += parameters.limit_uv / parameters.bin_uv
    np.clip(scaled, 0, parameters.n_bins - 1, out=scaled)
    return scaled.astype(np.intp)


def _entropy_bits(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Entropy of histograms along the last axis."""
    n = counts.sum(-1)
    # sum -c/n log(c/n) = log n - sum(c log c)/n
    weighted = (counts * np.log2(np.maximum(counts, 1))).sum(-1)
    return np.asarray(np.log2(np.maximum(n, 1)) - weighted / np.maximum(n, 1), np.float64)


def shannon_bits_reference(windows: FloatArray, parameters: ShannonParameters) -> FloatArray:
    """What :func:`shannon_bits` computes, window by window."""
    out = np.full(windows.shape[:2], np.nan, np.float32)
    for index in np.ndindex(windows.shape[:2]):
        x = windows[index].astype(np.float64)
        if not cells.measurable(windows[index]):
            continue
        position = np.floor(x * (1 / parameters.bin_uv) + parameters.limit_uv / parameters.bin_uv)
        _, counts = np.unique(np.clip(position, 0, parameters.n_bins - 1), return_counts=True)
        p = counts / counts.sum()
        out[index] = max(-(p * np.log2(p)).sum(), 0.0)
    return out


def permutation_entropy(x: FloatArray, *, sfreq_hz: float, window_s: float = 10.0) -> FloatArray:
    """Permutation entropy of order 3 and lag 1 of each window, divided by log2(3!): 0 monotonous, 1 white noise.

    Bandt and Pompe 2002 (recalled); equal samples rank in the order of time. At lag 1 it depends on the sampling
    rate and the upper filter edge: compare only equal ones.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
        NaN where the window is flat or not finite.
    """
    return permutation(cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz))


def permutation(windows: FloatArray) -> FloatArray:
    """As :func:`permutation_entropy`, of windows already cut: shape (n_channels, n_windows, n_samples)."""
    found = kernels.compiled()
    if found is not None:
        counts = found.order_counts(windows)
        value = _entropy_bits(counts.astype(np.intp)) / np.log2(_N_PATTERNS)
        return np.where(counts.any(-1), value, np.nan).astype(np.float32)
    return permutation_plain(windows)


def permutation_plain(windows: FloatArray) -> FloatArray:
    """:func:`permutation` by NumPy."""
    out = np.empty(windows.shape[:2], np.float32)
    step = max(1, _BLOCK // max(windows.shape[-1], 1))
    for channel in range(len(windows)):
        for first in range(0, windows.shape[1], step):
            piece = windows[channel, first : first + step]
            good = cells.measurable(piece)
            counts = _order_counts(piece)
            value = _entropy_bits(counts) / np.log2(_N_PATTERNS)
            out[channel, first : first + step] = np.where(good, value, np.nan)
    return out


def _order_counts(x: FloatArray) -> NDArray[np.intp]:
    """How often each order of three neighbors occurs in each row, shape (n_rows, 6); eight samples at a time."""
    rises = x[:, :-1] <= x[:, 1:]
    first, second, outer = (np.packbits(b, axis=-1) for b in (rises[:, :-1], rises[:, 1:], x[:, :-2] <= x[:, 2:]))
    up, then_up, twice = (_ones(bits) for bits in (first, second, first & second))
    above = _ones(first & outer & ~second)
    below = _ones(second & outer & ~first)
    flat = x.shape[1] - 2 - up - then_up + twice
    return np.stack([twice, above, up - twice - above, below, then_up - twice - below, flat], -1)


def _ones(bits: NDArray[np.uint8]) -> NDArray[np.intp]:
    return np.asarray(_ONES[bits].sum(-1, dtype=np.intp))


def permutation_reference(windows: FloatArray) -> FloatArray:
    """What :func:`permutation` computes: the rank orders of three neighbors counted, window by window."""
    out = np.full(windows.shape[:2], np.nan, np.float32)
    for index in np.ndindex(windows.shape[:2]):
        x = windows[index].astype(np.float64)
        if not cells.measurable(windows[index]):
            continue
        seen: dict[tuple[int, ...], int] = {}
        for start in range(len(x) - _ORDER + 1):
            order = tuple(int(i) for i in np.argsort(x[start : start + _ORDER], kind="stable"))
            seen[order] = seen.get(order, 0) + 1
        p = np.array(list(seen.values())) / sum(seen.values())
        out[index] = max(-(p * np.log2(p)).sum() / np.log2(6), 0.0)
    return out
