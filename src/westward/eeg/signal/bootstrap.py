"""Intervals by resampling blocks of time: neighbors in time resemble each other, so they are drawn together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.core.errors import UsageError


def moving_block_weights(
    n: int, *, block: int, n_resamples: int = 200, seed: int = 0, n_drawn: int | None = None
) -> NDArray[np.float64]:
    """How often each of ``n`` items occurs in each resample of the moving-block bootstrap.

    Blocks of ``block`` neighbors are drawn with replacement, each start equally likely, until ``n`` items are drawn;
    the last block is cut (Künsch 1989; recalled).

    Parameters
    ----------
    block : int
        Items drawn together; longer than their dependence, at most ``n``.
    seed : int
        The same seed gives the same resamples.
    n_drawn : int or None
        Items per resample; None: ``n``.

    Returns
    -------
    float64 array, shape (n_resamples, n)
        Each row sums to ``n_drawn``.
    """
    if not 1 <= block <= n:
        raise UsageError(f"blocks of {block!r} out of {n!r} items; give 1 to {n!r}")
    if n_resamples < 1:
        raise UsageError(f"{n_resamples!r} resamples; it must be at least 1")
    wanted = n if n_drawn is None else n_drawn
    n_blocks = -(-wanted // block)
    start = np.random.default_rng(seed).integers(0, n - block + 1, (n_resamples, n_blocks))
    length = np.full(n_blocks, block)
    length[-1] = wanted - block * (n_blocks - 1)
    # Each block adds one from its start on and takes it away after its end.
    change = np.zeros((n_resamples, n + 1))
    row = np.arange(n_resamples)[:, None]
    np.add.at(change, (row, start), 1.0)
    np.add.at(change, (row, start + length), -1.0)
    return np.asarray(np.cumsum(change[:, :-1], axis=1))


def moving_block_weights_reference(
    n: int, *, block: int, n_resamples: int = 200, seed: int = 0, n_drawn: int | None = None
) -> NDArray[np.float64]:
    """What :func:`moving_block_weights` computes, item by item."""
    wanted = n if n_drawn is None else n_drawn
    starts = np.random.default_rng(seed).integers(0, n - block + 1, (n_resamples, -(-wanted // block)))
    out = np.zeros((n_resamples, n))
    for resample, row in enumerate(starts):
        items = [start + k for start in row for k in range(block)][:wanted]
        for item in items:
            out[resample, item] += 1
    return out


def median_interval(
    values: ArrayLike, *, block: int = 1, confidence: float = 0.95, n_resamples: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """Median of a series in time with its moving-block percentile interval.

    Parameters
    ----------
    values : array of float, shape (n_values,)
        In the order of time; NaN (not assessable) is left out.
    block : int
        Neighbors drawn together: as many as reach over the time in which values resemble each other.

    Returns
    -------
    median, low, high : float
        All NaN without a value; the bounds NaN with fewer than two blocks of values: too little to say.
    """
    if not 0 < confidence < 1:
        raise UsageError(f"a confidence of {confidence!r}; it must lie between 0 and 1")
    x = np.asarray(values, np.float64)
    x = x[np.isfinite(x)]
    if not len(x):
        return float("nan"), float("nan"), float("nan")
    middle = float(np.median(x))
    if len(x) < 2 * block or len(x) < 2:
        return middle, float("nan"), float("nan")
    start = np.random.default_rng(seed).integers(0, len(x) - block + 1, (n_resamples, -(-len(x) // block)))
    drawn = (start[..., None] + np.arange(block)).reshape(n_resamples, -1)[:, : len(x)]
    medians = np.median(x[drawn], axis=1)
    low, high = np.quantile(medians, [(1 - confidence) / 2, (1 + confidence) / 2])
    return middle, float(low), float(high)
