"""Agreement between readers: two or many, named labels, grades and measures.

Every coefficient is NaN where it is not defined (nothing to compare, or no variation at all), never 0.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = Literal["none", "linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval"]

_NAN = float("nan")


def cohen_kappa(first: ArrayLike, second: ArrayLike) -> float:
    """Cohen's kappa of two sequences of labels (unweighted).

    Returns NaN when there is nothing to compare, and when both readers use one and the same label throughout
    (chance agreement is then 1). Source: Cohen, Educ Psychol Meas 1960 (recalled).
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.shape != b.shape:
        raise ValueError(f"the readers marked {a.shape} and {b.shape} items")
    if a.size == 0:
        return _NAN
    labels = np.union1d(a, b)
    shares_a = np.array([(a == label).mean() for label in labels])
    shares_b = np.array([(b == label).mean() for label in labels])
    chance = float(shares_a @ shares_b)
    if chance >= 1 - 1e-12:
        return _NAN
    return float(((a == b).mean() - chance) / (1 - chance))


def weighted_kappa(
    first: ArrayLike, second: ArrayLike, *, levels: ArrayLike | None = None, weights: Weights = "quadratic"
) -> float:
    """Weighted kappa of two sequences of ordered grades.

    Parameters
    ----------
    first, second : array-likes of number
        Grades by the two readers.
    levels : array-like of number, optional
        The whole scale in order; disagreement is counted in steps of it. Default: the grades that occur, at their
        own values.
    weights : "none", "linear" or "quadratic"
        How disagreement grows with distance. Source: Cohen, Psychol Bull 1968 (recalled).
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.shape != b.shape:
        raise ValueError(f"the readers graded {a.shape} and {b.shape} items")
    if a.size == 0:
        return _NAN
    if levels is not None:
        scale = np.asarray(levels, np.float64)
        place_a, place_b = np.searchsorted(scale, a), np.searchsorted(scale, b)
        inside = (place_a < scale.size) & (place_b < scale.size)
        if not inside.all() or not ((scale[place_a] == a) & (scale[place_b] == b)).all():
            raise ValueError("a grade is not on the scale")
        a, b = place_a.astype(np.float64), place_b.astype(np.float64)
    observed = _distance(a, b, weights).mean()
    expected = _distance(a[:, None], b[None, :], weights).mean()
    return float(1 - observed / expected) if expected > 1e-12 else _NAN


def _distance(a: NDArray[np.float64], b: NDArray[np.float64], weights: Weights) -> NDArray[np.float64]:
    if weights == "none":
        return np.asarray(a != b, np.float64)
    return np.abs(a - b) if weights == "linear" else (a - b) ** 2


def fleiss_kappa(counts: ArrayLike) -> float:
    """Kappa of many readers, as Fleiss defined it.

    Parameters
    ----------
    counts : array-like of int, shape (n_items, n_categories)
        How many readers put each item in each category; every item was judged by equally many, two or more.
        Source: Fleiss, Psychol Bull 1971 (recalled).
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2:
        raise ValueError(f"counts of shape {table.shape}")
    if table.size == 0:
        return _NAN
    readers = table.sum(axis=1)
    if not (readers == readers[0]).all() or readers[0] < 2:
        raise ValueError("every item needs the same number of readers, at least two; use krippendorff_alpha")
    n = readers[0]
    agreement = ((table * (table - 1)).sum(axis=1) / (n * (n - 1))).mean()
    shares = table.sum(axis=0) / table.sum()
    chance = float((shares**2).sum())
    return float((agreement - chance) / (1 - chance)) if chance < 1 - 1e-12 else _NAN


def icc(ratings: ArrayLike, *, form: Literal["2,1", "3,1"]) -> float:
    """Intraclass correlation of single ratings, two-way.

    Parameters
    ----------
    ratings : array-like of float, shape (n_items, n_readers)
        Every reader rated every item.
    form : "2,1" or "3,1"
        Readers drawn at random with absolute agreement, or these readers with consistency.
        Source: Shrout and Fleiss, Psychol Bull 1979 (recalled).
    """
    x = np.asarray(ratings, np.float64)
    if x.ndim != 2:
        raise ValueError(f"ratings of shape {x.shape}")
    n, k = x.shape
    if n < 2 or k < 2:
        return _NAN
    if not np.isfinite(x).all():
        raise ValueError("a rating is missing; leave the item out")
    grand = x.mean()
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    between = k * ((rows - grand) ** 2).sum() / (n - 1)
    readers = n * ((columns - grand) ** 2).sum() / (k - 1)
    error = ((x - rows[:, None] - columns[None, :] + grand) ** 2).sum() / ((n - 1) * (k - 1))
    below = between + (k - 1) * error
    if form == "2,1":
        below += k * (readers - error) / n
    return float((between - error) / below) if abs(below) > 1e-12 else _NAN


def krippendorff_alpha(ratings: ArrayLike, *, level: Level = "ordinal") -> float:
    """Krippendorff's alpha: many readers, some of whom left items out.

    Parameters
    ----------
    ratings : array-like of float, shape (n_items, n_readers)
        NaN where a reader left an item out; items with fewer than two ratings do not count.
    level : "nominal", "ordinal" or "interval"
        What a difference of two grades means.
        Source: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011 (recalled).
    """
    x = np.asarray(ratings, np.float64)
    if x.ndim != 2:
        raise ValueError(f"ratings of shape {x.shape}")
    values = np.unique(x[np.isfinite(x)])
    if values.size < 2:
        return _NAN
    counts = np.stack([(x == v).sum(axis=1) for v in values], axis=1).astype(np.float64)
    m = counts.sum(axis=1)
    counts, m = counts[m >= 2], m[m >= 2]
    if not m.size:
        return _NAN
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(values.size)
    coincidence = (pairs / (m - 1)[:, None, None]).sum(axis=0)
    totals = coincidence.sum(axis=1)
    apart = _apart(values, totals, level)
    n = totals.sum()
    expected = (totals[:, None] * totals[None, :] * apart).sum()
    return float(1 - (n - 1) * (coincidence * apart).sum() / expected) if expected > 1e-12 else _NAN


def _apart(values: NDArray[np.float64], totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared differences of all pairs of values."""
    if level == "nominal":
        return 1 - np.eye(values.size)
    if level == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    # Between two ranks lie all ratings in between and half of those at both ends.
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def confusion(truth: ArrayLike, found: ArrayLike, labels: tuple[str, ...]) -> list[list[int]]:
    """Counts, rows truth and columns found, in the order of ``labels``."""
    t, f = np.asarray(truth), np.asarray(found)
    return [[int(((t == row) & (f == column)).sum()) for column in labels] for row in labels]
