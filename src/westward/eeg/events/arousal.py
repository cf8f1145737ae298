"""Arousals: abrupt shifts out of sleep, and awakenings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import EPOCH_S, STATES
from westward.eeg.events.sleep_features import SleepFeatures

_SLEEP = (STATES.index("nrem"), STATES.index("rem"))
_WAKE = STATES.index("wake")


@dataclass(frozen=True, slots=True)
class ArousalParameters:
    """Tunable numbers of :func:`detect`.

    Attributes
    ----------
    min_duration_s : int
        Least length of the shift (AASM and the pediatric arousal group, recalled).
    before_s : int
        Sleep that must precede, and the baseline (AASM asks for 10 s; 20 s here for a steadier baseline, derived).
    muscle_ratio : float
        Rise of activity above 25 Hz over the baseline (derived).
    min_muscle_uv : float
        Least level that counts as muscle, µV RMS (derived).
    fast_rise, slow_fall : float
        log10 rise of 15-25 Hz and fall of 0.5-4 Hz that together make a shift without muscle, NREM only (derived).
    merge_s : float
        Shifts closer than this are one arousal (policy).
    """

    min_duration_s: int = 3
    before_s: int = 20
    muscle_ratio: float = 2.5
    min_muscle_uv: float = 2.0
    fast_rise: float = 0.3
    slow_fall: float = 0.3
    merge_s: float = 15.0


def detect(
    features: SleepFeatures, state: NDArray[np.int8], *, parameters: ArousalParameters = ArousalParameters()
) -> NDArray[np.float64]:
    """Recording time of each arousal from NREM or REM sleep, awakenings included, sorted.

    Parameters
    ----------
    features : SleepFeatures
    state : int8 array, shape (n_epochs,)
        Indices into ``STATES``.
    """
    p = parameters
    n = len(state) * round(EPOCH_S)
    if n <= p.before_s:
        return np.zeros(0)

    def column(name: str) -> NDArray[np.float64]:
        return features.by_epoch(name, len(state)).ravel().astype(float)

    muscle, slow, beta = column("muscle_uv"), column("slow"), column("beta")
    sleep = np.repeat(np.isin(state, _SLEEP), round(EPOCH_S))
    nrem = np.repeat(state == _SLEEP[0], round(EPOCH_S))
    shift = (muscle > p.muscle_ratio * _before(muscle, p.before_s)) & (muscle > p.min_muscle_uv)
    faster = (beta > _before(beta, p.before_s) + p.fast_rise) & (slow < _before(slow, p.before_s) - p.slow_fall)
    shift |= faster & nrem
    begins = _sustained(shift, p.min_duration_s)
    asleep_before = np.zeros(n, bool)
    counts = np.concatenate([[0], np.cumsum(sleep)])
    asleep_before[p.before_s :] = (counts[p.before_s : n] - counts[: n - p.before_s]) == p.before_s
    onsets = list(np.flatnonzero(begins & asleep_before).astype(float))
    for k in np.flatnonzero(np.isin(state[:-1], _SLEEP) & (state[1:] == _WAKE)) + 1:
        edge = k * EPOCH_S
        if not any(edge - EPOCH_S <= t <= edge + EPOCH_S for t in onsets):
            near = np.flatnonzero(begins[int(edge - 15) : int(edge + 15)])
            onsets.append(edge - 15 + float(near[0]) if len(near) else edge)
    onsets.sort()
    kept: list[float] = []
    for t in onsets:
        if not kept or t - kept[-1] >= p.merge_s:
            kept.append(t)
    return np.array(kept, float)


def _before(x: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Median of the ``n`` values before each; NaN near the start and after missing values."""
    out = np.full(len(x), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(x, n)[:-1]
    out[n:] = np.median(windows, axis=1)
    return out


def _sustained(flag: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    """First samples of runs of at least ``n``."""
    edges = np.diff(np.concatenate([[0], flag.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    out = np.zeros(len(flag), bool)
    out[starts[stops - starts >= n]] = True
    return out
