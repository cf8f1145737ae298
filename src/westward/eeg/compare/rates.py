"""Rates of events with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Events over exposure.

    Attributes
    ----------
    n : int
    hours : float
        Usable hours.
    per_hour, low, high : float or None
        With the exact Poisson interval (Garwood 1936, recalled), as if events were independent, which spasms of a
        cluster are not. None without exposure. No event still leaves an upper limit.
    """

    n: int
    hours: float
    per_hour: float | None
    low: float | None
    high: float | None


def rate(n: int, hours: float, *, confidence: float = 0.95) -> Rate:
    """``n`` events in ``hours``."""
    from scipy.special import gammaincinv

    if n < 0:
        raise ValueError(f"a count of {n}")
    if not hours > 0:
        return Rate(n, 0.0, None, None, None)
    tail = (1 - confidence) / 2
    low = float(gammaincinv(n, tail)) if n else 0.0
    return Rate(n, hours, n / hours, low / hours, float(gammaincinv(n + 1, 1 - tail)) / hours)


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate after over rate before; ``high`` None: no upper limit."""

    ratio: float | None
    low: float
    high: float | None


def rate_ratio(before: Rate, after: Rate, *, confidence: float = 0.95) -> RateRatio | None:
    """Ratio of two rates with the exact conditional interval (Clopper-Pearson on the split of all events; recalled).

    None without events or without exposure.
    """
    from scipy.special import betaincinv

    total = before.n + after.n
    if not total or before.per_hour is None or after.per_hour is None:
        return None
    tail = (1 - confidence) / 2
    low = float(betaincinv(after.n, before.n + 1, tail)) if after.n else 0.0
    high = float(betaincinv(after.n + 1, before.n, 1 - tail)) if before.n else None
    scale = before.hours / after.hours
    return RateRatio(
        None if not before.n else after.per_hour / before.per_hour,
        scale * low / (1 - low),
        None if high is None else scale * high / (1 - high),
    )
