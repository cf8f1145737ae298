"""Slow waves with a broad field around the vertex, and what their field looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import SLOW_RATE_HZ, cell_starts, gather
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.signal import fir, scalp
from westward.eeg.signal.electrodes import ELECTRODES

FloatArray = NDArray[np.float32]
VERTEX = frozenset({"F3", "Fz", "F4", "C3", "Cz", "C4", "P3", "Pz", "P4"})
SEARCH_S = (-0.3, 1.8)
"""The peak of the slow wave lies between these times after the onset."""
CELL_S = 5
REACH_CELLS = 2
"""A cell sees two cells on either side, so that with the longest wave it looks no further than a block's margin."""
FLOOR_UV = 1.0
"""Noise of an amplifier, so that its waves do not stand out."""
USUAL_FLOOR = 0.3
SHRINKAGE = 0.2
SLOPES = 4.0
"""Weight of fields that only rise from one side to the other (blinks, sway): the wave is looked for across them."""
SHARE_OF_PEAK = 0.25
REPEATS_S = (0.75, 1.75)
"""Another wave so far from a wave makes it one of a rhythm."""
MIN_FOR_SLOPES = 12
MIN_FOR_PLACES = 16
"""Electrodes from which on the place of the wave is left open; with fewer only the vertex is looked for."""


@dataclass(frozen=True, eq=False)
class Waves:
    """The broad wave of the vertex and its neighborhood against the activity around it, at 32 Hz.

    The activity of the surroundings, filtered like the wave, has a spatial covariance; its inverse gives the weights
    that show a broad vertex field best over that activity (matched filter, Van Trees 1968; Fukunaga's whitening).
    Seconds of more than the median power count as that much only: a spasm is not its own background.

    Attributes
    ----------
    height_uv, ratio, sharp_uv : float32 array, shape (n_cells,)
        Largest height over the widths with fixed weights, ratio of the wave to the usual ones of the surroundings at
        the width and place that stand out most, and height of a sharp transient, all at that place.
    width, clearest, place : int array, shape (n_cells,)
        Index of the width that fits best, of the one that stands out most, and of the place of that.
    means : float32 array, shape (n_electrodes, n_cells)
    templates : float array, shape (n_places, n_electrodes)
        The fields looked for, mean zero.
    filtered : float32 array, shape (n_widths, n_electrodes, n_cells)
    inverse : float32 array, shape (n_widths, n_blocks_of_cells, n_electrodes, n_electrodes)
        Of the covariances.
    first_second : int
    """

    height_uv: FloatArray
    ratio: FloatArray
    sharp_uv: FloatArray
    width: NDArray[np.intp]
    clearest: NDArray[np.intp]
    place: NDArray[np.intp]
    means: FloatArray
    templates: NDArray[np.float64]
    filtered: FloatArray
    inverse: FloatArray
    first_second: int


def shown(names: Iterable[str]) -> bool:
    """Whether electrodes show the vertex against the rim of the head: two of each."""
    near = [e in VERTEX for e in names]
    return sum(near) >= 2 and len(near) - sum(near) >= 2


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
    if not shown(names):
        return None
    templates = _templates(names, p)
    means = cell_means(block, potentials, seconds)
    places = scalp.positions(names)[:, :2]
    slopes, _ = np.linalg.qr(places - places.mean(axis=0))
    known = len(names) >= MIN_FOR_SLOPES
    across = slopes @ slopes.T if known else np.zeros((len(names), len(names)))
    fixed = _fixed(templates, across)
    filtered = np.stack([_through(means, w) for w in p.wave_s])
    inverse = np.stack([_inverses(x, seconds.start, across) for x in filtered])
    each = [_ratio(x, every, templates, seconds.start) for x, every in zip(filtered, inverse, strict=True)]
    ratios, where = np.stack([ratio for ratio, _ in each]), np.stack([at for _, at in each])
    best = ratios.argmax(axis=0)
    cells = np.arange(means.shape[1])
    place = where[best, cells]
    heights = np.stack([np.abs(np.einsum("te,et->t", fixed[place], x)) for x in filtered])
    sharp = np.abs(np.einsum("te,et->t", fixed[place], _through(means, p.sharp_s)))
    return Waves(
        heights.max(axis=0),
        np.asarray(ratios[best, cells], np.float32),
        np.asarray(sharp, np.float32),
        heights.argmax(axis=0),
        best,
        place,
        means,
        templates,
        filtered,
        inverse,
        seconds.start,
    )


def _templates(names: tuple[str, ...], p: SpasmParameters) -> NDArray[np.float64]:
    """The fields looked for, mean zero, shape (n_places, n_electrodes)."""
    places = p.wave_places if len(names) >= MIN_FOR_PLACES else p.wave_places[:1]
    at = scalp.positions(names)
    out = []
    for right_deg, front_deg, width_deg in places:
        tilt, turn = np.deg2rad(np.hypot(right_deg, front_deg)), np.arctan2(front_deg, right_deg)
        peak = np.array([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)])
        angle = np.rad2deg(np.arccos(np.clip(at @ peak, -1, 1)))
        out.append(np.exp(-((angle / width_deg) ** 2)))
    made = np.stack(out)
    return np.asarray(made - made.mean(axis=1, keepdims=True))


def _fixed(templates: NDArray[np.float64], across: NDArray[np.float64]) -> FloatArray:
    """Weights of each place that give the height of its field and nothing of slopes over the head."""
    flat = templates - templates @ across
    height = np.ptp(templates, axis=1) / np.einsum("pe,pe->p", flat, templates)
    return np.asarray(flat * height[:, None], np.float32)


