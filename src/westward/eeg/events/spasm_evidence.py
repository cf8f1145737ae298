"""How much each measured part speaks for a spasm: logarithms of likelihood ratios, added up."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters

FloatArray = NDArray[np.float64]
Pairs = tuple[tuple[float, float], ...]
_SHARP = ((0.9, 0.0), (1.5, -1.0))


def interpolated(values: ArrayLike, pairs: Pairs) -> FloatArray:
    """Evidence of measures; 0 where not assessable (NaN)."""
    x, y = np.array(pairs, np.float64).T
    values = np.asarray(values, np.float64)
    return np.asarray(np.where(np.isnan(values), 0.0, np.interp(np.nan_to_num(values), x, y)))


def slow_wave(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the slow wave: only a broad, blunt wave speaks for a spasm; less where such waves are a habit."""
    height = interpolated(f.slow_wave_ratio, p.wave_ratio_evidence)
    height -= np.log1p(p.habit_weight * habit(f, f.slow_wave_ratio, p.habit_ratio, p))
    field = interpolated(f.vertex_share, p.field_evidence) + interpolated(f.sharpness, _SHARP)
    small = np.nan_to_num(f.slow_wave_uv, nan=np.inf) < p.min_wave_uv
    out = np.where(small, p.wave_absent_evidence, np.maximum(height + field, p.wave_absent_evidence))
    return np.asarray(np.where(np.isnan(f.slow_wave_ratio), 0.0, out))


def decrement(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the decrement; less where such falls are a habit of the background."""
    found = interpolated(f.decrement_depth, p.decrement_evidence)
    found += interpolated(f.decrement_s, p.decrement_duration_evidence)
    least = p.decrement_evidence[0][1]
    usual = habit(f, f.decrement_depth, p.habit_depth, p)
    less = np.maximum(found - np.log1p(p.habit_weight * usual), least)
    return np.asarray(np.where(np.isnan(f.decrement_depth), p.no_background_evidence, less))


def habit(f: SpasmFeatures, measure: NDArray[np.floating], ladder: tuple[float, ...], p: SpasmParameters) -> FloatArray:
    """How many per minute of about the same size (step of the ladder) are usual around each candidate.

    A cluster of spasms fills a few minutes, so a low percentile of the minutes around does not see it; and what
    comes with a clear burst of limb EMG is no habit of the background, however long it goes on.
    """
    out = np.zeros(len(f))
    if not len(f):
        return out
    # What is under way when the recording begins has an onset before it.
    onset_s = np.maximum(f.onset_s, 0)
    minute = (onset_s // 60).astype(np.intp)
    size = np.nan_to_num(measure)
    background = emg(f, p) < 2 * p.clear_evidence
    for level in ladder:
        when_s = onset_s[background & (size >= level)]
        # Several candidates may look at one event.
        when_s = when_s[np.diff(when_s, prepend=-np.inf) > p.refractory_s]
        # A short recording tells little of habits: what it lacks to the least length counts as minutes without.
        n_minutes = max(int(minute.max()) + 1, p.habit_least_minutes)
        counts = np.bincount((when_s // 60).astype(np.intp), minlength=n_minutes).astype(np.float64)
        width = min(2 * p.habit_minutes + 1, len(counts))
        windows = np.lib.stride_tricks.sliding_window_view(counts, width)
        around = np.percentile(windows, p.habit_percentile, axis=1, method="lower")
        out = np.where(size >= level, around[np.clip(minute - p.habit_minutes, 0, len(around) - 1)], out)
    return out


def emg(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the burst of limb EMG."""
    found = (
        interpolated(f.emg_ratio, p.emg_ratio_evidence)
        + interpolated(f.emg_duration_s, p.emg_duration_evidence)
        + interpolated(f.emg_diamond, p.emg_diamond_evidence)
    )
    out = np.where(f.emg_ratio > 0, found, p.emg_absent_evidence)
    return np.asarray(np.where(np.isnan(f.emg_ratio), 0.0, out))


def has_clear_part(f: SpasmFeatures, p: SpasmParameters) -> NDArray[np.bool_]:
    """Whether an EMG burst, a slow wave without want of its decrement, or a deep decrement is beyond doubt."""
    wave, fall = slow_wave(f, p), decrement(f, p)
    both = (wave >= p.clear_evidence) & ((f.decrement_s > 0) | np.isnan(f.decrement_s))
    return np.asarray((emg(f, p) >= p.clear_evidence) | both | (fall >= 2 * p.clear_evidence))


def total(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """All parts together with the prior, before anything is known of state, artifacts and neighbors."""
    return np.asarray(
        p.prior + slow_wave(f, p) + decrement(f, p) + emg(f, p) + interpolated(f.fast_activity_ratio, p.fast_evidence)
    )


def probability(evidence: ArrayLike) -> FloatArray:
    """From the logarithm of the odds to 0-1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(evidence, np.float64), -60, 60))))
