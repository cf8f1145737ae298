"""Epileptic spikes and sharp waves on infant background, one block at a time.

A spike is found by what a reader sees: a wave of 20-200 ms that is sharper than its surround (second difference
at two scales over a robust running background), seen by neighboring electrodes at once (a field), standing alone
(no rhythm, no muscle), often followed by a slow wave. Definition of the wave: IFCN glossary of terms
(Kane et al. 2017; recalled). The measures and limits are ours (policy), tuned on real non-epileptic clips and on
spikes planted there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import InputError
from westward.eeg.block import Block
from westward.eeg.events import spike_shape as shape
from westward.eeg.events.quality import Quality
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.signal.scalp import adjacency, flat

FloatArray = NDArray[np.float32]
MIN_SFREQ_HZ = 100.0
"""A 20-ms wave has two samples at this rate; below it spikes are not assessable."""


@dataclass(frozen=True)
class SpikeParameters:
    """Limits of the spike detector. Status: policy unless a field says otherwise."""

    spike_half_span_s: float = 0.024
    """Half span of the second difference that answers spikes of 20-70 ms."""
    sharp_half_span_s: float = 0.056
    """Half span of the one that answers sharp waves of 70-200 ms."""
    background_half_window_s: int = 12
    """The running background looks so many seconds either way."""
    background_quantile: float = 0.4
    """Quantile of the per-second background inside that window; low, so that spikes do not raise it."""
    min_background_uv: float = 0.7
    """Floor of the background (standard deviation of the sharpness), against silent channels."""
    min_height_uv: float = 12.0
    """Smallest sharpness of a spike, µV against the average reference."""
    candidate_ratio: float = 3.5
    """Sharpness over background at which a wave is looked at."""
    simultaneous_s: float = 0.020
    """Peaks this close anywhere on the head are one spike."""
    refractory_s: float = 0.060
    """Peaks this close on nearby electrodes are one spike."""
    operating_point: float = 0.5
    """Confidence from which a spike is reported."""


def refusal(sfreq_hz: float) -> str:
    """Why spikes are not assessable at this sampling rate, or empty."""
    if sfreq_hz < MIN_SFREQ_HZ:
        return f"spikes need at least {MIN_SFREQ_HZ:g} samples per second; this recording has {sfreq_hz:g}"
    return ""


@dataclass(frozen=True, eq=False)
class _Dense:
    """Sharpness at both scales, with its running background."""

    smooth: FloatArray
    sharp: tuple[FloatArray, FloatArray]
    background: tuple[FloatArray, FloatArray]
    fine: FloatArray


@dataclass(eq=False)
class _Candidates:
    """Waves worth a look, sorted by sample."""

    sample: NDArray[np.intp]
    row: NDArray[np.intp]
    scale: NDArray[np.intp]
    value: FloatArray
    ratio: FloatArray

    def keep(self, mask: NDArray[np.bool_]) -> _Candidates:
        return _Candidates(self.sample[mask], self.row[mask], self.scale[mask], self.value[mask], self.ratio[mask])


def detect(
    block: Block,
    *,
    quality: Quality | None = None,
    age_days: int | None = None,  # noqa: ARG001
    parameters: SpikeParameters | None = None,
) -> Spikes:
    """Spikes whose peak lies in the core of a block.

    Parameters
    ----------
    block : Block
        At least 100 samples per second.
    quality : Quality, optional
        Seconds flagged as a whole, and flagged electrodes, yield no spikes.
    age_days : int, optional
        Kept for limits that depend on age; none does at present.

    Raises
    ------
    InputError
        Below 100 samples per second (see :func:`refusal`).
    """
    parameters = parameters or SpikeParameters()
    if why := refusal(block.sfreq_hz):
        raise InputError(why)
    placed = bool(block.electrodes)
    x = block.potentials if placed else block.bipolar
    if not len(x) or block.n_samples < block.sfreq_hz:
        return Spikes.empty()
    dense = _dense(block, x, parameters)
    near = adjacency(block.electrodes) if placed else np.zeros((len(x), len(x)), bool)
    found = _candidates(block, dense, parameters)
    found = _strongest(found, near, block.sfreq_hz, parameters)
    return _judge(block, x, dense, near, found, quality, parameters)


def _samples(seconds: float, sfreq_hz: float) -> int:
    return max(1, round(seconds * sfreq_hz))


def _dense(block: Block, x: FloatArray, p: SpikeParameters) -> _Dense:
    fs = block.sfreq_hz
    smoothed = shape.smooth(x, 3 if fs >= 180 else 1)
    fine = shape.sharpness(x, _samples(0.008, fs))
    edges = shape.second_edges(block.start_s, block.n_samples, fs)
    step = max(1, int(fs // 64))
    sharp, background = [], []
    for half_span in (p.spike_half_span_s, p.sharp_half_span_s):
        s = shape.sharpness(smoothed, _samples(half_span, fs))
        cells = shape.typical_per_second(s, edges, step) * np.float32(shape.MEDIAN_TO_SD)
        level = shape.running_quantile(cells, p.background_half_window_s, p.background_quantile)
        background.append(shape.spread(np.maximum(level, np.float32(p.min_background_uv)), edges, block.n_samples))
        sharp.append(s)
    return _Dense(smoothed, (sharp[0], sharp[1]), (background[0], background[1]), fine)


def _candidates(block: Block, dense: _Dense, p: SpikeParameters) -> _Candidates:
    parts = []
    edge = _samples(0.25, block.sfreq_hz)
    low, high = max(block.core.start - edge, edge), min(block.core.stop + edge, block.n_samples - edge)
    for scale in (0, 1):
        s, level = dense.sharp[scale], dense.background[scale]
        size = np.abs(s[:, low:high])
        row, column = np.nonzero(size > np.maximum(p.candidate_ratio * level[:, low:high], p.min_height_uv))
        column = column + low
        value = s[row, column]
        a = np.abs(value)
        peak = (a >= np.abs(s[row, column - 1])) & (a > np.abs(s[row, column + 1]))
        row, column, value = row[peak], column[peak], value[peak]
        ratio = np.abs(value) / level[row, column]
        parts.append(_Candidates(column, row, np.full(len(row), scale), value, ratio))
    joined = _Candidates(
        *(np.concatenate([getattr(c, f) for c in parts]) for f in ("sample", "row", "scale", "value", "ratio"))
    )
    order = np.lexsort((joined.row, joined.sample))
    return joined.keep(order)  # type: ignore[arg-type]


def _strongest(c: _Candidates, near: NDArray[np.bool_], fs: float, p: SpikeParameters) -> _Candidates:
    """One candidate per wave: the one that stands out most among simultaneous and neighboring ones."""
    n = len(c.sample)
    if not n:
        return c
    wide = near | (near.astype(int) @ near.astype(int) > 0) | np.eye(len(near), dtype=bool)
    together, refractory = _samples(p.simultaneous_s, fs), _samples(p.refractory_s, fs)
    beaten = np.zeros(n, bool)
    for k in range(1, n):
        gap = c.sample[k:] - c.sample[:-k]
        if gap.min() > refractory:
            break
        same = c.row[k:] == c.row[:-k]
        opposite = np.sign(c.value[k:]) != np.sign(c.value[:-k])
        rival = (gap <= together) | ((gap <= refractory) & (wide[c.row[k:], c.row[:-k]] | same | opposite))
        first = c.ratio[:-k] >= c.ratio[k:]
        beaten[k:] |= rival & first
        beaten[:-k] |= rival & ~first
    return c.keep(~beaten)


def _judge(
    block: Block,
    x: FloatArray,
    dense: _Dense,
    near: NDArray[np.bool_],
    c: _Candidates,
    quality: Quality | None,
    p: SpikeParameters,
) -> Spikes:
    fs, placed = block.sfreq_hz, bool(block.electrodes)
    if not len(c.sample):
        return Spikes.empty()
    sharp = np.stack(dense.sharp)
    n, m = len(c.sample), len(x)
    sign = np.sign(c.value)
    # Field: each electrode's sharpness at the same scale, its best moment within a few milliseconds.
    wiggle = _samples(0.012, fs)
    offsets = np.arange(-wiggle, wiggle + 1)
    columns = np.clip(c.sample[:, None] + offsets, 0, block.n_samples - 1)
    everywhere = (sharp[c.scale[:, None, None], np.arange(m)[None, :, None], columns[:, None, :]]).max(
        axis=2, initial=-np.inf, where=(sign > 0)[:, None, None]
    )
    lowest = (sharp[c.scale[:, None, None], np.arange(m)[None, :, None], columns[:, None, :]]).min(
        axis=2, initial=np.inf, where=(sign < 0)[:, None, None]
    )
    signed = np.where((sign > 0)[:, None], everywhere, -lowest).astype(np.float32)
    # The peak moves to the neighbor with the larger wave (the ratio chose by contrast, the field knows height).
    around = near[c.row] | np.eye(m, dtype=bool)[c.row]
    row = np.where(around, signed, -np.inf).argmax(axis=1) if placed else c.row
    top = signed[np.arange(n), row]
    moment = np.asarray(sign[:, None] * shape_at(sharp, c.scale, row, columns)).argmax(axis=1)
    sample = c.sample + offsets[moment]
    share = signed / top[:, None]
    neighbor = np.where(near[row], share, 0).max(axis=1, initial=0) if placed else np.zeros(n)
    level = np.stack([b[row, sample] for b in dense.background])
    ratio = np.maximum(top / level[c.scale, np.arange(n)], 0)
    # Local background: a low quantile of the same sharpness in the second around, the wave itself left out.
    skip, reach = _samples(0.10, fs), _samples(0.9, fs)
    ring = np.concatenate([np.arange(-reach, -skip, 3), np.arange(skip, reach, 3)])
    around_s = np.abs(sharp[c.scale[:, None], row[:, None], np.clip(sample[:, None] + ring, 0, block.n_samples - 1)])
    local = np.quantile(around_s, 0.4, axis=1) / 0.524
    local_ratio = top / np.maximum(local, p.min_background_uv)
    close = np.concatenate(
        [np.arange(-_samples(0.3, fs), -_samples(0.05, fs)), np.arange(_samples(0.05, fs), _samples(0.3, fs))]
    )
    fine = np.median(np.abs(shape.gather(dense.fine, row, sample, close)), axis=1)
    muscle_ratio = top / np.maximum(fine, 0.3)
    # Shape on the smoothed trace.
    foot = _samples(0.09, fs)
    window = np.arange(-foot, foot + 1)
    y = sign[:, None] * shape.gather(dense.smooth, row, sample, window)
    left, right, _ = shape.half_widths(y, foot, foot)
    width_s = (left + right) / fs
    both = np.abs(np.stack([shape_peak(dense.sharp[s], row, sample, wiggle) for s in (0, 1)]))
    crisp = both[0] / np.maximum(both[1], 1e-3)
    slow_stop_s, slow = _slow_wave(dense.smooth, row, sample, sign, top, fs)
    confidence = _confidence(
        block.electrodes, placed, row, sign, ratio, local_ratio, muscle_ratio, neighbor, crisp, width_s, slow
    )
    peak_s = block.start_s + sample / fs
    keep = (confidence >= p.operating_point) & (peak_s >= block.core_start_s) & (peak_s < block.core_stop_s)
    keep &= _usable(block, quality, row, peak_s)
    index = np.array([ELECTRODES.index(e) for e in block.electrodes], np.int16) if placed else -1 - np.arange(m)
    bits = np.zeros(n, np.uint32)
    if placed:
        weights = np.left_shift(np.uint32(1), index.astype(np.uint32))
        bits = np.where(share >= 0.5, weights, np.uint32(0)).sum(axis=1).astype(np.uint32)
    center = np.full((n, 2), np.nan, np.float32)
    if placed:
        wide = near | (near.astype(int) @ near.astype(int) > 0)
        weight = np.where(wide[row], np.clip(share, 0, 1.2) ** 4, 0)
        center = np.asarray((weight @ flat(block.electrodes)) / weight.sum(axis=1, keepdims=True), np.float32)
    return Spikes(
        peak_s=peak_s,
        onset_s=peak_s - 2 * left / fs,
        duration_s=np.asarray(2 * width_s, np.float32),
        slow_stop_s=np.maximum(slow_stop_s + peak_s, peak_s + 2 * right / fs),
        electrode=np.asarray(index[row], np.int16),
        amplitude_uv=_amplitude(block, row, sample, np.ceil(2 * left), np.ceil(2 * right)),
        prominence=np.asarray(ratio, np.float32),
        confidence=np.asarray(confidence, np.float32),
        field=bits,
        center=center,
    ).select(keep)


def shape_at(
    sharp: FloatArray, scale: NDArray[np.intp], row: NDArray[np.intp], columns: NDArray[np.intp]
) -> FloatArray:
    """Sharpness windows at one row each."""
    return np.asarray(sharp[scale[:, None], row[:, None], columns])


def shape_peak(s: FloatArray, row: NDArray[np.intp], sample: NDArray[np.intp], wiggle: int) -> FloatArray:
    """Largest absolute sharpness within ``wiggle`` samples."""
    return np.asarray(np.abs(shape.gather(s, row, sample, np.arange(-wiggle, wiggle + 1))).max(axis=1))


def _slow_wave(
    x: FloatArray, row: NDArray[np.intp], sample: NDArray[np.intp], sign: FloatArray, top: FloatArray, fs: float
) -> tuple[NDArray[np.float64], FloatArray]:
    """End of the after-going slow wave (seconds after the peak) and its height over the spike's."""
    before = np.arange(-_samples(0.35, fs), -_samples(0.10, fs), 2)
    after = np.arange(_samples(0.07, fs), _samples(0.6, fs), 2)
    base = shape.gather(x, row, sample, before).mean(axis=1)
    y = sign[:, None] * (shape.gather(x, row, sample, after) - base[:, None])
    n = max(1, _samples(0.08, fs) // 2)
    cumulated = np.cumsum(np.pad(y, ((0, 0), (1, 0))), axis=1)
    mean = (cumulated[:, n:] - cumulated[:, :-n]) / n
    inside = mean[:, : mean.shape[1] * 2 // 3]
    at, height = inside.argmax(axis=1), inside.max(axis=1)
    over = np.asarray(height / np.maximum(top, 1), np.float32)
    past = (np.arange(mean.shape[1]) > at[:, None]) & (mean < 0.3 * height[:, None])
    stop = np.where(past.any(axis=1), past.argmax(axis=1), mean.shape[1] - 1)
    stop_s = np.where(over > 0.25, (after[0] + 2 * (stop + n / 2)) / fs, 0.0)
    return stop_s, over


def _confidence(
    electrodes: tuple[str, ...],
    placed: bool,
    row: NDArray[np.intp],
    sign: FloatArray,
    ratio: FloatArray,
    local_ratio: FloatArray,
    muscle_ratio: FloatArray,
    neighbor: NDArray[np.floating],
    crisp: NDArray[np.floating],
    width_s: FloatArray,
    slow: NDArray[np.floating],
) -> NDArray[np.float64]:
    # How far it stands out, from the night around it and from the second around it.
    stands = np.sqrt(np.maximum(ratio, 0.1) * np.maximum(local_ratio, 0.1))
    logit = 6 * np.log(stands / 6.0) - 4 * np.clip(np.log(3.5 / np.maximum(local_ratio, 0.1)), 0, 2)
    # A blunt wave must stand out more: 0.2 is a slow wave of any width, 0.4 a sharp wave, 0.9 a spike.
    logit -= np.clip((0.5 - crisp) * 12, 0, 6)
    logit += np.clip(4 * np.log(np.maximum(muscle_ratio, 0.1) / 5), -6, 0.3)
    if placed:
        logit += np.clip((neighbor - 0.22) * 15, -4, 0.4)
        midline = np.array([e in ("Fz", "Cz", "Pz", "C3", "C4") for e in electrodes])[row]
        logit -= np.where(midline, np.clip((0.6 - crisp) * 12, 0, 4), 0)
    else:
        logit -= 1
    logit += 0.5 * np.clip(slow, -0.5, 1)
    logit -= np.where(sign > 0, 1.5 + np.clip((0.8 - crisp) * 8, 0, 4), 0.0)
    logit -= np.where(width_s < 0.009, 4.0, 0.0)
    logit -= np.clip((width_s - 0.085) / 0.01, 0, 6)
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def _usable(
    block: Block, quality: Quality | None, row: NDArray[np.intp], peak_s: NDArray[np.float64]
) -> NDArray[np.bool_]:
    if quality is None or not quality.n_seconds:
        return np.ones(len(peak_s), bool)
    names = block.electrodes or block.derivations
    at = {name: i for i, name in enumerate(quality.channels)}
    line = np.array([at.get(name, -1) for name in names])[row]
    second = np.floor(peak_s).astype(int) - quality.first_second
    known = (second >= 0) & (second < quality.n_seconds)
    second = np.clip(second, 0, quality.n_seconds - 1)
    flagged = quality.global_flags[second] != 0
    if len(quality.channels):
        flagged |= (line >= 0) & (quality.channel_flags[np.maximum(line, 0), second] != 0)
    return np.asarray(~(flagged & known))


def _amplitude(
    block: Block, row: NDArray[np.intp], sample: NDArray[np.intp], left: FloatArray, right: FloatArray
) -> NDArray[np.float32]:
    """Peak-to-peak from foot to foot in the largest derivation of the peak electrode."""
    out = np.zeros(len(row), np.float32)
    reach = int(max(left.max(initial=1), right.max(initial=1)))
    offsets = np.arange(-reach, reach + 1)
    names = block.electrodes or block.derivations
    for r in np.unique(row):
        mine = np.flatnonzero(row == r)
        lines = [
            i for i, d in enumerate(block.derivations) if (names[r] in d.split("-") if block.electrodes else i == r)
        ]
        source, lines = (block.bipolar, lines) if lines else (block.potentials, [int(r)])
        outside = (offsets < -left[mine, None]) | (offsets > right[mine, None])
        columns = np.clip(sample[mine, None] + offsets, 0, block.n_samples - 1)
        for line in lines:
            y = np.where(outside, np.nan, source[line][columns])
            out[mine] = np.maximum(out[mine], np.nanmax(y, axis=1) - np.nanmin(y, axis=1))
    return out
