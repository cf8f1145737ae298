"""Fast activity on the slow wave: rhythms of 14-30 Hz near the vertex, less what muscle explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import cell_starts, gather
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasm_waves import VERTEX
from westward.eeg.signal import order

FloatArray = NDArray[np.float32]
PER_SECOND = 4
_MUSCLE_SHARE = 0.6
"""Power that muscle leaves at 14-30 Hz for each unit at 36-70 Hz; surface EMG is about flat there."""
_FLOOR_UV = 0.5
_WITHIN_S = (-0.75, 1.0)


def level(block: Block, seconds: range, p: SpasmParameters) -> FloatArray:
    """Median over the electrodes near the vertex (else all derivations), µV RMS per quarter second."""
    near = [k for k, e in enumerate(block.electrodes) if e in VERTEX]
    rows = block.potentials[near] if len(near) >= 2 else block.bipolar
    rate = block.sfreq_hz
    width = max(1, int(rate / PER_SECOND + 1e-6))
    starts = cell_starts(block, 1 / PER_SECOND, range(seconds.start * PER_SECOND, seconds.stop * PER_SECOND))
    pieces = gather(np.ascontiguousarray(rows), starts, width)
    fast = _power(pieces, rate, p.fast_hz) - _MUSCLE_SHARE * _power(pieces, rate, p.muscle_hz)
    return np.asarray(order.median(np.sqrt(np.maximum(fast, 0)), axis=0), np.float32)


def _power(pieces: FloatArray, rate_hz: float, band_hz: tuple[float, float]) -> FloatArray:
    """Mean square in a band of short tapered pieces without their quadratic trend."""
    width = pieces.shape[-1]
    step = rate_hz / width
    bins = [k for k in range(1, width // 2) if band_hz[0] - 1e-6 <= k * step <= min(band_hz[1], 0.45 * rate_hz)]
    if not bins:
        return np.zeros(pieces.shape[:-1], np.float32)
    t = np.linspace(-1, 1, width)
    trend, _ = np.linalg.qr(np.stack([np.ones(width), t, t**2], axis=1))
    taper = np.hanning(width + 2)[1:-1]
    phase = 2 * np.pi * np.outer(np.arange(width), bins) / width
    waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) * taper[:, None]
    waves -= trend @ (trend.T @ waves)
    projected = pieces.reshape(-1, width) @ waves.astype(np.float32)
    power = np.einsum("ij,ij->i", projected, projected) * (2 * step / (rate_hz * float(taper @ taper)))
    return np.asarray(power.reshape(pieces.shape[:-1]), np.float32)


def ratio(block: Block, peak_s: NDArray[np.float64], seconds: range, p: SpasmParameters) -> FloatArray:
    """Largest quarter second around the peak of each wave over the median of the background before."""
    x = level(block, seconds, p) + np.float32(_FLOOR_UV)
    at = np.floor((peak_s - seconds.start) * PER_SECOND).astype(np.intp)
    last = len(x) - 1
    before = at[:, None] + np.arange(-p.baseline_s * PER_SECOND, -PER_SECOND)
    known = before[:, before.shape[1] // 2] >= 0
    usual = order.median(x[np.clip(before, 0, last)])
    span = np.arange(round(_WITHIN_S[0] * PER_SECOND), round(_WITHIN_S[1] * PER_SECOND))
    most = x[np.clip(at[:, None] + span, 0, last)].max(axis=1)
    return np.asarray(np.where(known, most / usual, np.nan), np.float32)
