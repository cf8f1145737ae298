"""What the child and the hands around it do to an EEG: muscle, movement, crying, sucking, patting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.artifact_electrode import CONTEXT_S, neighbor_matrix
from westward.eeg.events.artifact_measures import (
    FAST_RATE_HZ,
    SLOW_RATE_HZ,
    BoolArray,
    FloatArray,
    Measures,
    close,
    running_median,
    widen,
)
from westward.eeg.events.artifact_parameters import ArtifactParameters
from westward.eeg.signal import order

FACE_AND_TEMPLE = frozenset({"Fp1", "Fp2", "F7", "F8", "T7", "T8"})
BURST_WINDOW_S = 8
PAT_WINDOW_S, PAT_STEP_S = 6, 2
SHORTEST = 3


def muscle(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Electrodes and seconds in which muscle covers the EEG, shape (n_channels, n_seconds)."""
    most = np.partition(m.fast_uv, 3, axis=-1)[..., 3]
    loud = (most > parameters.muscle_uv) & (m.fast_slope > parameters.muscle_slope)
    # On a low background less muscle hides the EEG, if it clearly is muscle.
    covers = (most > 0.5 * parameters.muscle_uv) & (most > parameters.muscle_over_range * m.range_uv)
    return np.asarray(loud | (covers & (m.fast_slope > 2 * parameters.muscle_slope)))


