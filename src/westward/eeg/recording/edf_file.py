"""Positioned reads of data records and their decoding; safe from several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UnreadableRecordingError, UsageError

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

BUFFER_BYTES = 4 << 20
_SPARSE_RATIO = 8
_LONG_RECORD_BYTES = 32768


@dataclass(frozen=True, slots=True)
class SignalPlace:
    """Where a signal lies in each record and how its digital values become physical.

    Attributes
    ----------
    at : int
        Samples before it in a record.
    n_samples : int
        Its samples in a record.
    gain, offset : float
        ``physical = digital * gain + offset``, in the unit the reader hands out.
    """

    at: int
    n_samples: int
    gain: float
    offset: float


class EdfFile:
    """An open EDF or BDF file as a stack of equal records."""

    def __init__(self, path: Path, descriptor: int, *, data_at: int, record_samples: int, sample_bytes: int) -> None:
        self.path = path
        self.sample_bytes = sample_bytes
        self.record_bytes = record_samples * sample_bytes
        self._data_at = data_at
        self._fd: int | None = descriptor
        self._local = threading.local()

    def close(self) -> None:
        """Release the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def annotation_bytes(self, places: Sequence[SignalPlace], n_records: int) -> list[ByteArray]:
        """Raw bytes of some signals, one array of shape (n_records, n_bytes) each."""
        width = self.sample_bytes
        spans = [(p.at * width, p.n_samples * width) for p in places]
        result = [np.empty((n_records, size), np.uint8) for _, size in spans]
        wanted = sum(size for _, size in spans)
        if self.record_bytes >= _LONG_RECORD_BYTES and wanted * _SPARSE_RATIO < self.record_bytes:
            for target, (at, _) in zip(result, spans, strict=True):
                for record in range(n_records):
                    self._read_into(target[record], record * self.record_bytes + at)
            return result
        step = max(1, BUFFER_BYTES // self.record_bytes)
        for first in range(0, n_records, step):
            count = min(step, n_records - first)
            rows = self._records(first, count)
            for target, (at, size) in zip(result, spans, strict=True):
                target[first : first + count] = rows[:, at : at + size]
        return result

    def read(self, places: Sequence[SignalPlace], first_record: int, first: int, out: FloatArray) -> None:
        """Physical values of signals of one rate.

        Parameters
        ----------
        places : sequence of SignalPlace
            All with the same number of samples in a record.
        first_record : int
            Record to which ``first`` is counted.
        first : int
            First sample, counted from the beginning of that record.
        out : float32 array, shape (n_signals, n_samples)
            Filled in place.
        """
        if not places or not out.shape[1]:
            return
        per_record = places[0].n_samples
        stop = first + out.shape[1]
        wanted = len(places) * min(per_record, out.shape[1]) * self.sample_bytes
        few = wanted * _SPARSE_RATIO < self.record_bytes
        # Short records are copied faster than they are sought.
        sparse = self.record_bytes > BUFFER_BYTES or (few and self.record_bytes >= _LONG_RECORD_BYTES)
        step = 1 if sparse else max(1, BUFFER_BYTES // self.record_bytes)
        record = first // per_record
        while record * per_record < stop:
            last = min(record + step, -(-stop // per_record))
            begin, end = max(first, record * per_record), min(stop, last * per_record)
            columns = slice(begin - first, end - first)
            skip = begin - record * per_record
            if sparse:
                self._read_sparse(places, first_record + record, skip, out[:, columns])
            else:
                self._read_rows(places, first_record + record, last - record, skip, out[:, columns])
            record = last

    def digital_extremes(self, places: Sequence[SignalPlace], record: int) -> list[tuple[int, int]]:
        """Lowest and highest digital value of each signal in one record (its first 65,536 samples)."""
        extremes = []
        for place in places:
            n = min(place.n_samples, 65536)
            raw = self._buffer(n * self.sample_bytes)
            self._read_into(raw, record * self.record_bytes + place.at * self.sample_bytes)
            values = _integers(raw, self.sample_bytes)
            extremes.append((int(values.min()), int(values.max())))
        return extremes

    def head_of_data(self, n_bytes: int) -> bytes:
        """The first bytes of the data, fewer where the file ends."""
        return os.pread(self._descriptor(), n_bytes, self._data_at)

    @property
    def closed(self) -> bool:
        """Whether the file was released."""
        return self._fd is None

    def _read_rows(self, places: Sequence[SignalPlace], record: int, count: int, skip: int, out: FloatArray) -> None:
        rows = self._records(record, count)
        n, width = places[0].n_samples, self.sample_bytes
        whole = skip == 0 and out.shape[1] == count * n
        values = rows.view("<i2") if width == 2 else None
        for target, place in zip(out, places, strict=True):
            if values is not None:
                block = values[:, place.at : place.at + n]
            else:
                raw = np.ascontiguousarray(rows[:, place.at * width : (place.at + n) * width])
                block = _integers(raw.reshape(-1), width).reshape(count, n)
            if whole and target.flags.c_contiguous:
                _scale(block, place, target.reshape(count, n))
            else:
                scaled = np.empty((count, n), np.float32)
                _scale(block, place, scaled)
                target[:] = scaled.reshape(-1)[skip : skip + len(target)]

    def _read_sparse(self, places: Sequence[SignalPlace], record: int, skip: int, out: FloatArray) -> None:
        """Few samples of a long record: only their bytes are read, in pieces that fit the buffer."""
        width = self.sample_bytes
        piece = BUFFER_BYTES // width
        for target, place in zip(out, places, strict=True):
            for begin in range(0, len(target), piece):
                n = min(piece, len(target) - begin)
                raw = self._buffer(n * width)
                at = record * self.record_bytes + (place.at + skip + begin) * width
                self._read_into(raw, at)
                _scale(_integers(raw, width), place, target[begin : begin + n])

    def _records(self, first: int, count: int) -> ByteArray:
        """Whole records in this thread's buffer, shape (count, record_bytes); valid until its next read."""
        raw = self._buffer(count * self.record_bytes)
        self._read_into(raw, first * self.record_bytes)
        return raw.reshape(count, self.record_bytes)

    def _buffer(self, n_bytes: int) -> ByteArray:
        buffer: ByteArray | None = getattr(self._local, "buffer", None)
        if buffer is None or len(buffer) < n_bytes:
            buffer = np.empty(max(n_bytes, 1 << 16), np.uint8)
            self._local.buffer = buffer
        return buffer[:n_bytes]

    def _read_into(self, array: ByteArray, at: int) -> None:
        target = array.data
        done, size = 0, len(array)
        while done < size:
            try:
                n = os.preadv(self._descriptor(), [target[done:]], self._data_at + at + done)
            except OSError as error:
                raise UnreadableRecordingError(
                    f"reading failed: {error.strerror}", path=self.path, where=f"byte {self._data_at + at + done}",
                    remedy="copy the file to a sound disk and try again",
                ) from error  # fmt: skip
            if n == 0:
                raise UnreadableRecordingError(
                    "the file became shorter while it was read", path=self.path,
                    where=f"byte {self._data_at + at + done}", remedy="wait until it is written, then open it again",
                )  # fmt: skip
            done += n

    def _descriptor(self) -> int:
        if self._fd is None:
            raise UsageError(f"{self.path.name} was closed; open it again to read")
        return self._fd


def _integers(raw: ByteArray, width: int) -> NDArray[np.int16] | NDArray[np.int32]:
    if width == 2:
        return raw.view("<i2")
    wide = np.empty((len(raw) // 3, 4), np.uint8)
    wide[:, 0] = 0
    wide[:, 1:] = raw.reshape(-1, 3)
    shifted: NDArray[np.int32] = wide.view("<i4").reshape(-1) >> 8
    return shifted


def _scale(digital: NDArray[np.int16] | NDArray[np.int32], place: SignalPlace, out: FloatArray) -> None:
    """``digital * gain + offset`` into float32; in double precision where an offset would cost digits."""
    if digital.dtype == np.int16 and abs(place.offset) <= 16 * abs(place.gain):
        np.multiply(digital, np.float32(place.gain), out=out)
        if place.offset:
            out += np.float32(place.offset)
        return
    exact = digital * np.float64(place.gain)
    exact += place.offset
    out[...] = exact
