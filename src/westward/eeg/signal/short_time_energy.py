"""High-frequency oscillations by short-time energy, with the published numbers of the UCLA detector.

The steps and numbers are those of HFODetector / PyHFO (Zhang 2024, J Neural Eng, doi 10.1088/1741-2552/ad4916; numbers
excerpt, as listed in our fact sheet). The code is our own: the filter, a Chebyshev band-pass of about 200 second-order
sections run forward and backward from rest, is applied through its impulse response by fast convolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]
_MAX_RESPONSE = 1 << 21
_PIECE = 1 << 12
_CUT = 1e-4


@dataclass(frozen=True, slots=True)
class EnergyParameters:
    """Tunable numbers of :func:`detect`; all published ones excerpt unless noted.

    Attributes
    ----------
    low_hz, high_hz : float
        Pass band, 80-500 Hz; the upper edge is taken down to ``max_nyquist_fraction`` of half the rate.
    max_nyquist_fraction : float
        0.8 (policy: amplifiers stop there; published 0.99, which is never reached at 1,250 samples per second and more,
        and below lets the filter ring for minutes at its upper edge).
    pass_db, stop_db, transition_hz : float
        Chebyshev type II: 0.5 dB in the band, 93 dB outside of 0.5 Hz beyond either edge.
    rms_s : float
        Length of the sliding root mean square, 3 ms, centered, an odd number of samples.
    epoch_s : float
        The thresholds are those of each stretch of 600 s.
    energy_sd : float
        Threshold of the RMS: mean + 5 SD.
    min_duration_s : float
        A run above it must be longer than 6 ms.
    min_gap_s : float
        Runs less than 10 ms apart are one.
    peak_sd, min_peaks : float, int
        At least 6 peaks of the rectified signal above its mean + 3 SD.
    """

    low_hz: float = 80.0
    high_hz: float = 500.0
    max_nyquist_fraction: float = 0.8
    pass_db: float = 0.5
    stop_db: float = 93.0
    transition_hz: float = 0.5
    rms_s: float = 0.003
    epoch_s: float = 600.0
    energy_sd: float = 5.0
    min_duration_s: float = 0.006
    min_gap_s: float = 0.010
    peak_sd: float = 3.0
    min_peaks: int = 6


@dataclass(frozen=True, eq=False)
class Runs:
    """Detections, sorted by channel and time; columns of equal length.

    Attributes
    ----------
    channel : intp array
        Row of the input.
    start, stop : intp array
        Samples, half open.
    frequency_hz : float32 array
        From the zero crossings of the filtered signal.
    amplitude_uv : float32 array
        Largest peak-to-peak of the filtered signal within the run.
    """

    channel: NDArray[np.intp]
    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    frequency_hz: FloatArray
    amplitude_uv: FloatArray

    def __len__(self) -> int:
        return len(self.start)


DEFAULT = EnergyParameters()


def edges(sfreq_hz: float, parameters: EnergyParameters = DEFAULT) -> tuple[float, float]:
    """The pass band at this rate.

    Raises
    ------
    UsageError
        If the rate leaves no band.
    """
    p = parameters
    high = min(p.high_hz, p.max_nyquist_fraction * sfreq_hz / 2, sfreq_hz / 2 - 2 * p.transition_hz)
    if high <= p.low_hz:
        raise UsageError(f"a band above {p.low_hz:g} Hz cannot be measured at {sfreq_hz:g} samples per second")
    return p.low_hz, high


@lru_cache(maxsize=8)
def sections(sfreq_hz: float, parameters: EnergyParameters = DEFAULT) -> Doubles:
    """The band-pass as second-order sections, shape (n_sections, 6), read-only."""
    from scipy import signal

    p = parameters
    low, high = edges(sfreq_hz, p)
    stop = [low - p.transition_hz, high + p.transition_hz]
    order, natural = signal.cheb2ord([low, high], stop, p.pass_db, p.stop_db, fs=sfreq_hz)
    # With hundreds of poles near half the rate the overall gain overflows; poles and zeros are right, and the gain is
    # 1 in the middle of the band (of the tangents), by which it is set again, in equal shares.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        zeros, poles, _ = signal.cheby2(order, p.stop_db, natural, "bandpass", output="zpk", fs=sfreq_hz)
    to_sections: Any = signal.zpk2sos
    sos = np.array(to_sections(zeros, poles, 1.0), np.float64)
    half_angles = np.tan(np.pi * np.asarray(natural, np.float64) / sfreq_hz)
    z = np.exp(2j * np.arctan(np.sqrt(half_angles[0] * half_angles[1])))
    power = np.array([1, 1 / z, 1 / z**2])
    loss = np.log(np.abs(sos[:, :3] @ power)) - np.log(np.abs(sos[:, 3:] @ power))
    sos[:, :3] *= np.exp(-loss.mean())
    sos.flags.writeable = False
    return sos


@lru_cache(maxsize=8)
def _response(sfreq_hz: float, parameters: EnergyParameters) -> Doubles:
    """Impulse response of one direction, cut where the rest of it sums to less than a ten-thousandth.

    What is cut lies at the two edges of the band only: errors are some millionths of the signal there.
    """
    from scipy import signal

    sos = np.array(sections(sfreq_hz, parameters))
    state = np.zeros((len(sos), 2))
    pieces: list[Doubles] = []
    piece = np.zeros(_PIECE)
    piece[0] = 1
    while len(pieces) * _PIECE < _MAX_RESPONSE:
        out, state = signal.sosfilt(sos, piece, zi=state)
        pieces.append(np.asarray(out, np.float64))
        # What has died away would go on as denormal numbers, at a hundredth of the speed.
        state[np.abs(state) < 1e-60] = 0
        piece[0] = 0
        if len(pieces) & (len(pieces) - 1):
            continue
        h = np.concatenate(pieces)
        rest = np.cumsum(np.abs(h[::-1]))[::-1]
        settled = np.flatnonzero(rest < _CUT * rest[0])
        if len(settled) and settled[0] < len(h) // 2:
            return h[: settled[0]].copy()
    raise UsageError(f"the band-pass does not settle at {sfreq_hz:g} samples per second")


@lru_cache(maxsize=32)
def _spectrum(sfreq_hz: float, parameters: EnergyParameters, size: int) -> NDArray[np.complex128]:
    from scipy import fft

    return np.asarray(fft.rfft(_response(sfreq_hz, parameters), size), np.complex128)


@lru_cache(maxsize=8)
def _gain_of_steps(sfreq_hz: float, parameters: EnergyParameters, size: int) -> NDArray[np.complex64]:
    """Both directions of the filter for a signal that is given by its steps from sample to sample."""
    gain = np.square(np.abs(_spectrum(sfreq_hz, parameters, size)))
    step = 1 - np.exp(-2j * np.pi * np.arange(len(gain)) / size)
    made = np.divide(gain, step, out=np.zeros(len(gain), np.complex128), where=step != 0)
    return np.asarray(made, np.complex64)


def bandpass(x: FloatArray, sfreq_hz: float, *, parameters: EnergyParameters = DEFAULT) -> FloatArray:
    """The published filter: forward from rest, then backward from rest at the last sample.

    Parameters
    ----------
    x : array, shape (n_samples,)
        One channel, finite.

    Returns
    -------
    float32 array, shape (n_samples,)
        Equal to :func:`bandpass_reference` but for the rounding of float32, the last samples included.
    """
    from scipy import fft

    reach, n = len(_response(sfreq_hz, parameters)), len(x)
    if n == 0:
        return np.zeros(0, np.float32)
    # Slow waves are a hundred times larger than what is looked for; in the steps they are not, so that single
    # precision is enough for the transform of the whole epoch.
    size = int(fft.next_fast_len(n + 1 + reach, real=True))
    steps = np.zeros(size, np.float32)
    steps[0], steps[n] = x[0], -x[-1]
    steps[1:n] = np.subtract(x[1:], x[:-1], dtype=np.float64)
    spectrum = fft.rfft(steps, overwrite_x=True)
    spectrum *= _gain_of_steps(sfreq_hz, parameters, size)
    y = np.asarray(fft.irfft(spectrum, size, overwrite_x=True)[:n], np.float32)

    # What the forward pass still holds after the last sample is not run backward: take its share away.
    def forward(rows: NDArray[Any], keep: slice) -> NDArray[Any]:
        length = int(fft.next_fast_len(len(rows) + reach, real=True))
        z = fft.rfft(rows, length)
        z *= _spectrum(sfreq_hz, parameters, length)
        return np.asarray(fft.irfft(z, length, overwrite_x=True)[keep])

    last = np.asarray(x[max(0, n - reach) :], np.float64)
    held = forward(last, slice(len(last), len(last) + reach)).astype(np.float32)
    share = forward(held[::-1], slice(reach, reach + len(last)))
    y[n - len(share) :] -= share[::-1]
    return y


def bandpass_reference(x: FloatArray, sfreq_hz: float, *, parameters: EnergyParameters = DEFAULT) -> Doubles:
    """:func:`bandpass` by SciPy's second-order sections."""
    from scipy import signal

    sos = np.array(sections(sfreq_hz, parameters))
    forward = np.asarray(signal.sosfilt(sos, np.asarray(x, np.float64)))
    return np.asarray(signal.sosfilt(sos, forward[::-1])[::-1], np.float64)


