"""Scoring of single spasms: one found for one marked, by the nearness of their onsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.eeg.evaluate.marks import Mark

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmParameters:
    """How spasms are paired.

    Attributes
    ----------
    tolerance_s : float
        A found spasm matches a marked one when their onsets differ by at most this (policy: 1-2 s; no standard
        exists for events of 1-2 s).
    strict_tolerance_s : float
        A second, tighter limit reported beside it (policy).
    min_confidence : float
        Found spasms below are left out (policy: set before the test data is seen).
    counted_only : bool
        Rows that a program listed as near-misses (``counted`` is 0) are left out (policy).
    night_min_h : float
        Recordings at least this long count as nights for false detections per night (policy).
    """

    tolerance_s: float = 2.0
    strict_tolerance_s: float = 1.0
    min_confidence: float = 0.0
    counted_only: bool = True
    night_min_h: float = 6.0


@dataclass(frozen=True, eq=False, slots=True)
class Matching:
    """Pairs of one recording.

    Attributes
    ----------
    pairs : int array, shape (n_pairs, 2)
        Index of the marked and of the found onset, in the order given.
    error_s : float array, shape (n_pairs,)
        Found minus marked onset.
    n_reference, n_found : int
        How many there were.
    """

    pairs: NDArray[np.int64]
    error_s: FloatArray
    n_reference: int
    n_found: int

    @property
    def n_matched(self) -> int:
        """Pairs."""
        return len(self.pairs)

    @property
    def n_false(self) -> int:
        """Found without a partner."""
        return self.n_found - self.n_matched

    @property
    def n_missed(self) -> int:
        """Marked without a partner."""
        return self.n_reference - self.n_matched

    @property
    def unmatched_found(self) -> NDArray[np.int64]:
        """Indices of false detections."""
        return np.setdiff1d(np.arange(self.n_found), self.pairs[:, 1])


def match(reference_s: ArrayLike, found_s: ArrayLike, *, tolerance_s: float) -> Matching:
    """Pair onsets one to one: as many pairs as possible, and among those the least total error in time.

    Both are reached exactly, not greedily. For points on a line some best pairing never crosses, so that a
    recursion over both sequences in order of time finds it; stretches further apart than the tolerance are solved
    on their own.

    Parameters
    ----------
    reference_s, found_s : array-likes of float
        Onsets in seconds, in any order.
    tolerance_s : float
        Largest difference of a pair, inclusive (to a nanosecond).
    """
    ref, hyp = np.asarray(reference_s, np.float64).ravel(), np.asarray(found_s, np.float64).ravel()
    if not tolerance_s >= 0:
        raise ValueError(f"a tolerance of {tolerance_s} s")
    if not (np.isfinite(ref).all() and np.isfinite(hyp).all()):
        raise ValueError("an onset is not finite")
    order_r, order_h = np.argsort(ref, kind="stable"), np.argsort(hyp, kind="stable")
    r, h = ref[order_r], hyp[order_h]
    limit = tolerance_s + 1e-9
    times = np.concatenate([r, h])
    side = np.concatenate([np.zeros(r.size, np.int64), np.ones(h.size, np.int64)])
    merged = np.argsort(times, kind="stable")
    breaks = np.flatnonzero(np.diff(times[merged]) > limit) + 1
    pairs: list[tuple[int, int]] = []
    first_r = first_h = 0
    for part in np.split(side[merged], breaks):
        n_h = int(part.sum())
        n_r = part.size - n_h
        if n_r and n_h:
            found = _best(r[first_r : first_r + n_r], h[first_h : first_h + n_h], limit)
            pairs += [(first_r + i, first_h + j) for i, j in found]
        first_r, first_h = first_r + n_r, first_h + n_h
    index = np.array([(order_r[i], order_h[j]) for i, j in pairs], np.int64).reshape(-1, 2)
    return Matching(index, hyp[index[:, 1]] - ref[index[:, 0]], ref.size, hyp.size)


def _best(r: FloatArray, h: FloatArray, limit: float) -> list[tuple[int, int]]:
    """Best pairing of two sorted sequences: value[i][j] of the first i and j is (pairs, minus error)."""
    value = [[(0, 0.0)] * (h.size + 1) for _ in range(r.size + 1)]
    for i, a in enumerate(r.tolist(), 1):
        before, now = value[i - 1], value[i]
        for j, b in enumerate(h.tolist(), 1):
            best = max(before[j], now[j - 1])
            apart = abs(a - b)
            if apart <= limit:
                n, error = before[j - 1]
                best = max(best, (n + 1, error - apart))
            now[j] = best
    pairs: list[tuple[int, int]] = []
    i, j = r.size, h.size
    while i and j:
        here = value[i][j]
        if here == value[i - 1][j]:
            i -= 1
        elif here == value[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def near_what(onsets_s: ArrayLike, others: Sequence[Mark], *, tolerance_s: float) -> dict[str, int]:
    """What false detections lie on: for each onset the kind of the nearest other mark within the tolerance.

    Returns
    -------
    dict of str to int
        Counts by kind, ``nothing marked`` for the rest; most frequent first.
    """
    found: dict[str, int] = {}
    starts = np.array([m.onset_s for m in others])
    ends = np.array([m.end_s for m in others])
    for onset in np.asarray(onsets_s, np.float64).ravel():
        kind = "nothing marked"
        if others:
            apart = np.maximum(np.maximum(starts - onset, onset - ends), 0)
            nearest = np.lexsort((ends - starts, apart))[0]
            if apart[nearest] <= tolerance_s:
                kind = others[int(nearest)].kind
        found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
