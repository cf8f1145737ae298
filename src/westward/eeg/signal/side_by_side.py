"""Fluctuations of many rows about straight lines, in boxes of many sizes, each size side by side from the start.

What :mod:`westward.eeg.signal.dfa` uses for plain windows where no kernels were compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]


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
    boxes = _boxes(n, np.asarray(sizes, np.int64).tobytes())
    # Used again for every two rows: what stays in the cache is summed twice as fast.
    sums = np.zeros((3, n + 1), np.complex128)
    work = np.empty((4, len(boxes.edges)), np.complex128)
    left, whole = np.zeros((2, n_rows + 1, len(sizes)))
    for row in range(0, n_rows, 2):
        # Two rows are the real and the imaginary part of one: running sums wait for each addition, not for two.
        series = sums[0, :n]
        for values, part in zip(x[row : row + 2], (series.real, series.imag), strict=False):
            exact = values.astype(np.float64)
            np.subtract(exact, exact.mean(), out=part)
        about_lines, about_zero = _sums_of_squares(boxes, sums, work)
        left[row], left[row + 1] = about_lines.real, about_lines.imag
        whole[row], whole[row + 1] = about_zero.real, about_zero.imag
    # The difference of large sums: what is below their rounding is zero.
    return np.asarray(np.where(left > 1e-13 * whole, left, 0.0)[:n_rows] / boxes.covered)


def _sums_of_squares(boxes: Boxes, sums: Complex, work: Complex) -> tuple[Complex, np.complex128]:
    """Of the profile of ``sums[0]``: about the lines of all boxes of each size, and of the whole about zero.

    Both other arrays of ``sums`` begin with a zero; all but that are overwritten, as is ``work``.
    """
    series, total, double = sums
    n = len(series) - 1
    profile = np.cumsum(series[:n], out=work[0, :n] if n <= work.shape[1] else None)
    np.cumsum(profile, out=total[1:])
    np.cumsum(total, out=double)
    square = np.cumsum(np.add.reduceat(_squared(profile), boxes.pieces))
    np.multiply(total.view(np.float64), 0.5, out=series.view(np.float64))
    double -= series
    area, turned, arms, about_middle = work
    total.take(boxes.edges, out=area, mode="clip")
    double.take(boxes.edges, out=turned, mode="clip")
    # The sum of position times value about the middle of a box, by parts.
    np.multiply(area.view(np.float64), boxes.half_size, out=arms.view(np.float64))
    np.subtract(arms, turned, out=about_middle)
    arms += turned
    about_middle[1:] += arms[:-1]
    difference = np.subtract(area[1:], area[:-1], out=turned[1:])
    explained, other = _squared(difference).view(np.float64), _squared(about_middle[1:]).view(np.float64)
    explained *= boxes.per_size
    other *= boxes.per_spread
    explained += other
    return square[boxes.piece_of_size] - np.add.reduceat(turned[1:], boxes.first), square[-1]


def _squared(z: Complex) -> Complex:
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
