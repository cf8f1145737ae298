"""Low-pass and thinning in one step: a linear-phase FIR evaluated only where a sample is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import fir

FloatArray = NDArray[np.float32]

_TRANSITION_HZ = 12.0


@dataclass(frozen=True, eq=False)
class Decimated:
    """A low-passed signal: sample i lies at the time of input sample ``i * factor``."""

    data: FloatArray
    sfreq_hz: float
    factor: int


@lru_cache(maxsize=16)
def kernel(sfreq_hz: float, high_hz: float) -> FloatArray:
    """Symmetric Hamming-windowed sinc of odd length: gain 1 at 0 Hz, one half at ``high_hz``.

    The transition from pass to stop is 12 Hz wide; an edge that leaves no room for it below half the rate gives the
    kernel ``[1]`` (nothing to remove).
    """
    if high_hz + _TRANSITION_HZ / 2 >= sfreq_hz / 2:
        return np.ones(1, np.float32)
    half = int(np.ceil(3.3 * sfreq_hz / _TRANSITION_HZ / 2))
    t = np.arange(-half, half + 1)
    h = np.sinc(2 * high_hz / sfreq_hz * t) * np.hamming(len(t))
    return np.asarray(h / h.sum(), np.float32)


def decimated(x: FloatArray, sfreq_hz: float, *, high_hz: float) -> Decimated:
    """Low-pass rows and keep every k-th sample, k the largest that leaves at least 100 Hz.

    Parameters
    ----------
    x : float32 array, shape (n_rows, n_samples)
        Finite. The ends are continued by their edge values.
    high_hz : float
        Edge of the pass band (half amplitude).
    """
    factor = max(1, int(sfreq_hz // 100))
    h = kernel(sfreq_hz, high_hz)
    if factor == 1 and len(h) == 1:
        return Decimated(x, sfreq_hz, 1)
    n_out = -(-x.shape[1] // factor)
    return Decimated(fir.evaluate(x, h, 1, factor, n_out), sfreq_hz / factor, factor)
