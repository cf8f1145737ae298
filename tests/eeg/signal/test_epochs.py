"""Epochs on the clock of the recording, pairs in one order."""

from __future__ import annotations

import numpy as np
import pytest

from westward.core.errors import UsageError
from westward.eeg.signal import epochs


def test_whole_sample_epochs_follow_each_other() -> None:
    x = np.arange(20, dtype=np.float32).reshape(2, 10)
    np.testing.assert_array_equal(
        epochs.cut(x, 4.0, 1.0), [[[0, 1, 2, 3], [4, 5, 6, 7]], [[10, 11, 12, 13], [14, 15, 16, 17]]]
    )


def test_an_uneven_rate_does_not_drift() -> None:
    rate = 199.9
    x = np.arange(round(3600 * rate), dtype=np.float32)[None]
    made = epochs.cut(x, rate, 1.0)
    assert made.shape == (1, 3600, 200)
    assert np.abs(made[0, :, 0].astype(float) / rate - np.arange(3600)).max() <= 0.5 / rate + 1e-6


def test_a_short_record_has_no_epoch_and_a_short_epoch_is_an_error() -> None:
    assert epochs.cut(np.zeros((3, 100), np.float32), 128.0, 1.0).shape == (3, 0, 128)
    assert epochs.cut(np.zeros((3, 100), np.float32), 128.3, 1.0).shape == (3, 0, 128)
    with pytest.raises(UsageError, match="fewer than two"):
        epochs.cut(np.zeros((1, 100), np.float32), 100.0, 0.01)


def test_pairs_fill_a_symmetric_matrix() -> None:
    i, j = epochs.pairs(4)
    assert list(zip(i, j, strict=True)) == [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]
    m = epochs.square(np.arange(6.0), 4)
    np.testing.assert_array_equal(m, m.T)
    assert m[3, 1] == 4
    assert np.isnan(m.diagonal()).all()
