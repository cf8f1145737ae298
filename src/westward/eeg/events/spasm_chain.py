"""Spasms as they come: alone, or one after another in a cluster."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import WestwardError
from westward.eeg.events.spasm_parameters import SpasmParameters

FloatArray = NDArray[np.float64]
_MOST = 30.0


def interval_density(interval_s: FloatArray, p: SpasmParameters) -> FloatArray:
    """Density of the time between the onsets of successive spasms of a cluster, per second: mostly log-normal."""
    low, high = p.interval_range_s
    x = np.log(np.maximum(interval_s, 1e-3) / p.interval_s) / p.interval_spread
    bell = np.exp(-0.5 * x**2) / (np.maximum(interval_s, 1e-3) * p.interval_spread * np.sqrt(2 * np.pi))
    inside = (interval_s >= low) & (interval_s <= high)
    return np.asarray(np.where(inside, 0.9 * bell + 0.1 / (high - low), 0.0))


def usual_here(onset_s: FloatArray, probability: FloatArray, p: SpasmParameters) -> SpasmParameters:
    """Parameters with the time between spasms as the probable ones of this recording show it, next to the usual."""
    likely = np.flatnonzero(probability >= p.interval_from)
    apart = np.diff(onset_s[likely])
    low, high = p.interval_range_s
    inside = (apart >= low) & (apart <= high)
    weight = (probability[likely][:-1] * probability[likely][1:])[inside]
    logs = np.log(apart[inside])
    known = float(weight.sum()) + p.interval_known
    mean = (float(weight @ logs) + p.interval_known * np.log(p.interval_s)) / known
    variance = (float(weight @ (logs - mean) ** 2) + p.interval_known * p.interval_spread**2) / known
    return replace(
        p, interval_s=float(np.exp(mean)), interval_spread=max(float(np.sqrt(variance)), p.interval_least_spread)
    )


def links(onset_s: FloatArray, p: SpasmParameters) -> list[FloatArray]:
    """For each candidate, logarithms of the density of the intervals from all those it can follow."""
    reach = np.searchsorted(onset_s, onset_s - p.interval_range_s[1])
    length = np.arange(len(onset_s)) - reach
    later = np.repeat(np.arange(len(onset_s)), length)
    earlier = np.arange(len(later)) - np.repeat(np.cumsum(length) - length, length) + np.repeat(reach, length)
    with np.errstate(divide="ignore"):
        flat = np.log(interval_density(onset_s[later] - onset_s[earlier], p))
    return np.split(flat, np.cumsum(length)[:-1]) if len(onset_s) else []


def probabilities(
    onset_s: FloatArray, evidence: FloatArray, p: SpasmParameters, *, between: list[FloatArray] | None = None
) -> FloatArray:
    """Probability of each candidate of being a spasm, all the others considered.

    Spasms start a chain at a constant rate; after each, another follows with a fixed chance at an interval of a given
    density (a renewal process that ends). Every candidate is a spasm or background; ``evidence`` is the logarithm of
    its density under a spasm over the rate of the background, in seconds. The sum over all chains is exact (forward
    and backward pass, Rabiner 1989).

    Parameters
    ----------
    onset_s, evidence : float arrays, shape (n,)
        In order of time.
    p : SpasmParameters
    between : list of float arrays, optional
        What :func:`links` gives, where it is known already.

    Raises
    ------
    WestwardError
        If an evidence is not a number: one would make all probabilities none.
    """
    n = len(onset_s)
    if not n:
        return np.zeros(0)
    if not np.isfinite(evidence).all():
        raise WestwardError("the evidence of a candidate of spasms is not a number; please report this recording")
    steps = links(onset_s, p) if between is None else between
    weight = np.clip(evidence, -_MOST, _MOST)
    start = np.log(p.starts_per_hour / 3600)
    on, end = np.log(p.goes_on), np.log1p(-np.array(p.goes_on))
    reach = np.searchsorted(onset_s, onset_s - p.interval_range_s[1])
    first, later, idle = np.empty(n), np.full(n, -np.inf), 0.0
    for k in range(n):
        a = reach[k]
        first[k] = idle + start + weight[k]
        later[k] = weight[k] + _sum(np.logaddexp(first[a:k] + on[0], later[a:k] + on[1]) + steps[k])
        idle = np.logaddexp(idle, np.logaddexp(first[k] + end[0], later[k] + end[1]))
    # Backward: what follows candidate k, gathered by those it can follow.
    whole, rest, follows = idle, 0.0, np.full(n, -np.inf)
    out = np.empty(n)
    for k in range(n - 1, -1, -1):
        after_first = np.logaddexp(end[0] + rest, on[0] + follows[k])
        after_later = np.logaddexp(end[1] + rest, on[1] + follows[k])
        out[k] = np.logaddexp(first[k] + after_first, later[k] + after_later) - whole
        rest = np.logaddexp(rest, start + weight[k] + after_first)
        a = reach[k]
        follows[a:k] = np.logaddexp(follows[a:k], steps[k] + weight[k] + after_later)
    return np.asarray(np.exp(np.minimum(out, 0.0)))


def alone(evidence: FloatArray, p: SpasmParameters) -> FloatArray:
    """Probability of each candidate as if there were no other: a chain of one."""
    odds = np.clip(evidence, -_MOST, _MOST) + np.log(p.starts_per_hour / 3600) + np.log1p(-p.goes_on[0])
    return np.asarray(1 / (1 + np.exp(-odds)))


def _sum(logs: FloatArray) -> float:
    most = logs.max(initial=-np.inf)
    return float(most + np.log(np.exp(logs - most).sum())) if np.isfinite(most) else -np.inf
