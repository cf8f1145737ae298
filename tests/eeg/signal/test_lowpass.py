"""Low-pass and thinning."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.signal.lowpass import decimated, kernel


@pytest.mark.parametrize("rate", [100.0, 128.0, 200.0, 256.0, 300.0])
def test_it_equals_plain_convolution(rate: float) -> None:
    x = np.random.default_rng(1).standard_normal((3, 1000)).astype(np.float32)
    out = decimated(x, rate, high_hz=30.0)
    h = kernel(rate, 30.0)
    half = len(h) // 2
    padded = np.pad(x, ((0, 0), (half, half)), mode="edge")
    plain = np.stack([np.convolve(row, h, "valid") for row in padded])[:, :: out.factor]
    assert out.sfreq_hz == pytest.approx(rate / out.factor)
    assert out.sfreq_hz >= 100
    np.testing.assert_allclose(out.data, plain, atol=1e-5)


def test_it_keeps_what_lies_below_the_edge_and_stops_what_lies_above() -> None:
    t = np.arange(2560) / 256
    for hz, gain in ((1, 1.0), (15, 1.0), (23, 1.0), (30, 0.5), (38, 0.0), (60, 0.0)):
        out = decimated(np.sin(2 * np.pi * hz * t)[None].astype(np.float32), 256.0, high_hz=30.0).data[0, 50:-50]
        assert np.sqrt(2) * out.std() == pytest.approx(gain, abs=0.02)


def test_an_edge_above_what_the_rate_allows_changes_nothing() -> None:
    x = np.random.default_rng(1).standard_normal((2, 300)).astype(np.float32)
    np.testing.assert_array_equal(decimated(x, 100.0, high_hz=48.0).data, x)
