"""Faults of single electrodes: flat, clipping, mains, pop, loose. Each rule gives flags (n_channels, n_seconds)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import (
    SLOW_RATE_HZ,
    BoolArray,
    FloatArray,
    Measures,
    cell_starts,
    gather,
    running_median,
)
from westward.eeg.events.artifact_parameters import ArtifactParameters
from westward.eeg.signal.montage import NEIGHBORS

CONTEXT_S = 15


def neighbor_matrix(channels: tuple[str, ...]) -> FloatArray:
    """Row i averages the 10-20 neighbors of channel i that exist; rows without any are zero."""
    matrix = np.zeros((len(channels), len(channels)), np.float32)
    at = {name: i for i, name in enumerate(channels)}
    for name, i in at.items():
        near = [at[other] for other in NEIGHBORS.get(name, ()) if other in at]
        matrix[i, near] = 1 / max(1, len(near))
    return matrix


def flat(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """A quarter second without any signal, unless the electrode is the reference of the recording.

    The reference electrode of a recording is flat by construction and valid. Two things tell it from one that is
    merely disconnected: its neighbors are small, for the reference is near, and the surface Laplacian there, with
    zero in its place, is no larger than elsewhere, for nothing is missing.
    """
    quiet = (m.quarter_range_uv < parameters.flat_uv).any(axis=-1)
    n = len(m.channels)
    if not quiet.any() or n < 8:
        return np.asarray(quiet)
    mostly = running_median((m.quarter_range_uv.max(axis=-1) < 4.0).astype(np.float32), CONTEXT_S) > 0.5
    near = (neighbor_matrix(m.channels) > 0).astype(np.float32)
    alive = (~mostly).astype(np.float32)
    count = near @ alive
    seconds = (m.slow + m.common).reshape(n, m.n_seconds, SLOW_RATE_HZ)
    around = np.tensordot(near, seconds * alive[..., None], axes=1) / np.maximum(count, 1)[..., None]
    laplacian, neighbors = (around - seconds).std(axis=-1), around.std(axis=-1)
    product = laplacian * neighbors / (np.median(laplacian, axis=0) * np.median(neighbors, axis=0) + 1e-3)
    product = np.where(mostly & (count > 0), running_median(np.asarray(product), CONTEXT_S), np.inf)
    # A recording has one reference at most.
    reference = (product < 1.0) & (np.arange(n)[:, None] == product.argmin(axis=0))
    return np.asarray(quiet & ~reference)


def clipping(block: Block, m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Samples resting at the extreme of their second, entered at a slope that no smooth crest has."""
    raw = block.raw if block.electrodes else block.bipolar
    width = int(block.sfreq_hz + 1e-6)
    starts = cell_starts(block, 1.0, m.seconds)
    need = max(4, round(parameters.clip_s * block.sfreq_hz))
    out = np.zeros((len(m.channels), m.n_seconds), np.bool_)
    cells = gather(raw, starts, width)
    top, bottom = cells.max(axis=-1, keepdims=True), cells.min(axis=-1, keepdims=True)
    span = top - bottom
    near = 0.02 + 2e-4 * span
    for at_rail in (cells >= top - near, cells <= bottom + near):
        rows, columns = np.nonzero((at_rail.sum(axis=-1) >= need) & (span[..., 0] >= parameters.clip_min_uv))
        if not len(rows):
            continue
        rail, x = at_rail[rows, columns], cells[rows, columns]
        total = np.cumsum(np.pad(rail, ((0, 0), (1, 0))), axis=1)
        long_enough = total[:, need:] - total[:, :-need] == need
        step = np.abs(np.diff(x, axis=1))
        entering = (rail[:, 1:] != rail[:, :-1]) & (step > 0)
        steepest = np.where(entering, step, 0).max(axis=1)
        out[rows, columns] |= long_enough.any(axis=1) & (steepest > 0.01 * span[rows, columns, 0])
    return out


