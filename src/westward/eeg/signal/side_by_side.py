"""Fluctuations of many rows about straight lines, in boxes of many sizes, each size side by side from the start.

What :mod:`westward.eeg.signal.dfa` uses for plain windows where no kernels were compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def fluctuations(x: NDArray[np.floating], sizes: NDArray[np.intp]) -> Array:
    """Squared fluctuation F² for each box size, boxes side by side from the first sample.

    Parameters
    ----------
    x : float array, shape (n_rows, n_samples)
        Finite.

    Returns
    -------
    float64 array, shape (n_rows, n_sizes)
        In the unit of ``x`` times samples, squared.
    """
    n_rows, n = x.shape
    plan = _boxes(n, np.asarray(sizes, np.int64).tobytes())
    # Two rows are the real and the imaginary part of one: running sums wait for each addition, not for two.
    z = np.zeros((-(-n_rows // 2), n), np.complex128)
    y = np.asarray(x, np.float64)
    mean = y.mean(-1, keepdims=True)
    np.subtract(y[::2], mean[::2], out=z.real)
    np.subtract(y[1::2], mean[1::2], out=z.imag[: n_rows // 2])
    profile = np.cumsum(z, axis=-1)
    total, double = np.zeros((2, len(z), n + 1), np.complex128)
    np.cumsum(profile, axis=-1, out=total[:, 1:])
    np.cumsum(total, axis=-1, out=double)
    square = np.cumsum(np.add.reduceat(_squared(profile), plan.pieces, axis=-1), axis=-1)
    double -= np.multiply(total, 0.5, out=np.empty_like(total))
    area, turned = total.take(plan.edges, axis=1), double.take(plan.edges, axis=1)
    # The sum of position times value about the middle of a box, by parts.
    arms = np.empty_like(area)
    np.multiply(area.view(np.float64), plan.half_size, out=arms.view(np.float64))
    about_middle = (arms - turned)[:, 1:]
    arms += turned
    about_middle += arms[:, :-1]
    area = np.diff(area)
    explained = _squared(area)
    explained.view(np.float64)[...] *= plan.per_size
    _squared(about_middle).view(np.float64)[...] *= plan.per_spread
    explained += about_middle
    left = square[:, plan.piece_of_size] - np.add.reduceat(explained, plan.first, axis=-1)
    parts = np.stack([left.real, left.imag], axis=1).reshape(-1, len(sizes))[:n_rows]
    whole = np.stack([square.real[:, -1], square.imag[:, -1]], axis=1).reshape(-1, 1)[:n_rows]
    # The difference of large sums: what is below their rounding is zero.
    return np.asarray(np.where(parts > 1e-13 * whole, parts, 0.0) / plan.covered)


def _squared(z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Both parts squared, in place."""
    parts = z.view(np.float64)
    np.square(parts, out=parts)
    return z


@dataclass(frozen=True, eq=False)
class Boxes:
    """The boxes of all sizes in one row, size after size.

    Attributes
    ----------
    edges : int array, shape (n_edges,)
        Where boxes begin, and after the last of a size where it ends.
    half_size : float64 array, shape (2 * n_edges,)
        Each twice, for both rows, as the next two.
    per_size, per_spread : float64 array, shape (2 * (n_edges - 1),)
        One over the size and one over the sum of squared positions about the middle; 0 between two sizes.
    first : int array, shape (n_sizes,)
        First box of each size.
    covered : float64 array, shape (n_sizes,)
        Samples that its boxes cover.
    pieces : int array
        Where each stretch between two ends of what is covered begins, the first at 0.
    piece_of_size : int array, shape (n_sizes,)
        The last stretch that the boxes of a size cover.
    """

    edges: NDArray[np.intp]
    half_size: Array
    per_size: Array
    per_spread: Array
    first: NDArray[np.intp]
    covered: Array
    pieces: NDArray[np.intp]
    piece_of_size: NDArray[np.intp]


@lru_cache(maxsize=32)
def _boxes(n_samples: int, sizes: bytes) -> Boxes:
    size = np.frombuffer(sizes, np.int64)
    count = n_samples // size
    first = np.cumsum(count + 1) - (count + 1)
    of_edge = np.repeat(size, count + 1).astype(np.float64)
    edges = (np.arange(len(of_edge)) - np.repeat(first, count + 1)) * np.repeat(size, count + 1)
    is_box = np.ones(len(edges), np.bool_)
    is_box[first[1:] - 1] = False
    spread = of_edge * (of_edge * of_edge - 1.0) / 12
    ends = np.unique(np.append(count * size, n_samples))
    return Boxes(
        edges=edges.astype(np.intp),
        half_size=np.repeat(of_edge / 2, 2),
        per_size=np.repeat((is_box / of_edge)[:-1], 2),
        per_spread=np.repeat((is_box / spread)[:-1], 2),
        first=first.astype(np.intp),
        covered=(count * size).astype(np.float64),
        pieces=np.append(0, ends[:-1]).astype(np.intp),
        piece_of_size=np.searchsorted(ends, count * size).astype(np.intp),
    )
