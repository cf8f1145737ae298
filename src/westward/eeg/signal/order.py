"""Medians and extremes of many short rows, the same values as NumPy's and several times faster.

NumPy's median partitions for two ranks and for NaN, which for rows of tens of values takes far longer than to sort
them; its largest and smallest of a short last axis begin anew for every row.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import kernels

Float = TypeVar("Float", bound=np.floating[Any])

_SORTED_BY_KERNEL = 128
_LONG = 256
"""Rows from here on are faster as a whole than by halves."""


def median(x: NDArray[Float], axis: int = -1) -> NDArray[Float]:
    """As ``np.median``: the mean of the two middle values where their number is even, NaN where any is NaN.

    Parameters
    ----------
    x : float array
        At least one value along ``axis``.
    """
    rows = np.ascontiguousarray(np.moveaxis(x, axis, -1))
    found = kernels.compiled()
    if found is not None and rows.dtype == np.float32 and 0 < rows.shape[-1] <= _SORTED_BY_KERNEL:
        middle = found.medians(np.asarray(rows.reshape(1, -1, rows.shape[-1]), np.float32))
        return np.asarray(middle.reshape(rows.shape[:-1]), rows.dtype)
    ordered = np.sort(rows, axis=-1)
    n = ordered.shape[-1]
    middle = ordered[..., n // 2]
    if not n % 2:
        middle = (ordered[..., n // 2 - 1] + middle) / ordered.dtype.type(2)
    return _unless_nan(middle, ordered)


def quantile(x: NDArray[Float], q: float) -> NDArray[Float]:
    """As ``np.quantile`` over the last axis, linear between neighbors, in the precision of ``x``.

    Parameters
    ----------
    x : float array
        At least one value along the last axis.
    q : float
        0 to 1.
    """
    ordered = np.sort(x, axis=-1)
    place = np.asarray(q, x.dtype) * (ordered.shape[-1] - 1)
    low = int(np.floor(place))
    share = np.asarray(place - low, x.dtype)
    a, b = ordered[..., low], ordered[..., min(low + 1, ordered.shape[-1] - 1)]
    return _unless_nan(a + (b - a) * share if share < 0.5 else b - (b - a) * (1 - share), ordered)


def _unless_nan(values: NDArray[Float], ordered: NDArray[Float]) -> NDArray[Float]:
    last = ordered[..., -1]  # NaN is sorted last.
    return np.asarray(np.where(np.isnan(last), last, values), ordered.dtype)


def extremes(x: NDArray[Float]) -> tuple[NDArray[Float], NDArray[Float]]:
    """:func:`smallest` and :func:`largest` at once."""
    found = kernels.compiled()
    if found is None or x.dtype != np.float32 or not x.shape[-1] or x.ndim < 2:
        return smallest(x), largest(x)
    low, high = found.extremes(np.asarray(x if x.ndim == 3 else x.reshape(1, -1, x.shape[-1]), np.float32))
    return low.reshape(x.shape[:-1]).astype(x.dtype, copy=False), high.reshape(x.shape[:-1]).astype(x.dtype, copy=False)


def largest(x: NDArray[Float]) -> NDArray[Float]:
    """As ``x.max(axis=-1)``, short rows by halves."""
    return _by_halves(x, np.maximum)


def smallest(x: NDArray[Float]) -> NDArray[Float]:
    """As ``x.min(axis=-1)``, short rows by halves."""
    return _by_halves(x, np.minimum)


def _by_halves(x: NDArray[Float], choose: np.ufunc) -> NDArray[Float]:
    if not x.shape[-1]:
        raise ValueError("the largest or smallest of no values")
    if x.shape[-1] >= _LONG:
        return np.asarray(choose.reduce(x, axis=-1))
    while (n := x.shape[-1]) > 1:
        half: NDArray[Float] = choose(x[..., : n - 1 : 2], x[..., 1::2])
        if n % 2:
            choose(half[..., 0], x[..., -1], out=half[..., 0])
        x = half
    return np.array(x[..., 0])
