"""Epileptic spikes and sharp waves on infant background, one block at a time.

A spike is found by what a reader sees: a wave of 20-200 ms that is sharper than its surround (second difference
at two scales over a robust running background), seen by neighboring electrodes at once (a field), standing alone
(no rhythm, no muscle, no heartbeat), often followed by a slow wave. Definition of the wave: IFCN glossary of terms
(Kane et al. 2017; recalled). The measures and limits are ours (policy), set on real clips without spikes of
infantile spasms, on pieces of noise, and on spikes planted in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import InputError
from westward.eeg.block import Block
from westward.eeg.events import spike_ecg
from westward.eeg.events import spike_shape as shape
from westward.eeg.events.quality import Quality
from westward.eeg.events.spike_confidence import ConfidenceParameters, confidence
from westward.eeg.events.spike_waves import Peaks, Sharpness, Waves, measure, samples
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal import kernels
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.signal.scalp import adjacency, flat

FloatArray = NDArray[np.float32]
MIN_SFREQ_HZ = 100.0
"""A 20-ms wave has two samples at this rate; below it spikes are not assessable."""


@dataclass(frozen=True)
class SpikeParameters:
    """Limits of the spike detector. Status: policy throughout."""

    short_half_span_s: float = 0.014
    """Half span of the second difference that answers short spikes, and any spike among fast rhythms."""
    spike_half_span_s: float = 0.024
    """Half span of the second difference that answers spikes of 20-70 ms."""
    sharp_half_span_s: float = 0.056
    """Half span of the one that answers sharp waves of 70-200 ms."""
    background_half_window_s: int = 8
    """The running background looks so many seconds either way."""
    background_quantile: float = 0.5
    """Quantile of the per-second background inside that window; low, so that spikes do not raise it."""
    min_background_uv: float = 0.7
    """Floor of the background (standard deviation of the sharpness), µV, against silent channels."""
    min_height_uv: float = 18.0
    """Smallest sharpness of a spike, µV against the average reference."""
    candidate_contrast: float = 4.0
    """Sharpness over background from which a wave is measured."""
    simultaneous_s: float = 0.020
    """Peaks this close anywhere on the head are one spike."""
    refractory_s: float = 0.060
    """Peaks this close on nearby electrodes are one spike."""
    operating_point: float = 0.5
    """Confidence from which a wave is a spike by itself (a clear spike)."""
    doubtful_point: float = 0.01
    """Confidence from which a wave is worth comparing with the foci of the study (a doubtful spike)."""
    confidence: ConfidenceParameters = field(default_factory=ConfidenceParameters)
    """Weights of the confidence."""


def refusal(sfreq_hz: float, electrodes: Sequence[str] = (), derivations: Sequence[str] = ()) -> str:
    """Why spikes are not assessable at this sampling rate and in these derivations, or empty."""
    if sfreq_hz < MIN_SFREQ_HZ:
        return f"spikes need at least {MIN_SFREQ_HZ:g} samples per second; this recording has {sfreq_hz:g}"
    return without_field(electrodes, derivations)


def without_field(electrodes: Sequence[str], derivations: Sequence[str]) -> str:
    """Why the field of a spike cannot be seen, or empty: a spike shows in derivations that share an electrode.

    On electrodes of unknown position (none given) neighbors are not known, and each derivation is judged alone.
    """
    if not electrodes or any(set(a.split("-")) & set(b.split("-")) for a, b in combinations(derivations, 2)):
        return ""
    return f"no two of the derivations recorded ({', '.join(derivations)}) share an electrode: no field can be seen"


def detect(
    block: Block,
    *,
    quality: Quality | None = None,
    age_days: int | None = None,  # noqa: ARG001
    doubtful: bool = False,
    parameters: SpikeParameters | None = None,
) -> Spikes:
    """Spikes whose peak lies in the core of a block.

    Parameters
    ----------
    block : Block
        At least 100 samples per second. Without electrodes (unknown positions) each derivation is judged alone,
        with less confidence.
    quality : Quality, optional
        Seconds flagged as a whole, and flagged electrodes, yield no spikes.
    age_days : int, optional
        Kept for limits that depend on age; none does at present.
    doubtful : bool
        Also return doubtful spikes; :func:`westward.eeg.events.foci.settle` keeps those that repeat a focus.

    Raises
    ------
    InputError
        Below 100 samples per second (see :func:`refusal`).
    """
    p = parameters or SpikeParameters()
    if why := refusal(block.sfreq_hz):
        raise InputError(why)
    x = block.potentials if block.electrodes else block.bipolar
    if not len(x) or block.n_samples < block.sfreq_hz:
        return Spikes.empty()
    dense = sharpness_of(x, block.start_s, block.sfreq_hz, p)
    near = adjacency(block.electrodes) if block.electrodes else np.zeros((len(x), len(x)), bool)
    peaks = _strongest(_peaks(block, dense, p), near, block.sfreq_hz, p)
    if not len(peaks):
        return Spikes.empty()
    waves = measure(peaks, dense, near, block.sfreq_hz, p.min_background_uv)
    sure = confidence(waves, block.electrodes, p.confidence)
    peak_s = block.start_s + waves.sample / block.sfreq_hz
    kept = (
        (sure >= (p.doubtful_point if doubtful else p.operating_point))
        & (peak_s >= block.core_start_s)
        & (peak_s < block.core_stop_s)
    )
    kept &= _usable(block, quality, waves, peak_s)
    waves, sure = waves.select(kept), sure[kept]
    alive = ~spike_ecg.locked(waves, dense, block)
    return _spikes(block, near, waves.select(alive), sure[alive])


def sharpness_of(x: FloatArray, start_s: float, sfreq_hz: float, p: SpikeParameters) -> Sharpness:
    """Dense sharpness and its running background, shape (n_channels, n_samples) in."""
    smoothed = shape.smooth(x, 3 if sfreq_hz >= 180 else 1)
    fine = shape.sharpness(x, samples(0.008, sfreq_hz))
    edges = shape.second_edges(start_s, x.shape[1], sfreq_hz)
    spans = (p.short_half_span_s, p.spike_half_span_s, p.sharp_half_span_s)
    scales = np.empty((len(spans), *x.shape), np.float32)
    for out, span in zip(scales, spans, strict=True):
        out[...] = shape.sharpness(smoothed, samples(span, sfreq_hz))
    step = max(1, int(sfreq_hz // 64))

    def usual(s: FloatArray, least: float, factor: float = 1.0) -> FloatArray:
        cells = shape.typical_per_second(s, edges, step) * np.float32(factor)
        level = shape.running_quantile(cells, p.background_half_window_s, p.background_quantile)
        return np.maximum(level, np.float32(least)) if level.size else np.full((len(s), 1), np.inf, np.float32)

    background = np.stack([usual(s, p.min_background_uv, shape.MEDIAN_TO_SD) for s in scales])
    return Sharpness(smoothed, scales, edges, background, fine, usual(fine, 0.3))


def _peaks(block: Block, dense: Sharpness, p: SpikeParameters) -> Peaks:
    """Local extremes of sharpness above the candidate contrast, in and just beside the core."""
    edge = samples(0.25, block.sfreq_hz)
    low, high = max(block.core.start - edge, edge), min(block.core.stop + edge, block.n_samples - edge)
    parts = []
    for scale in range(len(dense.scales)):
        s, level = dense.scales[scale], dense.background[scale]
        limit = np.maximum(p.candidate_contrast * level, np.float32(p.min_height_uv))
        row, column = crests(s, limit, dense.edges[1:], low, high)
        value = s[row, column]
        ratio = np.abs(value) / level[row, dense.second(column)]
        parts.append((column, row, np.full(len(row), scale), value, ratio))
    joined = Peaks(*(np.concatenate(c) for c in zip(*parts, strict=True)))
    return joined.select(np.lexsort((joined.scale, joined.row, joined.sample)))


def crests(
    x: FloatArray, limit: FloatArray, edges: NDArray[np.intp], first: int, last: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As :meth:`westward.eeg.signal.compiled.Compiled.crests`, compiled or not."""
    if last <= first:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    found = kernels.compiled()
    return crests_plain(x, limit, edges, first, last) if found is None else found.crests(x, limit, edges, first, last)


