"""Windows placed by time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.signal import windows


@given(st.integers(1, 30), st.integers(0, 50), st.floats(-100, 100), st.lists(st.floats(-10, 10), max_size=8))
def test_windows_start_at_their_time_or_are_moved_inside(
    length: int, more: int, start_s: float, after_s: list[float]
) -> None:
    n = length + more
    times = start_s + np.array(after_s, float)
    first = windows.first_samples(times, start_s=start_s, sfreq_hz=10.0, length=length, n_samples=n)
    assert ((first >= 0) & (first + length <= n)).all()
    wanted = np.asarray(after_s, float) * 10
    inside = (wanted >= 0.5) & (wanted <= n - length - 0.5)
    assert (np.abs(first - wanted)[inside] <= 0.5 + 1e-6).all()


def test_windows_are_copies_of_the_samples() -> None:
    x = np.arange(24.0).reshape(2, 12)
    got = windows.at(x, np.array([0, 9, 4]), 3)
    np.testing.assert_array_equal(got[1], [[12, 13, 14], [21, 22, 23], [16, 17, 18]])
    got[:] = -1
    assert x.min() == 0
