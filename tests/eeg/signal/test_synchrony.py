"""Symmetry of the hemispheres: equal to its reference, planted correlation and asymmetry come back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from westward.core.errors import UsageError
from westward.eeg.signal import synchrony
from westward.eeg.signal.homologs import homologous_pairs
from westward.eeg.signal.montage import LONGITUDINAL

FS = 128.0
PAIRS = ((0, 1), (2, 3))
NAMES = tuple(synchrony.Synchrony.__dataclass_fields__)


def noise(seed: int, rows: int, seconds: float) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, round(seconds * FS))).astype(np.float32)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), scale=st.floats(0.01, 1e4), offset=st.floats(-1e3, 1e3))
def test_the_fast_form_equals_the_reference(seed: int, scale: float, offset: float) -> None:
    mix = np.random.default_rng(seed).standard_normal((4, 4))
    x = (scale * (mix @ noise(seed, 4, 25) + offset / 1e3)).astype(np.float32)
    fast, slow = (f(x, FS, PAIRS) for f in (synchrony.measure, synchrony.measure_reference))
    for name in NAMES:
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), atol=1e-4)


def test_scipy_finds_the_same_power_asymmetry() -> None:
    x = noise(1, 4, 10)
    made = synchrony.measure(x, FS, PAIRS)
    f, p = signal.welch(x.astype(float), FS, "hann", 512, 256, detrend="constant", scaling="density")
    p = p[:, (f >= 1) & (f <= 25)]
    relative = np.stack([(p[b] - p[a]) / (p[b] + p[a]) for a, b in PAIRS])
    np.testing.assert_allclose(made.brain_symmetry_index[0], np.abs(relative.mean(axis=0)).mean(), atol=1e-5)
    np.testing.assert_allclose(made.pairwise_symmetry_index[0], np.abs(relative).mean(), atol=1e-5)


def test_planted_correlation_and_asymmetry_come_back() -> None:
    x = noise(2, 4, 600)
    shared = noise(3, 1, 600)[0]
    x[0] += shared
    x[1] += shared
    x[3] *= 3
    made = synchrony.measure(x, FS, PAIRS)
    np.testing.assert_allclose(made.correlation.mean(axis=0), [0.5, 0.0], atol=0.03)
    np.testing.assert_allclose(made.asymmetry.mean(axis=0), [0.0, 0.5], atol=0.02)
    equal = synchrony.measure(noise(4, 16, 600), FS, tuple((k, k + 1) for k in range(0, 16, 2)))
    np.testing.assert_allclose(equal.pairwise_symmetry_index.mean(), 0.28, atol=0.02)
    assert equal.brain_symmetry_index.mean() < 0.5 * equal.pairwise_symmetry_index.mean()


def test_a_one_sided_loss_of_power_shows_in_the_symmetry_index() -> None:
    pairs = homologous_pairs(LONGITUDINAL)
    x = noise(5, len(LONGITUDINAL), 60)
    x[[b for _, b in pairs]] /= 4
    made = synchrony.measure(x, FS, pairs)
    np.testing.assert_allclose(made.brain_symmetry_index, (16 - 1) / (16 + 1), atol=0.1)
    assert (made.asymmetry < 0).all()


def test_flat_and_missing_pairs_are_left_out() -> None:
    x = noise(6, 4, 30)
    x[0, :1280] = 9
    x[2, 1300] = np.nan
    x[:, 2560:] = 0
    made = synchrony.measure(x, FS, PAIRS)
    expected = [[True, False], [False, True], [True, True]]
    np.testing.assert_array_equal(np.isnan(made.correlation), expected)
    np.testing.assert_array_equal(np.isnan(made.asymmetry), expected)
    np.testing.assert_array_equal(np.isnan(made.brain_symmetry_index), [False, False, True])
    slow = synchrony.measure_reference(x, FS, PAIRS)
    for name in NAMES:
        np.testing.assert_allclose(getattr(made, name), getattr(slow, name), atol=1e-4)
    assert np.isnan(synchrony.measure(x, FS, ()).brain_symmetry_index).all()
    assert synchrony.measure(x[:, :100], FS, PAIRS).correlation.shape == (0, 2)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be measured"):
        synchrony.measure(noise(7, 4, 20), 40.0, PAIRS)
    with pytest.raises(UsageError, match="do not fit"):
        synchrony.measure(noise(7, 4, 20), FS, PAIRS, parameters=synchrony.SynchronyParameters(window_s=2.0))
