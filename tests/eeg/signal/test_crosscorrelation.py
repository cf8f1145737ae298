"""Largest cross-correlation: equal to its reference, planted delays found, nothing where nothing can be measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import crosscorrelation as cc
from westward.eeg.signal.crosscorrelation import CrossCorrelationParameters
from westward.eeg.signal.network import network

FS = 128.0


def noise(seed: int, channels: int, seconds: float, smooth: int = 1) -> np.ndarray:
    x = np.random.default_rng(seed).standard_normal((channels, round(seconds * FS) + smooth - 1))
    kernel = np.hanning(smooth + 2)[1:-1]
    return np.stack([np.convolve(row, kernel, "valid") for row in x]).astype(np.float32)


PARAMETERS = st.one_of(
    st.builds(
        CrossCorrelationParameters,
        max_lag_s=st.sampled_from([0.05, 0.2, 0.4]),
        denominator=st.sampled_from(["n-2l", "n-l", "n"]),
    ),
    st.just(CrossCorrelationParameters(max_lag_s=None, denominator="n")),
)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), smooth=st.integers(1, 30), scale=st.floats(0.01, 1e4), p=PARAMETERS)
def test_the_fast_form_equals_the_reference(
    seed: int, smooth: int, scale: float, p: CrossCorrelationParameters
) -> None:
    x = noise(seed, 3, 3.4, smooth) * np.float32(scale) + np.float32(scale)
    np.testing.assert_allclose(cc.measure(x, FS, parameters=p), cc.measure_reference(x, FS, parameters=p), rtol=3e-4)
    value, lag = cc.largest(x, FS, max_lag_s=p.max_lag_s)
    expected, at = cc.largest_reference(x, FS, max_lag_s=p.max_lag_s)
    np.testing.assert_allclose(value, expected, atol=1e-6)
    assert (lag == at).mean() > 0.9  # two lags may tie to within rounding


@pytest.mark.parametrize("delay", [-20, -3, 0, 5, 25])
def test_a_planted_delay_is_found(delay: int) -> None:
    source = noise(1, 1, 62, 9)[0]
    middle = slice(64, 64 + 60 * 128)
    x = np.stack([np.roll(source, delay)[middle], source[middle]])
    value, lag = cc.largest(x, FS, max_lag_s=0.25)
    assert (lag == delay).all()  # pair (1, 0): channel 0 follows channel 1 by the delay
    assert value.min() > 0.5  # a fifth of the epoch has no partner at the largest delay
    z = cc.measure(x, FS)
    assert (z == 0).all() if delay == 0 else (z.min() > 1.5 and np.median(z) > 3)


def test_the_bartlett_error_makes_slow_noise_comparable_to_fast() -> None:
    p = CrossCorrelationParameters(max_lag_s=0.0, denominator="n")

    def spread(smooth: int) -> float:
        # At one lag only and without the rule about lag zero, z is a standard normal deviate.
        x = noise(3, 12, 60, smooth)
        value, _ = cc.largest(x, FS, max_lag_s=0.0)
        power = np.square(np.abs(np.fft.rfft(_unit(x), 256)))
        i, j = np.tril_indices(12, -1)
        variance = (power[i] * power[j] * np.r_[1, np.full(127, 2), 1]).sum(-1) / 256 / 128
        return float(np.median(np.arctanh(value) / np.sqrt(variance.T)))

    assert (cc.measure(noise(3, 2, 5), FS, parameters=p) == 0).all()
    assert abs(spread(1) - 0.6745) < 0.05
    assert abs(spread(9) - 0.6745) < 0.08


def _unit(x: np.ndarray) -> np.ndarray:
    e = x.reshape(len(x), -1, 128).astype(float)
    e -= e.mean(-1, keepdims=True)
    return e / np.sqrt(np.square(e).sum(-1, keepdims=True))


def test_delayed_sharing_in_slow_noise_stands_out_from_chance() -> None:
    rng = np.random.default_rng(11)
    n = 300 * 128
    f = np.fft.rfftfreq(n, 1 / FS)
    gain = np.where(f > 0.4, 1 / np.maximum(f, 1), 0)
    z = (rng.standard_normal((11, len(f))) + 1j * rng.standard_normal((11, len(f)))) * gain
    slow = np.fft.irfft(z, n)
    x = slow[:10].copy()
    for k in range(5):
        x[k] += np.roll(slow[10], 4 * k)  # half of the power, 31 ms later in each
    made = network(cc.measure(x.astype(np.float32), FS), cc.surrogates(x.astype(np.float32), FS))
    i, j = np.tril_indices(10, -1)
    shared = (i < 5) & (j < 5)
    assert made.strength[shared].mean() > 0.12
    assert abs(made.strength[~shared].mean() - 0.05) < 0.02
    assert made.stability > 0.3


def test_surrogates_of_coupled_channels_look_uncoupled() -> None:
    source = noise(5, 1, 301, 9)[0]
    x = np.stack([source[6 : 6 + 300 * 128], source[: 300 * 128], noise(6, 1, 300, 9)[0]])
    coupled = np.median(cc.measure(x, FS), axis=0)
    chance = np.median(cc.surrogates(x, FS), axis=0)
    assert coupled[0] > 2 * chance[0]
    np.testing.assert_allclose(chance[0], chance[1], rtol=0.25)
    np.testing.assert_allclose(coupled[1:], chance[1:], rtol=0.25)


def test_surrogates_do_not_depend_on_how_the_recording_is_cut() -> None:
    x = noise(7, 3, 120, 5)
    whole = cc.surrogates(x, FS, first_cell=10)
    later = cc.surrogates(x[:, 60 * 128 :], FS, first_cell=12)
    np.testing.assert_allclose(whole[12:], later, rtol=1e-5)
    assert whole.shape == (24, 3)
    a, b = cc.shuffled(50, 30, 0)
    assert (a != b).all()
    assert (a // 30 == b // 30).all()


def test_flat_and_missing_epochs_are_not_measured() -> None:
    x = noise(8, 3, 4)
    x[0, :128] = 1234.5
    x[1, 130] = np.nan
    for made in (cc.measure(x, FS), cc.largest(x, FS)[0], cc.measure_reference(x, FS), cc.largest_reference(x, FS)[0]):
        np.testing.assert_array_equal(
            np.isnan(made), [[True, True, False], [True, False, True], [False] * 3, [False] * 3]
        )
    assert np.isnan(cc.measure(np.zeros((2, 256), np.float32), FS)).all()
    assert cc.measure(noise(9, 1, 3), FS).shape == (3, 0)
    assert cc.measure(noise(9, 3, 0.5), FS).shape == (0, 3)


def test_lags_that_do_not_fit_are_refused() -> None:
    x = noise(10, 2, 2)
    with pytest.raises(UsageError, match="half an epoch"):
        cc.measure(x, FS, parameters=CrossCorrelationParameters(max_lag_s=0.6, denominator="n-2l"))
    with pytest.raises(UsageError, match="do not fit"):
        cc.largest(x, FS, max_lag_s=1.0)
    with pytest.raises(UsageError, match="denominator"):
        cc.measure(x, FS, parameters=CrossCorrelationParameters(max_lag_s=None, denominator="n-l"))
    with pytest.raises(UsageError, match="fewer than two"):
        cc.surrogates(x, FS, parameters=CrossCorrelationParameters(cell_s=1.0))
