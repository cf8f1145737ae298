"""Each compiled measure equals its plain reference, at every level this processor has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.signal import (
    correlograms,
    dfa,
    entropy,
    kernels,
    phase_lag,
    sample_entropy,
    spectrum,
    time_domain,
)
from westward.eeg.signal.compiled import Compiled, transformable

LEVELS = [found for level in kernels.LEVELS if (found := kernels.load(level)) is not None]
pytestmark = pytest.mark.skipif(not LEVELS, reason="the compiled kernels were not built")
at_every_level = pytest.mark.parametrize("compiled", LEVELS, ids=lambda found: found.level)
FAULTS = ("none", "flat", "nan", "infinite", "offset")


@st.composite
def windows(draw: st.DrawFn, shortest: int = 16, longest: int = 400) -> np.ndarray:
    """EEG-like windows, one of them perhaps at fault; shape (n_channels, n_windows, n_samples)."""
    n_channels, n_windows = draw(st.integers(1, 4)), draw(st.integers(1, 21))
    n = draw(st.integers(shortest, longest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.standard_normal((n_channels, n_windows, n))
    if draw(st.booleans()):
        x = np.cumsum(x, axis=-1)
    if draw(st.booleans()):
        x = np.round(x, 1)  # as digitized: equal neighbors occur
    at = (draw(st.integers(0, n_channels - 1)), draw(st.integers(0, n_windows - 1)))
    fault = draw(st.sampled_from(FAULTS))
    if fault == "flat":
        x[at] = 7.3
    elif fault == "nan":
        x[(*at, n // 2)] = np.nan
    elif fault == "infinite":
        x[(*at, n - 1)] = np.inf
    elif fault == "offset":
        x[at] += 300
    return (20 * x).astype(np.float32)


@at_every_level
@settings(deadline=None, max_examples=60)
@given(x=windows())
def test_time_domain(compiled: Compiled, x: np.ndarray) -> None:
    before = x.copy()
    got = compiled.time_domain(x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(got, time_domain.measures_reference(x), rtol=1e-6)


@at_every_level
@settings(deadline=None, max_examples=60)
@given(x=windows())
def test_orders_of_neighbors(compiled: Compiled, x: np.ndarray) -> None:
    counts = compiled.order_counts(x)
    expected = entropy.permutation_reference(x)
    np.testing.assert_array_equal(counts.any(-1), np.isfinite(expected))
    assert set(np.unique(counts.sum(-1))) <= {0, x.shape[-1] - 2}
    share = counts / np.maximum(counts.sum(-1, keepdims=True), 1)
    bits = -(share * np.log2(np.where(share > 0, share, 1))).sum(-1) / np.log2(6)
    np.testing.assert_allclose(bits[counts.any(-1)], expected[counts.any(-1)], rtol=1e-6, atol=1e-6)


@at_every_level
@settings(max_examples=10, deadline=None)
@given(x=windows(shortest=40, longest=150), seed=st.integers(0, 1000))
def test_fluctuations(compiled: Compiled, x: np.ndarray, seed: int) -> None:
    x = np.where(np.isfinite(x), x, np.float32(3)) + np.random.default_rng(seed).normal(size=x.shape).astype(np.float32)
    sizes = dfa.window_sizes(x.shape[-1], largest=0.5)
    got = compiled.fluctuations(x, sizes)
    expected = np.sqrt([dfa.fluctuations_reference(channel, sizes) for channel in x])
    np.testing.assert_allclose(got, expected, rtol=1e-6)


@at_every_level
@settings(max_examples=20, deadline=None)
@given(x=windows(shortest=8, longest=120), tolerance=st.floats(0.05, 1))
def test_runs_that_recur(compiled: Compiled, x: np.ndarray, tolerance: float) -> None:
    radius = np.float32(20 * tolerance + 1e-3)
    x = x.astype(np.float32)
    got = compiled.alike(x, np.full(x.shape[:2], radius))
    for index in list(np.ndindex(x.shape[:2]))[:6]:
        with np.errstate(invalid="ignore"):
            longer, shorter = sample_entropy.matches_reference(x[index].astype(np.float64), 2, float(radius))
        # A difference that is the tolerance to within the rounding of float32 may fall either way.
        assert abs(got[index][0] - shorter) <= 2 + 1e-3 * shorter
        assert abs(got[index][1] - longer) <= 2 + 1e-3 * longer


@at_every_level
@settings(deadline=None, max_examples=60)
@given(x=windows(shortest=40), quarters=st.integers(1, 3), hop=st.integers(3, 40))
def test_welch(compiled: Compiled, x: np.ndarray, quarters: int, hop: int) -> None:
    length = x.shape[-1] * quarters // 4
    while not transformable(length):
        length -= 1
    expected = spectrum.density_reference(x, length, hop, 256.0)
    got = compiled.power(x, hop, *spectrum._taper_and_scale(x.shape[-1], length, hop, 256.0))
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    # Float32: exact relative to the largest bin, not to bins seven orders below it.
    good = np.isfinite(expected[..., 0])
    assert (np.abs(got - expected)[good] <= 3e-6 * expected[good].max(-1, keepdims=True) + 1e-6).all()


@at_every_level
@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 20), n=st.integers(3, 90), fraction=st.floats(0.01, 1),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
)  # fmt: skip
def test_shares(compiled: Compiled, seed: int, rows: int, n: int, fraction: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    density = (scale * rng.lognormal(0, 3, (2, rows, n))).astype(np.float32)
    density[0, 0] = 0
    density[1, 0, n // 2] = np.nan
    first = int(rng.integers(0, n - 1))
    last = int(rng.integers(first + 1, n + 1))
    total, edge, nats = compiled.shares(density, first, last, fraction=fraction, entropy=True)
    assert edge is not None
    assert nats is not None
    p = density[..., first:last].astype(np.float64)
    np.testing.assert_allclose(total, p.sum(-1), rtol=1e-12)
    known = total > 0
    np.testing.assert_array_equal(edge >= 0, known)
    np.testing.assert_array_equal(np.isfinite(nats), known)
    running = np.cumsum(p[known], -1)
    at = np.take_along_axis(running, edge[known][:, None].astype(np.intp), -1)[:, 0]
    assert (at >= fraction * total[known] * (1 - 1e-12)).all()
    before = np.where(edge[known] > 0, at - p[known][np.arange(known.sum()), edge[known]], 0)
    assert (before <= fraction * total[known] * (1 + 1e-12)).all()
    share = p[known] / p[known].sum(-1, keepdims=True)
    np.testing.assert_allclose(
        nats[known], -(share * np.log(np.where(share > 0, share, 1))).sum(-1), rtol=1e-5, atol=1e-6
    )


@at_every_level
@settings(max_examples=40, deadline=None)
@given(x=windows(shortest=16, longest=90), reach=st.floats(0, 1), seed=st.integers(0, 99))
def test_largest_correlation(compiled: Compiled, x: np.ndarray, reach: float, seed: int) -> None:
    n = x.shape[-1]
    weights = np.random.default_rng(seed).uniform(0.5, 2, 1 + int(reach * (n - 1))).astype(np.float32)
    other = x[:, ::-1] if seed % 2 else x
    value, lag, spread = compiled.correlate(x, other, weights, spread=True)
    assert spread is not None
    a, ok_a = correlograms.unit_length(x)
    b, ok_b = correlograms.unit_length(other)
    first, second = np.tril_indices(len(x), -1)
    for pair, (i, j) in enumerate(zip(first, second, strict=True)):
        for epoch in range(x.shape[1]):
            if not (ok_a[i, epoch] and ok_b[j, epoch]):
                assert np.isnan(value[epoch, pair])
                assert lag[epoch, pair] == 0
                continue
            u, v = a[i, epoch].astype(np.float64), b[j, epoch].astype(np.float64)
            every = np.correlate(v, u, "full")  # lags -(n-1) ... n-1: sum u[t] v[t + lag]
            inside = np.abs(every[n - len(weights) : n + len(weights) - 1])
            weighted = inside * np.concatenate([weights[:0:-1], weights])
            np.testing.assert_allclose(value[epoch, pair], weighted.max(), rtol=2e-6, atol=2e-6)
            np.testing.assert_allclose(weighted[lag[epoch, pair] + len(weights) - 1], weighted.max(), atol=4e-6)
            own = (np.correlate(u, u, "full") * np.correlate(v, v, "full")).sum()
            np.testing.assert_allclose(spread[epoch, pair], own, rtol=1e-4, atol=1e-5)


@at_every_level
def test_largest_correlation_at_every_size_of_transform(compiled: Compiled) -> None:
    rng = np.random.default_rng(4)
    for n in (*range(4, 70), 75, 81, 90, 96, 128, 150, 160, 200, 250, 256, 320, 375, 384, 400, 512):
        x = rng.standard_normal((3, 2, n)).astype(np.float32)
        unit = x - x.mean(-1, keepdims=True, dtype=np.float64)
        unit /= np.linalg.norm(unit, axis=-1, keepdims=True)
        for reach in {n - 1, n // 2, n // 5}:
            value, lag, _ = compiled.correlate(x, x, np.full(reach + 1, 0.5, np.float32))
            for pair, (i, j) in enumerate(((1, 0), (2, 0), (2, 1))):
                for epoch in range(2):
                    every = np.correlate(unit[j, epoch], unit[i, epoch], "full")
                    inside = 0.5 * np.abs(every[n - 1 - reach : n + reach])
                    assert value[epoch, pair] == pytest.approx(inside.max(), abs=1e-6)
                    assert inside[lag[epoch, pair] + reach] == pytest.approx(inside.max(), abs=1e-6)


@at_every_level
@settings(deadline=None, max_examples=60)
@given(x=windows(shortest=20, longest=200))
def test_transforms(compiled: Compiled, x: np.ndarray) -> None:
    n = x.shape[-1]
    while not transformable(n):
        n -= 1
    x = x[..., :n]
    got, good = compiled.transforms(x, np.hanning(n).astype(np.float32), 1, n // 2 + 1)
    clean = np.where(good[..., None], x, 0).astype(np.float64)
    expected = np.fft.rfft((clean - clean.mean(-1, keepdims=True)) * np.hanning(n))[..., 1:]
    assert good.sum() >= good.size - 1
    assert not got[~good].any()
    scale = np.abs(expected).max(-1, keepdims=True) + np.abs(clean.mean(-1, keepdims=True)) * 0.1
    assert (np.abs(got - expected) <= 2e-6 * scale).all()


@at_every_level
@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1), n_channels=st.integers(1, 6), n_epochs=st.integers(1, 33), n_bins=st.integers(1, 40)
)
def test_phase_lag(compiled: Compiled, seed: int, n_channels: int, n_epochs: int, n_bins: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (n_channels, n_epochs, n_bins)
    z = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    z[:, rng.integers(0, n_epochs)] = 0
    if n_channels > 2:
        z[2] = 2 * z[0]
    got = compiled.phase_lag(z)
    expected = phase_lag._imaginary_plain(z)
    np.testing.assert_array_equal(got[0], expected[0])
    np.testing.assert_allclose(got[1:], expected[1:], rtol=1e-5, atol=1e-4)
    if n_channels > 2:
        assert not got[:, 1].any()  # a scaled copy has no lag


@at_every_level
def test_views_and_copies_give_the_same(compiled: Compiled) -> None:
    x = np.random.default_rng(3).standard_normal((4, 3000)).astype(np.float32)
    view = x[::2, :2560].reshape(2, 10, 256)
    assert (compiled.time_domain(view) == compiled.time_domain(np.ascontiguousarray(view))).all()
    thinned = x[:, ::2][:, :1280].reshape(4, 5, 256)
    assert (compiled.order_counts(thinned) == compiled.order_counts(np.ascontiguousarray(thinned))).all()


@at_every_level
def test_nothing_in_nothing_out(compiled: Compiled) -> None:
    for shape in ((0, 5, 64), (3, 0, 64)):
        x = np.zeros(shape, np.float32)
        assert compiled.time_domain(x).shape == (*shape[:2], 6)
        assert compiled.correlate(x, x, np.ones(64, np.float32))[0].shape[0] == shape[1]


@at_every_level
def test_what_does_not_fit_is_refused(compiled: Compiled) -> None:
    module, x = compiled.module, np.zeros((2, 3, 64), np.float32)
    with pytest.raises(ValueError, match="time_domain"):
        module.time_domain(x, np.zeros((2, 3, 5), np.float32))
    with pytest.raises(ValueError, match="float32"):
        module.order_counts(x.astype(np.float64), np.zeros((2, 3, 6), np.int32))
    with pytest.raises(ValueError, match="sizes"):
        compiled.fluctuations(x, np.array([4, 65]))
    with pytest.raises(ValueError, match="power"):
        compiled.power(x, 8, np.ones(63, np.float32), np.ones(32, np.float32))
    with pytest.raises(ValueError, match="transforms"):
        compiled.transforms(x, np.ones(64, np.float32), 10, 40)
    with pytest.raises(ValueError, match="correlate"):
        compiled.correlate(x, x[:, :2], np.ones(64, np.float32))
    with pytest.raises(ValueError, match="shares"):
        compiled.shares(x, 3, 65)
