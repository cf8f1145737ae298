"""Decrements: the generalized fall of voltage after a moment, against the background before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.signal import order
from westward.eeg.signal.runs import runs

FloatArray = NDArray[np.float32]
STEPS_PER_S = 8
_CELLS = SLOW_RATE_HZ // STEPS_PER_S
_JUST_BEFORE = range(-20, -3)
"""Steps of an eighth of a second before the onset: what is low already there has no decrement to come."""
_JUST_BEFORE_SLACK = 1.25
EARLY_S = (1.0, 2.0)
"""After the peak of the slow wave; the decrement follows it and lasts from one to several seconds."""
_FLOOR_UV = 2.0
_HIGH, _LOW = 0.8, 0.35
"""Quantiles of the seconds before that stand for bursts and for suppression (policy)."""


def amplitude(means: FloatArray) -> FloatArray:
    """Peak-to-peak in the half second around each eighth of a second, from rows at 32 Hz.

    Column k belongs to the moment ``k / 8`` s after the first cell.
    """
    n = means.shape[1] // _CELLS
    pieces = means[:, : n * _CELLS].reshape(means.shape[0], n, _CELLS)
    high = np.pad(order.largest(pieces), ((0, 0), (2, 1)), mode="edge")
    low = np.pad(order.smallest(pieces), ((0, 0), (2, 1)), mode="edge")
    high = np.maximum(np.maximum(high[:, :n], high[:, 1 : n + 1]), np.maximum(high[:, 2 : n + 2], high[:, 3 : n + 3]))
    low = np.minimum(np.minimum(low[:, :n], low[:, 1 : n + 1]), np.minimum(low[:, 2 : n + 2], low[:, 3 : n + 3]))
    return np.asarray(high - low, np.float32)


def starts(amplitude_uv: FloatArray, n_seconds: int, p: SpasmParameters) -> NDArray[np.intp]:
    """Steps at which most derivations fall below the background of the seconds before."""
    if not len(amplitude_uv) or n_seconds < p.baseline_s + 2:
        return np.zeros(0, np.intp)
    by_second = order.median(amplitude_uv.reshape(len(amplitude_uv), n_seconds, STEPS_PER_S))
    before = np.lib.stride_tricks.sliding_window_view(by_second, p.baseline_s, axis=-1)
    usual = np.full(by_second.shape, np.nan, np.float32)
    usual[:, p.baseline_s + 1 :] = order.quantile(before[:, :-2], p.baseline_percentile / 100)
    usual[:, np.nan_to_num(order.median(usual, axis=0)) < p.min_background_uv] = np.nan
    each = np.asarray(amplitude_uv / np.repeat(usual, STEPS_PER_S, axis=1), np.float32)
    ratio = order.median(each, axis=0)
    low = np.nan_to_num(ratio, nan=9.0) <= p.decrement_ratio
    found = runs(low)
    return np.asarray(found[(found[:, 1] - found[:, 0]) >= p.min_decrement_s * STEPS_PER_S - 2, 0], np.intp)


@dataclass(frozen=True, eq=False)
class DecrementParts:
    """The decrement of each candidate; see ``SpasmFeatures``."""

    ratio: FloatArray
    duration_s: FloatArray
    share: FloatArray


def parts(amplitude_uv: FloatArray, onset_s: NDArray[np.float64], seconds: range, p: SpasmParameters) -> DecrementParts:
    """The longest fall that begins soon after each onset."""
    n = len(onset_s)
    out = DecrementParts(*(np.full(n, np.nan, np.float32) for _ in range(3)))
    if not len(amplitude_uv) or not n:
        return out
    at = np.rint((onset_s - seconds.start) * STEPS_PER_S).astype(np.intp)
    last = amplitude_uv.shape[1] - 1
    before = at[:, None] + np.arange(-p.baseline_s * STEPS_PER_S, -STEPS_PER_S, 2)
    known = before[:, before.shape[1] // 2] >= 0
    usual = order.quantile(amplitude_uv[:, np.clip(before, 0, last)], p.baseline_percentile / 100)
    just = order.median(amplitude_uv[:, np.clip(at[:, None] + np.array(_JUST_BEFORE), 0, last)])
    usual = np.minimum(usual, _JUST_BEFORE_SLACK * just)
    known &= order.median(usual, axis=0) >= p.min_background_uv
    length = round((p.decrement_within_s[1] + p.max_decrement_s + 1) * STEPS_PER_S)
    after = at[:, None] + np.arange(length)
    inside = after <= last
    each = amplitude_uv[:, np.minimum(after, last)] / (usual[..., None] + 1e-3)
    ratio = np.where(inside, order.median(each, axis=0), 9.0)
    first, stop = (round(s * STEPS_PER_S) for s in p.decrement_within_s)
    for k in np.flatnonzero(known):
        out.duration_s[k] = 0.0
        a, b = _longest(ratio[k], first, stop, p)
        # The half-second window has to lie in the decrement as a whole: it is longer by one window.
        duration = (b - a) / STEPS_PER_S + 0.4
        if b <= a or not p.min_decrement_s <= duration <= p.max_decrement_s:
            continue
        out.duration_s[k] = duration
        out.ratio[k] = np.median(ratio[k, a:b])
        out.share[k] = float((order.median(each[:, k, a:b]) <= p.decrement_end_ratio).mean())
    return out


def early_change(
    amplitude_uv: FloatArray, peak_s: NDArray[np.float64], seconds: range, p: SpasmParameters
) -> FloatArray:
    """Amplitude 1-2 s after each moment over that of the seconds before, as a power of two.

    The median over derivations of their own changes: negative where the voltage falls everywhere. NaN where too
    little came before, or the background is too low for any fall to show.
    """
    if not len(amplitude_uv) or not len(peak_s):
        return np.full(len(peak_s), np.nan, np.float32)
    level = np.log2(amplitude_uv + np.float32(_FLOOR_UV))
    last = level.shape[1] - 1
    at = np.floor((peak_s - seconds.start) * STEPS_PER_S).astype(np.intp)
    before = at[:, None] + np.arange(-p.baseline_s * STEPS_PER_S, -STEPS_PER_S)
    after = at[:, None] + np.arange(round(EARLY_S[0] * STEPS_PER_S), round(EARLY_S[1] * STEPS_PER_S))
    usual = order.median(level[:, np.clip(before, 0, last)])
    out = order.median(order.median(level[:, np.clip(after, 0, last)]) - usual, axis=0)
    known = (before[:, before.shape[1] // 2] >= 0) & (after[:, 0] <= last)
    known &= order.median(usual, axis=0) >= np.log2(p.min_background_uv + _FLOOR_UV)
    return np.asarray(np.where(known, out, np.nan), np.float32)


def burst_contrast(
    amplitude_uv: FloatArray, onset_s: NDArray[np.float64], seconds: range, p: SpasmParameters
) -> FloatArray:
    """Amplitude of the upper fifth of the seconds before each onset over their lowest third, a power of two.

    Large where suppression fills a third of the time and more; NaN where too little came before.
    """
    if not len(amplitude_uv) or not len(onset_s):
        return np.full(len(onset_s), np.nan, np.float32)
    level = order.median(np.log2(amplitude_uv + np.float32(_FLOOR_UV)), axis=0)
    at = np.rint((onset_s - seconds.start) * STEPS_PER_S).astype(np.intp)
    before = at[:, None] + np.arange(-p.baseline_s * STEPS_PER_S, -STEPS_PER_S // 2)
    seen = level[np.clip(before, 0, len(level) - 1)]
    found = order.quantile(seen, _HIGH) - order.quantile(seen, _LOW)
    return np.asarray(np.where(before[:, before.shape[1] // 2] >= 0, found, np.nan), np.float32)


def _longest(ratio: NDArray[np.floating], first: int, stop: int, p: SpasmParameters) -> tuple[int, int]:
    """First and last step of the longest low run that begins in ``first:stop``; (0, 0) if none."""
    low = ratio <= p.decrement_ratio
    held = ratio <= p.decrement_end_ratio
    best, k = (0, 0), first
    while k < stop:
        if not low[k]:
            k += 1
            continue
        ended = np.flatnonzero(~held[k:])
        end = k + int(ended[0]) if len(ended) else len(ratio)
        if end - k > best[1] - best[0]:
            best = (k, end)
        k = end + 1
    return best
