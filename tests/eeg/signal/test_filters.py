"""Filters: gain, symmetry, and independence of where a signal is cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.block import MARGIN_S
from westward.eeg.signal import filters
from westward.eeg.stream import conditioning

RATES = (100.0, 128.0, 199.9, 200.0, 256.0, 300.0)
seeds = st.integers(0, 2**32 - 1)
sections = st.sampled_from(
    [
        filters.butterworth(0.5, 70.0, 256.0),
        filters.butterworth(None, 30.0, 256.0),
        filters.butterworth(1.0, None, 100.0, 3),
        filters.butterworth(None, None, 256.0),
        filters.notch(50.0, 256.0),
        conditioning(256.0),
        conditioning(100.0),
    ]
)


def noise(n_rows: int, n: int, seed: int) -> np.ndarray:
    """Rows as an amplifier gives them: a random walk of tens of µV on an offset of millivolts."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n)) * 20 + np.cumsum(rng.standard_normal((n_rows, n)), axis=1)
    return (x + rng.uniform(-5000, 5000, (n_rows, 1))).astype(np.float32)


def gain(sos: np.ndarray, hz: float, fs: float) -> float:
    t = np.arange(round(20 * fs)) / fs
    y = filters.zero_phase(np.sin(2 * np.pi * hz * t)[None].astype(np.float32), sos)[0]
    return float(np.sqrt(2) * y[round(5 * fs) : -round(5 * fs)].std())


@pytest.mark.parametrize("fs", [200.0, 256.0])
def test_edges_pass_half_forward_and_backward(fs: float) -> None:
    band = filters.butterworth(1.0, 30.0, fs)
    assert gain(band, 1.0, fs) == pytest.approx(0.5, abs=0.02)
    assert gain(band, 30.0, fs) == pytest.approx(0.5, abs=0.02)
    assert gain(band, 6.0, fs) == pytest.approx(1.0, abs=0.01)
    assert gain(band, 0.2, fs) < 0.01
    assert gain(band, 80.0, fs) < 0.02


@pytest.mark.parametrize(
    ("mains_hz", "fs"), [(50.0, 256.0), (60.0, 256.0), (50.0, 128.0), (60.0, 128.0), (60.0, 200.0)]
)
def test_a_notch_takes_mains_and_leaves_the_neighborhood(mains_hz: float, fs: float) -> None:
    sos = filters.notch(mains_hz, fs)
    assert gain(sos, mains_hz, fs) < 0.01
    assert gain(sos, 40.0, fs) > 0.97
    assert gain(sos, 2.0, fs) == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize(("mains_hz", "fs"), [(50.0, 100.0), (60.0, 100.0), (60.0, 120.0), (60.0, 122.0)])
def test_a_notch_that_does_not_fit_changes_nothing(mains_hz: float, fs: float) -> None:
    x = noise(2, 300, 1)
    np.testing.assert_array_equal(filters.zero_phase(x, filters.notch(mains_hz, fs)), x)


def test_an_upper_edge_near_half_the_rate_is_dropped() -> None:
    np.testing.assert_array_equal(filters.butterworth(0.5, 46.0, 100.0), filters.butterworth(0.5, None, 100.0))
    x = noise(2, 300, 1)
    np.testing.assert_array_equal(filters.bandpass(x, None, 46.0, 100.0), x)


@given(sections, seeds)
def test_zero_phase_has_no_direction(sos: np.ndarray, seed: int) -> None:
    x = noise(2, 6000, seed)
    forward, backward = filters.zero_phase(x, sos), filters.zero_phase(x[:, ::-1], sos)[:, ::-1]
    middle = slice(2500, 3500)
    np.testing.assert_allclose(forward[:, middle], backward[:, middle], atol=2e-3)


@given(sections, seeds, st.integers(300, 9000))
@settings(max_examples=40)
def test_blocks_give_the_same_whatever_their_size(sos: np.ndarray, seed: int, block: int) -> None:
    x = noise(2, 8000, seed)
    whole = filters.zero_phase(x, sos)
    pieces = list(filters.zero_phase_blocks(x, sos, block=block))
    assert [first for first, _ in pieces] == list(range(0, 8000, block))
    # The stated tolerance: 1e-6 of the size of the signal, and the rounding of float32.
    np.testing.assert_allclose(
        np.concatenate([y for _, y in pieces], axis=1), whole, rtol=2e-7, atol=2e-6 * np.abs(x).max()
    )