def mains(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Mains larger than the EEG of the electrode."""
    largest = m.mains_uv.max(axis=0)
    return np.asarray((largest > parameters.mains_uv) & (largest > parameters.mains_over_eeg * m.range_uv))


def pop(block: Block, m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """An abrupt step of one electrode alone that does not come back at once; the next second is flagged too."""
    n = len(m.channels)
    out = np.zeros((n, m.n_seconds), np.bool_)
    if n < 4:
        return out
    raw = block.raw if block.electrodes else block.bipolar
    rate = block.sfreq_hz
    width = int(rate + 1e-6)
    lag = max(1, round(0.012 * rate))
    starts = np.minimum(cell_starts(block, 1.0, m.seconds), block.n_samples - width)
    step = np.zeros_like(raw)
    np.subtract(raw[:, lag:], raw[:, :-lag], out=step[:, lag:])
    step -= step.mean(axis=0)
    size = np.abs(gather(step, starts, width))
    largest = size.max(axis=-1)
    usual = running_median(largest, CONTEXT_S)
    near = neighbor_matrix(m.channels) > 0
    rows, columns = np.nonzero((largest > parameters.pop_uv) & (largest > 4 * usual))
    if not len(rows):
        return out
    at = starts[columns] + size[rows, columns].argmax(axis=-1)
    common = raw.mean(axis=0)

    def level(first_s: float, stop_s: float) -> FloatArray:
        window = np.arange(round(first_s * rate), round(stop_s * rate))
        index = np.clip(at[:, None] + window, 0, raw.shape[1] - 1)
        return np.asarray((raw[:, index] - common[index]).mean(axis=-1))

    change = level(0.02, 0.06) - level(-0.06, -0.02)
    later = level(0.06, 0.12) - level(-0.06, -0.02)
    own, own_later = change[rows, np.arange(len(rows))], later[rows, np.arange(len(rows))]
    others = np.abs(change)
    others[rows, np.arange(len(rows))] = 0
    neighbors = np.where(near[rows].T, others, 0).max(axis=0) if near.any() else others.max(axis=0)
    is_pop = (
        (np.abs(own) > parameters.pop_uv)
        & (own_later * np.sign(own) > parameters.pop_stay * np.abs(own))
        & (neighbors < parameters.pop_field * np.abs(own) + 2 * np.abs(own) / n)
    )
    out[rows[is_pop], columns[is_pop]] = True
    out[:, 1:] |= out[:, :-1].copy()
    return out


def loose(m: Measures, parameters: ArtifactParameters) -> BoolArray:
    """Much larger than all around it and like none of them; or beyond what any scalp EEG reaches."""
    beyond = m.range_uv > parameters.impossible_uv
    n = len(m.channels)
    if n < 6:
        return np.asarray(beyond)
    near = neighbor_matrix(m.channels)
    known = near.sum(axis=1) > 0
    typical = np.median(m.range_uv, axis=0)
    around = np.where(known[:, None], near @ np.minimum(m.range_uv, 3 * typical), typical)
    large = (m.range_uv > parameters.loose_ratio * around) & (m.range_uv > parameters.loose_ratio * typical)
    large &= m.range_uv > 50
    single = unlike_neighbors(m, np.asarray(large), parameters.loose_correlation)
    p = parameters
    shorter = _lasting(m, near, typical, p.loose_window_s, p.loose_window_ratio, p.loose_window_correlation)
    longer = _lasting(m, near, typical, p.loose_long_s, p.loose_long_ratio, p.loose_long_correlation)
    return np.asarray(single | shorter | longer | beyond)


def _lasting(
    m: Measures, near: FloatArray, typical: FloatArray, window_s: int, ratio: float, correlation: float
) -> BoolArray:
    """Larger than its neighbors for many seconds, and sharing nothing with them.

    Over many seconds chance correlation vanishes, while a generator in the brain always reaches the neighbors. The
    largest neighbor is left out of the comparison of size: it may be loose itself.
    """
    radius = window_s // 2
    n, k = len(m.channels), m.n_seconds
    out = np.zeros((n, k), np.bool_)
    if k < window_s:
        return out
    lasting = running_median(m.range_uv, radius)
    usual = running_median(typical[None], radius)[0]
    x = m.rhythm.reshape(n, k, SLOW_RATE_HZ)
    total = x.sum(axis=0)
    for e in range(n):
        around = np.flatnonzero(near[e] > 0)
        if len(around) < 2:
            continue
        second = np.sort(lasting[around], axis=0)[-2]
        large = (lasting[e] > ratio * np.maximum(second, usual)) & (lasting[e] > 50)
        if not large.any():
            continue
        rest = (total - x[e]) / (n - 1)
        own, others = x[e] - rest, x[around] - rest
        product = _sum_around((others * own).sum(axis=-1), radius)
        power = _sum_around((others**2).sum(axis=-1), radius) * _sum_around((own**2).sum(axis=-1)[None], radius)
        alike = (np.abs(product) / np.sqrt(power + 1e-6)).max(axis=0)
        out[e] = large & (alike < correlation)
    return out


def _sum_around(x: FloatArray, radius: int) -> FloatArray:
    """Sum of the seconds up to ``radius`` away; x has shape (n, n_seconds)."""
    padded = np.zeros((x.shape[0], x.shape[1] + 2 * radius + 1))
    padded[:, radius + 1 : radius + 1 + x.shape[1]] = x
    total = np.cumsum(padded, axis=1)
    return np.asarray(total[:, 2 * radius + 1 :] - total[:, : -2 * radius - 1], np.float32)


def unlike_neighbors(m: Measures, asked: BoolArray, limit: float) -> BoolArray:
    """Those of the seconds asked for in which no neighbor correlates with the electrode above the limit."""
    out = np.zeros(asked.shape, np.bool_)
    rows, columns = np.nonzero(asked)
    if not len(rows):
        return out
    n = len(m.channels)
    near = neighbor_matrix(m.channels)
    known = near.sum(axis=1) > 0
    seconds = m.rhythm.reshape(n, m.n_seconds, SLOW_RATE_HZ)[:, columns]
    seconds = seconds - seconds.mean(axis=-1, keepdims=True)
    rest = (seconds.sum(axis=0) - seconds[rows, np.arange(len(rows))]) / (n - 1)
    seconds = seconds - rest
    own = seconds[rows, np.arange(len(rows))]
    norm = np.sqrt((seconds**2).sum(axis=-1)) + 1e-6
    alike = np.einsum("ijk,jk->ij", seconds, own) / norm / norm[rows, np.arange(len(rows))]
    alike[rows, np.arange(len(rows))] = -1
    partners: NDArray[np.bool_] = np.where(known[rows][:, None], near[rows] > 0, True).T
    alone = np.where(partners, alike, -1).max(axis=0) < limit
    out[rows[alone], columns[alone]] = True
    return out
