"""Envelopes of bands, step by step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import envelope
from westward.eeg.signal.spectrum import BANDS_HZ

FS = 256.0


def noise(n_channels: int, seconds: float, fs: float = FS, seed: int = 0) -> np.ndarray:
    x = np.random.default_rng(seed).standard_normal((n_channels, int(fs * seconds)))
    return (np.cumsum(x, axis=-1) * 0.3 + 20 * x).astype(np.float32)


@given(st.integers(0, 10**6), st.floats(3.0, 12.0), st.sampled_from([128.0, 256.0]), st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_fast_form_equals_the_reference(seed: int, seconds: float, fs: float, gap: bool) -> None:
    x = noise(2, seconds, fs, seed)
    if gap:
        x[1, int(fs) : int(fs) + 3] = np.nan
    got = envelope.band_envelopes(x, sfreq_hz=fs)
    expected = envelope.band_envelopes_reference(x, sfreq_hz=fs)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * np.abs(x[np.isfinite(x)]).max())


@pytest.mark.parametrize("fs", [200.0, 250.0, 256.0])
@pytest.mark.parametrize("hz, band", [(2.0, "delta"), (6.0, "theta"), (10.0, "alpha"), (20.0, "beta")])
def test_a_sine_has_its_amplitude_in_its_band(fs: float, hz: float, band: str) -> None:
    x = (40 * np.sin(2 * np.pi * hz * np.arange(int(30 * fs)) / fs)).astype(np.float32)[None]
    got = envelope.band_envelopes(x, sfreq_hz=fs)[:, 0, 24:-24]
    for i, name in enumerate(BANDS_HZ):
        if name == band:
            np.testing.assert_allclose(got[i], 40, rtol=0.03)
        else:
            assert got[i].max() < 0.8


def test_a_slow_modulation_is_followed() -> None:
    t = np.arange(int(60 * FS)) / FS
    size = 30 * (1 + 0.5 * np.sin(2 * np.pi * 0.2 * t))
    got = envelope.band_envelopes((size * np.sin(2 * np.pi * 10 * t)).astype(np.float32)[None], sfreq_hz=FS)
    expected = size.reshape(-1, 32).mean(-1)
    np.testing.assert_allclose(got[2, 0, 24:-24], expected[24:-24], rtol=0.04)


def test_what_a_step_gives_does_not_depend_on_where_the_record_was_cut() -> None:
    x = noise(2, 600)
    whole = envelope.band_envelopes(x, sfreq_hz=FS)
    for start_s, stop_s in ((100, 380), (237, 402)):
        part = envelope.band_envelopes(x[:, int(start_s * FS) : int(stop_s * FS)], sfreq_hz=FS)
        inner = slice(16 * 8, -16 * 8)
        np.testing.assert_allclose(
            part[:, :, inner], whole[:, :, start_s * 8 : stop_s * 8][:, :, inner], rtol=1e-3, atol=2e-3
        )


def test_a_gap_reaches_as_far_as_the_filter_and_a_flat_channel_is_not_measured() -> None:
    x = noise(3, 30)
    x[1, int(10 * FS)] = np.nan
    x[2] = 7.0
    got = envelope.band_envelopes(x, sfreq_hz=FS)
    assert np.isfinite(got[:, 0]).all()
    assert np.isnan(got[:, 2]).all()
    for band, (low, _) in enumerate(BANDS_HZ.values()):
        gone = np.flatnonzero(np.isnan(got[band, 1]))
        reach = int(np.ceil(envelope.filter_s(low) / 2 / envelope.STEP_S))
        assert (gone[0], gone[-1]) == (80 - reach, 80 + reach)
    np.testing.assert_allclose(got[:, 1, :60], envelope.band_envelopes(x[1:2], sfreq_hz=FS)[:, 0, :60])


def test_a_band_above_half_the_rate_is_refused_and_an_empty_piece_is_empty() -> None:
    with pytest.raises(UsageError):
        envelope.band_envelopes(noise(1, 10, 50.0), sfreq_hz=50.0)
    assert envelope.band_envelopes(np.zeros((2, 5), np.float32), sfreq_hz=FS).shape == (4, 2, 0)
