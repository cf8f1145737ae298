"""Shannon, permutation, sample and multiscale entropy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.windows import broken, windows

from westward.core.errors import UsageError
from westward.eeg.signal import entropy, sample_entropy
from westward.eeg.signal.sample_entropy import SampleEntropyParameters

FS = 256.0
BAD = [[False, False], [True, True], [False, True], [True, False]]
QUICK = SampleEntropyParameters(fewest_samples=10)


@given(windows())
@settings(deadline=None)
def test_permutation_entropy_equals_its_reference(x: np.ndarray) -> None:
    np.testing.assert_allclose(entropy.permutation(x), entropy.permutation_reference(x), rtol=1e-5, atol=1e-6)


@given(windows(), st.sampled_from([(1000.0, 5.0), (200.0, 1.0), (50.0, 25.0)]))
@settings(deadline=None)
def test_shannon_entropy_equals_its_reference(x: np.ndarray, bins: tuple[float, float]) -> None:
    parameters = entropy.ShannonParameters(*bins)
    np.testing.assert_allclose(
        entropy.shannon_bits(x, parameters), entropy.shannon_bits_reference(x, parameters), rtol=1e-5, atol=1e-6
    )


@given(windows(longest=90), st.sampled_from([1, 2, 3]), st.sampled_from([0.15, 0.2, 1.0]))
@settings(deadline=None)
def test_sample_entropy_equals_its_reference(x: np.ndarray, order: int, tolerance_sd: float) -> None:
    parameters = SampleEntropyParameters(order=order, tolerance_sd=tolerance_sd, fewest_samples=10)
    np.testing.assert_array_equal(
        sample_entropy.scales(x[:1, :2], parameters, (1, 2, 5)),
        sample_entropy.scales_reference(x[:1, :2], parameters, (1, 2, 5)),
    )


def test_white_noise_uses_every_order_alike() -> None:
    x = np.random.default_rng(0).standard_normal((1, 2560 * 10)).astype(np.float32)
    assert entropy.permutation_entropy(x, sfreq_hz=FS).min() > 0.999


def test_a_ramp_uses_one_order() -> None:
    x = np.arange(2560, dtype=np.float32)[None]
    assert entropy.permutation_entropy(x, sfreq_hz=FS)[0, 0] == 0


@pytest.mark.parametrize("n_levels", [2, 4, 16])
def test_shannon_entropy_counts_equally_likely_levels(n_levels: int) -> None:
    x = ((np.arange(2560) % n_levels) * 10.0 - 60).astype(np.float32)[None]
    assert entropy.shannon_entropy(x, sfreq_hz=FS)[0, 0] == pytest.approx(np.log2(n_levels), abs=1e-4)


def test_shannon_entropy_of_gaussian_noise_follows_its_size() -> None:
    x = np.random.default_rng(0).standard_normal((1, 25600)).astype(np.float32)
    for sd in (20, 40, 80):
        expected = np.log2(sd / 5 * np.sqrt(2 * np.pi * np.e))
        got = entropy.shannon_entropy(x * sd, sfreq_hz=FS)
        assert got.mean() == pytest.approx(expected, abs=0.08)  # few samples a bin: a little less


def test_sample_entropy_of_white_noise_is_that_of_theory() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 2560 * 5)).astype(np.float32)
    # Independent samples: minus log of the chance that two differ by less than r.
    chance = np.mean(np.abs(rng.standard_normal(10**6) - rng.standard_normal(10**6)) < 0.15)
    assert sample_entropy.sample_entropy(x, sfreq_hz=FS).mean() == pytest.approx(-np.log(chance), abs=0.05)


def test_white_noise_loses_complexity_with_scale_and_pink_noise_keeps_it() -> None:
    rng = np.random.default_rng(3)
    n = 15360
    white = rng.standard_normal(n)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    pink = np.fft.irfft(spectrum)
    x = np.stack([white, pink]).astype(np.float32)
    got = sample_entropy.multiscale_entropy(x, sfreq_hz=FS, window_s=60.0)[:, 0]
    assert got[0, 0] > got[1, 0]
    assert (np.diff(got[0]) < 0.1).all()
    assert got[0, -1] < 0.6 * got[0, 0]
    assert got[1, -1] > 0.8 * got[1, 0]
    assert got[1, -1] > got[0, -1]


def test_scales_with_too_few_samples_are_not_assessed() -> None:
    x = np.random.default_rng(0).standard_normal((1, 512)).astype(np.float32)
    got = sample_entropy.multiscale_entropy(x, sfreq_hz=FS, window_s=2.0)[0, 0]
    assert np.isfinite(got[:5]).all()
    assert np.isnan(got[5:]).all()


def test_a_template_that_never_recurs_is_not_infinite() -> None:
    x = (2.0 ** np.arange(20)).astype(np.float32)[None, None]
    strict = SampleEntropyParameters(tolerance_sd=1e-9, fewest_samples=10)
    assert np.isnan(sample_entropy.scales(x, strict, (1,))).all()


def test_flat_and_broken_windows_are_not_measured_and_do_not_spread() -> None:
    x = broken(400)
    assert np.isnan(entropy.permutation_entropy(x, sfreq_hz=100.0, window_s=2.0)).tolist() == BAD
    assert np.isnan(entropy.shannon_entropy(x, sfreq_hz=100.0, window_s=2.0)).tolist() == BAD
    assert np.isnan(sample_entropy.sample_entropy(x, sfreq_hz=100.0, window_s=2.0)).tolist() == BAD


def test_what_a_window_gives_does_not_depend_on_its_neighbors() -> None:
    x = np.random.default_rng(2).standard_normal((2, 2560 * 130)).astype(np.float32) * 30
    for measure in (entropy.permutation_entropy, entropy.shannon_entropy):
        np.testing.assert_array_equal(measure(x[:, 2560 * 100 :], sfreq_hz=FS), measure(x, sfreq_hz=FS)[:, 100:])


def test_impossible_parameters_are_refused() -> None:
    with pytest.raises(UsageError):
        entropy.ShannonParameters(limit_uv=10, bin_uv=20)
    with pytest.raises(UsageError):
        SampleEntropyParameters(order=0)
