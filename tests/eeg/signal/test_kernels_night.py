"""Each compiled kernel of the detectors equals its plain form, at every level this processor has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.events import spike, spike_shape, waves
from westward.eeg.signal import cells, dfa, entropy, kernels, order
from westward.eeg.signal.compiled import Compiled

LEVELS = [found for level in kernels.LEVELS if (found := kernels.load(level)) is not None]
pytestmark = pytest.mark.skipif(not LEVELS, reason="the compiled kernels were not built")
at_every_level = pytest.mark.parametrize("compiled", LEVELS, ids=lambda found: found.level)
FAULTS = (7.0, np.nan, np.inf, -np.inf)
seeds = st.integers(0, 2**32 - 1)


def windows(seed: int, n: int, fault: float, *, uv: float = 20.0) -> np.ndarray:
    """Shape (3, 21, n); one window constant or with a sample of its own."""
    rng = np.random.default_rng(seed)
    x = (uv * rng.standard_normal((3, 21, n))).astype(np.float32)
    x[1, 4, :: 1 if fault == FAULTS[0] else n] = fault
    return x


@at_every_level
@settings(deadline=None, max_examples=40)
@given(seed=seeds, n=st.integers(1, 70), fault=st.sampled_from(FAULTS), every=st.integers(1, 3))
def test_extremes(compiled: Compiled, seed: int, n: int, fault: float, every: int) -> None:
    x = windows(seed, n, fault)[:, ::every]
    low, high = compiled.extremes(x)
    np.testing.assert_array_equal(low, x.min(axis=-1))
    np.testing.assert_array_equal(high, x.max(axis=-1))


@pytest.mark.parametrize("shape", [(4, 7), (2, 3, 5), (2, 3, 4, 6)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_of_any_shape(shape: tuple[int, ...], dtype: type) -> None:
    x = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    low, high = order.extremes(x)
    assert low.dtype == high.dtype == dtype
    np.testing.assert_array_equal(low, x.min(axis=-1))
    np.testing.assert_array_equal(high, x.max(axis=-1))


@at_every_level
@settings(deadline=None, max_examples=40)
@given(seed=seeds, n=st.integers(4, 600), fault=st.sampled_from(FAULTS), uv=st.sampled_from([2.0, 50.0, 4000.0]))
def test_histogram(compiled: Compiled, seed: int, n: int, fault: float, uv: float) -> None:
    x = windows(seed, n, fault, uv=uv)
    x[2] = np.round(x[2] / 5) * 5  # on the edges of bins
    p = entropy.ShannonParameters()
    good = cells.measurable(x)
    counts = compiled.histogram(x, p.limit_uv, p.bin_uv, p.n_bins)
    assert (counts[~good] == 0).all()
    for at in zip(*np.nonzero(good), strict=True):
        np.testing.assert_array_equal(counts[at], np.bincount(entropy._bins(x[at], p), minlength=p.n_bins))


def test_shannon_entropy_of_both_forms() -> None:
    x = windows(3, 400, np.nan)
    p = entropy.ShannonParameters()
    np.testing.assert_array_equal(entropy.shannon_bits(x, p), entropy.shannon_plain(x, p))


@at_every_level
@settings(deadline=None, max_examples=20)
@given(seed=seeds, n=st.integers(400, 2500), uv=st.floats(1e-3, 1e3))
def test_boxes_about_their_line(compiled: Compiled, seed: int, n: int, uv: float) -> None:
    rng = np.random.default_rng(seed)
    rows = uv * np.abs(1 + rng.standard_normal((3, n)))
    rows[1] = 0
    sizes = dfa.log_sizes(n, 0.125)
    n_starts = 1 + (n - int(sizes[-1])) // 8
    got = compiled.detrended(rows, 0.125, sizes, 8, n_starts)
    expected = dfa.detrended_plain(rows, 0.125, sizes, 8, n_starts)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9 * expected[0].max())
        assert (a[1] == 0).all()


@at_every_level
def test_boxes_beyond_the_end_are_refused(compiled: Compiled) -> None:
    with pytest.raises(ValueError, match="beyond the end"):
        compiled.detrended(np.zeros((1, 20)), 1.0, np.array([4, 8]), 1, 14)


@at_every_level
@settings(deadline=None, max_examples=40)
@given(seed=seeds, n=st.integers(0, 300), spread=st.integers(1, 3000))
def test_rivals(compiled: Compiled, seed: int, n: int, spread: int) -> None:
    rng = np.random.default_rng(seed)
    near = rng.random((19, 19)) < 0.2
    arguments = (
        np.sort(rng.integers(0, spread, n)), rng.integers(0, 19, n), rng.random(n) < 0.5,
        np.round(9 * rng.random(n)).astype(np.float32), near | near.T,
    )  # fmt: skip
    reach = {"together": 5, "refractory": 15}
    np.testing.assert_array_equal(compiled.rivals(*arguments, **reach), spike.beaten(*arguments, **reach))


@at_every_level
def test_a_row_that_is_not_there_is_refused(compiled: Compiled) -> None:
    one = np.zeros(1, np.intp)
    with pytest.raises(ValueError, match="not there"):
        compiled.rivals(one, one + 2, one > 0, np.ones(1, np.float32), np.ones((2, 2), bool), together=1, refractory=1)


@at_every_level
@settings(deadline=None, max_examples=60)
@given(seed=seeds, n=st.integers(1, 130), fault=st.sampled_from(FAULTS), coarse=st.booleans())
def test_medians(compiled: Compiled, seed: int, n: int, fault: float, coarse: bool) -> None:
    x = windows(seed, n, fault)
    if coarse:
        x = np.round(x / 20)
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(compiled.medians(x), np.median(x, axis=-1))


@at_every_level
@settings(deadline=None, max_examples=30)
@given(seed=seeds, n=st.integers(1, 90), half=st.integers(1, 20))
def test_second_differences(compiled: Compiled, seed: int, n: int, half: int) -> None:
    x = windows(seed, n, FAULTS[0])[0]
    np.testing.assert_array_equal(compiled.bends(x[None], half)[0], spike_shape.sharpness_plain(x, half))


@at_every_level
@settings(deadline=None, max_examples=40)
@given(seed=seeds, n=st.integers(3, 700), stretches=st.integers(1, 6), coarse=st.booleans())
def test_crests(compiled: Compiled, seed: int, n: int, stretches: int, coarse: bool) -> None:
    rng = np.random.default_rng(seed)
    x = windows(seed, n, FAULTS[0])[0]
    if coarse:
        x = np.round(x / 20)  # neighbors of equal size
    limit = (40 * rng.random((len(x), stretches))).astype(np.float32)
    edges = np.sort(rng.integers(0, n + 1, stretches))
    first, last = np.sort(rng.integers(1, n, 2))
    got = compiled.crests(x, limit, edges, int(first), int(last))
    for a, b in zip(got, spike.crests_plain(x, limit, edges, int(first), int(last)), strict=True):
        np.testing.assert_array_equal(a, b)


@at_every_level
def test_crests_at_an_end_are_refused(compiled: Compiled) -> None:
    x, limit = np.zeros((1, 9), np.float32), np.ones((1, 1), np.float32)
    with pytest.raises(ValueError, match="neighbor"):
        compiled.crests(x, limit, np.array([9]), 0, 8)
    with pytest.raises(ValueError, match="neighbor"):
        compiled.crests(x, limit, np.array([9]), 1, 9)


@at_every_level
@settings(deadline=None, max_examples=40)
@given(seed=seeds, n=st.integers(1, 400), step=st.floats(0.5, 60), coarse=st.booleans())
def test_zigzags(compiled: Compiled, seed: int, n: int, step: float, coarse: bool) -> None:
    rng = np.random.default_rng(seed)
    value = (20 * np.cumsum(rng.standard_normal(n))).astype(np.float32)
    if coarse:
        value = np.round(value / 10) * 10  # legs of equal size
    end = rng.random(n) < 0.05
    trace = waves._Zigzag(np.arange(n, dtype=np.int32), value, end, np.ones(max(n - 1, 0), np.bool_))
    at, left, ends, index = compiled.leveled(trace.at, trace.value, trace.end, step)
    plain = trace.leveled_plain(step)
    np.testing.assert_array_equal(at, plain.at)
    np.testing.assert_array_equal(left, plain.value)
    np.testing.assert_array_equal(ends, plain.end)
    np.testing.assert_array_equal(np.diff(index) > 1, plain.new)
    np.testing.assert_array_equal(trace.at, np.arange(n))
