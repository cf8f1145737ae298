"""Another sampling rate: band-limited, aligned to the first sample, a constant stays a constant."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import fir

FloatArray = NDArray[np.float32]

_HALF_LENGTH = 24
_CUTOFF = 0.89
_BETA = 8.0


@lru_cache(maxsize=16)
def taps(up: int, down: int) -> FloatArray:
    """Kaiser-windowed sinc at ``up`` times the input rate, odd length.

    Half amplitude at 0.89 of half the lower of both rates, flat (to 0.1 %) below 0.78 of it, and 80 dB down above it,
    where anything left would fold back. Each of the ``up`` phases has gain 1 at 0 Hz, so that the offset of an
    electrode, thousands of times the EEG, leaves no ripple.
    """
    slower = max(up, down)
    half = _HALF_LENGTH * slower
    t = np.arange(-half, half + 1) / slower
    h = np.sinc(_CUTOFF * t) * np.kaiser(2 * half + 1, _BETA)
    for phase in range(up):
        h[phase::up] /= h[phase::up].sum()
    out = np.asarray(h, np.float32)
    out.flags.writeable = False
    return out


def ratio(rate_hz: float, to_hz: float) -> Fraction:
    """The rates' quotient as a fraction of small numbers; off by 5e-7 of a sample per sample at most."""
    return Fraction(to_hz / rate_hz).limit_denominator(1000)


def resample(x: FloatArray, rate_hz: float, to_hz: float, n_out: int | None = None) -> FloatArray:
    """Rows at another rate (polyphase FIR, zero delay).

    Parameters
    ----------
    x : float32 array, shape (..., n_samples)
        Finite, at ``rate_hz``. The ends are continued by their edge values.
    to_hz : float
        Rate wanted.
    n_out : int, optional
        Samples wanted; default all that lie within the input.

    Returns
    -------
    float32 array, shape (..., n_out)
        Sample m lies ``m / to_hz`` after the first input sample, wherever the piece was cut from its record.
    """
    rows, n = x.reshape(-1, x.shape[-1]), x.shape[-1]
    by = ratio(rate_hz, to_hz)
    up, down = by.numerator, by.denominator
    wanted = -(-n * up // down) if n_out is None else n_out
    if not n:
        y = np.zeros((len(rows), wanted), np.float32)
    elif by == 1:
        y = np.pad(rows[:, :wanted], [(0, 0), (0, max(0, wanted - n))], mode="edge") if wanted != n else rows
    else:
        y = fir.evaluate(rows, taps(up, down), up, down, wanted)
    return np.ascontiguousarray(y.reshape(*x.shape[:-1], wanted), np.float32)


def resample_reference(x: FloatArray, up: int, down: int, n_out: int) -> FloatArray:
    """The same by SciPy's polyphase filter, several times slower; ``x`` has shape (n_rows, n_samples)."""
    from scipy import signal

    h = taps(up, down)
    half = len(h) // 2
    lead = -(-half // up)
    n = x.shape[-1]
    tail = max(lead, -(-(n_out * down + half) // up) - n + 1)
    padded = np.pad(x, [(0, 0), (lead, tail)], mode="edge")
    # Zeros in front shift the grid so that it falls on the first sample.
    delay = half + lead * up
    ahead = -delay % down
    y = signal.upfirdn(np.concatenate([np.zeros(ahead, np.float32), h]), padded, up, down, axis=-1)
    first = (delay + ahead) // down
    return np.asarray(y[:, first : first + n_out], np.float32)
