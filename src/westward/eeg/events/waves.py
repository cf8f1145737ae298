"""Waves of a trace: from one extremum to the next, riding ripples ignored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import kernels

FloatArray = NDArray[np.float32]

_SMALLEST_RIPPLE_UV = 10.0
_LARGEST_RIPPLE_UV = 400.0
_STEP_RATIO = 1.6


@dataclass(frozen=True, eq=False)
class Waves:
    """Half-waves as columns of equal length, in no particular order.

    One stretch of the trace may lie in several waves of different size: a ripple, and the slow wave it rides on.

    Attributes
    ----------
    row : int array
        Row of the trace.
    first, last : int array
        Samples of both extrema.
    amplitude : float32 array
        Absolute difference of the extrema, unit of the trace.
    """

    row: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    amplitude: FloatArray


def find(x: FloatArray, *, longest: int, ripple: float) -> Waves:
    """All half-waves of some traces.

    A wave runs from a local extremum to the next opposite one. Reversals inside it that are smaller than ``ripple``
    times its amplitude do not end it: a reader measures the slow wave, not the alpha ripple that rides on it.
    Reversals are leveled out in steps (10, 16, 26 ... µV), so the true share lies between ``ripple / 1.6`` and
    ``ripple``, and waves below ``10 µV / ripple`` are plain neighboring extrema.

    Parameters
    ----------
    x : float32 array, shape (n_rows, n_samples)
        Finite, already low-passed, µV.
    longest : int
        Waves of more samples are left out.
    ripple : float
        Greatest reversal inside a wave as a share of it, 0-1.

    Notes
    -----
    Leveling out removes the pair of neighboring extrema that differ least, as long as some pair differs by less
    than the step; the result does not depend on the order, nor on signal further away than the wave itself.
    """
    n_rows, n = x.shape
    if n < 3:
        none = np.zeros(0, np.int32)
        return Waves(none, none, none, np.zeros(0, np.float32))
    rising = x[:, 1:] > x[:, :-1]
    turn = np.ones((n_rows, n), np.bool_)
    np.not_equal(rising[:, 1:], rising[:, :-1], out=turn[:, 1:-1])
    at = np.flatnonzero(turn).astype(np.int32)
    trace = _Zigzag(at, x.reshape(-1)[at], (at % n == 0) | (at % n == n - 1), np.ones(len(at) - 1, np.bool_))
    parts = [trace.legs(0.0, longest)]
    step = _SMALLEST_RIPPLE_UV
    while step <= _LARGEST_RIPPLE_UV and len(trace.at) > 2 * n_rows:
        trace = trace.leveled(step)
        parts.append(trace.legs(step / ripple, longest))
        step *= _STEP_RATIO
    first, last, amplitude = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    row = first // n
    return Waves(row, first - row * n, last - row * n, amplitude)


@dataclass(frozen=True, eq=False)
class _Zigzag:
    """Extrema of all rows one after the other: place, value, and whether it is an end of a row.

    ``new`` marks the waves from each extremum to the next that the zigzag one level below did not have.
    """

    at: NDArray[np.int32]
    value: FloatArray
    end: NDArray[np.bool_]
    new: NDArray[np.bool_]

    def legs(self, least: float, longest: int) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
        """First and last place and amplitude of the new waves, those at an end of a row left out."""
        amplitude = np.abs(self.value[1:] - self.value[:-1])
        keep = self.new & (amplitude >= least) & (self.at[1:] - self.at[:-1] <= longest)
        keep &= ~(self.end[1:] | self.end[:-1])
        i = np.flatnonzero(keep)
        return self.at[i], self.at[i + 1], amplitude[i]

    def leveled(self, step: float) -> _Zigzag:
        """Without reversals smaller than a step, the smallest removed first."""
        found = kernels.compiled()
        if found is not None:
            at, value, end, index = found.leveled(self.at, self.value, self.end, step)
            return _Zigzag(at, value, end, index[1:] - index[:-1] > 1)
        return self.leveled_plain(step)

    def leveled_plain(self, step: float) -> _Zigzag:
        """:meth:`leveled` by NumPy."""
        at, value, end = self.at, self.value, self.end
        index = np.arange(len(at), dtype=np.int32)
        while len(at) > 3:
            leg = np.abs(value[1:] - value[:-1])
            leg[end[1:] & end[:-1]] = np.inf
            small = leg[1:-1] < step
            small &= leg[1:-1] < leg[:-2]
            small &= leg[1:-1] <= leg[2:]
            small &= ~(end[1:-2] | end[2:-1])
            i = np.flatnonzero(small) + 1
            if not len(i):
                break
            keep = np.ones(len(at), np.bool_)
            keep[i] = False
            keep[i + 1] = False
            at, value, end, index = at[keep], value[keep], end[keep], index[keep]
        return _Zigzag(at, value, end, index[1:] - index[:-1] > 1)
