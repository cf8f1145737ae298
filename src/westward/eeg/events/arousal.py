"""Arousals: abrupt shifts out of sleep, and awakenings.

A shift is an arousal only against a background that does not do the same all the time: in suppression-burst, and in
the trace alternant of the first weeks of life, every burst rises over the seconds before it, and none is an arousal.
Each shift is therefore held twice, against the seconds just before it and against what the sleep of the minutes around
reaches anyway.
"""

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
    usual_minutes : float
        Sleep of the same state so near on either side tells what is usual here, minutes (policy).
    usual_quantile : float
        A tenth of ordinary sleep and more lies above this; bursts that fill a tenth of the time lie below (policy).
    usual_ratio, usual_rise : float
        A shift must reach this factor (of muscle) or log10 rise (of 15-25 Hz) over the usual level. In even sleep
        ``muscle_ratio`` and ``fast_rise`` ask for more, so that nothing changes there (policy).
    usual_known_s : int
        Fewer seconds of sleep around: nothing usual is known, and nothing is held against it (policy).
    """

    min_duration_s: int = 3
    before_s: int = 20
    muscle_ratio: float = 2.5
    min_muscle_uv: float = 2.0
    fast_rise: float = 0.3
    slow_fall: float = 0.3
    merge_s: float = 15.0
    usual_minutes: float = 10.0
    usual_quantile: float = 0.9
    usual_ratio: float = 1.5
    usual_rise: float = 0.15
    usual_known_s: int = 60


@dataclass(frozen=True, eq=False, slots=True)
class Arousals:
    """Of a whole recording, recording time, sorted.

    Attributes
    ----------
    onset_s : float64 array
        Arousals from NREM or REM sleep, awakenings included.
    usual_s : float64 array
        Shifts of sleep that were left out because the sleep around makes such all the time.
    """

    onset_s: NDArray[np.float64]
    usual_s: NDArray[np.float64]


def detect(
    features: SleepFeatures, state: NDArray[np.int8], *, parameters: ArousalParameters = ArousalParameters()
) -> Arousals:
    """Find arousals from NREM or REM sleep, awakenings included.

    Parameters
    ----------
    features : SleepFeatures
    state : int8 array, shape (n_epochs,)
        Indices into ``STATES``.
    """
    p = parameters
    n = len(state) * round(EPOCH_S)
    if n <= p.before_s:
        return Arousals(np.zeros(0), np.zeros(0))

    def column(name: str) -> NDArray[np.float64]:
        return features.by_epoch(name, len(state)).ravel().astype(float)

    muscle, slow, beta = column("muscle_uv"), column("slow"), column("beta")
    sleep = np.repeat(np.isin(state, _SLEEP), round(EPOCH_S))
    nrem = np.repeat(state == _SLEEP[0], round(EPOCH_S))
    shift = (muscle > p.muscle_ratio * _before(muscle, p.before_s)) & (muscle > p.min_muscle_uv)
    faster = (beta > _before(beta, p.before_s) + p.fast_rise) & (slow < _before(slow, p.before_s) - p.slow_fall)
    asleep_before = np.zeros(n, bool)
    counts = np.concatenate([[0], np.cumsum(sleep)])
    asleep_before[p.before_s :] = (counts[p.before_s : n] - counts[: n - p.before_s]) == p.before_s
    every = np.flatnonzero(_sustained(shift | (faster & nrem), p.min_duration_s) & asleep_before).astype(float)
    # NaN, where nothing usual is known, leaves a shift as it is.
    shift &= ~(muscle <= p.usual_ratio * _usual(muscle, state, p))
    faster &= ~(beta <= _usual(beta, state, p) + p.usual_rise)
    shift |= faster & nrem
    begins = _sustained(shift, p.min_duration_s)
    onsets = list(np.flatnonzero(begins & asleep_before).astype(float))
    for k in np.flatnonzero(np.isin(state[:-1], _SLEEP) & (state[1:] == _WAKE)) + 1:
        edge = k * EPOCH_S
        if not any(edge - EPOCH_S <= t <= edge + EPOCH_S for t in onsets):
            near = np.flatnonzero(begins[int(edge - 15) : int(edge + 15)])
            onsets.append(edge - 15 + float(near[0]) if len(near) else edge)
    onset_s = _apart(sorted(onsets), p.merge_s)
    left_out = [t for t in every if not (np.abs(onset_s - t) < p.merge_s).any()]
    return Arousals(onset_s, np.array(left_out, np.float64))


def _apart(times: list[float], least_s: float) -> NDArray[np.float64]:
    """Times of which each is at least so long after the one kept before it."""
    kept: list[float] = []
    for t in times:
        if not kept or t - kept[-1] >= least_s:
            kept.append(t)
    return np.array(kept, np.float64)


def _usual(x: NDArray[np.float64], state: NDArray[np.int8], p: ArousalParameters) -> NDArray[np.float64]:
    """What the sleep of the minutes around reaches anyway, one value per second; NaN where it is not known.

    Taken over the seconds of the epoch's own state of sleep, and over all sleep where that is too short.
    """
    length, reach = round(EPOCH_S), round(60 * p.usual_minutes / EPOCH_S)
    cells = x.reshape(len(state), length)
    out = np.full(len(state), np.nan)
    for k in np.flatnonzero(np.isin(state, _SLEEP)):
        near = slice(max(0, k - reach), k + reach + 1)
        for alike in (state[near] == state[k], np.isin(state[near], _SLEEP)):
            around = cells[near][alike]
            around = around[np.isfinite(around)]
            if len(around) >= p.usual_known_s:
                out[k] = np.quantile(around, p.usual_quantile)
                break
    return np.repeat(out, length)


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
