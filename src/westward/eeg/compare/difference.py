"""How much a measure differs between two stretches of time, with an interval that knows that neighbors are alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.compare.measures import DIFFERENCE, LOG10, RATIO
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.signal import long_run

Doubles = NDArray[np.float64]
Limits = tuple[float, float, float]
"""Of one study: median or mean, and the limits of its interval."""
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Difference:
    """AFTER less BEFORE; NaN where not assessable.

    Attributes
    ----------
    before, after : float
        Median (counts: mean) over the values of each.
    difference, low, high : float
        The interval is NaN where either series is too short for how much its neighbors resemble each other. It tells
        how the measure scatters within these two recordings, not how it would differ on another night.
    ratio, ratio_low, ratio_high : float
        AFTER over BEFORE; for a ``log10`` measure ten to the difference; NaN where a factor has no meaning, its
        limits also where BEFORE may be zero.
    """

    before: float
    after: float
    difference: float
    low: float = _NAN
    high: float = _NAN
    ratio: float = _NAN
    ratio_low: float = _NAN
    ratio_high: float = _NAN

    @property
    def changed(self) -> bool | None:
        """Whether the intervals of difference and factor leave out no change; None without an interval."""
        if math.isnan(self.low):
            return None
        same = self.low <= 0 <= self.high
        return not same and not self.ratio_low <= 1 <= self.ratio_high


def differ(before: Doubles, after: Doubles, *, kind: str, mean: bool, parameters: CompareParameters) -> Difference:
    """Compare two series, each in the order of time and of at least one value.

    The interval combines those of the two studies (:mod:`westward.eeg.signal.long_run`), which need not be symmetric,
    by the distances of their limits (Zou and Donner, Stat Med 2008, recalled); that of the factor does so on the
    logarithm.
    """
    a, b = (_limits(x, kind, mean, parameters) for x in (before, after))
    low, high = _apart(a, b)
    factor = _factor(a, b, kind) if kind != LOG10 else [_power(v) for v in (b[0] - a[0], low, high)]
    return Difference(a[0], b[0], b[0] - a[0], low, high, *factor)


def _limits(x: Doubles, kind: str, mean: bool, p: CompareParameters) -> Limits:
    interval = long_run.mean_interval if mean else long_run.median_interval
    middle, low, high = interval(x, n_cosines=p.n_cosines, confidence=p.confidence)
    # What cannot be negative has no limit below zero.
    return middle, max(low, 0.0) if kind == RATIO and middle >= 0 and not math.isnan(low) else low, high


def _apart(a: Limits, b: Limits) -> tuple[float, float]:
    """Limits of ``b - a``."""
    difference = b[0] - a[0]
    down, up = math.hypot(b[0] - b[1], a[2] - a[0]), math.hypot(b[2] - b[0], a[0] - a[1])
    return difference - down, difference + up


def _factor(a: Limits, b: Limits, kind: str) -> list[float]:
    """AFTER over BEFORE with its limits."""
    if kind == DIFFERENCE or a[0] <= 0 or b[0] < 0:
        return [_NAN] * 3
    ratio = b[0] / a[0]
    if math.isnan(a[1]) or math.isnan(b[1]) or a[1] <= 0:
        return [ratio, _NAN, _NAN]
    if b[0] == 0:
        return [ratio, 0.0, b[2] / a[1]]
    low, high = _apart(_logs(a), _logs(b))
    return [ratio, math.exp(low), math.exp(high)]


def _logs(limits: Limits) -> Limits:
    middle, low, high = (math.log(v) if v > 0 else -math.inf for v in limits)
    return middle, low, high


def _power(exponent: float) -> float:
    return float(np.exp(np.log(10) * exponent)) if exponent < 300 else _NAN
