"""What is known of the time of a candidate beside the EEG of its seconds: motion, artifact, sleep, gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.quality import Quality, bit
from westward.eeg.signal.runs import runs


def moved(onset_s: NDArray[np.float64], motion: NDArray[np.floating] | None, n_seconds: int) -> NDArray[np.float64]:
    """Largest motion of the two seconds from each onset over the median of the minute around; NaN without."""
    if motion is None or not len(onset_s):
        return np.full(len(onset_s), np.nan)
    trace = np.full(n_seconds, np.nan)
    n = min(n_seconds, len(motion))
    trace[:n] = np.asarray(motion, np.float64)[:n]
    out = np.full(len(onset_s), np.nan)
    for k, t in enumerate(onset_s):
        now, around = trace[max(0, int(t)) : int(t) + 3], trace[max(0, int(t) - 30) : int(t) + 31]
        if np.isfinite(now).any():
            out[k] = np.nanmax(now) / (np.nanmedian(around) + 1e-9)
    return out


def in_long_runs(onset_s: NDArray[np.float64], quality: Quality | None, longest_s: float) -> NDArray[np.bool_]:
    """Moments that lie in a run of unusable seconds longer than a spasm."""
    out = np.zeros(len(onset_s), np.bool_)
    if quality is None or not quality.n_seconds:
        return out
    for a, b in runs(quality.global_flags > 0) + quality.first_second:
        if b - a > longest_s:
            out |= (onset_s >= a) & (onset_s < b)
    return out


def watched(quality: Quality | None, n_seconds: int) -> NDArray[np.bool_]:
    """Seconds that were recorded: not in a gap."""
    out = np.ones(n_seconds, np.bool_)
    if quality is not None and quality.n_seconds:
        flags = quality.global_flags & bit("gap")
        out[quality.first_second : quality.first_second + len(flags)] = (
            flags[: max(0, n_seconds - quality.first_second)] == 0
        )
    return out


def asleep(onset_s: NDArray[np.float64], hypnogram: Hypnogram | None, n_seconds: int) -> NDArray[np.bool_]:
    """Moments of NREM or REM sleep."""
    return _in_states(("nrem", "rem"), onset_s, hypnogram, n_seconds)


def awake(onset_s: NDArray[np.float64], hypnogram: Hypnogram | None, n_seconds: int) -> NDArray[np.bool_]:
    """Moments staged as wake; none where nothing was staged."""
    return _in_states(("wake",), onset_s, hypnogram, n_seconds)


def _in_states(
    names: tuple[str, ...], onset_s: NDArray[np.float64], hypnogram: Hypnogram | None, n_seconds: int
) -> NDArray[np.bool_]:
    if hypnogram is None or not len(onset_s) or not n_seconds:
        return np.zeros(len(onset_s), np.bool_)
    state = hypnogram.per_second(n_seconds)[np.clip(onset_s.astype(np.intp), 0, n_seconds - 1)]
    return np.isin(state, [STATES.index(name) for name in names])
