"""The forms by NumPy and SciPy alone equal their references, whether or not kernels were compiled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.windows import windows

from westward.eeg.signal import (
    correlograms,
    dfa,
    entropy,
    epoch_spectra,
    filters,
    kernels,
    phase_lag,
    side_by_side,
    spectrum,
    time_domain,
)


@given(windows(n_samples=200))
@settings(max_examples=25, deadline=None)
def test_exponents(x: np.ndarray) -> None:
    sizes = dfa.window_sizes(200)
    np.testing.assert_allclose(dfa.exponents_plain(x, sizes), dfa.exponents_reference(x, sizes), rtol=1e-4, atol=1e-5)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(40, 150), rows=st.integers(1, 5), offset=st.sampled_from([0, 300]))
@settings(max_examples=15, deadline=None)
def test_fluctuations(seed: int, n: int, rows: int, offset: float) -> None:
    x = np.random.default_rng(seed).standard_normal((rows, n)) + offset
    sizes = dfa.window_sizes(n, largest=0.5)
    got = side_by_side.fluctuations(x.astype(np.float32), sizes)
    np.testing.assert_allclose(got, dfa.fluctuations_reference(x.astype(np.float32), sizes), rtol=1e-6)


@given(windows())
@settings(max_examples=40, deadline=None)
def test_time_domain(x: np.ndarray) -> None:
    np.testing.assert_allclose(time_domain.measures_plain(x), time_domain.measures_reference(x), rtol=2e-5, atol=1e-6)


@given(windows())
@settings(max_examples=25, deadline=None)
def test_permutation_entropy(x: np.ndarray) -> None:
    np.testing.assert_allclose(entropy.permutation_plain(x), entropy.permutation_reference(x), rtol=1e-5, atol=1e-6)


@given(windows(n_samples=300), st.sampled_from([(100, 50), (128, 64), (75, 30), (100, 100), (299, 150)]))
@settings(max_examples=40, deadline=None)
def test_welch(x: np.ndarray, cut: tuple[int, int]) -> None:
    got, expected = spectrum.density_plain(x, *cut, 100.0), spectrum.density_reference(x, *cut, 100.0)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    size = np.nan_to_num(np.nanmax(np.where(np.isfinite(x), x, 0) ** 2, axis=-1, keepdims=True)) * cut[0] / 100.0
    assert (np.nan_to_num(np.abs(got - expected)) <= 1e-4 * np.nan_to_num(expected) + 1e-10 * size).all()


@pytest.mark.parametrize("n_channels", [1, 2, 5, 6])
@pytest.mark.parametrize(("n", "reach"), [(40, 39), (41, 40), (64, 9), (30, 0)])
def test_correlograms(n_channels: int, n: int, reach: int) -> None:
    rng = np.random.default_rng(n_channels + n)
    x = rng.standard_normal((n_channels, 7, n)).astype(np.float32)
    x[0, 2] = 5.0
    unit, usable = correlograms.unit_length(x)
    assert (~usable).sum() == 1
    other = unit[:, ::-1]
    weights = rng.uniform(0.5, 2, reach + 1).astype(np.float32)
    first, second = np.tril_indices(n_channels, -1)
    for b, weight in ((unit, None), (other, weights)):
        value, lag = correlograms.peaks(unit, b, weight, reach)
        assert value.shape == lag.shape == (7, len(first))
        w = np.ones(2 * reach + 1) if weight is None else np.concatenate([weight[:0:-1], weight])
        for pair, epoch in np.ndindex(len(first), 7):
            c = np.correlate(b[second[pair], epoch].astype(float), unit[first[pair], epoch].astype(float), "full")
            c = np.abs(c[n - 1 - reach : n + reach]) * w
            np.testing.assert_allclose(value[epoch, pair], c.max(), atol=2e-6)
            np.testing.assert_allclose(c[lag[epoch, pair] + reach], c.max(), atol=4e-6)


@given(windows(longest=200))
@settings(max_examples=40, deadline=None)
def test_transforms(x: np.ndarray) -> None:
    n = x.shape[-1]
    got, good = epoch_spectra._transforms_plain(x, slice(1, n // 2 + 1))
    np.testing.assert_array_equal(good, np.isfinite(x).all(-1) & (np.ptp(x, axis=-1) > 0))
    assert not got[~good].any()
    clean = np.where(good[..., None], x, 0).astype(np.float64)
    expected = np.fft.rfft((clean - clean.mean(-1, keepdims=True)) * np.hanning(n))[..., 1:]
    scale = np.abs(expected).max(-1, keepdims=True) + np.abs(clean.mean(-1, keepdims=True)) * 0.1
    assert (np.abs(got - expected) <= 2e-6 * scale).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([1, 30, 127, 128, 300]), st.integers(1, 20))
@settings(max_examples=30, deadline=None)
def test_sums_of_imaginary_parts(seed: int, n_channels: int, n_epochs: int, n_bins: int) -> None:
    rng = np.random.default_rng(seed)
    z = (rng.standard_normal((2, n_channels, n_epochs, n_bins)) + 1e-3).astype(np.float32)
    z[:, :, rng.integers(0, n_epochs)] = 0
    got = phase_lag._imaginary_plain((z[0] + 1j * z[1]).astype(np.complex64))
    i, j = np.tril_indices(n_channels, -1)
    real, imag = z.astype(np.float64)
    im = imag[i] * real[j] - real[i] * imag[j]
    np.testing.assert_allclose(got[1], im.sum(1), atol=1e-5 * n_epochs)
    np.testing.assert_allclose(got[2], np.abs(im).sum(1), rtol=1e-5, atol=1e-5)
    clear = (np.abs(im) > 1e-5) | (im == 0)
    unclear = (~clear).sum(1)
    assert (np.abs(got[0] - np.sign(im).sum(1)) <= 2 * unclear).all()


@pytest.mark.parametrize("n_rows", [0, 1, 2, 5])
@pytest.mark.parametrize("pad", [0, 7, 299])
def test_zero_phase_has_the_bits_of_scipy(n_rows: int, pad: int) -> None:
    x = np.cumsum(np.random.default_rng(pad).standard_normal((n_rows, 300)), axis=-1).astype(np.float32)
    sos = filters.butterworth(0.5, 30.0, 128.0, 4)
    np.testing.assert_array_equal(filters._zero_phase_rows(x, sos, pad), kernels.sosfiltfilt_reference(x, sos, pad))
