"""Butterworth and notch filters on float32 rows, zero-phase unless said otherwise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import kernels

FloatArray = NDArray[np.float32]


@lru_cache(maxsize=64)
def butterworth(low_hz: float | None, high_hz: float | None, sfreq_hz: float, order: int = 2) -> NDArray[np.float64]:
    """Second-order sections of a Butterworth band-, high- or low-pass.

    ``order`` is the order of each edge in one direction. An upper edge at or above 0.45 of the sampling
    rate is dropped (nothing to remove).
    """
    from scipy import signal

    nyquist = sfreq_hz / 2
    if high_hz is not None and high_hz >= 0.9 * nyquist:
        high_hz = None
    if low_hz and high_hz:
        sos = signal.butter(order, [low_hz / nyquist, high_hz / nyquist], "bandpass", output="sos")
    elif low_hz:
        sos = signal.butter(order, low_hz / nyquist, "highpass", output="sos")
    elif high_hz:
        sos = signal.butter(order, high_hz / nyquist, "lowpass", output="sos")
    else:
        sos = np.array([[1.0, 0, 0, 1, 0, 0]])
    return np.asarray(sos, np.float64)


@lru_cache(maxsize=16)
def notch(mains_hz: float, sfreq_hz: float, quality: float = 20.0) -> NDArray[np.float64]:
    """Second-order section that removes mains (and nothing if it lies above 0.45 of the rate)."""
    from scipy import signal

    if mains_hz >= 0.45 * sfreq_hz:
        return np.array([[1.0, 0, 0, 1, 0, 0]])
    b, a = signal.iirnotch(mains_hz, quality, sfreq_hz)
    return np.asarray(signal.tf2sos(b, a), np.float64)


def zero_phase(x: FloatArray, sos: NDArray[np.float64]) -> FloatArray:
    """Filter forward and backward along the last axis.

    Parameters
    ----------
    x : float32 array, shape (..., n_samples)
        Finite; a gap must have been cut before.
    sos : float64 array, shape (n_sections, 6)
        From :func:`butterworth` or :func:`notch`.
    """
    if x.shape[-1] < 2:
        return np.array(x, np.float32)
    pad = min(x.shape[-1] - 1, 3 * (2 * len(sos) + 1) * 8)
    return kernels.sosfiltfilt(x, sos, pad)


def bandpass(x: FloatArray, low_hz: float | None, high_hz: float | None, sfreq_hz: float) -> FloatArray:
    """Zero-phase Butterworth of order 2 each way (4 in effect), any edge may be None."""
    return zero_phase(x, butterworth(low_hz, high_hz, sfreq_hz))