def movement(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Seconds of gross movement, shape (n_seconds,).

    Slow sway with muscle on many channels; or a rise of the whole EEG far out of what surrounds it, for seconds on
    end, together with muscle on the scalp or in the EMG channels; or what no EEG reaches on many channels.
    """
    n = len(m.channels)
    if n == 0 or m.n_seconds < 4:
        return np.zeros(m.n_seconds, np.bool_)
    share = max(parameters.movement_share, 2 / n if n > 2 else 0.5)
    sway = _sway(m.slow, m.n_seconds)
    swaying = (sway > parameters.movement_sway_uv) & (sway > parameters.movement_over_delta * m.range_uv)
    most = np.partition(m.fast_uv, 4, axis=-1)[..., 4]
    muscular = m.fast_slope > 0.75 * parameters.muscle_slope
    fast = np.asarray((most > parameters.movement_fast_uv) & muscular)
    swing = (swaying & widen(fast, 1, 1)).mean(axis=0) >= share
    rising = m.range_uv > parameters.movement_rise * running_median(m.range_uv, CONTEXT_S)
    rising &= m.range_uv > parameters.movement_rise_uv
    tense = (most > 2 * running_median(most, CONTEXT_S)) & (most > 0.5 * parameters.movement_fast_uv) & muscular
    with_muscle = (tense.mean(axis=0) >= 0.25) | (m.emg_ratio > parameters.movement_emg_ratio)
    burst = (rising.mean(axis=0) >= 0.5) & widen(np.asarray(with_muscle), 1, 1)
    burst = _at_least(close(np.asarray(burst), 1), parameters.movement_rise_s)
    beyond = (m.range_uv > parameters.impossible_uv).mean(axis=0) >= share
    return widen(close(np.asarray(swing | burst | beyond, np.bool_), 2), 1, 1)


def _at_least(flags: BoolArray, length: int) -> BoolArray:
    """Only runs of so many columns or more."""
    out = np.zeros(flags.shape, np.bool_)
    if out.size < length:
        return out
    core: BoolArray = np.asarray(np.lib.stride_tricks.sliding_window_view(flags, length).all(axis=-1))
    for shift in range(length):
        out[shift : shift + core.size] |= core
    return out


def _sway(slow: FloatArray, n_seconds: int) -> FloatArray:
    """Range within about 4 s around each second of the one-second running mean."""
    n = slow.shape[0]
    quarter = slow.reshape(n, n_seconds * 4, SLOW_RATE_HZ // 4).mean(axis=-1)
    padded = np.pad(quarter, ((0, 0), (7, 8)), mode="edge")
    mean = np.lib.stride_tricks.sliding_window_view(padded, 4, axis=-1).mean(axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(mean, 16, axis=-1)[:, : n_seconds * 4 : 4]
    return np.asarray(order.largest(windows) - order.smallest(windows))[:, :n_seconds]


def crying_and_sucking(m: Measures, parameters: ArtifactParameters) -> tuple[BoolArray, BoolArray]:
    """Seconds of rhythmic muscle bursts: at the pace of crying, and at that of sucking."""
    none = np.zeros(m.n_seconds, np.bool_)
    if m.n_seconds < BURST_WINDOW_S or len(m.channels) < 4:
        return none, none.copy()
    envelope = m.fast_uv.reshape(len(m.channels), -1)
    cry_at = _bursts(_upper(envelope), m.n_seconds, parameters.cry_period_s)
    loud = cry_at.height > parameters.cry_uv
    cry = loud & (cry_at.depth > parameters.cry_depth) & (cry_at.rhythm > parameters.cry_rhythm)
    cry &= cry_at.height > parameters.burst_over_range * order.median(m.range_uv, axis=0)
    # Only where the bursts have the spectrum of muscle, not that of a run of spikes.
    slope = np.sort(m.fast_slope, axis=0)[int(0.7 * len(m.channels))]
    muscular = _any_around(slope > parameters.muscle_slope, 3)
    cry = _spread(np.asarray(cry & muscular), _upper(envelope), 0.5 * parameters.cry_uv)
    face = [i for i, c in enumerate(m.channels) if c.split("-")[0] in FACE_AND_TEMPLE]
    others = [i for i in range(len(m.channels)) if i not in face]
    if len(face) < 2 or len(others) < 2:
        return cry, none
    suck_at = _bursts(_upper(envelope[face]), m.n_seconds, parameters.suck_period_s)
    rest = _bursts(np.asarray(order.median(envelope[others], axis=0)), m.n_seconds, parameters.suck_period_s)
    slope_face = np.sort(m.fast_slope[face], axis=0)[int(0.7 * len(face))]
    suck = (
        (suck_at.height > parameters.suck_uv)
        & (suck_at.depth > parameters.suck_depth)
        & (suck_at.rhythm > parameters.suck_rhythm)
        & (suck_at.height > parameters.suck_over_rest * rest.height)
        & (suck_at.height > parameters.burst_over_range * order.median(m.range_uv[face], axis=0))
        & _any_around(slope_face > 0.75 * parameters.muscle_slope, 3)
    )
    suck = _spread(np.asarray(suck), _upper(envelope[face]), 0.5 * parameters.suck_uv)
    # The ends of a cry look like sucking of a pause more often than sucking follows at once.
    return cry, suck & ~_any_around(cry, BURST_WINDOW_S // 2)


@dataclass(frozen=True, eq=False)
class _Bursts:
    """Height, depth and rhythm of an envelope in the window around each second."""

    height: FloatArray
    depth: FloatArray
    rhythm: FloatArray


def _upper(envelope: FloatArray) -> FloatArray:
    """Level that a quarter of the channels exceed."""
    rank = max(0, min(len(envelope) - 1, int(0.75 * len(envelope))))
    return np.asarray(np.partition(envelope, rank, axis=0)[rank])


def _bursts(envelope: FloatArray, n_seconds: int, period_s: tuple[float, float]) -> _Bursts:
    half = BURST_WINDOW_S * FAST_RATE_HZ // 2
    shift = FAST_RATE_HZ // 2
    padded = np.pad(envelope, (half - shift, half + shift), mode="edge")
    width = 2 * half
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)[::FAST_RATE_HZ][:n_seconds]
    ordered = np.sort(windows, axis=-1)
    height, trough = ordered[:, int(0.85 * width)], ordered[:, int(0.15 * width)]
    x = np.log(windows + 0.5)
    x = x - x.mean(axis=-1, keepdims=True)
    lags = range(max(2, round(period_s[0] * FAST_RATE_HZ)), round(period_s[1] * FAST_RATE_HZ) + 1)

    def at_lag(lag: int) -> FloatArray:
        a, b = x[:, :-lag], x[:, lag:]
        return np.asarray((a * b).sum(-1) / (np.sqrt((a * a).sum(-1) * (b * b).sum(-1)) + 1e-6))

    values = np.stack([at_lag(lag) for lag in range(1, lags.stop + 1)])
    # A mere rise or fall of the level resembles itself at every lag; bursts do not at half their interval.
    floor = np.maximum(np.minimum.accumulate(values, axis=0), 0)
    peak = (values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:])
    rhythm = np.where(peak, values[1:-1] - floor[1:-1], -1)[lags.start - 2 :].max(axis=0)
    return _Bursts(height, height / (trough + 0.5), rhythm)


def _any_around(flags: BoolArray, radius: int) -> BoolArray:
    return widen(np.asarray(flags), radius, radius)


def _spread(centers: BoolArray, envelope: FloatArray, level_uv: float) -> BoolArray:
    """Seconds of the windows around the centers in which there is muscle at all, small holes filled."""
    loud = order.largest(envelope.reshape(len(centers), FAST_RATE_HZ)) > level_uv
    return close(np.asarray(widen(centers, 3, 3) & loud), 2)


def patting(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Seconds of strikingly regular, sharply repeated waves whose field is not that of a brain source.

    Every window of 6 s is compared with itself one, two and three periods later. Rhythmic delta of a seizure,
    hypnagogic hypersynchrony and slow spike-wave complexes lose step within three periods, are smooth over the
    scalp or are nearly sinusoidal; patting must fail on all three counts.
    """
    out = np.zeros(m.n_seconds, np.bool_)
    n = len(m.channels)
    if m.n_seconds < PAT_WINDOW_S or n == 0:
        return out
    from scipy import fft

    width = PAT_WINDOW_S * SLOW_RATE_HZ
    # Windows begin on even seconds of recording time, whatever the block.
    first_second = m.seconds.start % PAT_STEP_S
    windows = np.lib.stride_tricks.sliding_window_view(m.rhythm, width, axis=-1)
    windows = windows[:, first_second * SLOW_RATE_HZ :: PAT_STEP_S * SLOW_RATE_HZ]
    x = windows - windows.mean(axis=-1, keepdims=True)
    size = fft.next_fast_len(width + 3 * SLOW_RATE_HZ, real=True)
    spectrum = fft.rfft(x, size, axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    raw_auto = fft.irfft(power, size, axis=-1)[..., : 3 * SLOW_RATE_HZ]
    energy = np.concatenate([np.zeros((*x.shape[:-1], 1), np.float32), np.cumsum(x * x, axis=-1)], axis=-1)
    lag = np.arange(3 * SLOW_RATE_HZ)
    overlap = energy[..., width - lag] * (energy[..., -1:] - energy[..., lag])
    auto = raw_auto / (np.sqrt(np.maximum(overlap, 0)) + 1e-6)
    first, last = int(SLOW_RATE_HZ / parameters.pat_hz[1]), int(np.ceil(SLOW_RATE_HZ / parameters.pat_hz[0]))
    peak = (auto[..., 1:-1] >= auto[..., :-2]) & (auto[..., 1:-1] > auto[..., 2:])
    height = np.where(peak, auto[..., 1:-1], -1)[..., SHORTEST - 1 : last]
    # The shortest of equally good periods is the true one; waves faster than any hand are none of this.
    period = (height >= 0.9 * height.max(axis=-1, keepdims=True)).argmax(axis=-1) + SHORTEST
    regular = np.minimum.reduce([_near(auto, k * period, k - 1) for k in (1, 2, 3) if k * last < 3 * SLOW_RATE_HZ + 9])
    loud = period >= first
    steady = np.asarray((regular > parameters.pat_regularity) & loud)
    high, low = np.percentile(x[steady], (95, 5), axis=-1)
    steady[steady] = high - low > 0.5 * parameters.pat_uv
    candidates = np.flatnonzero(steady.sum(axis=0) >= max(1, min(3, n // 4)))
    if not len(candidates):
        return out
    near = neighbor_matrix(m.channels)
    for w in candidates:
        if _is_patting(x[:, w], regular[:, w] * steady[:, w], period[:, w], near, parameters):
            start = first_second + w * PAT_STEP_S
            out[start : start + PAT_WINDOW_S] = True
    return out


def _near(auto: FloatArray, lag: NDArray[np.intp], slack: int) -> FloatArray:
    """Largest autocorrelation within ``slack`` lags of the one asked for."""
    top = auto.shape[-1] - 1
    values = [
        np.take_along_axis(auto, np.minimum(lag + d, top)[..., None], axis=-1)[..., 0] for d in range(-slack, slack + 1)
    ]
    return np.asarray(np.maximum.reduce(values))


def _is_patting(
    x: FloatArray, regular: FloatArray, period: NDArray[np.intp], near: FloatArray, parameters: ArtifactParameters
) -> bool:
    """Whether one window of regular waves has sharp repeats and either a rough field or the pace of clockwork."""
    steady = regular > 0
    rate = SLOW_RATE_HZ / float(np.median(period[steady]))
    t = np.arange(x.shape[-1]) / SLOW_RATE_HZ
    taper = np.hanning(x.shape[-1])
    fine = rate * np.linspace(0.93, 1.07, 15)
    by_rate = (x[steady] * taper) @ np.exp(-2j * np.pi * np.outer(t, fine))
    rate = float(fine[(np.abs(by_rate) ** 2).sum(axis=0).argmax()])
    orders = [k for k in range(1, 7) if k * rate < 0.45 * SLOW_RATE_HZ]
    lines = (x * taper) @ np.exp(-2j * np.pi * rate * np.outer(t, orders))
    power = np.abs(lines) ** 2
    at_rate, above = float(power[steady, 0].sum()), float(power[steady, 1:].sum())
    if above < parameters.pat_harmonics * at_rate:
        return False
    clockwork = (regular > parameters.pat_clockwork).sum() >= max(1, min(3, len(x) // 4))
    if clockwork and at_rate >= parameters.pat_fundamental * (at_rate + above):
        return True
    known = near.sum(axis=1) > 0
    if known.sum() < 8:
        return False
    # The pattern over the scalp of the strongest line, whichever that is.
    strongest = lines[:, int(power[steady].sum(axis=0).argmax())]
    difference = np.abs(strongest - near @ strongest)[known] ** 2
    return float(difference.sum()) >= parameters.pat_roughness * float((np.abs(strongest[known]) ** 2).sum())
