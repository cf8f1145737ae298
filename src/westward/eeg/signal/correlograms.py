"""Correlograms of every two channels in short epochs by FFT: the largest value, its lag, and Bartlett's sum.

What :mod:`westward.eeg.signal.crosscorrelation` uses where no kernels were compiled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import order

FloatArray = NDArray[np.float32]
ComplexArray = NDArray[np.complex64]
Doubles = NDArray[np.float64]

_BLOCK_SAMPLES = 1 << 16
_WORK_SAMPLES = 1 << 17


def unit_length(epochs: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Epochs without mean, of unit length, and which of them are usable; the others are zero.

    Parameters
    ----------
    epochs : float32 array, shape (n_channels, n_epochs, n_samples)

    Returns
    -------
    unit : float32 array, the same shape
    usable : bool array, shape (n_channels, n_epochs)
    """
    unit = np.empty(epochs.shape, np.float32)
    usable = np.empty(epochs.shape[:2], np.bool_)
    step = max(1, _BLOCK_SAMPLES // max(1, epochs.shape[-1]))
    for channel in range(len(epochs)):
        for first in range(0, epochs.shape[1], step):
            some = slice(first, first + step)
            low, high = order.smallest(epochs[channel, some]), order.largest(epochs[channel, some])
            exact = epochs[channel, some].astype(np.float64)
            with np.errstate(invalid="ignore", over="ignore"):
                scale = np.maximum(high, -low).astype(np.float64)
                exact -= exact.mean(axis=-1, keepdims=True)
                length = np.sqrt(np.einsum("ij,ij->i", exact, exact))
            # A constant epoch far from zero leaves a residue of rounding; that is flat too.
            ok = np.isfinite(length) & (length > 1e-6 * scale) & (length > 0)
            if ok.all():
                exact *= (1 / length)[:, None]
            else:
                exact = np.divide(exact, length[:, None], out=np.zeros_like(exact), where=ok[:, None])
            unit[channel, some], usable[channel, some] = exact, ok
    return unit, usable


def peaks(a: FloatArray, b: FloatArray, weights: FloatArray | None, reach: int) -> tuple[FloatArray, NDArray[np.int16]]:
    """Largest weighted magnitude of every two channels' correlogram and its lag.

    Two second channels at a time are the real and the imaginary part of one transform.

    Parameters
    ----------
    a, b : float32 array, shape (n_channels, n_epochs, n_samples)
        ``a`` serves the first channel of a pair, ``b`` the second, which follows at positive lags.
    weights : float32 array, shape (reach + 1,), optional
        What the value at lag 0, 1 ... is multiplied by.
    reach : int
        Largest lag, samples.

    Returns
    -------
    value : float32 array, shape (n_epochs, n_pairs)
    lag : int16 array, shape (n_epochs, n_pairs)
    """
    from scipy import fft

    n_channels, n_epochs, n = a.shape
    size = fft.next_fast_len(n + reach)
    weight = _weight_of_places(weights, reach, size)
    step = max(1, min(n_epochs, _WORK_SAMPLES // (size * max(1, n_channels))))
    work = np.empty(n_channels // 2 * step * size, np.complex64)
    room = np.empty(2 * len(work), np.float32)
    each = np.arange(0, len(room), size)
    # Twos of pairs (i, j), j even and odd: row i // 2 * ((i + 1) // 2) + j // 2.
    value = np.zeros((2, n_channels // 2 * ((n_channels + 1) // 2), n_epochs), np.float32)
    place = np.zeros(value.shape, np.int16)
    for start in range(0, n_epochs, step):
        some = slice(start, start + step)
        first = _whole(fft.rfft(a[:, some], size), size)
        second = _in_twos(first if b is a else _whole(fft.rfft(b[:, some], size), size))
        np.conjugate(first, out=first)
        m = first.shape[1]
        for i in range(1, n_channels):
            k = (i + 1) // 2
            c = np.multiply(first[i], second[:k], out=work[: k * m * size].reshape(k, m, size))
            c = fft.ifft(c, overwrite_x=True)
            magnitude = room[: 2 * c.size].reshape(2, k, m, size)
            np.abs(c.real, out=magnitude[0])
            np.abs(c.imag, out=magnitude[1])
            if weight is not None:
                magnitude *= weight
            at = magnitude.argmax(axis=-1)
            row = slice(i // 2 * k, i // 2 * k + k)
            place[:, row, some] = at
            at += each[: at.size].reshape(at.shape)
            value[:, row, some] = room.take(at)
    first_of, second_of = np.tril_indices(n_channels, -1)
    of_pair = second_of % 2, first_of // 2 * ((first_of + 1) // 2) + second_of // 2
    lag = place[of_pair].T
    return np.ascontiguousarray(value[of_pair].T), np.where(lag > reach, lag - np.int16(size), lag)


def _weight_of_places(weights: FloatArray | None, reach: int, size: int) -> FloatArray | None:
    """What the value at each place of a correlogram is multiplied by: lag 0, 1 ..., those not looked at, ... -2, -1.

    None where all lags count alike: what lies between the largest and the smallest is zero anyway.
    """
    if weights is None:
        if 2 * reach + 2 >= size:
            return None
        weights = np.ones(reach + 1, np.float32)
    out = np.zeros(size, np.float32)
    out[: reach + 1] = weights
    out[size - reach :] = weights[:0:-1]
    return out


def _whole(half: ComplexArray, size: int) -> ComplexArray:
    """Transforms of real series with their negative frequencies, which :func:`scipy.fft.rfft` leaves out."""
    out = np.empty((*half.shape[:-1], size), np.complex64)
    n = half.shape[-1]
    out[..., :n] = half
    np.conjugate(half[..., size - n : 0 : -1], out=out[..., n:])
    return out


def _in_twos(spectra: ComplexArray) -> ComplexArray:
    """Channels 0 + 1j * 1, 2 + 1j * 3 ...; a last one without partner is not needed."""
    n = len(spectra) // 2 * 2
    out = np.multiply(spectra[1:n:2], np.complex64(1j))
    out += spectra[0:n:2]
    return out


def bartlett(a: FloatArray, b: FloatArray) -> Doubles:
    """``sum_k c_ii(k) c_jj(k)`` over all lags, shape (n_epochs, n_channels, n_channels), from the power spectra."""
    from scipy import fft

    n_channels, n_epochs, n = a.shape
    size = fft.next_fast_len(2 * n - 1, real=True)
    out = np.empty((n_epochs, n_channels, n_channels))
    count = np.full(size // 2 + 1, 2.0)
    count[0] = 1
    if size % 2 == 0:
        count[-1] = 1
    step = max(1, _WORK_SAMPLES // (size * max(1, n_channels)))
    for start in range(0, n_epochs, step):
        some = slice(start, start + step)
        first = np.square(np.abs(fft.rfft(a[:, some].swapaxes(0, 1), size))).astype(np.float64)
        second = first if a is b else np.square(np.abs(fft.rfft(b[:, some].swapaxes(0, 1), size))).astype(np.float64)
        out[some] = (first * (count / size)) @ second.swapaxes(1, 2)
    return out
