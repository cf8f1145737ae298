"""Heartbeats in the EEG: which sharp waves are QRS complexes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import spike_shape as shape
from westward.eeg.events.spike_waves import Rows, Sharpness, Waves, samples

FloatArray = NDArray[np.float32]
_WINDOW_S = 8.0
_LOCKED_S = 0.08
_MIN_BEATS = 6
_MISSED_BEATS = 2


def heartbeats(ecg: FloatArray, start_s: float, sfreq_hz: float) -> Rows:
    """Samples of the R peaks of an ECG channel.

    The sharpest wave of each beat: more than half of the usual maximum of the seconds around (8 s either way),
    at most four a second.
    """
    s = np.abs(shape.sharpness(np.atleast_2d(np.asarray(ecg, np.float32)), samples(0.024, sfreq_hz)))
    edges = shape.second_edges(start_s, s.shape[1], sfreq_hz)
    if len(edges) < 3:
        return np.zeros(0, np.intp)
    tops = np.maximum.reduceat(s[:, : edges[-1]], edges[:-1], axis=1)
    usual = shape.running_quantile(tops, int(_WINDOW_S), 0.5)[0]
    y = s[0]
    peak = np.flatnonzero((y[1:-1] >= y[:-2]) & (y[1:-1] > y[2:])) + 1
    peak = peak[y[peak] > 0.5 * usual[np.searchsorted(edges[1:-1], peak, side="right")]]
    refractory = samples(0.22, sfreq_hz)
    for k in range(1, 12):
        if len(peak) <= k:
            break
        gap = peak[k:] - peak[:-k]
        lower = y[peak[k:]] <= y[peak[:-k]]
        beaten = np.zeros(len(peak), bool)
        beaten[k:] |= (gap < refractory) & lower
        beaten[:-k] |= (gap < refractory) & ~lower
        peak = peak[~beaten]
    return np.asarray(peak, np.intp)


def locked(waves: Waves, dense: Sharpness, block: Block) -> NDArray[np.bool_]:
    """Which waves come with every heartbeat: the channel shows the like at the same moment of the other beats.

    With an ECG channel, the median over the beats of 8 s either way is compared; without one, a wave is taken
    for a heartbeat when it has opposite polarity on the far side of the head and recurs at an even pace of
    80-220 a minute for at least six beats either way.
    """
    out = np.zeros(len(waves), bool)
    ecg = next((block.aux[name] for name in block.aux if name.upper().startswith(("ECG", "EKG"))), None)
    if ecg is not None and len(waves):
        beats = heartbeats(ecg, block.start_s, block.sfreq_hz)
        if len(beats) >= _MIN_BEATS:
            return _with_beats(waves, dense, beats, block.sfreq_hz)
    dipolar = np.flatnonzero(waves.share.min(axis=1, initial=0) <= -0.4)
    if len(dipolar):
        out[dipolar] = _paced(waves.select(dipolar), dense, block.sfreq_hz)
    return out


def _with_beats(waves: Waves, dense: Sharpness, beats: Rows, fs: float) -> NDArray[np.bool_]:
    after = np.clip(np.searchsorted(beats, waves.sample), 1, len(beats) - 1)
    nearest = np.where(np.abs(beats[after] - waves.sample) < np.abs(beats[after - 1] - waves.sample), after, after - 1)
    lag = waves.sample - beats[nearest]
    out = np.zeros(len(waves), bool)
    close = np.flatnonzero(np.abs(lag) <= _LOCKED_S * fs)
    if not len(close):
        return out
    reach = int(_WINDOW_S * 3.5)
    neighbor = nearest[close, None] + np.concatenate([np.arange(-reach, 0), np.arange(1, reach + 1)])
    valid = (neighbor >= 0) & (neighbor < len(beats))
    beat = beats[np.clip(neighbor, 0, len(beats) - 1)]
    valid &= np.abs(beat - beats[nearest[close], None]) <= _WINDOW_S * fs
    center = beat + lag[close, None]
    like = _tallest(waves, dense, close, center, samples(0.008, fs))
    like = np.where(valid, like, np.nan)
    enough = valid.sum(axis=1) >= _MIN_BEATS
    typical = np.full(len(close), -np.inf)
    typical[enough] = np.nanmedian(like[enough], axis=1)
    out[close] = typical >= 0.4 * waves.height_uv[close]
    return out


def _tallest(waves: Waves, dense: Sharpness, rows: Rows, center: Rows, wiggle: int) -> FloatArray:
    """Largest sharpness of the sign of each wave within ``wiggle`` samples of other moments."""
    shifts = np.arange(-wiggle, wiggle + 1)
    column = np.clip(center[..., None] + shifts, 0, dense.smooth.shape[1] - 1)
    value = dense.scales[waves.scale[rows, None, None], waves.row[rows, None, None], column]
    return np.asarray((value * waves.sign[rows, None, None]).max(axis=2))


def _paced(waves: Waves, dense: Sharpness, fs: float) -> NDArray[np.bool_]:
    paced = np.zeros(len(waves), bool)
    everyone = np.arange(len(waves))
    beats = np.concatenate([np.arange(-6, 0), np.arange(1, 7)])
    for period in np.arange(60 / 220, 60 / 80, 0.012):
        hits, misses = np.zeros(len(waves), int), np.zeros(len(waves), int)
        for k in beats:
            rows = everyone[misses <= _MISSED_BEATS]
            if not len(rows):
                break
            center = waves.sample[rows, None] + round(k * period * fs)
            wiggle = samples(0.008 + 0.015 * abs(k) * period, fs)
            like = _tallest(waves, dense, rows, center, wiggle)[:, 0] >= 0.45 * waves.height_uv[rows]
            hits[rows] += like
            misses[rows] += ~like
        paced |= hits >= len(beats) - _MISSED_BEATS
    return paced
