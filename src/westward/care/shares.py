"""Shares with their interval, and cells too small to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from westward.core.errors import UsageError
from westward.core.proportion import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the score interval.

    Attributes
    ----------
    k, n : int or None
        None where suppressed.
    value, low, high : float or None
        Of 1; None where suppressed or where n is 0.
    suppressed : bool
        The cell is not shown because it, or one that could be told from it, is small.
    """

    k: int | None
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool = False


HIDDEN = Share(None, None, None, None, None, suppressed=True)


def share(k: int, n: int, *, confidence: float = 0.95) -> Share:
    """A share with Wilson's score interval, children taken as independent.

    Raises
    ------
    UsageError
        If k is not within 0 and n.
    """
    if not 0 <= k <= n:
        raise UsageError(f"{k} of {n} is no share")
    if n == 0:
        return Share(0, 0, None, None, None)
    return Share(k, n, k / n, *wilson(k, n, confidence=confidence))


def is_small(share: Share, *, below: int, numerators: bool) -> bool:
    """Whether a share rests on 1 to ``below`` - 1 children; with ``numerators`` also if those within or without do."""
    if share.n is None or share.k is None:
        return True
    parts = [share.n, *((share.k, share.n - share.k) if numerators else ())]
    return any(0 < part < below for part in parts)


def small_cells(counts: Mapping[str, int], *, below: int) -> frozenset[str]:
    """Which cells of a table to hide when their total is known.

    Cells of 1 to ``below`` - 1, and the next smallest ones as long as what is hidden could be told from the total: at
    least two cells and at least ``below`` children are hidden together, unless no other cell is left.
    """
    hidden = [key for key, n in counts.items() if 0 < n < below]
    others = sorted((key for key, n in counts.items() if n >= below), key=lambda key: (counts[key], key), reverse=True)
    while hidden and others and (len(hidden) < 2 or sum(counts[key] for key in hidden) < below):
        hidden.append(others.pop())
    return frozenset(hidden)