def crests_plain(
    x: FloatArray, limit: FloatArray, edges: NDArray[np.intp], first: int, last: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """:func:`crests` by NumPy, row by row: what a row needs stays in the cache."""
    stretch = np.searchsorted(edges[:-1], np.arange(first, last), side="right")
    columns = []
    for values, high in zip(x, limit, strict=True):
        size = np.abs(values)
        at = np.flatnonzero(size[first:last] > high[stretch]) + first
        columns.append(at[(size[at] >= size[at - 1]) & (size[at] > size[at + 1])])
    rows = np.repeat(np.arange(len(x)), [len(c) for c in columns])
    return rows, np.concatenate([np.zeros(0, np.intp), *columns])


def _strongest(c: Peaks, near: NDArray[np.bool_], fs: float, p: SpikeParameters) -> Peaks:
    """One peak per wave: the one that stands out most among simultaneous and neighboring ones."""
    wide = near | (near.astype(int) @ near.astype(int) > 0) | np.eye(len(near), dtype=bool)
    reach = {"together": samples(p.simultaneous_s, fs), "refractory": samples(p.refractory_s, fs)}
    found = kernels.compiled()
    judge = beaten if found is None else found.rivals
    return c.select(~judge(c.sample, c.row, c.value > 0, c.ratio, wide, **reach))


def beaten(
    sample: NDArray[np.intp],
    row: NDArray[np.intp],
    upward: NDArray[np.bool_],
    ratio: FloatArray,
    near: NDArray[np.bool_],
    *,
    together: int,
    refractory: int,
) -> NDArray[np.bool_]:
    """The plain form of :meth:`westward.eeg.signal.compiled.Compiled.rivals`."""
    n = len(sample)
    out = np.zeros(n, bool)
    a = np.arange(n)
    for k in range(1, n):
        # Peaks come in order of time: one whose k-th follower is too late has no later rival either.
        a = a[: np.searchsorted(a, n - k)]
        gap = sample[a + k] - sample[a]
        close = gap <= refractory
        a, gap = a[close], gap[close]
        if not len(a):
            break
        b = a + k
        rival = (gap <= together) | near[row[b], row[a]] | (upward[a] != upward[b])
        first = ratio[a] >= ratio[b]
        out[b[rival & first]] = True
        out[a[rival & ~first]] = True
    return out


def _usable(block: Block, quality: Quality | None, waves: Waves, peak_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    if quality is None or not quality.n_seconds:
        return np.ones(len(peak_s), bool)
    at = {name: i for i, name in enumerate(quality.channels)}
    line = np.array([at.get(name, -1) for name in block.electrodes or block.derivations])[waves.row]
    second = np.floor(peak_s).astype(int) - quality.first_second
    known = (second >= 0) & (second < quality.n_seconds)
    second = np.clip(second, 0, quality.n_seconds - 1)
    flagged = quality.global_flags[second] != 0
    if len(quality.channels):
        flagged |= (line >= 0) & (quality.channel_flags[np.maximum(line, 0), second] != 0)
    return np.asarray(~(flagged & known))


def _spikes(block: Block, near: NDArray[np.bool_], waves: Waves, sure: NDArray[np.float64]) -> Spikes:
    fs, n = block.sfreq_hz, len(waves)
    center, bits = np.full((n, 2), np.nan, np.float32), np.zeros(n, np.uint32)
    if block.electrodes:
        index = np.array([ELECTRODES.index(e) for e in block.electrodes])
        wide = near | (near.astype(int) @ near.astype(int) > 0)
        weight = np.where(wide[waves.row], np.clip(waves.share, 0, 1.2) ** 4, 0)
        weight[np.arange(n), waves.row] = 1
        center = np.asarray((weight @ flat(block.electrodes)) / weight.sum(axis=1, keepdims=True), np.float32)
        bits = ((waves.share >= 0.5) * np.left_shift(1, index)).sum(axis=1).astype(np.uint32)
    else:
        index = -1 - np.arange(len(block.derivations))
    peak_s = block.start_s + waves.sample / fs
    found = Spikes(
        peak_s=peak_s,
        onset_s=peak_s - 2.0 * waves.left_s,
        duration_s=2 * waves.width_s,
        slow_stop_s=peak_s + np.maximum(waves.slow_stop_s, 2.0 * waves.right_s),
        electrode=index[waves.row].astype(np.int16),
        amplitude_uv=_amplitude(block, waves),
        prominence=waves.contrast,
        confidence=np.asarray(sure, np.float32),
        field=bits,
        center=center,
    )
    return found.select(np.argsort(peak_s, kind="stable"))


def _amplitude(block: Block, waves: Waves) -> FloatArray:
    """Peak-to-peak from foot to foot in the largest derivation of the peak electrode, µV."""
    out = np.zeros(len(waves), np.float32)
    left, right = (np.ceil(2 * w * block.sfreq_hz) for w in (waves.left_s, waves.right_s))
    reach = int(max(left.max(initial=1), right.max(initial=1)))
    offsets = np.arange(-reach, reach + 1)
    names = block.electrodes or block.derivations
    for r in np.unique(waves.row):
        mine = np.flatnonzero(waves.row == r)
        lines = [i for i, d in enumerate(block.derivations) if names[r] in d.split("-")] if block.electrodes else [r]
        source, lines = (block.bipolar, lines) if lines else (block.potentials, [r])
        outside = (offsets < -left[mine, None]) | (offsets > right[mine, None])
        columns = np.clip(waves.sample[mine, None] + offsets, 0, block.n_samples - 1)
        for line in lines:
            y = source[line][columns]
            high, low = np.where(outside, -np.inf, y).max(axis=1), np.where(outside, np.inf, y).min(axis=1)
            out[mine] = np.maximum(out[mine], high - low)
    return out
