"""The published detector: filter and events equal to the plain steps, planted ripples found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from westward.core.errors import UsageError
from westward.eeg.signal import short_time_energy as ste
from westward.eeg.signal.short_time_energy import EnergyParameters

# A gentler filter of the same kind, so that random cases run in milliseconds.
GENTLE = EnergyParameters(transition_hz=20.0, stop_db=60.0, epoch_s=1.5)


def background(seed: int, channels: int, seconds: float, fs: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = round(seconds * fs)
    slow = np.cumsum(rng.standard_normal((channels, n)), axis=1) * 0.5
    return (slow + rng.standard_normal((channels, n)) * 2).astype(np.float32)


def add_ripple(x: np.ndarray, at: int, fs: float, hz: float = 150.0, uv: float = 15.0) -> None:
    t = np.arange(-round(0.04 * fs), round(0.04 * fs) + 1) / fs
    x[at - len(t) // 2 : at + len(t) // 2 + 1] += uv * np.exp(-((t / 0.014) ** 2)) * np.sin(2 * np.pi * hz * t)


def test_the_parameters_are_the_published_ones() -> None:
    p = EnergyParameters()
    assert (p.low_hz, p.high_hz, p.pass_db, p.stop_db, p.transition_hz) == (80, 500, 0.5, 93, 0.5)
    assert (p.rms_s, p.epoch_s, p.energy_sd, p.min_duration_s, p.min_gap_s) == (0.003, 600, 5, 0.006, 0.010)
    assert (p.peak_sd, p.min_peaks) == (3, 6)
    assert ste.edges(2000.0) == (80, 500)
    assert ste.window(2000.0) == 7
    assert ste.window(1000.0) == 3


def test_the_filter_is_scipys_chebyshev_band_pass() -> None:
    fs = 2000.0
    order, natural = signal.cheb2ord([80, 500], [79.5, 500.5], 0.5, 93, fs=fs)
    expected = signal.cheby2(order, 93, natural, "bandpass", output="sos", fs=fs)
    hz = np.array([40.0, 79.4, 80.0, 81.0, 150.0, 300.0, 499.0, 500.0, 500.6, 700.0])
    _, a = signal.sosfreqz(np.array(ste.sections(fs)), hz, fs=fs)
    _, b = signal.sosfreqz(expected, hz, fs=fs)
    np.testing.assert_allclose(np.abs(a), np.abs(b), rtol=1e-6, atol=1e-9)
    db = 20 * np.log10(np.abs(a))
    assert (db[[2, 7]] >= -0.51).all()
    assert (db[[0, 1, 8, 9]] <= -92.9).all()


@pytest.mark.parametrize("fs", [512.0, 2000.0])
def test_the_fast_filter_equals_scipys_to_the_last_sample(fs: float) -> None:
    x = background(1, 1, 12, fs)[0]
    x[-5:] += 200  # what happens at the end of a record is part of the method
    slow = ste.bandpass_reference(x, fs)
    np.testing.assert_allclose(ste.bandpass(x, fs), slow, atol=2e-4 * slow.std())
    assert ste.bandpass(x[:0], fs).shape == (0,)
    np.testing.assert_allclose(ste.bandpass(x[:3], fs), ste.bandpass_reference(x[:3], fs), atol=1e-6)


@settings(max_examples=12)
@given(seed=st.integers(0, 2**31), fs=st.sampled_from([600.0, 1000.0]), n_ripples=st.integers(0, 8))
def test_the_fast_events_equal_the_plain_ones(seed: int, fs: float, n_ripples: int) -> None:
    x = background(seed, 2, 4.2, fs)
    for at in np.random.default_rng(seed).integers(100, x.shape[1] - 100, n_ripples):
        add_ripple(x[at % 2], int(at), fs, hz=110.0 + int(at) % 60)
    made = ste.detect(x, fs, parameters=GENTLE)
    assert _rows(made) == ste.detect_reference(x, fs, parameters=GENTLE)


def test_the_published_filter_finds_the_same_events_too() -> None:
    fs = 2000.0
    x = background(2, 1, 20, fs)
    for at in range(3000, 38000, 4000):
        add_ripple(x[0], at, fs)
    made = ste.detect(x, fs)
    assert _rows(made) == ste.detect_reference(x, fs)
    assert len(made) >= 8


def _rows(runs: ste.Runs) -> list[tuple[int, int, int]]:
    return [(int(c), int(a), int(b)) for c, a, b in zip(runs.channel, runs.start, runs.stop, strict=True)]


def test_planted_ripples_are_found_with_their_time_frequency_and_size() -> None:
    fs = 1000.0
    x = background(3, 2, 60, fs)
    at = np.arange(2000, 58000, 3700)
    for k in at:
        add_ripple(x[1], int(k), fs, hz=150.0, uv=20.0)
    made = ste.detect(x, fs)
    assert (made.channel == 1).sum() == len(at)
    middle = (made.start + made.stop)[made.channel == 1] / 2
    assert np.abs(middle - at).max() < 0.01 * fs
    np.testing.assert_allclose(made.frequency_hz[made.channel == 1], 150, atol=12)
    np.testing.assert_allclose(np.median(made.amplitude_uv[made.channel == 1]), 40, rtol=0.2)
    assert (made.channel == 0).sum() <= 2


def test_short_bursts_and_few_cycles_do_not_count() -> None:
    fs = 2000.0
    x = background(4, 1, 20, fs)
    x[0, 20000] += 400  # one sharp step rings, but not for six peaks above the threshold of 80-500 Hz
    made = ste.detect(x, fs)
    assert len(made) <= 1


def test_artifact_seconds_hold_no_events_and_do_not_raise_the_threshold() -> None:
    fs = 1000.0
    x = background(5, 1, 60, fs)
    for k in range(2500, 58000, 4000):
        add_ripple(x[0], k, fs, uv=20.0)
    x[0, 20000:30000] += np.random.default_rng(6).standard_normal(10000).astype(np.float32) * 60
    usable = np.ones((1, 60), bool)
    usable[0, 19:31] = False
    assert len(ste.detect(x, fs)) < 5
    made = ste.detect(x, fs, usable=usable)
    second = made.start // 1000
    assert usable[0, second].all()
    assert len(made) >= 10
    assert len(ste.detect(x, fs, usable=np.zeros((1, 60), bool))) == 0


def test_flat_and_missing_epochs_hold_nothing() -> None:
    x = background(7, 3, 3, 600.0)
    x[0] = 4
    x[1, 10] = np.nan
    x[2, 900:] = 0
    made = ste.detect(x, 600.0, parameters=GENTLE)
    assert set(made.channel) <= {1, 2}
    np.testing.assert_array_equal(
        ste.assessable(x, 600.0, parameters=GENTLE), [[False, False], [False, True], [True, False]]
    )
    assert len(ste.detect(x[:, :0], 600.0)) == 0


def test_a_rate_without_a_band_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be measured"):
        ste.edges(160.0)
