"""A recording as a stream of blocks: bounded memory whatever its length."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import MARGIN_S, Block
from westward.eeg.layout import Layout
from westward.eeg.recording.channel import Channel
from westward.eeg.recording.recording import Recording, Segment
from westward.eeg.signal import filters
from westward.eeg.signal.resample import resample

FloatArray = NDArray[np.float32]
Result = TypeVar("Result")
GRID_S = 30.0
BAND_HZ = (0.5, 70.0)
MAINS_HZ = (50.0, 60.0)


@dataclass(frozen=True, slots=True)
class Span:
    """Where one block lies: its core and what is read for it, recording time."""

    start_s: float
    core_start_s: float
    core_stop_s: float
    stop_s: float


def plan(segments: Sequence[Segment], block_s: float = 240.0, margin_s: float = MARGIN_S) -> list[Span]:
    """Cut segments into spans whose core edges lie on multiples of ``block_s`` of recording time.

    What is read starts a whole number of seconds after the segment does, ``margin_s`` or up to a second more before
    the core: so the samples of all blocks of a segment lie on one grid, at the native and at the working rate.
    """
    step = max(GRID_S, round(block_s / GRID_S) * GRID_S)
    spans = []
    for segment in segments:
        start = segment.start_s
        while start < segment.stop_s - 1e-9:
            stop = min((math.floor(start / step + 1e-9) + 1) * step, segment.stop_s)
            if segment.stop_s - stop < 1.0:
                stop = segment.stop_s
            lead = max(0, math.floor(start - margin_s - segment.start_s + 1e-9))
            spans.append(Span(segment.start_s + lead, start, stop, min(segment.stop_s, stop + margin_s)))
            start = stop
    return spans


def conditioning(sfreq_hz: float) -> NDArray[np.float64]:
    """The one filter before the detectors: 0.5-70 Hz and both mains frequencies, as second-order sections."""
    sections = [filters.butterworth(*BAND_HZ, sfreq_hz), *(filters.notch(f, sfreq_hz) for f in MAINS_HZ)]
    return np.concatenate(sections)


def make_block(recording: Recording, layout: Layout, span: Span) -> Block:
    """Read one span and prepare it for the detectors."""
    rate = layout.working_rate_hz
    n = round((span.stop_s - span.start_s) * rate)
    rows = _read(recording, layout.channels, span, rate, n)
    clean = filters.zero_phase(rows, conditioning(rate))
    bipolar = layout.to_derivations @ clean
    raw, potentials = _electrodes(layout, rows), _electrodes(layout, clean)
    if layout.electrodes:
        potentials -= potentials.mean(axis=0, keepdims=True)
    return Block(
        span.start_s,
        span.core_start_s,
        span.core_stop_s,
        rate,
        layout.electrodes,
        raw,
        potentials,
        layout.derivations,
        bipolar,
        _auxiliary(recording, layout, span, n),
    )


def _electrodes(layout: Layout, rows: FloatArray) -> FloatArray:
    """Rows as read to potentials; where each row is an electrode, its own memory is handed on."""
    chosen = layout.to_electrodes
    if not layout.electrodes:
        return np.zeros((0, rows.shape[1]), np.float32)
    if not ((chosen == 1).sum(axis=1) == 1).all() or np.count_nonzero(chosen) != len(chosen):
        return np.asarray(chosen @ rows)
    row = chosen.argmax(axis=1)
    return rows if np.array_equal(row, np.arange(len(rows))) else rows[row]


def _auxiliary(recording: Recording, layout: Layout, span: Span, n: int) -> dict[str, FloatArray]:
    """Signals of each name's first channel, the channels of one rate read at once, mean removed."""
    first: dict[str, Channel] = {}
    for channel in layout.auxiliary:
        first.setdefault(channel.name, channel)
    found: dict[str, FloatArray] = {}
    for rate in {c.sfreq_hz: None for c in first.values()}:
        chosen = tuple(c for c in first.values() if c.sfreq_hz == rate)
        for channel, signal in zip(chosen, _read(recording, chosen, span, layout.working_rate_hz, n), strict=True):
            found[channel.name] = signal - np.float32(np.mean(signal))
    return {name: found[name] for name in first}


def native(recording: Recording, layout: Layout, start_s: float, stop_s: float) -> FloatArray:
    """Derivations of a stretch at the file's own rate, unfiltered, µV, shape (n_derivations, n_samples)."""
    n = round((stop_s - start_s) * layout.rate_hz)
    rows = _read(recording, layout.channels, Span(start_s, start_s, stop_s, stop_s), layout.rate_hz, n)
    return np.asarray(layout.to_derivations @ rows, np.float32)


def _read(recording: Recording, channels: Sequence[Channel], span: Span, rate_hz: float, n: int) -> FloatArray:
    page = recording.read(span.start_s, span.stop_s, [c.index for c in channels])
    data = page.data
    if page.gaps or not np.isfinite(data).all():
        data = _fill(data)
    return resample(data, channels[0].sfreq_hz, rate_hz, n)


def _fill(data: FloatArray) -> FloatArray:
    """Edge samples lost to rounding take the nearest finite value; spans never contain true gaps."""
    data = data.copy()
    for row in data:
        bad = ~np.isfinite(row)
        if bad.all():
            row[:] = 0
        elif bad.any():
            at = np.flatnonzero(~bad)
            row[bad] = np.interp(np.flatnonzero(bad), at, row[at]).astype(np.float32)
    return data


def over_blocks(
    recording: Recording,
    layout: Layout,
    spans: Sequence[Span],
    work: Callable[[Block], Result],
    *,
    threads: int = 2,
    on_done: Callable[[Span], None] | None = None,
) -> Iterator[Result]:
    """Apply ``work`` to every block, several at a time, results in order of time.

    At most ``2 * threads`` blocks are alive at once, so memory does not grow with the recording.
    """

    def job(span: Span) -> Result:
        return work(make_block(recording, layout, span))

    if threads <= 1 or len(spans) == 1:
        for span in spans:
            yield job(span)
            if on_done:
                on_done(span)
        return
    pool = ThreadPoolExecutor(threads)
    pending: list[tuple[Span, Future[Result]]] = []
    waiting = iter(spans)
    try:
        while True:
            while len(pending) < 2 * threads and (coming := next(waiting, None)) is not None:
                pending.append((coming, pool.submit(job, coming)))
            if not pending:
                break
            done_span, future = pending.pop(0)
            yield future.result()
            if on_done:
                on_done(done_span)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
