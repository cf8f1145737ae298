"""The compiled kernels as functions of arrays: shapes and outputs here, arithmetic in ``native/``."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.compiled_night import NightKernels, sliceable

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]

_LINE_ITEMS = 16

MOST_PEAKS = 16
"""As many peaks of one spectrum have a compiled fit."""


@lru_cache(maxsize=64)
def smooth(n: int) -> bool:
    """Whether a number has no prime factor but 2, 3 and 5: such transforms are compiled."""
    for factor in (2, 3, 5):
        while n > 1 and n % factor == 0:
            n //= factor
    return n == 1


def transformable(length: int) -> bool:
    """Whether real series of this length have a compiled transform: even, half of it :func:`smooth`."""
    return length >= 2 and length % 2 == 0 and smooth(length // 2)


@lru_cache(maxsize=64)
def _half(at_least: int) -> int:
    """Smallest smooth number from here on, powers of two preferred where they cost little more."""
    power = 1 << max(at_least - 1, 1).bit_length()
    n = at_least
    while not smooth(n):
        n += 1
    return power if power <= 1.1 * n else n


@dataclass(frozen=True, eq=False)
class Compiled(NightKernels):
    """One variant of the kernels.

    Windows have shape (n_channels, n_windows, n_samples), float32; results are NaN (counts: zero) where a window is
    flat or holds a sample that is not finite, as :func:`westward.eeg.signal.cells.measurable` says.

    Attributes
    ----------
    level : str
        ``avx512``, ``avx2`` or ``baseline``.
    module : module
        The extension.
    """

    level: str
    module: ModuleType
    _kept: threading.local = field(default_factory=threading.local, repr=False)
    """Work space of the last filter, per thread: fresh memory costs as much as the filter."""

    def sosfiltfilt(self, rows: FloatArray, sos: Doubles, zi: Doubles, pad: int) -> FloatArray:
        """Zero-phase sections along the last axis of contiguous rows."""
        out = _aligned(rows.shape)
        n = rows.shape[-1]
        shape = (n + 2 * max(pad, 0) + 1, 24)
        work = getattr(self._kept, "work", None)
        if work is None or work.shape != shape:
            work = self._kept.work = np.empty(shape, np.float64)
        self.module.sosfiltfilt(rows, out, rows.size // n, n, sos, zi, len(sos), pad, work)
        return out

    def time_domain(self, windows: FloatArray) -> FloatArray:
        """Range, RMS, line length, activity, mobility (per sample), complexity: shape (c, w, 6)."""
        out = np.empty((*windows.shape[:2], 6), np.float32)
        if out.size:
            self.module.time_domain(sliceable(windows), out)
        return out

    def order_counts(self, windows: FloatArray) -> NDArray[np.int32]:
        """How often each of the six orders of three neighbors occurs: shape (c, w, 6)."""
        out = np.zeros((*windows.shape[:2], 6), np.int32)
        if out.size:
            self.module.order_counts(sliceable(windows), out)
        return out

    def fluctuations(self, windows: FloatArray, sizes: NDArray[np.integer]) -> Doubles:
        """Root mean square of the profile about lines fitted in boxes of each size: shape (c, w, n_sizes)."""
        out = np.empty((*windows.shape[:2], len(sizes)), np.float64)
        if out.size:
            self.module.fluctuations(sliceable(windows), np.ascontiguousarray(sizes, np.int32), out)
        return out

    def alike(self, windows: FloatArray, radius: FloatArray) -> NDArray[np.int64]:
        """Pairs of runs of two and of three samples that differ by less than the radius (c, w): shape (c, w, 2)."""
        out = np.zeros((*windows.shape[:2], 2), np.int64)
        if out.size:
            self.module.alike(sliceable(windows), np.ascontiguousarray(radius, np.float32), out)
        return out

    def power(self, windows: FloatArray, hop: int, taper: FloatArray, scale: FloatArray) -> FloatArray:
        """Squared magnitudes of tapered mean-free segments, summed, times scale: shape (c, w, len(taper) // 2 + 1)."""
        out = np.empty((*windows.shape[:2], len(taper) // 2 + 1), np.float32)
        if out.size:
            tapers = (np.ascontiguousarray(taper, np.float32), np.ascontiguousarray(scale, np.float32))
            self.module.power(sliceable(windows), hop, *tapers, out)
        return out

    def transforms(
        self, windows: FloatArray, taper: FloatArray, first: int, last: int
    ) -> tuple[NDArray[np.complex64], NDArray[np.bool_]]:
        """Transforms of tapered mean-free windows at bins first to last - 1, and which windows are measurable."""
        out = np.zeros((*windows.shape[:2], last - first), np.complex64)
        good = np.zeros(windows.shape[:2], np.uint8)
        if out.size:
            self.module.transforms(
                sliceable(windows), np.ascontiguousarray(taper, np.float32), first, last, out, good
            )  # fmt: skip
        return out, good.view(np.bool_)

    def correlate(
        self, a: FloatArray, b: FloatArray, weights: FloatArray, *, spread: bool = False
    ) -> tuple[FloatArray, NDArray[np.int16], FloatArray | None]:
        """Largest weighted correlation of the pairs (1, 0), (2, 0), (2, 1) ... and its lag, shape (n_epochs, n_pairs).

        Parameters
        ----------
        a, b : float32 array, shape (n_channels, n_epochs, n_samples)
            ``a`` serves the first channel of a pair, ``b`` the second, which follows at positive lags.
        weights : float32 array
            What the coefficient at lag 0, 1 ... is multiplied by; as many as lags are looked at.
        spread : bool
            Also the sum over all lags of the product of both autocorrelations.
        """
        shape = (a.shape[1], len(a) * (len(a) - 1) // 2)
        value, lag = np.empty(shape, np.float32), np.zeros(shape, np.int16)
        product = np.empty(shape, np.float32) if spread else None
        if value.size:
            n = a.shape[-1]
            half = _half(n if spread else -(-(n + len(weights) - 1) // 2))
            first = sliceable(a)
            second = first if b is a else sliceable(b)
            self.module.correlate(
                first, second, half, np.ascontiguousarray(weights, np.float32), value, lag, product
            )  # fmt: skip
        return value, lag, product

    def phase_lag(self, spectrum: NDArray[np.complex64]) -> FloatArray:
        """Sums over epochs of sign, value and magnitude of the imaginary cross-spectrum: shape (3, n_pairs, n_bins).

        ``spectrum`` has shape (n_channels, n_epochs, n_bins); what is not usable is zero.
        """
        n_channels, n_epochs, n_bins = spectrum.shape
        out = np.zeros((3, n_channels * (n_channels - 1) // 2, n_bins), np.float32)
        if out.size and n_epochs:
            self.module.phase_lag(np.ascontiguousarray(spectrum, np.complex64), n_channels, n_epochs, n_bins, out)
        return out

    def shares(
        self, density: FloatArray, first: int, last: int, *, fraction: float | None = None, entropy: bool = False
    ) -> tuple[Doubles, NDArray[np.int32] | None, FloatArray | None]:
        """Of the bins first to last - 1: their sum, the bin up to which ``fraction`` of it lies, and their entropy.

        Returns
        -------
        sum : float64 array, shape (...)
        edge : int32 array or None
            Counted from ``first``; -1 where there is no power.
        entropy : float32 array or None
            Nats; NaN where there is no power.
        """
        rows = np.ascontiguousarray(density, np.float32)
        shape, n = rows.shape[:-1], rows.shape[-1]
        total = np.zeros(shape, np.float64)
        edge = None if fraction is None else np.zeros(shape, np.int32)
        shannon = np.zeros(shape, np.float32) if entropy else None
        self.module.shares(rows, total.size, n, first, last, fraction or 0.0, total, edge, shannon)
        return total, edge, shannon

    def gaussian_peaks(
        self,
        frequencies_hz: Doubles,
        flat: Doubles,
        rules: tuple[float, float, float, float, float, float],
        *,
        tolerance: float,
        max_evaluations: int,
        max_n_peaks: int,
    ) -> tuple[Doubles, NDArray[np.intp]]:
        """Gaussian peaks of flattened spectra, shape (n, 3, max_n_peaks), and how many, shape (n,).

        Parameters
        ----------
        frequencies_hz : float64 array, shape (n_frequencies,)
            Evenly spaced, rising.
        flat : float64 array, shape (n, n_frequencies)
        rules : (float, float, float, float, float, float)
            Least and largest standard deviation, Hz; threshold, center, edge and overlap in standard deviations.
        max_n_peaks : int
            At most :data:`MOST_PEAKS`.
        """
        rows = np.ascontiguousarray(flat, np.float64)
        peaks = np.empty((len(rows), 3, max_n_peaks), np.float64)
        n_peaks = np.zeros(len(rows), np.int64)
        self.module.gaussian_peaks(
            np.ascontiguousarray(frequencies_hz, np.float64), rows, *rows.shape, rules,
            tolerance, min(max_evaluations, 2**31 - 1), max_n_peaks, peaks, n_peaks,
        )  # fmt: skip
        return peaks, n_peaks.astype(np.intp, copy=False)

    def sum_peaks(self, frequencies_hz: Doubles, peaks: Doubles) -> Doubles:
        """Sums of Gaussians, shape (n, n_frequencies), of peaks as :meth:`gaussian_peaks` gives them."""
        rows = np.ascontiguousarray(peaks, np.float64)
        out = np.empty((len(rows), len(frequencies_hz)), np.float64)
        grid = np.ascontiguousarray(frequencies_hz, np.float64)
        self.module.sum_peaks(grid, rows, *out.shape, rows.shape[-1], out)
        return out


def _aligned(shape: tuple[int, ...]) -> FloatArray:
    """Fresh memory that begins with a cache line, so that no store of a whole line falls on two."""
    size = math.prod(shape)
    raw = np.empty(size + _LINE_ITEMS, np.float32)
    first = -raw.ctypes.data % (4 * _LINE_ITEMS) // 4
    return raw[first : first + size].reshape(shape)
