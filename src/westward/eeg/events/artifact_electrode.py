"""Faults of single electrodes: flat, clipping, mains, pop, loose. Each rule gives flags (n_channels, n_seconds)."""

from __future__ import annotations

from dataclasses import dataclass

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
from westward.eeg.signal import order
from westward.eeg.signal.electrodes import NEIGHBORS, hemisphere

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
    mostly = running_median((order.largest(m.quarter_range_uv) < 4.0).astype(np.float32), CONTEXT_S) > 0.5
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
    low, high = order.extremes(cells)
    bottom, top = low[..., None], high[..., None]
    span = top - bottom
    near = 0.02 + 2e-4 * span
    for at_rail in (cells >= top - near, cells <= bottom + near):
        rows, columns = np.nonzero((at_rail.sum(axis=-1) >= need) & (span[..., 0] >= parameters.clip_min_uv))
        if not len(rows):
            continue
        rail, x = at_rail[rows, columns], cells[rows, columns]
        total = np.cumsum(np.pad(rail, ((0, 0), (1, 0))), axis=1)
        long_enough: BoolArray = np.asarray(total[:, need:] - total[:, :-need] == need)
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
    steps = gather(step, starts, width)
    low, high = order.extremes(steps)
    largest = np.maximum(high, -low)
    usual = running_median(largest, CONTEXT_S)
    near = neighbor_matrix(m.channels) > 0
    rows, columns = np.nonzero((largest > parameters.pop_uv) & (largest > 4 * usual))
    if not len(rows):
        return out
    at = starts[columns] + np.abs(steps[rows, columns]).argmax(axis=-1)
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
    typical = order.median(m.range_uv, axis=0)
    around = np.where(known[:, None], near @ np.minimum(m.range_uv, 3 * typical), typical)
    large = (m.range_uv > parameters.loose_ratio * around) & (m.range_uv > parameters.loose_ratio * typical)
    large &= m.range_uv > 50
    single = unlike_neighbors(m, np.asarray(large), parameters.loose_correlation)
    return np.asarray(single | _alone(m, parameters) | beyond)


def _alone(m: Measures, p: ArtifactParameters) -> BoolArray:
    """Much of its own that no combination of the other electrodes explains, for many seconds.

    A generator in the brain reaches several electrodes, however small its field: what one shows of it, the others
    predict. What they cannot predict is the electrode's own noise. It is compared with that of the other electrodes
    at the same time and with that of its neighbors, so that chaotic activity with many generators, which is hard to
    predict everywhere or all over one side, stays.
    """
    if m.n_seconds < p.loose_window_s:
        return np.zeros((len(m.channels), m.n_seconds), np.bool_)
    lasting = unexplained(m, p.loose_window_s // 2)
    usual = _usual(m.channels, lasting.own_uv)
    alone = (
        (lasting.own_uv > p.loose_own_uv)
        & (lasting.own_uv > p.loose_own_ratio * usual)
        & (lasting.own_uv > p.loose_own_share * lasting.whole_uv)
    )
    return np.asarray(alone & (lasting.second_uv > 0.5 * lasting.own_uv))


def _usual(channels: tuple[str, ...], own_uv: FloatArray) -> FloatArray:
    """What is usual for each channel: the largest of the medians over all, over its side and over its neighbors.

    The lower median, so that up to half of the neighbors may be loose as well.
    """
    out = np.repeat(order.median(own_uv, axis=0)[None], len(channels), axis=0)
    sides = np.array([hemisphere(name) for name in channels])
    for row, near in enumerate(neighbor_matrix(channels) > 0):
        side = (sides == sides[row]) & (sides[row] != "midline")
        for group in (near, side):
            if (n := int(group.sum())) >= 2:
                out[row] = np.maximum(out[row], np.partition(own_uv[group], (n - 1) // 2, axis=0)[(n - 1) // 2])
    return np.asarray(out, np.float32)


@dataclass(frozen=True, eq=False)
class Unexplained:
    """What the other electrodes cannot predict of each, RMS in µV, each of shape (n_channels, n_seconds).

    Attributes
    ----------
    own_uv : float32 array
        Over the seconds around.
    whole_uv : float32 array
        All that the electrode shows over the same seconds.
    second_uv : float32 array
        Not predicted in the second itself, by the same regression.
    """

    own_uv: FloatArray
    whole_uv: FloatArray
    second_uv: FloatArray


def unexplained(m: Measures, radius: int) -> Unexplained:
    """Regression of each electrode on all others, from the covariance of the seconds up to ``radius`` away.

    The residual variance is the inverse of the diagonal of the inverse covariance.
    """
    n, k = len(m.channels), m.n_seconds
    x = m.rhythm.reshape(n, k, SLOW_RATE_HZ).transpose(1, 0, 2).astype(np.float64)
    x = x - x.mean(axis=1, keepdims=True)
    seconds = x @ x.transpose(0, 2, 1) / SLOW_RATE_HZ
    total = np.zeros((k + 1, n, n))
    np.cumsum(seconds, axis=0, out=total[1:])
    first = np.maximum(np.arange(k) - radius, 0)
    last = np.minimum(np.arange(k) + radius + 1, k)
    covariance = (total[last] - total[first]) / (last - first)[:, None, None]
    variance = np.einsum("tii->ti", covariance)
    # The average reference leaves one direction without variance; any finite one in its place gives the same result.
    level = variance.mean(axis=1)[:, None, None] + 1e-6
    inverse = np.linalg.inv(covariance + level * (1e-4 * (np.eye(n) - 1 / n) + 1 / n)) - 1 / (n * level)
    diagonal = np.maximum(np.einsum("tii->ti", inverse), 1e-12) / (1 - 1 / n)
    own = 1 / diagonal
    second = np.einsum("tei,tei->te", inverse @ seconds, inverse) / diagonal**2
    return Unexplained(*(np.sqrt(np.maximum(v, 0)).T.astype(np.float32) for v in (own, variance, second)))


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
