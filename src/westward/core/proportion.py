"""The interval of a proportion."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson(k: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Low and high end of the score interval of k out of n, trials taken as independent.

    Source: Wilson, J Am Stat Assoc 1927 (recalled).

    Raises
    ------
    ValueError
        If k is not within 0 and n, or n is 0.
    """
    if not 0 <= k <= n or not n:
        raise ValueError(f"{k} of {n}")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = k / n
    middle, scale = p + z * z / (2 * n), 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 0.0 if k == 0 else (middle - half) / scale, 1.0 if k == n else (middle + half) / scale
