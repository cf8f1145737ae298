"""How much each measured part speaks for a spasm: logarithms of likelihood ratios, added up."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters

FloatArray = NDArray[np.float64]
Pairs = tuple[tuple[float, float], ...]
_LEAST = 1e-3


def interpolated(values: ArrayLike, pairs: Pairs) -> FloatArray:
    """Evidence of measures; 0 where not assessable (NaN)."""
    x, y = np.array(pairs, np.float64).T
    values = np.asarray(values, np.float64)
    return np.asarray(np.where(np.isnan(values), 0.0, np.interp(np.nan_to_num(values), x, y)))


def of_ratio(values: ArrayLike, pairs: Pairs) -> FloatArray:
    """Evidence of ratios, interpolated over their logarithm; 0 where not assessable (NaN)."""
    logs = tuple((float(np.log(x)), y) for x, y in pairs)
    return interpolated(np.log(np.maximum(np.asarray(values, np.float64), _LEAST)), logs)


def _between(ratio: FloatArray | NDArray[np.float32], low: float, high: float) -> FloatArray:
    """0 up to one ratio, 1 from another on, between them along the logarithm."""
    return np.asarray(np.clip(np.log(ratio / low) / np.log(high / low), 0, 1))


def slow_wave(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the slow wave: how it stands out, its field and its bluntness.

    The field and the sharpness of a small wave are mostly those of the background and say little. What the field
    leaves over speaks against the wave (movement, a focus) as far as it is not small beside the wave itself. A large
    wave without decrement and with others like it close by is one of a rhythm.
    """
    ratio = np.maximum(f.slow_wave_ratio, _LEAST)
    beside = np.clip((f.unlike / ratio**2 - p.unlike_share[0]) / (p.unlike_share[1] - p.unlike_share[0]), 0, 1)
    clear = np.maximum(_between(ratio, *p.field_ratio), p.least_field)
    found = of_ratio(f.slow_wave_ratio, p.wave_ratio_evidence)
    found += of_ratio(f.unlike, p.unlike_evidence) * np.nan_to_num(beside)
    shape = interpolated(f.vertex_share, p.field_evidence) + interpolated(f.sharpness, p.sharpness_evidence)
    found += shape * np.nan_to_num(clear)
    alone = np.where(f.decrement_s > 0, 0.0, np.nan_to_num(_between(ratio, *p.repeats_ratio)))
    found += interpolated(f.repeats, p.repeats_evidence) * alone
    return np.asarray(np.where(f.decrement_s > 0, np.maximum(found, p.wave_absent_evidence), found))


def decrement(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the decrement: how deep, how long, how general, and whether the voltage falls just after the wave at all."""
    there = f.decrement_s > 0
    nothing = np.float32(np.nan)
    found = of_ratio(np.where(there, f.decrement_ratio, nothing), p.decrement_evidence)
    found += interpolated(np.where(there, f.decrement_share, nothing), p.decrement_share_evidence)
    found += interpolated(np.where(there, f.decrement_s, nothing), p.decrement_duration_evidence)
    return found + interpolated(f.early_change, p.early_change_evidence)


def fast_activity(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of fast activity on the wave; a great deal of it is rather muscle."""
    return of_ratio(f.fast_activity_ratio, p.fast_evidence)


def emg(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """Of the burst of limb EMG: its size and course, and whether both sides take part.

    A startle and a spasm can have the same burst: what its course says ends at ``most_emg``.
    """
    found = (
        of_ratio(f.emg_ratio, p.emg_ratio_evidence)
        + interpolated(f.emg_duration_s, p.emg_duration_evidence)
        + interpolated(f.emg_diamond, p.emg_diamond_evidence)
        + interpolated(f.emg_onset_s - f.slow_wave_peak_s, p.emg_lag_evidence)
    )
    there = np.minimum(found, p.most_emg) + interpolated(np.abs(f.emg_asymmetry), p.emg_asymmetry_evidence)
    out = np.where(f.emg_ratio > 0, there, p.emg_absent_evidence)
    return np.asarray(np.where(np.isnan(f.emg_ratio), 0.0, out))


def total(f: SpasmFeatures, p: SpasmParameters) -> FloatArray:
    """All parts together, before anything is known of state, artifacts, habits and neighbors.

    The logarithm of the time, in seconds, in which the background makes one candidate for each that a spasm makes.
    """
    unknown = np.where(np.isnan(f.slow_wave_ratio), p.wave_unknown_evidence, 0.0)
    return np.asarray(p.prior + slow_wave(f, p) + unknown + decrement(f, p) + fast_activity(f, p) + emg(f, p))
