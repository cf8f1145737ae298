"""The same filtered signals as SciPy and MNE give, on noise and on a real clip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal
from tests.support.peer_signals import SOURCES, rows

from westward.eeg.signal import filters

BANDS = ((0.5, 70.0), (1.0, None), (None, 30.0), (11.0, 16.0))
sources = pytest.mark.parametrize("source", SOURCES)


def design(low_hz: float | None, high_hz: float | None, fs: float, order: int = 2) -> np.ndarray:
    edges = [hz for hz in (low_hz, high_hz) if hz]
    kind = "bandpass" if len(edges) == 2 else "highpass" if low_hz else "lowpass"
    return signal.butter(order, edges if len(edges) == 2 else edges[0], kind, output="sos", fs=fs)


def close(got: np.ndarray, expected: np.ndarray, size: float) -> None:
    """Equal to float32's rounding of the signal and of the offset it sits on."""
    np.testing.assert_allclose(got, expected, rtol=2e-7, atol=1e-9 * size)


@sources
@pytest.mark.parametrize("band", BANDS, ids=str)
def test_scipy_filters_the_same_forward_and_backward(source: str, band: tuple[float | None, float | None]) -> None:
    x, fs = rows(source)
    sos = design(*band, fs)
    np.testing.assert_allclose(filters.butterworth(*band, fs), sos, rtol=1e-12, atol=1e-14)
    expected = signal.sosfiltfilt(sos, x.astype(np.float64), padlen=24 * (2 * len(sos) + 1))
    close(filters.bandpass(x, *band, fs), expected, np.abs(x).max())


@sources
@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_scipy_takes_the_same_mains_away(source: str, mains_hz: float) -> None:
    x, fs = rows(source)
    b, a = signal.iirnotch(mains_hz, 20.0, fs)
    expected = signal.filtfilt(b, a, x.astype(np.float64), padlen=72)
    close(filters.zero_phase(x, filters.notch(mains_hz, fs)), expected, np.abs(x).max())


@sources
@pytest.mark.parametrize("band", BANDS, ids=str)
def test_scipy_filters_the_same_forward_only(source: str, band: tuple[float | None, float | None]) -> None:
    x, fs = rows(source)
    sos = design(*band, fs)
    rest = signal.sosfilt_zi(sos)[:, None, :] * x[:, :1].astype(np.float64)
    expected, _ = signal.sosfilt(sos, x.astype(np.float64), zi=rest)
    state, parts = None, []
    for at in range(0, x.shape[1], 777):
        y, state = filters.causal(x[:, at : at + 777], filters.butterworth(*band, fs), state)
        parts.append(y)
    close(np.concatenate(parts, axis=1), expected, np.abs(x).max())


@sources
@pytest.mark.parametrize("band", BANDS, ids=str)
def test_mne_filters_the_same_away_from_the_ends(source: str, band: tuple[float | None, float | None]) -> None:
    mne = pytest.importorskip("mne")
    x, fs = rows(source)
    # A common offset only tests how each continues the ends.
    x = x - x.mean(axis=1, keepdims=True)
    for phase, ours in (
        ("zero", filters.bandpass(x, *band, fs)),
        ("forward", filters.causal(x, filters.butterworth(*band, fs))[0]),
    ):
        theirs = mne.filter.filter_data(
            x.astype(np.float64), fs, *band, method="iir", phase=phase, verbose="error",
            iir_params={"order": 2, "ftype": "butter", "output": "sos"},
        )  # fmt: skip
        inner = slice(filters.margin(filters.butterworth(*band, fs), 1e-7), -round(8 * fs))
        assert theirs[:, inner].shape[1] > 5 * fs
        np.testing.assert_allclose(ours[:, inner], theirs[:, inner], rtol=1e-6, atol=1e-5 * np.abs(x).max())
