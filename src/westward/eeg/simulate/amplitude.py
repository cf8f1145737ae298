"""Size of background waves per second and derivation: the amplitude truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

FloatArray = NDArray[np.float32]


def swings(bipolar: FloatArray, sfreq_hz: float, skip_s: int) -> FloatArray:
    """Largest adjacent extremum-to-extremum swing of every second, 0.5-30 Hz.

    Parameters
    ----------
    bipolar : float32 array, shape (n_derivations, n_samples)
        Whole seconds of planted background without spikes and artifacts, with ``skip_s`` of context on each side.
    sfreq_hz : float
        Sampling rate.
    skip_s : int
        Seconds at either end that are context only.

    Returns
    -------
    float32 array, shape (n_derivations, n_seconds)
        Microvolts peak to peak. A swing belongs to the second of its middle.
    """
    rows, n = bipolar.shape
    f = np.fft.rfftfreq(n, 1 / sfreq_hz)
    safe = np.maximum(f, 1e-6)
    response = 1 / (1 + (0.5 / safe) ** 4) / (1 + (safe / 30) ** 4)
    x = fft.irfft(fft.rfft(bipolar, axis=-1) * response.astype(np.float32), n, axis=-1)
    rising = np.diff(x, axis=-1) > 0
    row, at = np.nonzero(rising[:, 1:] != rising[:, :-1])
    at = at + 1
    value = x[row, at]
    same = row[1:] == row[:-1]
    size = np.abs(np.diff(value))[same]
    second = (((at[1:] + at[:-1])[same]) / (2 * sfreq_hz)).astype(np.int64)
    n_seconds = int(np.ceil(n / sfreq_hz))
    out = np.zeros(rows * n_seconds, np.float32)
    np.maximum.at(out, row[1:][same] * n_seconds + second, size.astype(np.float32))
    return out.reshape(rows, n_seconds)[:, skip_s : n_seconds - skip_s]
