"""Intervals of a median or a mean over a series whose neighbors resemble each other, honest for short series.

The long-run variance is the mean square of the series' first few cosine coefficients: its slowest fluctuations, which
alone decide how far a median wanders. So few of them that the interval takes Student's quantile with as many degrees
of freedom: it knows how badly the variance itself is known. A resampling of blocks does not, and is too narrow unless
the series holds many blocks.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.core.errors import UsageError

Doubles = NDArray[np.float64]
N_COSINES = 5
_NAN = float("nan")


def long_run_variance(series: ArrayLike, *, n_cosines: int = N_COSINES) -> float:
    """Variance of the mean of a stationary series, times its length: equal-weighted cosine estimate.

    Parameters
    ----------
    series : array of float, shape (n,)
        In the order of time, evenly spaced.
    n_cosines : int
        Slowest cosines used; what lasts longer than about ``2 n / n_cosines`` values is seen in full. Without
        dependence the estimate is distributed as chi-square with as many degrees of freedom.

    Notes
    -----
    Source: Müller, J Econometrics 2007; Lazarus, Lewis, Stock and Watson, J Bus Econ Stat 2018 (recalled).
    """
    x = np.asarray(series, np.float64)
    n = len(x)
    if not 1 <= n_cosines < n:
        raise UsageError(f"{n_cosines!r} cosines of {n!r} values; give 1 to {n - 1}")
    phase = np.pi * (np.arange(n) + 0.5) / n
    coefficients = np.cos(np.arange(1, n_cosines + 1)[:, None] * phase) @ (x - x.mean()) * math.sqrt(2 / n)
    return float(np.mean(coefficients**2))


def mean_interval(
    values: ArrayLike, *, n_cosines: int = N_COSINES, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean of a series in time with its interval.

    Parameters
    ----------
    values : array of float, shape (n_values,)
        In the order of time; NaN (not assessable) is left out.
    n_cosines : int
        See :func:`long_run_variance`; at most half as many as values are used.

    Returns
    -------
    mean, low, high : float
        All NaN without a value; the bounds NaN with fewer than four values: too little to say.
    """
    x = _finite(values, confidence)
    if not len(x):
        return _NAN, _NAN, _NAN
    middle = float(x.mean())
    if len(x) < 4:
        return middle, _NAN, _NAN
    half = _half_width(x, float(x.var()), n_cosines, confidence)
    return middle, middle - half, middle + half


def median_interval(
    values: ArrayLike, *, n_cosines: int = N_COSINES, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Median of a series in time with its interval.

    How far the share of values below the median may be off one half is an interval of a mean; the quantiles at both
    its ends bound the median, whatever the distribution of the values (Woodruff, J Am Stat Assoc 1952; recalled).

    Parameters
    ----------
    values, n_cosines, confidence
        As in :func:`mean_interval`.

    Returns
    -------
    median, low, high : float
        All NaN without a value; the bounds NaN where they would lie beyond the least and the largest value: the
        series is too short for how much its neighbors resemble each other.
    """
    x = _finite(values, confidence)
    if not len(x):
        return _NAN, _NAN, _NAN
    middle = float(np.median(x))
    n = len(x)
    if n < 4:
        return middle, _NAN, _NAN
    half = _half_width(np.sign(x - middle) / 2, 0.25, n_cosines, confidence)
    if half >= 0.5 - 0.5 / n:
        return middle, _NAN, _NAN
    places = np.array([0.5 - half, 0.5 + half]) * n - 0.5
    low, high = np.interp(places, np.arange(n), np.sort(x))
    return middle, float(low), float(high)


def _finite(values: ArrayLike, confidence: float) -> Doubles:
    if not 0 < confidence < 1:
        raise UsageError(f"a confidence of {confidence!r}; it must lie between 0 and 1")
    x = np.asarray(values, np.float64)
    return x[np.isfinite(x)]


def _half_width(x: Doubles, variance: float, n_cosines: int, confidence: float) -> float:
    """Of the interval of a mean; at least what independent values of this variance would give."""
    from scipy.special import ndtri, stdtrit

    k = min(n_cosines, len(x) // 2)
    tail = 0.5 + confidence / 2
    slow = float(stdtrit(k, tail)) * math.sqrt(long_run_variance(x, n_cosines=k))
    return max(slow, float(ndtri(tail)) * math.sqrt(variance)) / math.sqrt(len(x))
