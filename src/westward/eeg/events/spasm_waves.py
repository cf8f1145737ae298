"""Slow waves with a broad field around the vertex, and what their field looks like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import SLOW_RATE_HZ, cell_starts, gather, running_median
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.signal import scalp
from westward.eeg.signal.electrodes import ELECTRODES

FloatArray = NDArray[np.float32]
VERTEX = frozenset({"F3", "Fz", "F4", "C3", "Cz", "C4", "P3", "Pz", "P4"})
SEARCH_S = (-0.3, 1.8)
"""The peak of the slow wave lies between these times after the onset."""
FLOOR_UV = 3.0
"""Added to the usual height of waves, so that the noise of an amplifier does not make waves stand out."""
SHARE_OF_PEAK = 0.25
MIN_FOR_SLOPES = 12


@dataclass(frozen=True, eq=False)
class Waves:
    """The vertex signal seen through slow-wave filters, at 32 Hz.

    Attributes
    ----------
    height_uv, ratio, sharp_uv : float32 array, shape (n_cells,)
        Largest height over the widths, ratio to the usual waves at the width that stands out most, and height of a
        sharp transient.
    width : int array, shape (n_cells,)
        Index of the width that fits best.
    means : float32 array, shape (n_electrodes, n_cells)
    template : float array, shape (n_electrodes,)
        The broad vertex field, mean zero.
    """

    height_uv: FloatArray
    ratio: FloatArray
    sharp_uv: FloatArray
    width: NDArray[np.intp]
    means: FloatArray
    template: NDArray[np.float64]


def electrodes(block: Block) -> tuple[tuple[str, ...], FloatArray]:
    """Electrodes with their potentials against the average; also where too few for derivations were recorded."""
    if block.electrodes:
        return block.electrodes, block.potentials
    at = [k for k, name in enumerate(block.derivations) if name in ELECTRODES]
    rows = block.bipolar[at]
    return tuple(block.derivations[k] for k in at), rows - rows.mean(axis=0) if at else rows


def cell_means(block: Block, rows: FloatArray, seconds: range) -> FloatArray:
    """Rows at 32 Hz: means of short cells, a low-pass and thinning in one."""
    width = max(1, int(block.sfreq_hz / SLOW_RATE_HZ + 1e-6))
    cells = range(seconds.start * SLOW_RATE_HZ, seconds.stop * SLOW_RATE_HZ)
    pieces = gather(rows, cell_starts(block, 1 / SLOW_RATE_HZ, cells), width)
    return np.asarray(pieces @ np.full(width, 1 / width, np.float32), np.float32)


@lru_cache(maxsize=32)
def wave_filter(width_s: float) -> FloatArray:
    """Second derivative of a Gaussian at 32 Hz, mean zero, of response 1 to a bump of this width at half height."""
    sigma = width_s / 2 * SLOW_RATE_HZ
    reach = max(2, int(np.ceil(3.5 * sigma)))
    t = np.arange(-reach, reach + 1)
    kernel = (1 - (t / sigma) ** 2) * np.exp(-0.5 * (t / sigma) ** 2)
    kernel -= kernel.mean()
    bump = np.exp(-4 * np.log(2) * (t / (width_s * SLOW_RATE_HZ)) ** 2)
    return np.asarray(kernel / (kernel @ bump), np.float32)


def measure(block: Block, seconds: range, p: SpasmParameters) -> Waves | None:
    """The vertex signal of a block; None where the electrodes do not show vertex against rim."""
    names, potentials = electrodes(block)
    near = [e in VERTEX for e in names]
    if sum(near) < 2 or len(near) - sum(near) < 2:
        return None
    angle = scalp.angles_deg((*names, "Cz"))[-1, :-1]
    template = np.exp(-((angle / p.template_width_deg) ** 2))
    height = float(np.ptp(template))
    template = template - template.mean()
    means = cell_means(block, potentials, seconds)
    # Blind to fields that only rise from one side to the other: blinks, eye movements, sway.
    slopes, _ = np.linalg.qr(scalp.positions(names)[:, :2] - scalp.positions(names)[:, :2].mean(axis=0))
    weights = template - slopes @ (slopes.T @ template) if len(names) >= MIN_FOR_SLOPES else template
    weights = weights / (weights @ template) * height
    vertex = np.asarray(weights.astype(np.float32) @ means)
    n_seconds = len(seconds)
    found = [np.abs(_through(vertex, w)) for w in p.wave_s]
    heights = np.stack(found)
    level = np.stack([x.reshape(n_seconds, SLOW_RATE_HZ).max(axis=1) for x in found])
    usual = running_median(np.asarray(level, np.float32), p.surroundings_s) + np.float32(FLOOR_UV)
    ratios = heights / np.repeat(usual, SLOW_RATE_HZ, axis=1)
    best = ratios.argmax(axis=0)
    at = np.arange(heights.shape[1])
    return Waves(
        heights.max(axis=0),
        np.asarray(ratios[best, at], np.float32),
        np.abs(_through(vertex, p.sharp_s)),
        heights.argmax(axis=0),
        means,
        template,
    )


def _through(x: FloatArray, width_s: float) -> FloatArray:
    kernel = wave_filter(width_s)
    reach = len(kernel) // 2
    padded = np.pad(x, reach, mode="edge")
    return np.asarray(np.convolve(padded, kernel[::-1], mode="valid"), np.float32)


def peaks(w: Waves, p: SpasmParameters) -> NDArray[np.intp]:
    """Cells of the waves that stand out, the largest within half a second on either side."""
    x = w.ratio
    reach = SLOW_RATE_HZ // 2
    padded = np.pad(x, reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    at = np.flatnonzero((x >= p.min_wave_ratio) & (w.height_uv >= p.min_wave_uv))
    return np.asarray(at[x[at] >= highest[at].max(axis=1)], np.intp)


@dataclass(frozen=True, eq=False)
class WaveParts:
    """The slow wave of each candidate; see ``SpasmFeatures``."""

    peak_s: NDArray[np.float64]
    height_uv: FloatArray
    ratio: FloatArray
    width_s: FloatArray
    sharpness: FloatArray
    vertex_share: FloatArray
    field_share: FloatArray


def parts(w: Waves | None, onset_s: NDArray[np.float64], seconds: range, p: SpasmParameters) -> WaveParts:
    """The wave that goes with each onset: the one that stands out most just after it."""
    n = len(onset_s)
    if w is None:
        nan = np.full(n, np.nan, np.float32)
        return WaveParts(nan.astype(np.float64), nan, nan, nan, nan, nan, nan)
    last = len(w.ratio) - 1
    first = np.floor((onset_s + SEARCH_S[0] - seconds.start) * SLOW_RATE_HZ).astype(np.intp)
    span = round((SEARCH_S[1] - SEARCH_S[0]) * SLOW_RATE_HZ)
    window = np.clip(first[:, None] + np.arange(span), 0, last)
    at = window[np.arange(n), w.ratio[window].argmax(axis=1)]
    width_s = np.array(p.wave_s, np.float32)[w.width[at]]
    shoulder = np.maximum(1, np.rint(width_s * SLOW_RATE_HZ)).astype(np.intp)
    field = w.means[:, at] - 0.5 * (
        w.means[:, np.clip(at - shoulder, 0, last)] + w.means[:, np.clip(at + shoulder, 0, last)]
    )
    around = np.clip(at[:, None] + np.arange(-2, 3), 0, last)
    size = np.abs(field)
    norm = np.sqrt((field**2).sum(axis=0) * float(w.template @ w.template)) + 1e-6
    return WaveParts(
        seconds.start + (at + 0.5) / SLOW_RATE_HZ,
        w.height_uv[at],
        w.ratio[at],
        width_s,
        np.asarray(w.sharp_uv[around].max(axis=1) / (w.height_uv[at] + 1e-3), np.float32),
        np.asarray(np.abs(w.template @ field) / norm, np.float32),
        np.asarray((size >= SHARE_OF_PEAK * size.max(axis=0)).mean(axis=0), np.float32),
    )
