"""Butterworth and notch filters on float32 rows: zero-phase, in blocks with margins, and causal.

Blocks. A zero-phase filter of a cut-out piece equals that of the whole record except near the cuts, where the piece
is continued by its odd extension. How far "near" reaches is :func:`margin`: a piece that carries so many samples on
either side of what is kept gives the same numbers wherever it was cut, to within the tolerance times the size of the
signal. The blocks of the engine carry 20 s, several times what its filters need.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import kernels

FloatArray = NDArray[np.float32]
Sections = NDArray[np.float64]

_NOTHING = ((1.0, 0.0, 0.0, 1.0, 0.0, 0.0),)
_PAD_PER_COEFFICIENT = 24
_ROWS_AT_ONCE = 2


@lru_cache(maxsize=64)
def butterworth(low_hz: float | None, high_hz: float | None, sfreq_hz: float, order: int = 2) -> Sections:
    """Second-order sections of a Butterworth band-, high- or low-pass.

    Parameters
    ----------
    low_hz, high_hz : float or None
        Edges of the pass band (-3 dB in one direction, -6 dB forward and backward); None leaves that side open. An
        upper edge at or above 0.45 of the sampling rate is dropped (nothing to remove).
    order : int
        Of each edge, in one direction.

    Returns
    -------
    float64 array, shape (n_sections, 6)
        Read-only.

    Raises
    ------
    UsageError
        If an edge is not positive, the lower one is not below the upper one or half the rate, or the order is < 1.
    """
    from scipy import signal

    nyquist = sfreq_hz / 2
    for hz in (low_hz, high_hz):
        if hz is not None and not hz > 0:
            raise UsageError(f"a filter edge of {hz!r} Hz; give a positive one, or None to leave that side open")
    if high_hz is not None and low_hz is not None and low_hz >= high_hz:
        raise UsageError(f"a pass band from {low_hz!r} to {high_hz!r} Hz; the lower edge must lie below the upper")
    if low_hz is not None and low_hz >= nyquist:
        raise UsageError(f"a high-pass of {low_hz!r} Hz leaves nothing at {sfreq_hz!r} samples per second")
    if order < 1:
        raise UsageError(f"a Butterworth filter of order {order!r}; it must be 1 or more")
    if high_hz is not None and high_hz >= 0.9 * nyquist:
        high_hz = None
    if low_hz and high_hz:
        sos = signal.butter(order, [low_hz / nyquist, high_hz / nyquist], "bandpass", output="sos")
    elif low_hz:
        sos = signal.butter(order, low_hz / nyquist, "highpass", output="sos")
    elif high_hz:
        sos = signal.butter(order, high_hz / nyquist, "lowpass", output="sos")
    else:
        sos = np.array(_NOTHING)
    return _frozen(sos)


@lru_cache(maxsize=16)
def notch(mains_hz: float, sfreq_hz: float, quality: float = 20.0) -> Sections:
    """Second-order section that removes mains; nothing where the notch does not fit below half the rate.

    ``quality`` is the frequency over the width at -3 dB, in one direction. The result is read-only.
    """
    from scipy import signal

    if not mains_hz > 0 or not quality > 0:
        raise UsageError(f"a notch at {mains_hz!r} Hz of quality {quality!r}; both must be positive")
    if mains_hz * (1 + 0.5 / quality) >= sfreq_hz / 2:
        return _frozen(np.array(_NOTHING))
    b, a = signal.iirnotch(mains_hz, quality, sfreq_hz)
    return _frozen(signal.tf2sos(b, a))


def _frozen(sos: NDArray[np.float64]) -> Sections:
    out = np.array(sos, np.float64)
    out.flags.writeable = False
    return out


def zero_phase(x: FloatArray, sos: Sections) -> FloatArray:
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
    pad = min(x.shape[-1] - 1, _PAD_PER_COEFFICIENT * (2 * len(sos) + 1))
    if x.ndim == 2 and kernels.compiled() is None:
        return _zero_phase_rows(x, sos, pad)
    return kernels.sosfiltfilt(x, sos, pad)


def _zero_phase_rows(x: FloatArray, sos: Sections, pad: int) -> FloatArray:
    """The same bits as :func:`kernels.sosfiltfilt_reference`, few rows at a time so that they stay in the cache."""
    from scipy import signal

    sections = np.array(sos, np.float64)
    rest = signal.sosfilt_zi(sections)[:, None]
    out = np.empty(x.shape, np.float32)
    n = x.shape[1]
    rows = np.empty((min(_ROWS_AT_ONCE, len(x)), n + 2 * pad))
    for first in range(0, len(x), _ROWS_AT_ONCE):
        some = rows[: len(x) - first]
        middle = some[:, pad : pad + n]
        middle[...] = x[first : first + len(some)]
        np.subtract(2 * middle[:, :1], middle[:, pad:0:-1], out=some[:, :pad])
        np.subtract(2 * middle[:, -1:], middle[:, -2 : -(pad + 2) : -1], out=some[:, pad + n :])
        forward, _ = signal.sosfilt(sections, some, zi=rest * some[:, :1])
        backward, _ = signal.sosfilt(sections, forward[:, ::-1], zi=rest * forward[:, -1:])
        out[first : first + len(some)] = backward[:, pad + n - 1 : pad - 1 if pad else None : -1]
    return out


def bandpass(x: FloatArray, low_hz: float | None, high_hz: float | None, sfreq_hz: float) -> FloatArray:
    """Zero-phase Butterworth of order 2 each way (4 in effect), any edge may be None."""
    return zero_phase(x, butterworth(low_hz, high_hz, sfreq_hz))


def margin(sos: Sections, tolerance: float = 1e-6) -> int:
    """Samples beyond which the rest of the record no longer matters to a zero-phase filter.

    What the two-sided impulse response holds farther away than this adds up to less than ``tolerance``; so no
    signal of size 1 out there can change the result by more.

    Raises
    ------
    UsageError
        If the filter does not settle (a pole on or outside the unit circle).
    """
    return _margin(np.ascontiguousarray(sos, np.float64).tobytes(), tolerance)


@lru_cache(maxsize=64)
def _margin(sos: bytes, tolerance: float) -> int:
    from scipy import signal

    sections = np.frombuffer(sos).reshape(-1, 6).copy()
    radius = max(float(np.abs(np.roots(section[3:])).max(initial=0.0)) for section in sections)
    if radius >= 1:
        raise UsageError("this filter is unstable; it has no margin")
    # Repeated poles decay like n * r**n; twice the time for single ones is ample.
    length = 64 if radius < 0.5 else int(np.ceil(2 * np.log(tolerance * 1e-3) / np.log(radius))) + 64
    impulse = np.zeros(length)
    impulse[0] = 1
    response = np.asarray(signal.sosfilt(sections, impulse))
    both = signal.correlate(response, response, method="fft")[length - 1 :]
    beyond = 2 * np.cumsum(np.abs(both[::-1]))[::-1]
    return int(np.flatnonzero(beyond >= tolerance).max(initial=-1)) + 1


def zero_phase_blocks(
    x: FloatArray, sos: Sections, *, block: int, tolerance: float = 1e-6
) -> Iterator[tuple[int, FloatArray]]:
    """Zero-phase filtering piece by piece, so that a long record need not lie in memory.

    Equals :func:`zero_phase` of the whole to within ``tolerance`` times the size of the signal plus the rounding of
    float32, whatever the block size.

    Parameters
    ----------
    x : float32 array, shape (..., n_samples)
        Only slices of it are touched, so it may be a mapped file.
    block : int
        Samples per piece.

    Yields
    ------
    first : int
        Where the piece starts.
    y : float32 array, shape (..., up to ``block``)
    """
    if block < 1:
        raise UsageError(f"a block of {block!r} samples; it must hold at least one")
    reach, n = margin(sos, tolerance), x.shape[-1]
    # At the ends of the record the odd extension must be that of the whole.
    reach = max(reach, _PAD_PER_COEFFICIENT * (2 * len(sos) + 1) + 1)
    for first in range(0, n, block):
        start, stop = max(0, first - reach), min(n, first + block + reach)
        y = zero_phase(x[..., start:stop], sos)
        yield first, y[..., first - start : min(n, first + block) - start]


def causal(
    x: FloatArray, sos: Sections, state: NDArray[np.float64] | None = None
) -> tuple[FloatArray, NDArray[np.float64] | None]:
    """Filter forward only, as a bedside monitor does; a stream may be cut anywhere.

    Parameters
    ----------
    x : float32 array, shape (..., n_samples)
        The next piece of the stream, possibly empty.
    sos : float64 array, shape (n_sections, 6)
    state : float64 array or None
        What the previous piece returned; None at the start: then as if the first sample had stood there forever.

    Returns
    -------
    y : float32 array, the shape of ``x``
        The same numbers, to the bit, however the stream is cut.
    state : float64 array, shape (n_sections, ..., 2), or None
        For the next piece.
    """
    from scipy import signal

    if x.shape[-1] == 0:
        return np.array(x, np.float32), state
    rows = x.astype(np.float64)
    if state is None:
        rest = signal.sosfilt_zi(sos).reshape(len(sos), *[1] * (x.ndim - 1), 2)
        state = rest * rows[..., :1]
    y, after = signal.sosfilt(np.array(sos, np.float64), rows, axis=-1, zi=state)
    return np.asarray(y, np.float32), np.asarray(after, np.float64)
