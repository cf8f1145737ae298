"""The compiled kernels of the detectors as functions of arrays; arithmetic in ``native/``."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]


class NightKernels:
    """What the detectors and the segments use; windows have shape (n_channels, n_windows, n_samples), float32."""

    module: ModuleType

    def extremes(self, windows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Smallest and largest sample of each window, shape (c, w); NaN where any sample is NaN."""
        low, high = np.empty(windows.shape[:2], np.float32), np.empty(windows.shape[:2], np.float32)
        if low.size:
            self.module.extremes(sliceable(windows), low, high)
        return low, high

    def medians(self, windows: FloatArray) -> FloatArray:
        """Median of each window, shape (c, w); NaN where any sample is NaN."""
        out = np.empty(windows.shape[:2], np.float32)
        if out.size:
            self.module.medians(sliceable(windows), out)
        return out

    def bends(self, windows: FloatArray, half: int) -> FloatArray:
        """Each sample less the mean of those ``half`` samples before and after it; the first and last are zero."""
        out = np.empty(windows.shape, np.float32)
        if out.size:
            self.module.bends(sliceable(windows), half, out)
        return out

    def crests(
        self, rows: FloatArray, limit: FloatArray, edges: NDArray[np.intp], first: int, last: int
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Local extremes whose size is above the limit of their stretch of time: rows and samples, row by row.

        Parameters
        ----------
        rows : float32 array, shape (n_rows, n_samples)
        limit : float32 array, shape (n_rows, n_stretches)
        edges : int array, shape (n_stretches,)
            Where each stretch ends; the last one goes on.
        first, last : int
            From 1 on, below n_samples: where extremes are looked for.
        """
        n_rows, n = rows.shape
        # No two neighbors are both extremes.
        place = np.empty(n_rows * (max(last - first, 0) // 2 + 1), np.int64)
        found = self.module.crests(
            np.ascontiguousarray(rows, np.float32), n_rows, n, np.ascontiguousarray(limit, np.float32),
            np.ascontiguousarray(edges, np.int64), len(edges), first, last, place, len(place),
        )  # fmt: skip
        row, column = np.divmod(place[:found], n)
        return row.astype(np.intp, copy=False), column.astype(np.intp, copy=False)

    def leveled(
        self, at: NDArray[np.int32], value: FloatArray, end: NDArray[np.bool_], step: float
    ) -> tuple[NDArray[np.int32], FloatArray, NDArray[np.bool_], NDArray[np.int32]]:
        """A zigzag without reversals below a step, the smallest removed first: what stays, and which it is."""
        kept = at.copy(), value.copy(), end.copy(), np.arange(len(at), dtype=np.int32)
        n = self.module.leveled(kept[0], kept[1], kept[2].view(np.uint8), kept[3], len(at), step)
        return kept[0][:n], kept[1][:n], kept[2][:n], kept[3][:n]

    def histogram(self, windows: FloatArray, limit: float, width: float, n_bins: int) -> NDArray[np.int32]:
        """Samples in bins of a width from -limit on, the ends taking what lies beyond: shape (c, w, n_bins)."""
        out = np.zeros((*windows.shape[:2], n_bins), np.int32)
        if out.size:
            self.module.histogram(sliceable(windows), limit, width, out, n_bins)
        return out

    def detrended(
        self, rows: Doubles, step: float, sizes: NDArray[np.intp], each: int, n_starts: int
    ) -> tuple[Doubles, Doubles]:
        """Mean squares of boxes of the profile of rows about their own straight line.

        Parameters
        ----------
        rows : float64 array, shape (n_rows, n_samples)
            Finite.
        step : float
            What a sample counts in the profile.
        sizes : int array, shape (n_sizes,)
        each, n_starts : int
            Boxes begin at the samples 0, ``each``, ``2 * each`` ...

        Returns
        -------
        side_by_side : float64 array, shape (n_rows, n_sizes)
            Mean over the boxes laid side by side.
        boxes : float64 array, shape (n_rows, n_starts, n_sizes)
        """
        n_rows, n = rows.shape
        side, boxes = np.empty((n_rows, len(sizes))), np.empty((n_rows, n_starts, len(sizes)))
        self.module.detrended(
            np.ascontiguousarray(rows, np.float64), n_rows, n, step, np.ascontiguousarray(sizes, np.int64), len(sizes),
            each, n_starts, side, boxes,
        )  # fmt: skip
        return side, boxes

    def rivals(
        self,
        sample: NDArray[np.intp],
        row: NDArray[np.intp],
        upward: NDArray[np.bool_],
        ratio: FloatArray,
        near: NDArray[np.bool_],
        *,
        together: int,
        refractory: int,
    ) -> NDArray[np.bool_]:
        """Peaks in order of time that another one close to them beats, shape (n,).

        Rivals lie within ``refractory`` samples of each other, and within ``together``, or on ``near`` rows, or
        point opposite ways; the larger ratio wins, the earlier peak where they are equal.
        """
        beaten = np.zeros(len(sample), np.uint8)
        self.module.rivals(
            np.ascontiguousarray(sample, np.int64), np.ascontiguousarray(row, np.int64),
            np.ascontiguousarray(upward).view(np.uint8), np.ascontiguousarray(ratio, np.float32), len(sample),
            np.ascontiguousarray(near).view(np.uint8), len(near), together, refractory, beaten,
        )  # fmt: skip
        return beaten.view(np.bool_)


def sliceable(x: FloatArray) -> FloatArray:
    """Float32 whose last axis is contiguous, copied only where it must be."""
    x = np.asarray(x, np.float32)
    if x.strides[-1] == x.itemsize and all(step % x.itemsize == 0 for step in x.strides):
        return x
    return np.ascontiguousarray(x)