def window(sfreq_hz: float, parameters: EnergyParameters = DEFAULT) -> int:
    """Samples of the sliding root mean square: an odd number."""
    n = round(parameters.rms_s * sfreq_hz)
    return max(1, n if n % 2 else n + 1)


def detect(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EnergyParameters = DEFAULT,
) -> Runs:
    """Detections in each channel of a record.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Native rate, µV; epochs of ``epoch_s`` are counted from its first sample.
    usable : bool array, shape (n_channels, n_seconds), optional
        Seconds without artifact; the others neither enter the thresholds nor hold detections. Without it the method
        is the published one. Seconds past its end are not usable.

    Notes
    -----
    A channel that is flat or not finite in an epoch has no detections there; :func:`assessable` says which.
    """
    p = parameters
    length = round(p.epoch_s * sfreq_hz)
    parts = []
    ok = assessable(x, sfreq_hz, parameters=p)
    for c in range(len(x)):
        for k, start in enumerate(range(0, x.shape[1], length)):
            if not ok[c, k]:
                continue
            piece = x[c, start : start + length]
            mask = None if usable is None else _samples(usable[c], start, len(piece), sfreq_hz)
            y = bandpass(piece, sfreq_hz, parameters=p)
            parts.append(_runs(y, sfreq_hz, c, start, mask, p))
    return _joined(parts)


