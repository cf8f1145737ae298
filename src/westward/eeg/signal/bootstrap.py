"""Resampling blocks of time: neighbors in time resemble each other, so they are drawn together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError


def moving_block_weights(n: int, *, block: int, n_resamples: int = 200, seed: int = 0) -> NDArray[np.float64]:
    """How often each of ``n`` items occurs in each resample of the moving-block bootstrap.

    Blocks of ``block`` neighbors are drawn with replacement, each start equally likely, until ``n`` items are drawn;
    the last block is cut (Künsch 1989; recalled).

    Parameters
    ----------
    block : int
        Items drawn together; longer than their dependence, at most ``n``.
    seed : int
        The same seed gives the same resamples.

    Returns
    -------
    float64 array, shape (n_resamples, n)
        Each row sums to ``n``.
    """
    if not 1 <= block <= n:
        raise UsageError(f"blocks of {block!r} out of {n!r} items; give 1 to {n!r}")
    if n_resamples < 1:
        raise UsageError(f"{n_resamples!r} resamples; it must be at least 1")
    n_blocks = -(-n // block)
    start = np.random.default_rng(seed).integers(0, n - block + 1, (n_resamples, n_blocks))
    length = np.full(n_blocks, block)
    length[-1] = n - block * (n_blocks - 1)
    # Each block adds one from its start on and takes it away after its end.
    change = np.zeros((n_resamples, n + 1))
    row = np.arange(n_resamples)[:, None]
    np.add.at(change, (row, start), 1.0)
    np.add.at(change, (row, start + length), -1.0)
    return np.asarray(np.cumsum(change[:, :-1], axis=1))


def moving_block_weights_reference(n: int, *, block: int, n_resamples: int = 200, seed: int = 0) -> NDArray[np.float64]:
    """What :func:`moving_block_weights` computes, item by item."""
    starts = np.random.default_rng(seed).integers(0, n - block + 1, (n_resamples, -(-n // block)))
    out = np.zeros((n_resamples, n))
    for resample, row in enumerate(starts):
        items = [start + k for start in row for k in range(block)][:n]
        for item in items:
            out[resample, item] += 1
    return out
