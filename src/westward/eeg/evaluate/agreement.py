"""Agreement between two readers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def cohen_kappa(first: ArrayLike, second: ArrayLike) -> float:
    """Cohen's kappa of two sequences of labels (unweighted).

    Returns NaN when there is nothing to compare, and when both readers use one and the same label throughout
    (chance agreement is then 1). Source: Cohen, Educ Psychol Meas 1960 (recalled).
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.shape != b.shape:
        raise ValueError(f"the readers marked {a.shape} and {b.shape} items")
    if a.size == 0:
        return float("nan")
    labels = np.union1d(a, b)
    shares_a = np.array([(a == label).mean() for label in labels])
    shares_b = np.array([(b == label).mean() for label in labels])
    chance = float(shares_a @ shares_b)
    if chance >= 1 - 1e-12:
        return float("nan")
    return float(((a == b).mean() - chance) / (1 - chance))


def confusion(truth: ArrayLike, found: ArrayLike, labels: tuple[str, ...]) -> list[list[int]]:
    """Counts, rows truth and columns found, in the order of ``labels``."""
    t, f = np.asarray(truth), np.asarray(found)
    return [[int(((t == row) & (f == column)).sum()) for column in labels] for row in labels]
