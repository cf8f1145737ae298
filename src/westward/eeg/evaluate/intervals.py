"""Intervals of proportions, rates, and anything counted by patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.core import proportion

Counts = Mapping[str, NDArray[np.float64]]
"""Named counts, one value per patient (or the sums of resamples)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper limit."""

    low: float
    high: float


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval | None:
    """Score interval of a proportion; None without trials.

    Treats trials as independent, which events of one child are not: read it beside the bootstrap by patient.
    """
    if n == 0 and successes == 0:
        return None
    return Interval(*proportion.wilson(successes, n, confidence=confidence))


def poisson_rate(count: int, exposure: float, *, confidence: float = 0.95) -> Interval | None:
    """Exact interval of a rate from a count over an exposure (hours, days); None without exposure.

    No event in the exposure still leaves an upper limit. Source: Garwood, Biometrika 1936 (recalled).
    """
    from scipy.special import gammaincinv

    if count < 0:
        raise ValueError(f"a count of {count}")
    if not exposure > 0:
        return None
    tail = (1 - confidence) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return Interval(low / exposure, float(gammaincinv(count + 1, 1 - tail)) / exposure)


def bootstrap_by_patient(
    counts: Mapping[str, ArrayLike],
    statistic: Callable[[Counts], NDArray[np.float64]],
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 1,
) -> Interval | None:
    """Percentile interval of a statistic of summed counts, patients drawn with replacement.

    Parameters
    ----------
    counts : mapping of str to array, shape (n_patients,)
        What is summed over patients, for example matches and reference events.
    statistic : callable
        Takes the sums, each of shape (resamples,), gives the statistic of each; NaN where it has none.

    Returns
    -------
    Interval or None
        None with fewer than two patients, when fewer than half of the resamples have a value, or when all have the
        same one: an interval of no width would claim certainty.
        Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993 (recalled).
    """
    values = {name: np.asarray(v, np.float64) for name, v in counts.items()}
    n = {v.shape for v in values.values()}
    if len(n) != 1:
        raise ValueError(f"counts of unlike shapes {sorted(n)}")
    (size,) = n.pop()
    if size < 2:
        return None
    weights = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=resamples)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = statistic({name: weights @ v for name, v in values.items()})
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size < resamples / 2:
        return None
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high)) if high > low else None
