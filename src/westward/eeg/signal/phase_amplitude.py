"""Phase-amplitude coupling: does the amplitude of 35-70 Hz follow the phase of 3-4 Hz?

Mean vector length after Canolty, as in the interictal pipeline for infantile spasms of Miyakoshi and co-workers
(bands read in its repository; formulas recalled), and Tort's modulation index; both against surrogates in which the
amplitude is shifted along a circle.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import analytic

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PhaseAmplitudeParameters:
    """Tunable numbers of :func:`measure`.

    Attributes
    ----------
    phase_hz, amplitude_hz : (float, float)
        3-4 and 35-70 Hz (excerpt: the repository). The notches of the engine at 50 and 60 Hz lie inside the second.
    phase_transition_hz, amplitude_transition_hz : float
        Transition of the band-pass filters (derived: 2.8 s and 0.5 s of signal on either side).
    attenuation_db : float
        Of their stop bands; 80, so that slow waves of 300 µV leave 0.03 µV in the fast band (derived).
    window_s : float
        One value per window on the grid of the sleep epochs; 30 (policy; the publication took whole clips).
    thinned_hz : float
        Amplitude and phase are compared at this rate or a little more; 50 (derived: above the width of the fast band,
        and a dozen samples per slow cycle, at phases that differ from cycle to cycle).
    bins : int
        Phase bins of the modulation index; 18 (recalled, Tort 2010).
    surrogates : int
        Circular shifts; 50 (policy; their SD is known to a tenth).
    min_shift_s : float
        Smallest shift in either direction; 2 (derived: twice the memory of a band 1 Hz wide).
    seed : int
        Of the shifts, with the number of the window.
    """

    phase_hz: tuple[float, float] = (3.0, 4.0)
    amplitude_hz: tuple[float, float] = (35.0, 70.0)
    phase_transition_hz: float = 0.9
    amplitude_transition_hz: float = 5.0
    attenuation_db: float = 80.0
    window_s: float = 30.0
    thinned_hz: float = 50.0
    bins: int = 18
    surrogates: int = 50
    min_shift_s: float = 2.0
    seed: int = 1997


@dataclass(frozen=True, eq=False)
class Coupling:
    """One value per window and channel, float32 arrays of shape (n_windows, n_channels); NaN: not assessable.

    Attributes
    ----------
    mvl_uv : array
        Mean vector length ``|mean(A exp(i phi))|``, µV. Grows with the fast amplitude, so with muscle.
    mvl_share : array
        The same over mean(A), 0-1.
    mvl_z : array
        The same against the surrogates' mean, in their standard deviations. A rhythm that keeps its phase over many
        seconds, such as a sine, is as coupled after a shift as before: z is then low although the length is not.
    modulation_index : array
        ``(log N - H(P)) / log N`` of the mean amplitudes P of N phase bins, 0-1. Positive without coupling too.
    modulation_z : array
    phase_rad : array
        Phase of the slow wave at which the fast amplitude is largest; 0 is its positive peak.
    amplitude_uv : array
        Mean fast amplitude, µV.
    """

    mvl_uv: FloatArray
    mvl_share: FloatArray
    mvl_z: FloatArray
    modulation_index: FloatArray
    modulation_z: FloatArray
    phase_rad: FloatArray
    amplitude_uv: FloatArray


DEFAULT = PhaseAmplitudeParameters()


def refusal(sfreq_hz: float, *, parameters: PhaseAmplitudeParameters = DEFAULT) -> str:
    """Why coupling cannot be measured at this rate, or an empty text."""
    high = parameters.amplitude_hz[1] + parameters.amplitude_transition_hz / 2
    needed = high / 0.45
    if sfreq_hz >= needed:
        return ""
    return (
        f"not assessable: amplitude up to {parameters.amplitude_hz[1]:g} Hz needs {needed:.0f} samples per second, "
        f"the recording has {sfreq_hz:g}"
    )


def reach_s(parameters: PhaseAmplitudeParameters = DEFAULT) -> float:
    """How far around a window samples matter to it, seconds."""
    p = parameters
    slow = analytic.taps(*p.phase_hz, 256.0, p.phase_transition_hz, p.attenuation_db)
    return (len(slow) // 2 + 1) / 256.0


def measure(
    x: FloatArray,
    sfreq_hz: float,
    *,
    first: NDArray[np.intp] | None = None,
    first_window: int = 0,
    parameters: PhaseAmplitudeParameters = DEFAULT,
) -> Coupling:
    """Coupling of each window and channel.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        With at least :func:`reach_s` around the windows where there is any; continued by its edge values beyond.
        A channel counts as not assessable where it is flat or not finite within a window.
    first : intp array, shape (n_windows,), optional
        First sample of each window; by default windows follow each other from sample 0.
    first_window : int
        Number of the first window in the recording, seeds the surrogates.

    Raises
    ------
    UsageError
        If the rate is too low (see :func:`refusal`), or a window reaches beyond the record.
    """
    p = parameters
    length, every, n = _grid(sfreq_hz, p)
    starts = _starts(x, first, length)
    out = np.full((7, len(starts), len(x)), np.nan, np.float32)
    whole = np.isfinite(x).all(axis=1)
    clean = x if whole.all() else np.where(np.isfinite(x), x, np.float32(0))
    slow_h, fast_h = _filters(sfreq_hz, p)
    for k, at in enumerate(starts):
        piece = x[:, at : at + length]
        rows = np.flatnonzero(_assessable(piece))
        if not len(rows):
            continue
        every_row = clean if len(rows) == len(x) else clean[rows]
        slow = analytic.band(every_row, slow_h, first=int(at), every=every, n_out=n)
        fast = np.abs(analytic.band(every_row, fast_h, first=int(at), every=every, n_out=n))
        out[:, k, rows] = _couple(slow, fast, shifts(n, sfreq_hz / every, first_window + k, p), p.bins)
    return Coupling(*out)


def shifts(n: int, rate_hz: float, window: int, parameters: PhaseAmplitudeParameters = DEFAULT) -> NDArray[np.intp]:
    """Shifts of the surrogates of a window, in thinned samples, all different."""
    least = round(parameters.min_shift_s * rate_hz)
    room = n - 2 * least
    if room < parameters.surrogates:
        raise UsageError(f"a window of {n / rate_hz:g} s is too short for {parameters.surrogates} shifts")
    rng = np.random.default_rng([parameters.seed, window])
    return (least + rng.choice(room, parameters.surrogates, replace=False)).astype(np.intp)


def _grid(sfreq_hz: float, p: PhaseAmplitudeParameters) -> tuple[int, int, int]:
    """Samples of a window, every how many are compared, and how many those are."""
    why = refusal(sfreq_hz, parameters=p)
    if why:
        raise UsageError(why)
    length = round(p.window_s * sfreq_hz)
    every = max(1, int(sfreq_hz / p.thinned_hz))
    return length, every, length // every


def _starts(x: FloatArray, first: NDArray[np.intp] | None, length: int) -> NDArray[np.intp]:
    starts = np.arange(x.shape[1] // length) * length if first is None else np.asarray(first, np.intp)
    if len(starts) and (starts.min() < 0 or starts.max() + length > x.shape[1]):
        raise UsageError(f"a window of {length} samples reaches beyond the record of {x.shape[1]} samples")
    return starts


def _filters(sfreq_hz: float, p: PhaseAmplitudeParameters) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    return (
        analytic.taps(*p.phase_hz, sfreq_hz, p.phase_transition_hz, p.attenuation_db),
        analytic.taps(*p.amplitude_hz, sfreq_hz, p.amplitude_transition_hz, p.attenuation_db),
    )


def _assessable(piece: FloatArray) -> NDArray[np.bool_]:
    finite = np.isfinite(piece).all(axis=1)
    with np.errstate(invalid="ignore"):
        swing = piece.max(axis=1) - piece.min(axis=1)
        return np.asarray(finite & (swing > 1e-6 * np.abs(piece).max(axis=1)))


def _couple(slow: NDArray[np.complex64], fast: FloatArray, shift: NDArray[np.intp], bins: int) -> FloatArray:
    """The seven measures, shape (7, n_channels)."""
    n_channels, n = fast.shape
    phase = np.angle(slow)
    which = np.minimum(((phase + np.pi) * (bins / (2 * np.pi))).astype(np.intp), bins - 1)
    # Rows: one indicator per phase bin, then cosine and sine; columns: the amplitude as it is, then shifted.
    count = np.zeros((n_channels, bins))
    sums = np.zeros((n_channels, bins + 2, len(shift) + 1))
    ring = np.concatenate([fast, fast], axis=1)
    at = np.append(0, shift)[:, None] + np.arange(n)
    for c in range(n_channels):
        rows = np.zeros((bins + 2, n), np.float32)
        rows[which[c], np.arange(n)] = 1
        rows[bins], rows[bins + 1] = np.cos(phase[c]), np.sin(phase[c])
        count[c] = rows[:bins].sum(axis=1)
        sums[c] = rows @ ring[c].take(at).T
    mean = fast.mean(axis=1, dtype=np.float64)
    vector = (sums[:, bins] + 1j * sums[:, bins + 1]) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        amplitude = sums[:, :bins] / count[..., None]
        share = amplitude / amplitude.sum(axis=1, keepdims=True)
        entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=1)
        index = (np.log(bins) - entropy) / np.log(bins)
        length = np.abs(vector)
        made = [length[:, 0], length[:, 0] / mean, _z(length), index[:, 0], _z(index), np.angle(vector[:, 0]), mean]
    return np.asarray(made, np.float32)


def _z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values[:, 0] - values[:, 1:].mean(axis=1)) / values[:, 1:].std(axis=1))


def measure_reference(
    x: FloatArray,
    sfreq_hz: float,
    *,
    first: NDArray[np.intp] | None = None,
    first_window: int = 0,
    parameters: PhaseAmplitudeParameters = DEFAULT,
) -> Coupling:
    """:func:`measure`, one window, channel and surrogate at a time."""
    p = parameters
    length, every, n = _grid(sfreq_hz, p)
    starts = _starts(x, first, length)
    out = np.full((7, len(starts), len(x)), np.nan, np.float32)
    slow_h, fast_h = _filters(sfreq_hz, p)
    for k, at in enumerate(starts):
        for c in range(len(x)):
            piece = x[c, at : at + length]
            if not np.isfinite(piece).all() or np.ptp(piece) <= 1e-6 * np.abs(piece).max():
                continue
            row = np.where(np.isfinite(x[c]), x[c], 0)[None].astype(np.float32)
            slow = analytic.band_reference(row, slow_h, first=int(at), every=every, n_out=n)[0]
            fast = np.abs(analytic.band_reference(row, fast_h, first=int(at), every=every, n_out=n)[0])
            phase = np.angle(slow)
            vectors, indices = [], []
            for shift in [0, *shifts(n, sfreq_hz / every, first_window + k, p)]:
                moved = np.roll(fast, -int(shift)).astype(np.float64)
                vectors.append(np.mean(moved * np.exp(1j * phase)))
                edges = -np.pi + 2 * np.pi * np.arange(p.bins + 1) / p.bins
                means = [moved[(phase >= a) & (phase < b)].mean() for a, b in itertools.pairwise(edges)]
                share = np.array(means) / np.sum(means)
                indices.append((np.log(p.bins) + np.sum(share * np.log(share))) / np.log(p.bins))
            size = np.abs(vectors)
            out[:, k, c] = (
                size[0],
                size[0] / fast.mean(),
                (size[0] - size[1:].mean()) / size[1:].std(),
                indices[0],
                (indices[0] - np.mean(indices[1:])) / np.std(indices[1:]),
                np.angle(vectors[0]),
                fast.mean(),
            )
    return Coupling(*out)