def _cells(first_second: int, n_seconds: int) -> Iterator[tuple[int, slice, slice]]:
    """Number of each cell of :data:`CELL_S` seconds of recording time, its seconds, and those of its surroundings."""
    whole = range(first_second // CELL_S, -(-(first_second + n_seconds) // CELL_S))
    for k, cell in enumerate(whole):
        inside, around = (
            slice(max(0, (cell - r) * CELL_S - first_second), min(n_seconds, (cell + r + 1) * CELL_S - first_second))
            for r in (0, REACH_CELLS)
        )
        yield k, inside, around


def _inverses(x: FloatArray, first_second: int, across: NDArray[np.float64]) -> FloatArray:
    """Inverse of the robust spatial covariance around each cell, shape (n_cells, n_electrodes, n_electrodes)."""
    n_seconds = x.shape[1] // SLOW_RATE_HZ
    by_second = x[:, : n_seconds * SLOW_RATE_HZ].reshape(len(x), n_seconds, SLOW_RATE_HZ).transpose(1, 0, 2)
    each = (by_second @ by_second.transpose(0, 2, 1) / SLOW_RATE_HZ).astype(np.float64)
    power = np.trace(each, axis1=1, axis2=2) + 1e-9
    one = np.eye(len(x))
    made = []
    for _, _, around in _cells(first_second, n_seconds):
        least = np.minimum(1, np.median(power[around]) / power[around])
        mean = (each[around] * least[:, None, None]).mean(axis=0)
        level = np.trace(mean) / len(x)
        made.append((1 - SHRINKAGE) * mean + (SHRINKAGE * level + FLOOR_UV**2) * one + SLOPES * level * across)
    return np.asarray(np.linalg.inv(np.stack(made)), np.float32)


def _ratio(
    x: FloatArray, inverse: FloatArray, templates: NDArray[np.float64], first_second: int
) -> tuple[FloatArray, NDArray[np.intp]]:
    """The wave over the median of the largest ones of the seconds around, without sign, and its place."""
    out, place = np.zeros(x.shape[1], np.float32), np.zeros(x.shape[1], np.intp)
    n_seconds = x.shape[1] // SLOW_RATE_HZ
    for k, inside, around in _cells(first_second, n_seconds):
        weights = templates @ inverse[k]
        weights /= np.sqrt(np.maximum(np.einsum("pe,pe->p", weights, templates), 1e-12))[:, None]
        seen = np.abs(weights.astype(np.float32) @ x[:, around.start * SLOW_RATE_HZ : around.stop * SLOW_RATE_HZ])
        at = seen.argmax(axis=0)
        seen = seen.max(axis=0)
        usual = float(np.median(seen.reshape(-1, SLOW_RATE_HZ).max(axis=1))) + USUAL_FLOOR
        first = (inside.start - around.start) * SLOW_RATE_HZ
        length = (inside.stop - inside.start) * SLOW_RATE_HZ
        start = inside.start * SLOW_RATE_HZ
        out[start : start + length] = seen[first : first + length] / usual
        place[start : start + length] = at[first : first + length]
    return out, place


def _through(x: FloatArray, width_s: float) -> FloatArray:
    return fir.evaluate(x, wave_filter(width_s), 1, 1, x.shape[1])


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
    unlike: FloatArray
    repeats: FloatArray


def parts(w: Waves | None, onset_s: NDArray[np.float64], seconds: range, p: SpasmParameters) -> WaveParts:
    """The wave that goes with each onset: the one that stands out most just after it."""
    n = len(onset_s)
    if w is None:
        nan = np.full(n, np.nan, np.float32)
        return WaveParts(nan.astype(np.float64), *(nan for _ in range(8)))
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
    template = w.templates[w.place[at]].T
    norm = np.sqrt((field**2).sum(axis=0) * (template**2).sum(axis=0)) + 1e-6
    return WaveParts(
        seconds.start + (at + 0.5) / SLOW_RATE_HZ,
        w.height_uv[at],
        w.ratio[at],
        width_s,
        np.asarray(w.sharp_uv[around].max(axis=1) / (w.height_uv[at] + 1e-3), np.float32),
        np.asarray(np.abs((template * field).sum(axis=0)) / norm, np.float32),
        np.asarray((size >= SHARE_OF_PEAK * size.max(axis=0)).mean(axis=0), np.float32),
        _unlike(w, at),
        _repeats(w, at),
    )


def _repeats(w: Waves, at: NDArray[np.intp]) -> FloatArray:
    """The largest wave somewhat before or after each moment over its own: about 1 in a rhythm."""
    near, far = (round(s * SLOW_RATE_HZ) for s in REPEATS_S)
    steps = np.concatenate([np.arange(-far, -near), np.arange(near, far)])
    around = np.clip(at[:, None] + steps, 0, len(w.ratio) - 1)
    return np.asarray(w.ratio[around].max(axis=1) / np.maximum(w.ratio[at], 1e-3), np.float32)


def _unlike(w: Waves, at: NDArray[np.intp]) -> FloatArray:
    """What of each moment the field of the wave does not explain, in variances of the surroundings per electrode."""
    second = w.first_second + at // SLOW_RATE_HZ
    cell = second // CELL_S - w.first_second // CELL_S
    inverse, x = w.inverse[w.clearest[at], cell], w.filtered[w.clearest[at], :, at]
    template = w.templates[w.place[at]]
    weights = np.einsum("nef,nf->ne", inverse, template)
    along = np.einsum("ne,ne->n", weights, x) ** 2 / np.maximum(np.einsum("ne,ne->n", weights, template), 1e-12)
    whole = np.einsum("ne,nef,nf->n", x, inverse, x)
    return np.asarray(np.maximum(whole - along, 0) / max(x.shape[1] - 1, 1), np.float32)
