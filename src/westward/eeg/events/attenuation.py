"""Attenuations: abrupt generalized drops of voltage of at least a second, between spasms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.artifact_measures import cell_starts, gather
from westward.eeg.events.event import Event
from westward.eeg.signal import order
from westward.eeg.signal.runs import runs

FloatArray = NDArray[np.float32]
CELL_S = 0.25
PER_SECOND = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AttenuationParameters:
    """What counts as an attenuation.

    Attributes
    ----------
    min_duration_s : float
        Shortest attenuation, s. Status: unconfirmed (BASED 2021 as recalled: about 1 s or longer).
    max_duration_s : float
        A low stretch longer than this is another state, not an attenuation, s. Status: policy.
    min_derivation_fraction : float
        Share of derivations that must drop. Status: policy (generalized or near-generalized).
    min_derivations : int
        With fewer nothing can be called generalized. Status: policy.
    max_ratio_to_preceding_10s : float
        Largest amplitude against the preceding 10 s. Status: derived from the ACNS definition of attenuation
        (adult critical care).
    baseline_s : float
        Length of "preceding", s. Status: derived, as above.
    baseline_percentile : float
        Percentile of the half-second amplitudes that stands for the preceding background: robust against
        attenuations and against transients in it. Status: policy.
    min_baseline_uv : float
        Median background over derivations below which a drop cannot be told from noise, µV. Status: policy.
    min_baseline_coverage : float
        Share of the preceding seconds that must be usable. Status: policy.
    abrupt_ratio : float
        The second that ends half a second before the drop must still have this share of the background, in the
        median derivation: a slow fade is not an attenuation. Status: policy.
    recovery_ratio : float
        And the 5 s after the end must come back to this share, else the state has changed. Status: policy.
    max_ratio_to_surroundings : float
        Largest amplitude against the same percentile of the minutes around: what only returns to the usual
        background after a large transient or an unrecognized movement is no attenuation. Status: policy.
    surroundings_s : tuple of float
        How far these minutes reach on either side, s; the lower background counts, so that neither a quarter of an
        hour of unrecognized movement nor a change of state raises it. Status: policy.
    settle_after_artifact_s : float
        An onset so soon after an unusable second is the quiet after an artifact, s. Status: policy.
    settle_after_arousal_s : float
        An onset so soon after an arousal is listed but not counted, s. Status: policy.
    flat_uv : float
        A median below this is a disconnection, µV. Status: derived.
    """

    min_duration_s: float = 1.0
    max_duration_s: float = 20.0
    min_derivation_fraction: float = 0.8
    min_derivations: int = 4
    max_ratio_to_preceding_10s: float = 0.5
    baseline_s: float = 10.0
    baseline_percentile: float = 60.0
    min_baseline_uv: float = 15.0
    min_baseline_coverage: float = 0.6
    abrupt_ratio: float = 0.65
    recovery_ratio: float = 0.6
    max_ratio_to_surroundings: float = 0.65
    surroundings_s: tuple[float, ...] = (150.0, 600.0)
    settle_after_artifact_s: float = 2.0
    settle_after_arousal_s: float = 10.0
    flat_uv: float = 0.8


def envelope(block: Block) -> FloatArray:
    """Peak-to-peak below about 30 Hz of each derivation in the half second around each quarter second.

    Returns
    -------
    float32 array, shape (n_derivations, n_cells)
        µV; column i belongs to cell ``block.whole_cells(0.25)[i]``, and is measured from an eighth of a second
        before the cell to an eighth after it. NaN where that half second leaves the block.
    """
    return envelope_of(block, block.whole_cells(CELL_S))


def envelope_of(block: Block, cells: range) -> FloatArray:
    """As :func:`envelope`, for any quarter seconds of the block, margins included."""
    rate = block.sfreq_hz
    step = max(1, round(rate / 64))
    # Eighths of a second: extremes of each, then four neighboring eighths make the half second around a cell.
    eighths = range(2 * cells.start - 1, 2 * cells.stop + 1)
    width = max(step, int(rate / 8 + 1e-6))
    starts = cell_starts(block, 0.125, eighths)
    outside = (starts < 0) | (starts + width > block.n_samples)
    x = block.bipolar
    if step > 1:
        # A running mean of about 1/64 s, centered: keeps what is below about 30 Hz.
        n, lead = block.n_samples, step // 2
        padded = np.pad(x, ((0, 0), (lead, step - 1 - lead)), mode="edge")
        x = padded[:, :n].copy()
        for k in range(1, step):
            x += padded[:, k : k + n]
        x /= step
    pieces = gather(x, np.clip(starts, 0, max(0, block.n_samples - width)), width)
    low, high = (np.where(outside, np.nan, edge) for edge in order.extremes(pieces))
    high, low = _four(high, np.fmax), _four(low, np.fmin)
    return np.asarray(high - low, np.float32)


def _four(x: FloatArray, largest: np.ufunc) -> FloatArray:
    n = (x.shape[-1] - 2) // 2
    if n <= 0:
        return np.zeros((x.shape[0], 0), np.float32)
    out = x[:, : 2 * n : 2]
    for k in (1, 2, 3):
        out = largest(out, x[:, k : k + 2 * n : 2])
    return np.asarray(out)


def find(
    amplitude_uv: FloatArray,
    usable: NDArray[np.bool_],
    derivations: Sequence[str] = (),
    *,
    arousal_s: NDArray[np.float64] | Sequence[float] = (),
    parameters: AttenuationParameters | None = None,
) -> list[Event]:
    """Attenuations of a whole recording.

    Parameters
    ----------
    amplitude_uv : float32 array, shape (n_derivations, n_quarter_seconds)
        From :func:`envelope`, from the start of the recording; NaN in gaps and for derivations out of use.
    usable : bool array, shape (n_seconds,)
        Seconds without artifact or gap.
    derivations : sequence of str
        Names of the rows, for the events.
    arousal_s : sequence of float
        Arousals; quiet that follows one is listed but not counted.
    parameters : AttenuationParameters, optional

    Returns
    -------
    list of Event
        ``trial_type`` ``attenuation``, with the measured ratio and share in ``reason``; ``counted`` is False
        where only an arousal explains the drop.
    """
    p = parameters or AttenuationParameters()
    n_rows, n = amplitude_uv.shape
    n = min(n, len(usable) * PER_SECOND)
    if n_rows < p.min_derivations or n < PER_SECOND * 4:
        return []
    amplitude = amplitude_uv[:, :n]
    good = np.repeat(usable, PER_SECOND)[:n] & np.isfinite(amplitude).any(axis=0)
    baseline = _baseline(amplitude, good, p)
    at_second = np.minimum(np.arange(n) // PER_SECOND, baseline.shape[1] - 1)
    with np.errstate(invalid="ignore"):
        low = amplitude <= p.max_ratio_to_preceding_10s * baseline[:, at_second]
    valid = np.isfinite(amplitude) & np.isfinite(baseline[:, at_second])
    share = low.sum(axis=0) / np.maximum(valid.sum(axis=0), 1)
    enough = valid.sum(axis=0) >= max(1, 0.5 * n_rows)
    dropped = (share >= p.min_derivation_fraction) & enough & good
    found: list[Event] = []
    last_stop = -1
    for a, b in runs(dropped):
        if a < last_stop or b - a < 2:
            continue
        event, stop = _judge(int(a), amplitude, baseline, good, derivations, np.asarray(arousal_s, float), p)
        if event is not None:
            found.append(event)
            last_stop = stop
    return found


def assemble(parts: Iterable[tuple[range, FloatArray]], n_seconds: int) -> FloatArray:
    """The envelope of a whole recording from its blocks; NaN where no block reaches (gaps).

    Parameters
    ----------
    parts : iterable of (range, float32 array)
        ``block.whole_cells(0.25)`` and ``envelope(block)`` of each block.
    n_seconds : int
        Whole seconds of the recording, gaps counted.
    """
    parts = list(parts)
    rows = parts[0][1].shape[0] if parts else 0
    out = np.full((rows, n_seconds * PER_SECOND), np.nan, np.float32)
    for cells, part in parts:
        a, b = max(0, cells.start), min(cells.stop, out.shape[1])
        if b > a:
            out[:, a:b] = part[:, a - cells.start : b - cells.start]
    return out


def refusal(derivations: Sequence[str], *, parameters: AttenuationParameters | None = None) -> str:
    """Why attenuations are not assessable with these derivations, or an empty string."""
    p = parameters or AttenuationParameters()
    if len(derivations) < p.min_derivations:
        return f"{len(derivations)} derivations; at least {p.min_derivations} are needed to call a drop generalized"
    return ""


def _baseline(amplitude: FloatArray, good: NDArray[np.bool_], p: AttenuationParameters) -> FloatArray:
    """Background before each second, shape (n_derivations, n_seconds); NaN where too little of it is usable."""
    n_rows, n = amplitude.shape
    seconds = n // PER_SECOND
    length = round(p.baseline_s * PER_SECOND)
    kept = np.where(good[: seconds * PER_SECOND], amplitude[:, : seconds * PER_SECOND], np.inf)
    kept = np.where(np.isfinite(kept), kept, np.inf).astype(np.float32)
    padded = np.concatenate([np.full((n_rows, length), np.inf, np.float32), kept], axis=1)
    out = np.full((n_rows, seconds), np.nan, np.float32)
    for first in range(0, seconds, 3600):
        stop = min(seconds, first + 3600)
        piece = padded[:, first * PER_SECOND : stop * PER_SECOND + length]
        windows = np.lib.stride_tricks.sliding_window_view(piece, length, axis=-1)[:, : (stop - first) * PER_SECOND : 4]
        ordered = np.sort(windows, axis=-1)
        present = np.isfinite(ordered).sum(axis=-1)
        rank = np.clip((present * (p.baseline_percentile / 100)).astype(np.intp), 0, length - 1)
        value = np.take_along_axis(ordered, rank[..., None], axis=-1)[..., 0]
        out[:, first:stop] = np.where(present >= p.min_baseline_coverage * length, value, np.nan)
    return out


def _judge(
    a: int,
    amplitude: FloatArray,
    baseline: FloatArray,
    good: NDArray[np.bool_],
    derivations: Sequence[str],
    arousal_s: NDArray[np.float64],
    p: AttenuationParameters,
) -> tuple[Event | None, int]:
    """One drop that begins in cell ``a``, followed to its end against the background before its onset."""
    n = amplitude.shape[1]
    before = baseline[:, min(a // PER_SECOND, baseline.shape[1] - 1)]
    rows = np.isfinite(before) & (before > 0)
    if rows.mean() < 0.5 or np.median(before[rows]) < p.min_baseline_uv:
        return None, a
    horizon = min(n, a + round((p.max_duration_s + 6) * PER_SECOND))
    ratio = amplitude[rows, max(0, a - 8) : horizon] / before[rows, None]
    lead = a - max(0, a - 8)
    low = np.nan_to_num(ratio, nan=9.0) <= p.max_ratio_to_preceding_10s
    state = low.mean(axis=0) >= p.min_derivation_fraction
    start = lead
    while start > 0 and state[start - 1]:
        start -= 1
    stop = lead
    while stop < len(state) and (state[stop] or (stop + 1 < len(state) and state[stop + 1])):
        stop += 1
    shift = a - lead
    duration = (stop - start) * CELL_S + 0.3
    if duration < p.min_duration_s or duration > p.max_duration_s:
        return None, shift + stop
    onset_cell = start + shift
    settle = round(p.settle_after_artifact_s * PER_SECOND)
    if not good[max(0, onset_cell - settle) : stop + shift].all() or onset_cell < settle:
        return None, shift + stop
    lead_in = amplitude[rows, max(0, onset_cell - 6) : max(1, onset_cell - 1)] / before[rows, None]
    after = amplitude[rows, stop + shift + 1 : stop + shift + 21] / before[rows, None]
    if np.median(lead_in.max(axis=1)) < p.abrupt_ratio:
        return None, shift + stop
    if after.shape[1] >= 4 and np.nanmedian(np.nanpercentile(after, p.baseline_percentile, axis=1)) < p.recovery_ratio:
        return None, shift + stop
    inside = np.median(ratio[:, start:stop], axis=1)
    typical = float(np.median(inside))
    if np.median(amplitude[rows, onset_cell : stop + shift]) < p.flat_uv:
        return None, shift + stop
    usual = _usual(onset_cell, stop + shift, amplitude[rows], good, p)
    if np.median(np.median(amplitude[rows, onset_cell : stop + shift], axis=1) / usual) > p.max_ratio_to_surroundings:
        return None, shift + stop
    spread = float((inside <= p.max_ratio_to_preceding_10s).mean())
    # A half second that still holds a bit of the background before or after is not low: half of it on either side.
    onset_s = onset_cell * CELL_S - 0.15
    awakened = bool(((onset_s - arousal_s >= 0) & (onset_s - arousal_s <= p.settle_after_arousal_s)).any())
    confidence = float(np.clip((p.max_ratio_to_preceding_10s - typical) / 0.35, 0, 1) * 0.6 + 0.4 * min(1, spread))
    reason = f"amplitude {typical:.2f} of the preceding {p.baseline_s:.0f} s in {spread:.0%} of derivations"
    names = tuple(d for d, used in zip(derivations, rows, strict=True) if used) if len(derivations) else ()
    event = Event(
        onset_s,
        duration,
        "attenuation",
        names,
        round(confidence, 3),
        amplitude_uv=round(float(np.median(amplitude[rows, onset_cell : stop + shift])), 1),
        counted=not awakened,
        reason=reason + ("; follows an arousal" if awakened else ""),
    )
    return event, shift + stop


def _usual(
    start: int, stop: int, amplitude: FloatArray, good: NDArray[np.bool_], p: AttenuationParameters
) -> NDArray[np.float64]:
    """Background of each row in the minutes around, the lower of near and far; one cell of each usable second.

    The drop itself is left out.
    """
    found = []
    for reach_s in p.surroundings_s:
        reach = round(reach_s * PER_SECOND)
        cells = np.arange(max(0, start - reach), min(amplitude.shape[1], stop + reach), PER_SECOND)
        cells = cells[good[cells] & ((cells < start) | (cells >= stop))]
        with np.errstate(invalid="ignore"):
            found.append(np.nanpercentile(amplitude[:, cells], p.baseline_percentile, axis=1))
    return np.asarray(np.maximum(np.min(found, axis=0), 1e-6))
