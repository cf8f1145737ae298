"""Windows that follow one another, and which of them can be measured."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.windows import broken

from westward.core.errors import UsageError
from westward.eeg.signal import cells


def test_whole_windows_are_cut_without_a_copy() -> None:
    x = np.arange(50, dtype=np.float32).reshape(2, 25)
    got = cells.consecutive(x, window_s=2.0, sfreq_hz=5.0)
    assert got.shape == (2, 2, 10)
    assert np.shares_memory(got, x)
    assert got[1, 1, 0] == 35


def test_a_rate_that_does_not_divide_the_window_does_not_drift() -> None:
    x = np.arange(100_000, dtype=np.float32)[None]
    got = cells.consecutive(x, window_s=1.0, sfreq_hz=99.97)
    assert got.shape[-1] == 100
    np.testing.assert_array_less(np.abs(got[0, :, 0] - 99.97 * np.arange(got.shape[1])), 0.5001)
    assert got[0, -1, -1] <= 99_999


def test_a_piece_shorter_than_a_window_gives_none() -> None:
    assert cells.consecutive(np.zeros((3, 9), np.float32), window_s=2.0, sfreq_hz=5.0).shape == (3, 0, 10)


@pytest.mark.parametrize("shape, window_s", [((5,), 1.0), ((2, 50), 0.01)])
def test_a_wrong_shape_or_too_short_a_window_is_refused(shape: tuple[int, ...], window_s: float) -> None:
    with pytest.raises(UsageError):
        cells.consecutive(np.zeros(shape, np.float32), window_s=window_s, sfreq_hz=100.0)


def test_flat_and_broken_windows_cannot_be_measured() -> None:
    x = broken(200).reshape(4, 2, 100)
    assert cells.measurable(x).tolist() == [[True, True], [False, False], [True, False], [False, True]]


def test_rounding_of_float32_is_not_a_signal() -> None:
    x = np.full(100, 1000.0, np.float32)
    x[::3] = np.nextafter(np.float32(1000), np.float32(2000))
    assert not cells.measurable(x)
    x[5] += np.float32(0.01)
    assert cells.measurable(x)
