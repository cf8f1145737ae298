"""The integers that an EDF or BDF file stores, copied and compared without going through physical values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import RefusedError
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter

_PIECE_BYTES = 4 << 20


def scaling(recording: EdfRecording, channel: int) -> tuple[float, float]:
    """Gain and offset from stored integers to the unit that the reader hands out."""
    place = recording._places[channel]
    return place.gain, place.offset


def record_s(recording: EdfRecording) -> float:
    """Duration of a data record, as repaired by the reader."""
    return recording._timeline.record_s


def pieces(
    recording: EdfRecording, columns: Sequence[tuple[int, int]], *, records: int
) -> Iterator[tuple[int, list[NDArray[Any]]]]:
    """Stored integers of some signals, ``records`` data records at a time, with the index of their segment.

    ``columns`` has for each signal its first sample and its number of samples in a record.
    """
    header = recording.header
    width, size = header.sample_bytes, header.record_bytes
    with recording.path.open("rb") as file:
        for segment, run in enumerate(recording._timeline.runs):
            file.seek(header.header_bytes + run.first_record * size)
            left = run.n_records
            while left:
                n = min(left, records)
                raw = file.read(n * size)
                if len(raw) != n * size:
                    raise RefusedError(f"{recording.path.name}: became shorter while it was read")
                rows = np.frombuffer(raw, np.uint8).reshape(n, size)
                yield segment, [_integers(rows[:, at * width : (at + k) * width], width) for at, k in columns]
                left -= n


def copy(recording: EdfRecording, columns: Sequence[tuple[int, int]], writer: EdfWriter) -> None:
    """Write the stored integers of some signals, gaps included."""
    current = 0
    for segment, arrays in pieces(recording, columns, records=_step(recording)):
        if segment != current:
            writer.start_segment(recording.segments[segment].start_s)
            current = segment
        if arrays:
            writer.write_digital(arrays)


def compare(recording: EdfRecording, columns: Sequence[tuple[int, int]], written: EdfRecording) -> str:
    """``samples`` when the second file stores other integers than the first, empty when it stores the same."""
    ours, at = [], 0
    for signal in written.header.signals:
        if not signal.is_annotation:
            ours.append((at, signal.n_samples))
        at += signal.n_samples
    step = _step(recording)
    pairs = zip(pieces(recording, columns, records=step), pieces(written, ours, records=step), strict=True)
    try:
        for (old_segment, old), (new_segment, new) in pairs:
            same = all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))
            if old_segment != new_segment or not same:
                return "samples"
    except ValueError:  # of different length
        return "samples"
    return ""


def _step(recording: EdfRecording) -> int:
    return max(1, _PIECE_BYTES // max(1, recording.header.record_bytes))


def _integers(rows: NDArray[np.uint8], width: int) -> NDArray[Any]:
    flat = np.ascontiguousarray(rows).reshape(-1)
    if width == 2:
        return flat.view("<i2")
    wide = np.zeros((len(flat) // 3, 4), np.uint8)
    wide[:, 1:] = flat.reshape(-1, 3)
    return wide.view("<i4").reshape(-1) >> 8
