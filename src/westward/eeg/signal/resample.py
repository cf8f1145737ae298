"""Another sampling rate: band-limited, aligned to the first sample, a constant stays a constant."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import fir

FloatArray = NDArray[np.float32]

_HALF_LENGTH = 24
_CUTOFF = 0.89
_BETA = 8.0
_MAX_DRIFT = 0.25
_PHASES = 512
_CHUNK = 2048


def resample(x: FloatArray, rate_hz: float, to_hz: float, n_out: int | None = None) -> FloatArray:
    """Rows at another rate (polyphase FIR, zero delay).

    Half amplitude at 0.89 of half the lower of both rates, flat (to 0.1 %) below 0.78 of it, and 80 dB down above it,
    where anything left would fold back. A constant stays a constant: the offset of an electrode, thousands of times
    the EEG, leaves no ripple.

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
        Sample m lies ``m / to_hz`` after the first input sample, wherever the piece was cut from its record (within a
        quarter of an input sample where the rates have no small common factor). Equal rates may return ``x`` itself.
    """
    n = x.shape[-1]
    rows = x.reshape(math.prod(x.shape[:-1]), n)
    by = Fraction(to_hz / rate_hz).limit_denominator(1000)
    drift = abs(rate_hz / to_hz * by.numerator / by.denominator - 1) * n
    wanted = math.ceil(n * to_hz / rate_hz - 1e-6) if n_out is None else n_out
    if not n:
        y = np.zeros((len(rows), wanted), np.float32)
    elif drift > _MAX_DRIFT:
        y = _between(rows, rate_hz / to_hz, wanted)
    elif by == 1:
        y = np.pad(rows[:, :wanted], [(0, 0), (0, max(0, wanted - n))], mode="edge") if wanted != n else rows
    else:
        up, down = by.numerator, by.denominator
        y = fir.evaluate(rows, taps(up, down), up, down, wanted)
    return np.ascontiguousarray(y.reshape(*x.shape[:-1], wanted), np.float32)


def _shape(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kaiser-windowed sinc; ``t`` in periods of the slower rate from its middle."""
    inside = np.clip(1 - np.square(t / _HALF_LENGTH), 0, None)
    return np.where(np.abs(t) <= _HALF_LENGTH, np.sinc(_CUTOFF * t) * np.i0(_BETA * np.sqrt(inside)), 0.0)


@lru_cache(maxsize=16)
def taps(up: int, down: int) -> FloatArray:
    """The low-pass at ``up`` times the input rate, odd length; each of its ``up`` phases has gain 1 at 0 Hz."""
    slower = max(up, down)
    half = _HALF_LENGTH * slower
    h = _shape(np.arange(-half, half + 1) / slower)
    for phase in range(up):
        h[phase::up] /= h[phase::up].sum()
    out = np.asarray(h, np.float32)
    out.flags.writeable = False
    return out


def _between(x: FloatArray, step: float, n_out: int) -> FloatArray:
    """For odd rates: each output by the nearest of 512 phases; ``step`` input samples per output. Slow."""
    place = np.arange(n_out) * step
    first = place.astype(np.intp)
    phase = np.rint((place - first) * _PHASES).astype(np.intp)
    slower = max(1.0, step)
    reach = math.ceil(_HALF_LENGTH * slower) + 1
    h = _shape((np.arange(-reach, reach + 1) - np.arange(_PHASES + 1)[:, None] / _PHASES) / slower)
    h = np.asarray(h / h.sum(axis=1, keepdims=True), np.float32)
    beyond = max(0, int(first[-1]) - x.shape[1] + 1) if n_out else 0
    padded = np.pad(x, [(0, 0), (reach, reach + beyond)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=-1)
    y = np.empty((len(x), n_out), np.float32)
    for at in range(0, n_out, _CHUNK):
        some = slice(at, at + _CHUNK)
        y[:, some] = np.einsum("rmk,mk->rm", windows[:, first[some]], h[phase[some]])
    return y


def resample_reference(x: FloatArray, up: int, down: int, n_out: int) -> FloatArray:
    """The plain form by SciPy's polyphase filter, several times slower; ``x`` has shape (n_rows, n_samples)."""
    from scipy import signal

    h = taps(up, down)
    half = len(h) // 2
    lead = -(-half // up)
    tail = max(lead, -(-(n_out * down + half) // up) - x.shape[-1] + 1)
    padded = np.pad(x, [(0, 0), (lead, tail)], mode="edge")
    # Zeros in front of the taps shift the grid so that it falls on the first sample.
    delay = half + lead * up
    ahead = -delay % down
    y = signal.upfirdn(np.concatenate([np.zeros(ahead, np.float32), h]), padded, up, down, axis=-1)
    first = (delay + ahead) // down
    return np.asarray(y[:, first : first + n_out], np.float32)
