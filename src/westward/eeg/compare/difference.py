"""How much a measure differs between two stretches of time, with a moving-block bootstrap interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.compare.measures import DIFFERENCE, LOG10
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.signal.bootstrap import moving_block_weights

Doubles = NDArray[np.float64]
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Difference:
    """AFTER less BEFORE; NaN where not assessable.

    Attributes
    ----------
    before, after : float
        Median (counts: mean) over the values of each.
    difference, low, high : float
        The interval is NaN with fewer than two blocks of values in either: too little to say. It tells how the
        measure scatters within these two recordings, not how it would differ on another night.
    ratio, ratio_low, ratio_high : float
        AFTER over BEFORE; for a ``log10`` measure ten to the difference; NaN where a factor has no meaning.
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
        """Whether the interval leaves out no change; None without an interval."""
        return None if math.isnan(self.low) else self.low > 0 or self.high < 0


class Resampler:
    """Moving-block resamples, the same for series of equal length."""

    def __init__(self, parameters: CompareParameters) -> None:
        self.parameters = parameters
        self._weights: dict[tuple[int, int, int], NDArray[np.int32]] = {}

    def draw(self, cells: NDArray[np.intp], x: Doubles, *, cell_s: float, mean: bool, seed: int) -> Doubles | None:
        """Medians (or means) of the resamples, or None with fewer than two blocks.

        Parameters
        ----------
        cells : int array, shape (n,)
            Place of each value in time; a block reaches over ``block_s`` of the usual spacing.
        """
        n = len(x)
        if n < 2:
            return None
        spacing = cell_s * float(np.median(np.diff(cells)))
        block = max(1, round(self.parameters.block_s / spacing))
        if n < 2 * block:
            return None
        key = (n, block, seed)
        if key not in self._weights:
            drawn = moving_block_weights(n, block=block, n_resamples=self.parameters.n_resamples, seed=seed)
            self._weights[key] = drawn.astype(np.int32)
        weights = self._weights[key]
        if mean:
            return np.asarray(weights @ x / n)
        order = np.argsort(x, kind="stable")
        below = np.cumsum(weights[:, order], axis=1)
        low, high = ((below <= k).sum(axis=1) for k in ((n - 1) // 2, n // 2))
        return np.asarray((x[order][low] + x[order][high]) / 2)


def differ(
    before: tuple[NDArray[np.intp], Doubles],
    after: tuple[NDArray[np.intp], Doubles],
    *,
    cell_s: float,
    kind: str,
    mean: bool,
    resampler: Resampler,
) -> Difference:
    """Compare two series (places, values) that both hold at least one value, drawn independently of each other."""
    middle = np.mean if mean else np.median
    a, b = float(middle(before[1])), float(middle(after[1]))
    drawn_a = resampler.draw(*before, cell_s=cell_s, mean=mean, seed=0)
    drawn_b = resampler.draw(*after, cell_s=cell_s, mean=mean, seed=1)
    ratio = _factor(np.array([a]), np.array([b]), kind)
    factor = _NAN if ratio is None else float(ratio[0])
    if drawn_a is None or drawn_b is None:
        return Difference(a, b, b - a, ratio=factor)
    tail = (1 - resampler.parameters.confidence) / 2
    low, high = np.quantile(drawn_b - drawn_a, [tail, 1 - tail])
    ratios = None if ratio is None else _factor(drawn_a, drawn_b, kind)
    if ratios is None:
        return Difference(a, b, b - a, float(low), float(high), ratio=factor)
    ratio_low, ratio_high = np.quantile(ratios, [tail, 1 - tail])
    return Difference(a, b, b - a, float(low), float(high), factor, float(ratio_low), float(ratio_high))


def _factor(before: Doubles, after: Doubles, kind: str) -> Doubles | None:
    """AFTER over BEFORE; None where it has no meaning."""
    if kind == LOG10:
        return np.asarray(10.0 ** (after - before))
    if kind == DIFFERENCE or (before <= 0).any() or (after < 0).any():
        return None
    return np.asarray(after / before)
