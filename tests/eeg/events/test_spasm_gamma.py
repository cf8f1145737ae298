"""Gamma before a spasm: equal to its reference, a planted lead comes back, nothing rises in noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.events import spasm_gamma
from westward.eeg.events.spasm_gamma import SpasmGammaParameters

FS = 200.0


def record(seed: int, channels: int, seconds: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = round(seconds * FS)
    slow = np.cumsum(rng.standard_normal((channels, n)), axis=1)
    return (slow - slow.mean(axis=1, keepdims=True) + 2 * rng.standard_normal((channels, n))).astype(np.float32)


def add_spasm(x: np.ndarray, wave: int, leads_s: list[float], uv: float = 12.0) -> None:
    """A large slow wave at a sample, and 50 Hz for 0.4 s that starts so long before it in each channel."""
    t = np.arange(x.shape[1]) / FS - wave / FS
    x -= (200 * np.exp(-((t / 0.25) ** 2))).astype(np.float32)
    for c, lead in enumerate(leads_s):
        x[c] += (uv * np.sin(2 * np.pi * 50 * t) * ((t >= -lead) & (t < -lead + 0.4))).astype(np.float32)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), lead=st.floats(-0.3, 1.0), uv=st.floats(0, 20))
def test_the_fast_form_equals_the_reference(seed: int, lead: float, uv: float) -> None:
    x = record(seed, 2, 16)
    add_spasm(x, 1900, [lead, 0.0], uv)
    wave = np.array([1300, 1900, 3150, 100])
    fast, slow = (f(x, FS, wave) for f in (spasm_gamma.measure, spasm_gamma.measure_reference))
    np.testing.assert_allclose(fast.peak_sd, slow.peak_sd, rtol=1e-3, atol=1e-3)
    # A score within rounding of an edge may fall on either side of it.
    assert np.isclose(fast.lead_s, slow.lead_s, atol=0.006, equal_nan=True).sum() >= 7
    assert np.isnan(fast.peak_sd[3]).all()


@pytest.mark.parametrize("lead", [0.8, 0.3, -0.1])
def test_a_planted_lead_and_its_first_channel_come_back(lead: float) -> None:
    x = record(1, 3, 120)
    wave = np.arange(2000, 22000, 2000)
    for at in wave:
        add_spasm(x, int(at), [lead - 0.1, lead, lead - 0.15])
    made = spasm_gamma.measure(x, FS, wave)
    # The rise starts half the smoother early and is seen a little later in noise.
    np.testing.assert_allclose(np.nanmedian(made.lead_s, axis=0), [lead - 0.1, lead, lead - 0.15], atol=0.04)
    assert (made.first_channel() == 1).mean() >= 0.9
    assert made.peak_sd.min() > 4


def test_a_slow_wave_alone_is_no_gamma() -> None:
    x = record(2, 10, 120)
    wave = np.arange(2000, 22000, 2000)
    for at in wave:
        add_spasm(x, int(at), [])
    made = spasm_gamma.measure(x, FS, wave)
    assert np.isfinite(made.peak_sd).all()
    assert np.isfinite(made.lead_s).mean() < 0.05


def test_flat_and_missing_channels_are_not_assessable() -> None:
    x = record(3, 3, 20)
    x[0] = 5
    x[1, 1500] = np.nan
    made = spasm_gamma.measure(x, FS, np.array([2000]))
    np.testing.assert_array_equal(np.isnan(made.peak_sd), [[True, True, False]])
    nothing = spasm_gamma.measure(x[:2], FS, np.array([2000]))
    assert nothing.first_channel().tolist() == [-1]
    assert spasm_gamma.measure(x[:0], FS, np.array([2000])).first_channel().tolist() == [-1]
    assert spasm_gamma.measure(x, FS, np.zeros(0, np.intp)).lead_s.shape == (0, 3)


def test_what_cannot_be_measured_is_refused() -> None:
    assert "needs 167" in spasm_gamma.refusal(128.0)
    with pytest.raises(UsageError, match="not assessable"):
        spasm_gamma.measure(record(4, 1, 20), 128.0, np.array([2000]))
    p = SpasmGammaParameters(baseline_s=(-3.0, 0.0))
    with pytest.raises(UsageError, match="must end before"):
        spasm_gamma.measure(record(4, 1, 20), FS, np.array([2000]), parameters=p)
