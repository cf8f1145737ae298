"""Another rate: amplitudes stay, nothing folds back, nothing shifts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.signal.resample import resample, resample_reference, taps

RATES = (100.0, 128.0, 200.0, 250.0, 256.0, 400.0, 499.9, 500.0, 511.8, 512.0, 1000.0, 1024.0, 2000.0, 2048.0)
PAIRS = [(a, 256.0) for a in RATES if a != 256.0] + [(256.0, 100.0), (250.0, 200.0)]


def sine(hz: float, start_s: float, rate: float, n: int) -> np.ndarray:
    return np.sin(2 * np.pi * hz * (start_s + np.arange(n) / rate)).astype(np.float32)


@pytest.mark.parametrize(("rate", "to"), PAIRS)
def test_sines_keep_amplitude_and_phase(rate: float, to: float) -> None:
    n = round(8 * rate)
    for share in (0.02, 0.3, 0.7, 0.78):
        hz = share * min(rate, to) / 2
        y = resample(sine(hz, 0, rate, n)[None], rate, to)[0]
        inner = slice(len(y) // 4, -len(y) // 4)
        shift = 2 * np.pi * hz * 0.25 / rate if rate % 1 else 0.0
        np.testing.assert_allclose(y[inner], sine(hz, 0, to, len(y))[inner], atol=0.0015 + shift)


@pytest.mark.parametrize(("rate", "to"), [(a, b) for a, b in PAIRS if a > b])
def test_what_would_fold_back_is_80_db_down(rate: float, to: float) -> None:
    n = round(8 * rate)
    for hz in np.linspace(1.01 * to / 2, rate / 2, 7):
        y = resample(sine(hz, 0.1, rate, n)[None], rate, to)[0]
        assert np.abs(y[len(y) // 4 : -len(y) // 4]).max() < 2e-4


@given(st.sampled_from(PAIRS), st.integers(1, 4000), st.floats(0.5, 30))
def test_alignment_does_not_depend_on_where_a_piece_starts(pair: tuple[float, float], first: int, hz: float) -> None:
    rate, to = pair
    n = round(2 * rate)
    y = resample(sine(hz, first / rate, rate, n)[None], rate, to)[0]
    inner = slice(round(0.6 * to), -round(0.6 * to))
    np.testing.assert_allclose(y[inner], sine(hz, first / rate, to, len(y))[inner], atol=0.0015)


@given(st.sampled_from([(500.0, 256.0), (512.0, 256.0), (1000.0, 256.0), (200.0, 256.0)]), st.integers(1, 5))
def test_a_piece_cut_on_the_common_grid_has_the_same_samples(pair: tuple[float, float], seconds: int) -> None:
    rate, to = pair
    x = np.random.default_rng(1).standard_normal((2, round(9 * rate))).astype(np.float32) * 100
    whole, piece = resample(x, rate, to), resample(x[:, round(seconds * rate) :], rate, to)
    edge = 100
    np.testing.assert_allclose(piece[:, edge:-edge], whole[:, round(seconds * to) :][:, edge:-edge], atol=2e-4)


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 400), st.integers(0, 700), st.integers(1, 3))
def test_it_equals_its_reference(up: int, down: int, n: int, n_out: int, rows: int) -> None:
    by = Fraction(up, down)
    x = (np.random.default_rng(n).standard_normal((rows, n)) * 50).astype(np.float32)
    y = resample(x, float(down), float(up), n_out)
    assert y.shape == (rows, n_out)
    if by == 1:
        np.testing.assert_array_equal(y[:, :n], x[:, :n_out])
        return
    expected = resample_reference(x, by.numerator, by.denominator, n_out)
    np.testing.assert_allclose(y, expected, atol=2e-4)


@given(st.sampled_from(PAIRS), st.floats(-3e5, 3e5))
def test_an_electrode_offset_stays_a_constant(pair: tuple[float, float], offset_uv: float) -> None:
    y = resample(np.full((1, 900), offset_uv, np.float32), *pair)
    # The rounding of float32 over the taps of the filter.
    np.testing.assert_allclose(y, offset_uv, rtol=4e-6, atol=1e-9)


def test_odd_rates_do_not_drift() -> None:
    for rate in (511.8, 499.9, 333.37, 500.001):
        n = round(280 * rate)
        y = resample(sine(10.0, 0, rate, n)[None], rate, 256.0)[0]
        late = slice(-3000, -1000)
        # A quarter of a sample, as the function says.
        np.testing.assert_allclose(
            y[late], sine(10.0, 0, 256.0, len(y))[late], atol=2 * np.pi * 10 * 0.25 / rate + 2e-3
        )


def test_lengths_shapes_and_the_trivial_case() -> None:
    x = np.random.default_rng(1).standard_normal((2, 3, 500)).astype(np.float32)
    assert resample(x, 500.0, 256.0).shape == (2, 3, 256)
    assert resample(x[0, 0], 500.0, 256.0, 300).shape == (300,)
    np.testing.assert_array_equal(resample(x, 256.0, 256.0), x)
    np.testing.assert_array_equal(resample(x, 256.0, 256.0, 400), x[..., :400])
    assert (resample(x, 256.0, 256.0, 502)[..., 500:] == x[..., 499:]).all()
    assert resample(x[..., :0], 500.0, 256.0).shape == (2, 3, 0)
    assert resample(x[:0], 500.0, 256.0).shape == (0, 3, 256)
    assert resample(x[..., :1], 500.0, 256.0).shape == (2, 3, 1)


def test_taps_are_symmetric_and_cannot_be_changed() -> None:
    h = taps(32, 125)
    assert len(h) % 2 == 1
    np.testing.assert_allclose(h, h[::-1], atol=1e-5)
    assert not h.flags.writeable
