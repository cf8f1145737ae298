"""Intervals from blocks of time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import bootstrap


@given(st.integers(1, 60), st.data())
@settings(deadline=None)
def test_the_weights_equal_the_reference(n: int, data: st.DataObject) -> None:
    block = data.draw(st.integers(1, n))
    seed = data.draw(st.integers(0, 1000))
    options = {"block": block, "n_resamples": 7, "seed": seed}
    got = bootstrap.moving_block_weights(n, **options)
    np.testing.assert_array_equal(got, bootstrap.moving_block_weights_reference(n, **options))
    assert (got.sum(1) == n).all()


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(UsageError):
        bootstrap.moving_block_weights(5, block=6)
