"""The same resampled signals as SciPy and MNE give, on noise and on a real clip."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import signal
from tests.support.peer_signals import SOURCES, rows

from westward.eeg.signal import filters
from westward.eeg.signal.resample import resample, taps

RATES = (100.0, 128.0, 250.0, 500.0, 512.0)


def slow(source: str, below_hz: float) -> tuple[np.ndarray, float]:
    """Rows without anything that either rate could not carry: there all resamplers must agree."""
    x, fs = rows(source)
    low = filters.zero_phase(x - x.mean(axis=1, keepdims=True), filters.butterworth(0.5, below_hz, fs, 8))
    return low, fs


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("to", RATES)
def test_scipy_gives_the_same_with_the_same_taps(source: str, to: float) -> None:
    x, fs = rows(source)
    by = Fraction(to / fs).limit_denominator(1000)
    h = taps(by.numerator, by.denominator).astype(np.float64)
    theirs = signal.resample_poly(
        x.astype(np.float64), by.numerator, by.denominator, axis=-1, window=h / by.numerator, padtype="edge"
    )
    ours = resample(x, fs, to)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=2e-6 * np.abs(x).max())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("to", RATES)
def test_scipy_and_mne_agree_where_both_rates_carry_the_signal(source: str, to: float) -> None:
    mne = pytest.importorskip("mne")
    x, fs = slow(source, 25.0)
    by = Fraction(to / fs).limit_denominator(1000)
    ours = resample(x, fs, to)
    inner = slice(round(3 * to), -round(3 * to))
    size = float(np.abs(x).max())
    poly = signal.resample_poly(x.astype(np.float64), by.numerator, by.denominator, axis=-1)
    # Without padding: MNE may pad to a length that the ratio does not divide, and then drifts by parts of a sample.
    fourier = mne.filter.resample(
        x.astype(np.float64), up=by.numerator, down=by.denominator, npad=0, pad="edge", verbose="error"
    )
    # SciPy's own taps ripple by a thousandth.
    for theirs, tolerance in ((poly, 0.002), (fourier, 0.0005)):
        assert np.abs(ours[:, inner] - theirs[:, : ours.shape[1]][:, inner]).max() < tolerance * size
