"""Waves of a trace: from one extremum to the next, riding ripples ignored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_SMALLEST_RIPPLE_UV = 5.0
_LARGEST_RIPPLE_UV = 400.0
_LEVEL_RATIO = 1.4


@dataclass(frozen=True, eq=False)
class Waves:
    """Half-waves as columns of equal length, in no particular order.

    One stretch of the trace may appear as several waves of different size: a ripple, and the slow wave it rides on.

    Attributes
    ----------
    row : int array
        Row of the trace.
    first, last : int array
        Samples of both extrema.
    amplitude : float32 array
        Absolute difference of the extrema, unit of the trace.
    """

    row: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    amplitude: FloatArray


def find(x: FloatArray, *, longest: int, ripple: float, smallest: float) -> Waves:
    """All half-waves of some traces.

    A wave runs from a local extremum to the next opposite one. Reversals inside it that are smaller than ``ripple``
    times its amplitude do not end it: a reader measures the slow wave, not the alpha ripple that rides on it.
    Reversals are leveled out in steps of 1.4 from 5 to 400 µV, so the share is held within that factor.

    Parameters
    ----------
    x : float32 array, shape (n_rows, n_samples)
        Finite, already low-passed, µV.
    longest : int
        Waves of more samples are left out.
    ripple : float
        Greatest reversal inside a wave as a share of it, 0-1.
    smallest : float
        Waves below this amplitude are reported only as plain neighboring extrema, never merged across a ripple.

    Notes
    -----
    Leveling out removes the pair of neighboring extrema that differ least, as often as some pair differs by less
    than the step; the result does not depend on the order, nor on signal further away than the wave itself.
    """
    n_rows, n = x.shape
    if n < 3:
        none = np.zeros(0, np.intp)
        return Waves(none, none, none, np.zeros(0, np.float32))
    rising = x[:, 1:] > x[:, :-1]
    turn = np.ones((n_rows, n), np.bool_)
    np.not_equal(rising[:, 1:], rising[:, :-1], out=turn[:, 1:-1])
    at = np.flatnonzero(turn)
    value = x.reshape(-1)[at]
    parts = [_legs(at, value, n, 0.0, longest)]
    step = _SMALLEST_RIPPLE_UV
    while step <= _LARGEST_RIPPLE_UV:
        at, value = _level(at, value, n, step)
        parts.append(_legs(at, value, n, max(step / ripple, smallest), longest))
        step *= _LEVEL_RATIO
    first, last, amplitude = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    row = first // n
    return Waves(row, first - row * n, last - row * n, amplitude)


def _legs(
    at: NDArray[np.intp], value: FloatArray, n: int, least: float, longest: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    amplitude = np.abs(np.diff(value))
    keep = np.flatnonzero((amplitude >= least) & (np.diff(at) <= longest))
    first, last = at[keep], at[keep + 1]
    inside = (first // n == last // n) & (first % n != 0) & (last % n != n - 1)
    return first[inside], last[inside], amplitude[keep][inside]


def _level(at: NDArray[np.intp], value: FloatArray, n: int, step: float) -> tuple[NDArray[np.intp], FloatArray]:
    """Remove reversals smaller than a step, smallest first."""
    while len(at) > 3:
        leg = np.abs(np.diff(value))
        row = at // n
        leg[row[1:] != row[:-1]] = np.inf
        small = leg[1:-1] < step
        small &= leg[1:-1] < leg[:-2]
        small &= leg[1:-1] <= leg[2:]
        i = np.flatnonzero(small) + 1
        if not len(i):
            break
        keep = np.ones(len(at), np.bool_)
        keep[i] = False
        keep[i + 1] = False
        at, value = at[keep], value[keep]
    return at, value