@given(st.sampled_from([(0.5, 70.0, 256.0), (None, 20.0, 256.0), (2.0, None, 100.0)]), seeds, st.integers(0, 3999))
def test_nothing_beyond_the_margin_matters(band: tuple[float | None, float | None, float], seed: int, at: int) -> None:
    sos = filters.butterworth(*band)
    x = noise(1, 4000, seed)
    changed = x.copy()
    changed[:, at:] += 3000
    reach = filters.margin(sos, 1e-6)
    before = slice(0, max(0, at - reach))
    a, b = filters.zero_phase(x, sos), filters.zero_phase(changed, sos)
    np.testing.assert_allclose(a[:, before], b[:, before], rtol=2e-7, atol=1e-6 * 2 * np.abs(changed).max())


def test_the_margin_is_the_least_that_serves() -> None:
    sos = filters.butterworth(0.5, None, 100.0)
    assert filters.margin(sos, 1e-2) < filters.margin(sos, 1e-4) < filters.margin(sos, 1e-8)
    assert filters.margin(filters.butterworth(None, None, 100.0)) == 1
    impulse = np.zeros((1, 4001), np.float32)
    impulse[0, 2000] = 1e6
    response = np.abs(filters.zero_phase(impulse, sos)[0, 2000:]) / 1e6
    for tolerance in (1e-1, 1e-3):
        reach = filters.margin(sos, tolerance)
        assert 2 * response[reach:].sum() < tolerance * 1.01
        assert 2 * response[reach - 1 :].sum() > tolerance * 0.99


@pytest.mark.parametrize("rate", RATES)
def test_the_margin_of_the_blocks_is_ample(rate: float) -> None:
    assert 2 * filters.margin(conditioning(rate), 1e-6) / rate < MARGIN_S


@given(sections, seeds, st.lists(st.integers(0, 700), max_size=6))
def test_a_causal_filter_does_not_see_where_the_stream_is_cut(sos: np.ndarray, seed: int, cuts: list[int]) -> None:
    x = noise(3, 700, seed)
    whole, last = filters.causal(x, sos)
    state, parts = None, []
    edges = [0, *sorted(cuts), 700]
    for a, b in pairwise(edges):
        y, state = filters.causal(x[:, a:b], sos, state)
        parts.append(y)
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)
    assert state is not None
    assert last is not None
    np.testing.assert_array_equal(state, last)


@given(sections, seeds, st.integers(0, 400))
def test_a_causal_filter_does_not_look_ahead(sos: np.ndarray, seed: int, at: int) -> None:
    x = noise(2, 400, seed)
    changed = x.copy()
    changed[:, at:] = 0
    np.testing.assert_array_equal(filters.causal(x, sos)[0][:, :at], filters.causal(changed, sos)[0][:, :at])


def test_a_causal_filter_starts_at_rest() -> None:
    x = np.full((2, 500), 12345, np.float32)
    np.testing.assert_allclose(filters.causal(x, filters.butterworth(0.5, 70.0, 256.0))[0], 0, atol=1e-3)
    np.testing.assert_allclose(filters.causal(x, filters.butterworth(None, 70.0, 256.0))[0], 12345, rtol=1e-6)
    one_row, state = filters.causal(x[0], filters.butterworth(None, 70.0, 256.0))
    assert one_row.shape == (500,)
    assert state is not None
    assert filters.causal(x[0, :0], filters.butterworth(None, 70.0, 256.0), state)[1] is state


def test_short_signals_pass() -> None:
    sos = conditioning(256.0)
    for n in (0, 1):
        np.testing.assert_array_equal(filters.zero_phase(np.ones((2, n), np.float32), sos), np.ones((2, n)))
    assert filters.zero_phase(np.ones((2, 2), np.float32), sos).shape == (2, 2)
    assert list(filters.zero_phase_blocks(np.ones((2, 0), np.float32), sos, block=5)) == []


def test_designs_are_shared_and_cannot_be_changed() -> None:
    sos = filters.butterworth(0.5, 70.0, 256.0)
    with pytest.raises(ValueError, match="read-only"):
        sos[0, 0] = 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: filters.butterworth(0.0, 70.0, 256.0), "0.0 Hz; give a positive one"),
        (lambda: filters.butterworth(70.0, 0.5, 256.0), "from 70.0 to 0.5 Hz"),
        (lambda: filters.butterworth(60.0, None, 100.0), "leaves nothing"),
        (lambda: filters.butterworth(0.5, 70.0, 256.0, 0), "order 0"),
        (lambda: filters.notch(-50.0, 256.0), "-50.0 Hz"),
        (lambda: filters.margin(np.array([[1.0, 0, 0, 1, -2, 1]])), "unstable"),
        (lambda: next(filters.zero_phase_blocks(np.ones((1, 9)), conditioning(256.0), block=0)), "0 samples"),
    ],
)
def test_what_makes_no_sense_is_said(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()  # type: ignore[operator]
