"""Phase lag and coherence: equal to their references, planted lags and mixtures found, nothing from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from westward.core.errors import UsageError
from westward.eeg.signal import coherence, epoch_spectra, phase_lag
from westward.eeg.signal.electrodes import ELECTRODES
from westward.eeg.signal.epoch_spectra import EpochParameters
from westward.eeg.signal.epochs import pairs

FS = 100.0
FEW = EpochParameters(epochs_per_window=10, min_epochs=6)


def noise(seed: int, channels: int, seconds: float) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((channels, round(seconds * FS))).astype(np.float32)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), scale=st.floats(0.01, 1e4), left_out=st.integers(0, 60))
def test_the_fast_forms_equal_the_references(seed: int, scale: float, left_out: int) -> None:
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal((3, 3)) @ noise(seed, 3, 40) * scale + 7 * scale).astype(np.float32)
    usable = np.ones((3, 20), bool)
    usable.flat[rng.permutation(60)[: left_out // 4]] = False
    fast, slow = (f(x, FS, usable=usable, parameters=FEW) for f in (phase_lag.measure, phase_lag.measure_reference))
    for name in ("pli", "wpli", "imaginary_coherency"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), atol=2e-4, rtol=1e-4)
    np.testing.assert_allclose(
        coherence.measure(x, FS, usable=usable, parameters=FEW),
        coherence.measure_reference(x, FS, usable=usable, parameters=FEW),
        atol=1e-5,
    )


def test_a_planted_phase_lag_shows_in_its_band_only() -> None:
    band = signal.butter(2, [8.5, 12.5], "bandpass", fs=FS, output="sos")
    source = signal.sosfiltfilt(band, noise(1, 1, 61)[0]) * 20
    x = noise(2, 3, 60)
    x[0] += source[2 : 2 + 6000].astype(np.float32)  # channel 0 leads channel 1 by 20 ms
    x[1] += source[:6000].astype(np.float32)
    made = phase_lag.measure(x, FS)
    band_of = list(epoch_spectra.BANDS_HZ).index("alpha")
    assert made.wpli.shape == (1, 3, 4)
    assert made.wpli[0, 0, band_of] > 0.9
    assert made.pli[0, 0, band_of] > 0.8
    # The pair is (1, 0): its first channel follows, so the imaginary part is negative; sin(2 pi 10 Hz 20 ms) = 0.95.
    assert made.imaginary_coherency[0, 0, band_of] < -0.6
    assert made.wpli[0, 1:].max() < 0.5
    assert made.wpli[0, 0, [0, 1, 3]].max() < 0.5


def test_a_common_source_without_delay_is_coherent_but_lags_nowhere() -> None:
    x = noise(3, 2, 600)
    x += 3 * noise(4, 1, 600)
    made = phase_lag.measure(x, FS)
    chance = phase_lag.measure(noise(5, 2, 600), FS)
    assert abs(made.wpli.mean() - chance.wpli.mean()) < 0.03
    assert abs(made.pli.mean() - chance.pli.mean()) < 0.03
    assert abs(made.imaginary_coherency.mean()) < 0.01
    np.testing.assert_allclose(coherence.measure(x, FS).mean(), 0.9**2, atol=0.02)


def test_chance_levels_are_those_stated() -> None:
    x = noise(6, 6, 240)
    np.testing.assert_allclose(phase_lag.measure(x, FS).wpli.mean(), 0.2, atol=0.02)
    np.testing.assert_allclose(coherence.measure(x, FS).mean(), 1 / 30, atol=0.005)


def test_flat_and_missing_epochs_cost_their_windows() -> None:
    x = noise(7, 3, 180)
    x[0, 100:900] = 5.0
    x[1, 6500] = np.nan
    pli = phase_lag.measure(x, FS)
    for values in (pli.pli, pli.wpli, pli.imaginary_coherency, coherence.measure(x, FS)):
        bad = np.isnan(values).all(axis=-1)
        np.testing.assert_array_equal(bad, [[True, True, False], [True, False, True], [False] * 3])
        assert np.isfinite(values[~bad]).all()
    flat = np.zeros((2, 6000), np.float32)
    assert np.isnan(phase_lag.measure(flat, FS).wpli).all()
    assert np.isnan(coherence.measure(flat, FS)).all()
    assert coherence.measure(x[:1], FS).shape == (3, 0, 4)
    assert phase_lag.measure(x[:, :500], FS).pli.shape == (0, 3, 4)


def test_a_band_beyond_the_rate_or_a_wrong_mask_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be measured"):
        phase_lag.measure(noise(8, 2, 60), 60.0)
    with pytest.raises(UsageError, match="mask"):
        coherence.measure(noise(8, 2, 60), FS, usable=np.ones((2, 7), bool))
    with pytest.raises(UsageError, match="no bin"):
        coherence.measure(noise(8, 2, 60), FS, parameters=EpochParameters(bands_hz={"narrow": (3.1, 3.3)}))


def test_near_and_far_pairs() -> None:
    i, j = pairs(19)
    values = np.zeros((2, len(i), 1), np.float32)
    names = [{ELECTRODES[a], ELECTRODES[b]} for a, b in zip(i, j, strict=True)]
    values[:, names.index({"C3", "Cz"})] = 1
    values[1, names.index({"Fp1", "O2"})] = 1
    short, far = coherence.by_distance(values, ELECTRODES)
    assert (short > 0).all()
    assert far[0] == 0
    assert far[1] > 0
    short, far = coherence.by_distance(np.full((1, 1, 1), 0.5, np.float32), ("C3", "Cz"))
    assert short == 0.5
    assert np.isnan(far)
