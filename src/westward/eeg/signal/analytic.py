"""Band-limited analytic signals: amplitude and phase of one band, at as few samples as are wanted.

A linear-phase FIR of stated length, so that a value depends on nothing farther away than :func:`reach_s` and a
recording may be cut anywhere; evaluated through one Fourier transform and thinned there.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError

FloatArray = NDArray[np.float32]
ComplexArray = NDArray[np.complex64]


@lru_cache(maxsize=32)
def taps(
    low_hz: float, high_hz: float, sfreq_hz: float, transition_hz: float, attenuation_db: float
) -> NDArray[np.complex128]:
    """Complex band-pass: a Kaiser-windowed low-pass moved to the middle of the band, gain 2 (one-sided).

    Parameters
    ----------
    low_hz, high_hz : float
        Edges of the band, -6 dB.
    transition_hz : float
        From pass to stop, half of it on either side of an edge.
    attenuation_db : float
        Of the stop band, above 50.

    Returns
    -------
    complex128 array of odd length
        Read-only; the middle tap belongs to the moment itself.
    """
    if not 0 < low_hz < high_hz < sfreq_hz / 2:
        raise UsageError(f"a band from {low_hz!r} to {high_hz!r} Hz does not fit {sfreq_hz!r} samples per second")
    if not transition_hz > 0 or not attenuation_db > 50:
        raise UsageError(f"a transition of {transition_hz!r} Hz and {attenuation_db!r} dB; give > 0 Hz and > 50 dB")
    half = math.ceil((attenuation_db - 7.95) / (2.285 * 2 * math.pi * transition_hz / sfreq_hz) / 2)
    t = np.arange(-half, half + 1) / sfreq_hz
    width = high_hz - low_hz
    low_pass = width / sfreq_hz * np.sinc(width * t) * np.kaiser(2 * half + 1, 0.1102 * (attenuation_db - 8.7))
    out = np.asarray(2 * low_pass * np.exp(2j * np.pi * (low_hz + high_hz) / 2 * t), np.complex128)
    out.flags.writeable = False
    return out


def band(x: FloatArray, h: NDArray[np.complex128], *, first: int, every: int, n_out: int) -> ComplexArray:
    """Samples ``first``, ``first + every`` ... of a filtered signal.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Finite; beyond its ends it is continued by its edge values.
    h : complex array, shape (2 * half + 1,)
        From :func:`taps`.

    Returns
    -------
    complex64 array, shape (n_channels, n_out)
        Its size is the amplitude in the band, in the unit of ``x``.
    """
    from scipy import fft

    half = len(h) // 2
    length = (n_out - 1) * every + 1
    folded = int(fft.next_fast_len(-(-(length + 2 * half) // every)))
    size = folded * every
    at = np.clip(np.arange(first - half, first + length + half), 0, x.shape[1] - 1)
    ring = np.zeros((len(x), size), np.float32)
    piece = x[:, at[0] : at[-1] + 1] if at[-1] - at[0] + 1 == len(at) else x[:, at]
    ring[:, : length + half] = piece[:, half:]
    if half:
        ring[:, -half:] = piece[:, :half]
    spectrum = fft.fft(ring, axis=-1)
    spectrum *= _response(h.tobytes(), size)
    thinned = spectrum.reshape(len(x), every, folded).sum(axis=1)
    return np.asarray(fft.ifft(thinned, axis=-1)[:, :n_out] / np.float32(every), np.complex64)


@lru_cache(maxsize=32)
def _response(h: bytes, size: int) -> ComplexArray:
    tap = np.frombuffer(h, np.complex128)
    half = len(tap) // 2
    ring = np.zeros(size, np.complex128)
    ring[: half + 1] = tap[half:]
    ring[size - half :] = tap[:half]
    return np.asarray(np.fft.fft(ring), np.complex64)


def band_reference(x: FloatArray, h: NDArray[np.complex128], *, first: int, every: int, n_out: int) -> ComplexArray:
    """:func:`band` by plain convolution of the whole record."""
    half = len(h) // 2
    beyond = max(0, first + (n_out - 1) * every - x.shape[1] + 1) + half
    padded = np.pad(x.astype(np.float64), ((0, 0), (half + max(0, -first), beyond)), mode="edge")
    rows = [np.convolve(row, h, "valid")[max(0, first) :: every][:n_out] for row in padded]
    return np.asarray(rows, np.complex64).reshape(len(x), n_out)