def assessable(x: FloatArray, sfreq_hz: float, *, parameters: EnergyParameters = DEFAULT) -> NDArray[np.bool_]:
    """Channels and epochs that are finite and not flat throughout, shape (n_channels, n_epochs)."""
    length = round(parameters.epoch_s * sfreq_hz)
    out = [
        np.isfinite(x[:, s : s + length]).all(axis=1) & (np.ptp(x[:, s : s + length], axis=1) > 0)
        for s in range(0, x.shape[1], length)
    ]
    return np.asarray(np.stack(out, axis=1) if out else np.zeros((len(x), 0)), bool)


def _samples(seconds: NDArray[np.bool_], start: int, n: int, sfreq_hz: float) -> NDArray[np.bool_]:
    second = ((start + np.arange(n)) / sfreq_hz + 1e-9).astype(np.intp)
    inside = second < len(seconds)
    out = np.zeros(n, bool)
    out[inside] = seconds[second[inside]]
    return out


def _runs(
    y: FloatArray, sfreq_hz: float, channel: int, offset: int, mask: NDArray[np.bool_] | None, p: EnergyParameters
) -> Runs:
    k = window(sfreq_hz, p)
    square = np.square(y, dtype=np.float32)
    energy = square.copy()
    for s in range(1, k // 2 + 1):
        energy[s:] += square[:-s]
        energy[:-s] += square[s:]
    energy *= np.float32(1 / k)
    rectified = np.abs(y)
    kept: slice | NDArray[np.bool_] = slice(None) if mask is None else mask
    if mask is not None and not mask.any():
        return _joined([])
    energy_square = float(energy[kept].mean(dtype=np.float64))
    np.sqrt(energy, out=energy)
    limit = _limit(energy[kept], energy_square, p.energy_sd)
    peak_limit = _limit(rectified[kept], float(square[kept].mean(dtype=np.float64)), p.peak_sd)
    above = energy > limit
    change = np.flatnonzero(np.diff(above.astype(np.int8), prepend=np.int8(0), append=np.int8(0)))
    start, stop = change[::2], change[1::2]
    long = stop - start > p.min_duration_s * sfreq_hz
    start, stop = start[long], stop[long]
    if not len(start):
        return _joined([])
    apart = start[1:] - stop[:-1] >= p.min_gap_s * sfreq_hz
    start, stop = start[np.append(True, apart)], stop[np.append(apart, True)]
    peak = np.zeros(len(y) + 1, np.intp)
    inner = rectified[1:-1]
    high = (inner > rectified[:-2]) & (inner >= rectified[2:]) & (inner > peak_limit)
    np.cumsum(high, out=peak[2:-1])
    peak[-1] = peak[-2]
    # A peak on the first or last sample of a run has no neighbor within it.
    enough = peak[np.maximum(stop - 1, start + 1)] - peak[start + 1] >= p.min_peaks
    if mask is not None:
        bad = np.concatenate([[0], np.cumsum(~mask)])
        enough &= bad[stop] == bad[start]
    start, stop = start[enough], stop[enough]
    frequency, amplitude = _shape(y, start, stop, sfreq_hz)
    return Runs(np.full(len(start), channel, np.intp), start + offset, stop + offset, frequency, amplitude)


def _limit(values: FloatArray, mean_square: float, sd: float) -> float:
    """Mean plus so many standard deviations."""
    mean = float(values.mean(dtype=np.float64))
    return mean + sd * float(np.sqrt(max(0.0, mean_square - mean * mean)))


def _shape(
    y: FloatArray, start: NDArray[np.intp], stop: NDArray[np.intp], sfreq_hz: float
) -> tuple[FloatArray, FloatArray]:
    frequency, amplitude = np.full(len(start), np.nan, np.float32), np.zeros(len(start), np.float32)
    for k, (a, b) in enumerate(zip(start, stop, strict=True)):
        piece = y[a:b]
        amplitude[k] = piece.max() - piece.min()
        crossing = np.flatnonzero(np.signbit(piece[1:]) != np.signbit(piece[:-1]))
        if len(crossing) > 1:
            exact = crossing + piece[crossing] / (piece[crossing] - piece[crossing + 1])
            frequency[k] = (len(crossing) - 1) * sfreq_hz / (2 * (exact[-1] - exact[0]))
    return frequency, amplitude


def _joined(parts: list[Runs]) -> Runs:
    if not parts:
        none, empty = np.zeros(0, np.intp), np.zeros(0, np.float32)
        return Runs(none, none, none, empty, empty)
    names = ("channel", "start", "stop", "frequency_hz", "amplitude_uv")
    return Runs(*(np.concatenate([getattr(q, name) for q in parts]) for name in names))


def detect_reference(
    x: FloatArray, sfreq_hz: float, *, parameters: EnergyParameters = DEFAULT
) -> list[tuple[int, int, int]]:
    """The published steps one after the other: (channel, start, stop) of every detection."""
    from scipy import signal

    p = parameters
    length, k = round(p.epoch_s * sfreq_hz), window(sfreq_hz, p)
    out = []
    for c in range(len(x)):
        for offset in range(0, x.shape[1], length):
            piece = x[c, offset : offset + length]
            if not np.isfinite(piece).all() or np.ptp(piece) == 0:
                continue
            y = bandpass_reference(piece, sfreq_hz, parameters=p)
            energy = np.sqrt(np.convolve(y * y, np.ones(k) / k, "same"))
            limit = energy.mean() + p.energy_sd * energy.std()
            rectified = np.abs(y)
            peak_limit = rectified.mean() + p.peak_sd * rectified.std()
            runs: list[list[int]] = []
            begin = None
            for i in range(len(y) + 1):
                above = i < len(y) and energy[i] > limit
                if above and begin is None:
                    begin = i
                elif not above and begin is not None:
                    if i - begin > p.min_duration_s * sfreq_hz:
                        if runs and begin - runs[-1][1] < p.min_gap_s * sfreq_hz:
                            runs[-1][1] = i
                        else:
                            runs.append([begin, i])
                    begin = None
            for a, b in runs:
                peaks, _ = signal.find_peaks(rectified[a:b])
                if (rectified[a:b][peaks] > peak_limit).sum() >= p.min_peaks:
                    out.append((c, offset + a, offset + b))
    return out
