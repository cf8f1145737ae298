"""Medians and extremes of short rows are those of NumPy, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from westward.eeg.signal import order

VALUES = st.floats(-1e4, 1e4, width=32) | st.just(float("nan"))
SHAPES = arrays.array_shapes(min_dims=1, max_dims=3, max_side=9)
ROWS = st.sampled_from([np.float32, np.float64]).flatmap(lambda kind: arrays.arrays(kind, SHAPES, elements=VALUES))


@given(ROWS, st.data())
def test_median(x: NDArray[Any], data: st.DataObject) -> None:
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    found = order.median(x, axis)
    assert found.dtype == x.dtype
    np.testing.assert_array_equal(found, np.median(x, axis=axis))


@given(ROWS, st.sampled_from([0.05, 0.2, 0.25, 0.5, 0.6, 0.8, 0.95, 1.0]))
def test_quantile(x: NDArray[Any], q: float) -> None:
    found = order.quantile(x, q)
    assert found.dtype == x.dtype
    expected = np.quantile(x, np.asarray(q, x.dtype), axis=-1)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-30)


@given(ROWS)
def test_extremes(x: NDArray[Any]) -> None:
    np.testing.assert_array_equal(order.largest(x), x.max(axis=-1))
    np.testing.assert_array_equal(order.smallest(x), x.min(axis=-1))


def test_extremes_of_a_view_leave_it_alone() -> None:
    x = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    before = x.copy()
    assert order.largest(x[:, ::2]).tolist() == [[4, 14], [24, 34], [44, 54]]
    order.smallest(x[..., :1])[...] = -1
    np.testing.assert_array_equal(x, before)


def test_extremes_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        order.largest(np.zeros((2, 0), np.float32))
