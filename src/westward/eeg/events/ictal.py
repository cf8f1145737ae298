"""Moments that may be epileptic spasms: they and what follows an arousal are not interictal.

This is a mask for interictal scoring, not a spasm detector: it measures a generalized slow wave that is largest
at the vertex, the decrement after it and, where limb EMG was recorded, the burst that goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import (
    FAST_RATE_HZ,
    SLOW_RATE_HZ,
    cell_starts,
    close,
    fast_rms,
    gather,
)
from westward.eeg.events.attenuation import CELL_S, envelope_of
from westward.eeg.events.event import Event
from westward.eeg.events.ictal_parameters import IctalParameters as IctalParameters

FloatArray = NDArray[np.float32]
VERTEX = ("Fz", "Cz", "Pz", "C3", "C4")
RIM = ("Fp1", "Fp2", "F7", "F8", "T7", "T8", "P7", "P8", "O1", "O2")


@dataclass(frozen=True, eq=False)
class IctalFeatures:
    """Slow waves that stand out at the vertex, as columns sorted by time, with what goes with each.

    Attributes
    ----------
    peak_s : float64
        Recording time of the wave.
    wave_uv, wave_ratio : float32
        Peak to trough of vertex minus rim, and over its surroundings.
    decrement_s, decrement_ratio : float32
        Duration of the decrement (0 if none) and amplitude in it over the preceding 10 s (NaN if none).
    decrement_stop_s : float64
        End of the decrement, else of the wave.
    emg_s, emg_ratio : float32
        Duration and height of the synchronous EMG burst; 0 if there is none, NaN where no limb EMG was recorded.
    """

    peak_s: NDArray[np.float64]
    wave_uv: FloatArray
    wave_ratio: FloatArray
    decrement_s: FloatArray
    decrement_ratio: FloatArray
    decrement_stop_s: NDArray[np.float64]
    emg_s: FloatArray
    emg_ratio: FloatArray

    def __len__(self) -> int:
        return len(self.peak_s)

    @classmethod
    def empty(cls) -> IctalFeatures:
        """No waves."""
        f64, f32 = np.zeros(0), np.zeros(0, np.float32)
        return cls(f64, f32, f32, f32, f32, f64, f32, f32)

    @classmethod
    def concatenate(cls, parts: Iterable[IctalFeatures]) -> IctalFeatures:
        """All parts in order of time."""
        kept = [p for p in parts if len(p)]
        if not kept:
            return cls.empty()
        order = np.argsort(np.concatenate([p.peak_s for p in kept]), kind="stable")
        return cls(*(np.concatenate([getattr(p, f.name) for p in kept])[order] for f in fields(cls)))


@dataclass(frozen=True, eq=False)
class IctalMask:
    """Seconds that are not interictal, and why.

    Attributes
    ----------
    mask : bool array, shape (n_seconds,)
        Seconds left out of interictal scoring.
    events : list of Event
        ``ictal_candidate`` events with the parts measured.
    candidate_share, arousal_share : float
        Share of all seconds masked for candidates, and for the time after arousals.
    """

    mask: NDArray[np.bool_]
    events: list[Event]
    candidate_share: float
    arousal_share: float


def scan(block: Block, *, parameters: IctalParameters | None = None) -> IctalFeatures:
    """Slow waves of the core that stand out at the vertex.

    Without central and peripheral electrodes there are none to judge and the result is empty.
    """
    p = parameters or IctalParameters()
    vertex = [i for i, e in enumerate(block.electrodes) if e in VERTEX]
    rim = [i for i, e in enumerate(block.electrodes) if e in RIM]
    if len(vertex) < 2 or len(rim) < 4 or not len(block.derivations):
        return IctalFeatures.empty()
    first = int(np.ceil(block.start_s - 1e-6))
    seconds = range(first, int(np.floor(block.time(block.n_samples) + 1e-6)))
    if len(seconds) < 4:
        return IctalFeatures.empty()
    cells = range(seconds.start * SLOW_RATE_HZ, seconds.stop * SLOW_RATE_HZ)
    width = max(1, int(block.sfreq_hz / SLOW_RATE_HZ + 1e-6))
    wave = block.potentials[vertex].mean(axis=0) - block.potentials[rim].mean(axis=0)
    slow = gather(wave[None], cell_starts(block, 1 / SLOW_RATE_HZ, cells), width).mean(axis=-1)[0]
    slow = np.convolve(slow, np.hanning(9)[1:-1] / 4, mode="same").astype(np.float32)
    peak, amplitude, ratio = _standing_out(slow, p)
    peak_s = seconds.start + (peak + 0.5) / SLOW_RATE_HZ
    keep = (peak_s >= block.core_start_s) & (peak_s < block.core_stop_s)
    peak_s, amplitude, ratio = peak_s[keep], amplitude[keep], ratio[keep]
    if not len(peak_s):
        return IctalFeatures.empty()
    decrement = _decrements(block, seconds, peak_s, p)
    emg = _emg_bursts(block, seconds, peak_s, p)
    return IctalFeatures(
        peak_s,
        amplitude.astype(np.float32),
        ratio.astype(np.float32),
        decrement[0],
        decrement[1],
        np.asarray(decrement[2], np.float64),
        emg[0],
        emg[1],
    )


def _standing_out(slow: FloatArray, p: IctalParameters) -> tuple[NDArray[np.intp], FloatArray, FloatArray]:
    """Extremes of the vertex signal with their height over the troughs beside them and over the surroundings."""
    n_seconds = len(slow) // SLOW_RATE_HZ
    spread = np.ptp(slow.reshape(n_seconds, SLOW_RATE_HZ), axis=1)
    around = np.array([np.median(spread[max(0, k - 15) : k + 16]) for k in range(n_seconds)], np.float32)
    reach = SLOW_RATE_HZ
    padded = np.pad(slow, reach, mode="edge")
    found: list[tuple[int, float, float]] = []
    for sign in (1, -1):
        x, y = sign * slow, sign * padded
        at = np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])) + 1
        if not len(at):
            continue
        windows = np.lib.stride_tricks.sliding_window_view(y, 2 * reach + 1)[at]
        left, right = windows[:, :reach].min(axis=1), windows[:, reach + 1 :].min(axis=1)
        height = x[at] - (left + right) / 2
        scale = around[np.minimum(at // SLOW_RATE_HZ, n_seconds - 1)] + 1.0
        big = (height >= p.min_wave_uv) & (height >= p.min_wave_ratio * scale)
        big &= windows.max(axis=1) <= x[at]
        for k, h, s, w in zip(at[big], height[big], scale[big], windows[big], strict=True):
            above = w >= x[k] - h / 2
            start, stop = reach, reach
            while start > 0 and above[start - 1]:
                start -= 1
            while stop < 2 * reach and above[stop + 1]:
                stop += 1
            if p.wave_s[0] <= (stop - start + 1) / SLOW_RATE_HZ <= p.wave_s[1]:
                found.append((int(k), float(h), float(h / s)))
    found.sort()
    best: list[tuple[int, float, float]] = []
    for wave in found:
        if best and wave[0] - best[-1][0] < SLOW_RATE_HZ:
            if wave[1] > best[-1][1]:
                best[-1] = wave
        else:
            best.append(wave)
    return (
        np.array([b[0] for b in best], np.intp),
        np.array([b[1] for b in best], np.float32),
        np.array([b[2] for b in best], np.float32),
    )


def _decrements(
    block: Block, seconds: range, peak_s: NDArray[np.float64], p: IctalParameters
) -> tuple[FloatArray, FloatArray, NDArray[np.float64]]:
    """Duration, depth and end of the drop that follows each moment."""
    per_second = round(1 / CELL_S)
    first = seconds.start * per_second
    amplitude = envelope_of(block, range(first, seconds.stop * per_second))
    n = amplitude.shape[1]
    duration = np.zeros(len(peak_s), np.float32)
    depth = np.full(len(peak_s), np.nan, np.float32)
    stop_s = peak_s + 0.5
    for k, moment in enumerate(peak_s):
        at = int(moment * per_second) - first
        before = amplitude[:, max(0, at - 11 * per_second) : max(0, at - per_second)]
        if before.shape[1] < 4 * per_second:
            continue
        background = np.median(before[:, np.isfinite(before).all(axis=0)], axis=1)
        # A burst that rises out of suppression and falls back into it has no decrement.
        just_before = amplitude[:, max(0, at - 14) : max(1, at - 4)]
        background = np.fmin(background, np.median(just_before, axis=1))
        background[background < 1e-3] = np.nan
        ratio = amplitude[:, at : min(n, at + 8 * per_second)] / background[:, None]
        low = (np.nan_to_num(ratio, nan=9.0) <= p.decrement_ratio).mean(axis=0) >= p.decrement_fraction
        low = np.concatenate([close(low, 1), [False]])
        start = int(low.argmax())
        if not low[start] or start > p.decrement_within_s * per_second + 1:
            continue
        stop = start + int((~low[start:]).argmax())
        if (stop - start) * CELL_S + 0.25 >= p.min_decrement_s:
            duration[k] = (stop - start) * CELL_S + 0.25
            depth[k] = np.nanmedian(ratio[:, start:stop])
            stop_s[k] = (first + at + stop) * CELL_S
    return duration, depth, stop_s


def limb_emg(block: Block) -> tuple[str, ...]:
    """EMG channels that can show a spasm: deltoids where there are any, else all but chin and eyes."""
    emg = [name for name in block.aux if name.startswith("EMG")]
    deltoid = [name for name in emg if "deltoid" in name]
    return tuple(deltoid or [n for n in emg if not any(w in n for w in ("chin", "submental", "mental", "orbicularis"))])


def _emg_bursts(
    block: Block, seconds: range, peak_s: NDArray[np.float64], p: IctalParameters
) -> tuple[FloatArray, FloatArray]:
    """Duration and height of the EMG burst that goes with each moment."""
    names = limb_emg(block)
    if not names:
        return np.full(len(peak_s), np.nan, np.float32), np.full(len(peak_s), np.nan, np.float32)
    duration, height = np.zeros(len(peak_s), np.float32), np.zeros(len(peak_s), np.float32)
    cells = range(seconds.start * FAST_RATE_HZ, seconds.stop * FAST_RATE_HZ)
    width = max(1, int(block.sfreq_hz / FAST_RATE_HZ + 1e-6))
    starts = cell_starts(block, 1 / FAST_RATE_HZ, cells)
    rows = np.stack([block.aux[name] for name in names])
    envelope = fast_rms(gather(rows, starts, width), block.sfreq_hz)
    for k, moment in enumerate(peak_s):
        at = int((moment - seconds.start) * FAST_RATE_HZ)
        a, b = max(0, at - 12 * FAST_RATE_HZ), at + 12 * FAST_RATE_HZ
        near = envelope[:, a:b]
        usual = np.median(near, axis=1) + 0.5
        loud = close(np.asarray(near > p.emg_ratio * usual[:, None]), 2)
        for row in range(len(names)):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], loud[row], [False]]).astype(np.int8)))
            for start, stop in edges.reshape(-1, 2):
                length = (stop - start) / FAST_RATE_HZ
                begins = (start + a - at) / FAST_RATE_HZ
                if p.emg_s[0] <= length <= p.emg_s[1] and abs(begins) <= p.synchrony_s:
                    ratio = float(near[row, start:stop].max() / usual[row])
                    if ratio > height[k]:
                        duration[k], height[k] = length, ratio
    return duration, height


def mask(
    features: IctalFeatures,
    arousal_s: NDArray[np.float64] | Sequence[float],
    n_seconds: int,
    attenuations: Sequence[Event] = (),
    *,
    movement: NDArray[np.bool_] | None = None,
    mask_after_arousal_s: float = 60.0,
    parameters: IctalParameters | None = None,
) -> IctalMask:
    """Seconds that do not enter interictal scoring.

    A wave is a candidate when a decrement follows and, where limb EMG was recorded, a burst goes with it. One
    part may be missing (decrement or burst) when the moments repeat as a cluster. Between the members of a
    cluster all is masked.

    Parameters
    ----------
    features : IctalFeatures
        Of the whole recording.
    arousal_s : sequence of float
        The time after each is masked.
    n_seconds : int
        Whole seconds of the recording.
    attenuations : sequence of Event
        Interictal attenuations found; one that begins within 2 s of a wave serves as its decrement and is
        masked with it.
    movement : bool array, shape (n_seconds,), optional
        Seconds of gross movement; a wave within a run longer than ``max_movement_s`` is part of that movement,
        which is excluded as an artifact already.
    mask_after_arousal_s : float
        0 masks nothing. Status: derived (the pattern normalizes for about a minute after arousal).
    parameters : IctalParameters, optional
    """
    p = parameters or IctalParameters()
    drop_s = np.array([a.onset_s for a in attenuations])
    drop_stop_s = np.array([a.onset_s + a.duration_s for a in attenuations])
    n = len(features)
    stop_s = features.decrement_stop_s.copy()
    decrement = features.decrement_s.copy()
    for k in range(n):
        with_it = (drop_s >= features.peak_s[k] - 0.5) & (drop_s <= features.peak_s[k] + 2)
        if with_it.any():
            stop_s[k] = max(stop_s[k], float(drop_stop_s[with_it].max()))
            decrement[k] = max(decrement[k], float((drop_stop_s - drop_s)[with_it].max()))
    no_emg = np.isnan(features.emg_s)
    has_drop, has_burst = decrement > 0, np.nan_to_num(features.emg_s) > 0
    alone = features.wave_ratio >= p.alone_wave_ratio
    full = has_drop & ((no_emg & alone) | has_burst)
    possible = full | (has_drop & alone) | (has_burst & alone)
    moving = _within_long_runs(features.peak_s, movement, p.max_movement_s)
    full, possible = full & ~moving, possible & ~moving
    clustered = _clustered(features.peak_s, possible, p)
    if not no_emg.all():
        # Where limb EMG was recorded a cluster without any burst is none; single subtle spasms lack it.
        clustered &= no_emg | _near_any(features.peak_s, features.peak_s[has_burst & possible], p.cluster_interval_s[1])
    accepted = full | (possible & clustered)
    score = 0.35 + 0.2 * has_drop + 0.25 * has_burst + 0.2 * clustered - 0.15 * (no_emg & ~clustered)
    out = np.zeros(n_seconds, np.bool_)
    events: list[Event] = []
    previous: float | None = None
    for k in (int(i) for i in np.flatnonzero(accepted)):
        onset, stop = features.peak_s[k] - 0.5, max(stop_s[k], features.peak_s[k] + 0.5)
        parts = [f"slow wave {features.wave_uv[k]:.0f} µV, {features.wave_ratio[k]:.1f} x surroundings"]
        if has_drop[k]:
            parts.append(
                f"decrement {decrement[k]:.2f} s"
                + (f" to {features.decrement_ratio[k]:.2f}" if np.isfinite(features.decrement_ratio[k]) else "")
            )
        if has_burst[k]:
            parts.append(f"EMG burst {features.emg_s[k]:.2f} s, {features.emg_ratio[k]:.0f} x")
        parts += ["no limb EMG recorded"] if no_emg[k] else []
        parts += ["repeats as a cluster"] if clustered[k] else []
        events.append(
            Event(
                float(onset),
                float(stop - onset),
                "ictal_candidate",
                (),
                round(float(np.clip(score[k], 0, 1)), 3),
                amplitude_uv=round(float(features.wave_uv[k]), 1),
                reason="; ".join(parts),
            )
        )
        first = onset - p.before_s
        if clustered[k] and previous is not None and features.peak_s[k] - previous <= p.cluster_interval_s[1]:
            first = previous
        out[max(0, int(np.floor(first))) : max(0, int(np.ceil(stop + p.after_s)))] = True
        previous = float(features.peak_s[k]) if clustered[k] else None
    candidate_share = float(out.mean()) if n_seconds else 0.0
    after = np.zeros(n_seconds, np.bool_)
    if mask_after_arousal_s > 0:
        for moment in np.asarray(arousal_s, float):
            after[max(0, int(moment)) : max(0, int(np.ceil(moment + mask_after_arousal_s)))] = True
    return IctalMask(out | after, events, candidate_share, float(after.mean()) if n_seconds else 0.0)


def _within_long_runs(
    peak_s: NDArray[np.float64], movement: NDArray[np.bool_] | None, longest_s: float
) -> NDArray[np.bool_]:
    """Moments that lie in a run of movement longer than a spasm."""
    out = np.zeros(len(peak_s), np.bool_)
    if movement is None or not movement.any():
        return out
    edges = np.flatnonzero(np.diff(np.concatenate([[False], movement, [False]]).astype(np.int8))).reshape(-1, 2)
    for a, b in edges[edges[:, 1] - edges[:, 0] > longest_s]:
        out |= (peak_s >= a) & (peak_s < b)
    return out


def _near_any(moments_s: NDArray[np.float64], others_s: NDArray[np.float64], within_s: float) -> NDArray[np.bool_]:
    """Moments with another of the given kind at most so far away."""
    if not len(others_s):
        return np.zeros(len(moments_s), np.bool_)
    at = np.searchsorted(others_s, moments_s)
    left = np.abs(moments_s - others_s[np.maximum(at - 1, 0)])
    right = np.abs(others_s[np.minimum(at, len(others_s) - 1)] - moments_s)
    return np.asarray(np.minimum(left, right) <= within_s)


def _clustered(peak_s: NDArray[np.float64], possible: NDArray[np.bool_], p: IctalParameters) -> NDArray[np.bool_]:
    """Moments that belong to a run of ``cluster_size`` or more at cluster intervals."""
    out = np.zeros(len(peak_s), np.bool_)
    run: list[int] = []
    for k in (*(int(i) for i in np.flatnonzero(possible)), -1):
        close_by = run and k >= 0 and peak_s[k] - peak_s[run[-1]] <= p.cluster_interval_s[1]
        if close_by and peak_s[k] - peak_s[run[-1]] < p.cluster_interval_s[0]:
            out[k] = False
            continue
        if not close_by:
            if len(run) >= p.cluster_size:
                out[run] = True
            run = []
        run.append(k)
    return out
