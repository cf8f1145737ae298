"""Bursts of limb EMG: how high, how long, and whether they rise and fall once like a diamond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import SLOW_RATE_HZ, close, running_median
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasm_waves import cell_means
from westward.eeg.signal import filters, order
from westward.eeg.signal.runs import runs

FloatArray = NDArray[np.float32]
MAINS_HZ = (50.0, 60.0)
_GAP_CELLS = 4
_NO_MUSCLE = {"EMG", "left", "right"}
_FACE = ("chin", "submental", "mental", "orbicularis")


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst: recording time of its onset, and what ``SpasmFeatures`` says of it."""

    onset_s: float
    ratio: float
    duration_s: float
    diamond: float
    asymmetry: float


def limbs(channels: Iterable[str]) -> tuple[str, ...]:
    """EMG channels that can show a spasm: deltoids where there are any, else all but those of the face."""
    emg = [name for name in channels if name.startswith("EMG")]
    deltoid = [name for name in emg if "deltoid" in name]
    return tuple(deltoid or [n for n in emg if not any(word in n for word in _FACE)])


def place_known(channels: Iterable[str]) -> bool:
    """Whether the labels of the EMG taken for limbs name a muscle: a bare "EMG" may be the chin's."""
    return any({w for w in name.split() if not w.isdigit()} - _NO_MUSCLE for name in limbs(channels))


def envelope(block: Block, names: tuple[str, ...], seconds: range, p: SpasmParameters) -> FloatArray:
    """Root mean square above 20 Hz without mains at 32 Hz, smoothed over 0.12 s, shape (n_names, n_cells)."""
    rate = block.sfreq_hz
    sections = [filters.butterworth(p.emg_hz, None, rate), *(filters.notch(f, rate) for f in MAINS_HZ)]
    fast = filters.zero_phase(np.stack([block.aux[name] for name in names]), np.concatenate(sections))
    power = cell_means(block, np.square(fast), seconds)
    taper = np.hanning(7)[1:-1]
    taper /= taper.sum()
    rows = [np.convolve(np.pad(row, 2, mode="edge"), taper, mode="valid") for row in power]
    return np.asarray(np.sqrt(np.maximum(np.stack(rows), 0)), np.float32)


def bursts(level_uv: FloatArray, names: tuple[str, ...], seconds: range, p: SpasmParameters) -> list[Burst]:
    """All bursts of a block, in order of time; the highest of the channels counts."""
    n_seconds = len(seconds)
    usual = np.repeat(_usual(level_uv, n_seconds, p), SLOW_RATE_HZ, axis=1) + np.float32(0.5)
    ratio = level_uv / usual
    above = close(np.asarray((ratio > p.emg_start_ratio).any(axis=0), np.bool_), _GAP_CELLS)
    out = []
    for a, b in runs(above):
        stop = min(int(b), int(a) + round(p.emg_max_s * SLOW_RATE_HZ))
        row = int(ratio[:, a:stop].max(axis=1).argmax())
        piece = level_uv[row, a:stop] - usual[row, a:stop]
        top = int(piece.argmax())
        highest = float(ratio[row, a + top])
        if highest < p.min_emg_ratio or piece[top] < p.min_emg_uv:
            continue
        loud = np.flatnonzero(piece >= p.emg_edge * piece[top])
        first, last = int(loud[0]), int(loud[-1])
        out.append(
            Burst(
                seconds.start + (int(a) + first) / SLOW_RATE_HZ,
                highest,
                (last - first + 1) / SLOW_RATE_HZ,
                _diamond(piece[first : last + 1]),
                _asymmetry(level_uv[:, a:stop] - usual[:, a:stop], names),
            )
        )
    return out


def _usual(level_uv: FloatArray, n_seconds: int, p: SpasmParameters) -> FloatArray:
    """Usual level of each channel around each second."""
    by_second = order.median(level_uv.reshape(len(level_uv), n_seconds, SLOW_RATE_HZ))
    return running_median(np.asarray(by_second, np.float32), p.emg_surroundings_s)


def recorded(
    level_uv: FloatArray, onset_s: NDArray[np.float64], seconds: range, p: SpasmParameters
) -> NDArray[np.bool_]:
    """Whether any channel shows more than the noise of an amplifier around each onset: else no burst can be seen."""
    alive = _usual(level_uv, len(seconds), p).max(axis=0) >= p.min_emg_noise_uv
    at = np.clip(np.floor(onset_s).astype(np.intp) - seconds.start, 0, len(seconds) - 1)
    return np.asarray(alive[at], np.bool_)


def _diamond(envelope_uv: FloatArray) -> float:
    """Correlation of an envelope with the best of a few triangles of its length."""
    n = len(envelope_uv)
    if n < 3:
        return 0.0
    x = np.concatenate([[0.0], envelope_uv, [0.0]])
    x = np.convolve(np.pad(x, 2), np.ones(5) / 5, mode="valid")
    t = np.linspace(0, 1, len(x))
    best = -1.0
    for apex in (0.2, 0.35, 0.5, 0.65, 0.8):
        triangle = np.minimum(t / apex, (1 - t) / (1 - apex))
        best = max(best, float(np.corrcoef(x, triangle)[0, 1]))
    return best


def _asymmetry(rise_uv: FloatArray, names: tuple[str, ...]) -> float:
    side = [[k for k, name in enumerate(names) if word in name.split()] for word in ("left", "right")]
    if not all(side):
        return float("nan")
    left, right = (max(float(np.mean(np.maximum(rise_uv[k], 0))) for k in rows) for rows in side)
    return (left - right) / (left + right + 1e-6)


def near(found: list[Burst], onset_s: NDArray[np.float64], p: SpasmParameters) -> list[Burst | None]:
    """The highest burst that begins in step with each onset."""
    begins = np.array([b.onset_s for b in found])
    out: list[Burst | None] = []
    for t in onset_s:
        a, b = np.searchsorted(begins, (t + p.synchrony_s[0], t + p.synchrony_s[1]))
        out.append(max(found[a:b], key=lambda burst: burst.ratio) if b > a else None)
    return out
