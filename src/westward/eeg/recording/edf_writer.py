"""Write EDF+C, EDF+D, BDF+C and BDF+D as a stream.

Source: EDF (Kemp et al. 1992) and EDF+ (Kemp and Olivan 2003) specifications, BDF as used by BioSemi and
EDFbrowser's BDF+ (status: recalled; held by the tests in ``tests/spec/edf``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import RefusedError, UsageError
from westward.eeg.recording.edf_fields import (
    check_patient,
    check_recording,
    dated_recording,
    number_field,
    start_fields,
)
from westward.eeg.recording.edf_lists import annotation_lists, place, timekeeping_list
from westward.eeg.recording.edf_signal import HeaderTexts, SignalSpec, header_bytes, header_size, scaled

__all__ = ["EdfWriter", "SignalSpec"]

_PIECE_BYTES = 4_000_000


class EdfWriter:
    """Write one EDF+ or BDF+ file, record by record, annotations at any time.

    The file grows under a temporary name beside the target and takes its name on :meth:`close`; leaving the
    context manager by an error removes it.

    Annotations are kept until :meth:`close` and then put into the annotation signal, each in the record of its
    onset or, where that is full, in the next with room, else in an earlier one (EDF+ lets a list speak of any
    time). Where the whole signal is too narrow, the file is rewritten once with a wider one: none is ever lost.

    Parameters
    ----------
    path : Path
        Target; must not exist unless ``overwrite``.
    signals : sequence of SignalSpec
        Ordinary signals in order; none gives an annotations-only file.
    start : datetime, optional
        Moment of the first sample (local clock time). Fractions of a second go into the annotations' times, as
        EDF+ says. None writes the anonymous 1 January 1985, 00:00:00.
    patient : str
        EDF+ subfields ``code sex birthdate name``, ``X`` for unknown.
    recording : str
        EDF+ subfields ``Startdate date code technician equipment``; an ``X`` date is filled in from ``start``.
    record_s : float
        Duration of a data record.
    bdf : bool
        24 bits instead of 16.
    discontinuous : bool
        EDF+D / BDF+D: :meth:`start_segment` may leave gaps.
    annotation_bytes : int
        First width of the annotation signal, bytes in each record.
    overwrite : bool
        Replace an existing file (only on success).

    Raises
    ------
    UsageError
        If a field does not fit the format.
    RefusedError
        If the target exists.
    """

    def __init__(
        self,
        path: Path | str,
        signals: Sequence[SignalSpec],
        *,
        start: datetime | None,
        patient: str = "X X X X",
        recording: str = "Startdate X X X X",
        record_s: float = 1.0,
        bdf: bool = False,
        discontinuous: bool = False,
        annotation_bytes: int = 120,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self._overwrite = overwrite
        if self.path.exists() and not overwrite:
            raise RefusedError(f"{self.path.name} exists already; choose another name or allow overwriting")
        self._bits = 24 if bdf else 16
        self._sample_bytes = self._bits // 8
        self._discontinuous = discontinuous
        duration = number_field(record_s, "record duration") if signals else "0"
        self.record_s = float(duration)
        if signals and not self.record_s > 0:
            raise UsageError(f"a record duration of {record_s!r} s makes no sense")
        self._signals = tuple(scaled(spec, record_s=self.record_s, bits=self._bits) for spec in signals)
        self._start_fraction_s = start.microsecond / 1e6 if start is not None else 0.0
        self._texts = HeaderTexts(
            check_patient(patient),
            check_recording(dated_recording(recording, start), start),
            *start_fields(start),
            duration,
        )
        self._annotation_bytes = self._whole_samples(max(annotation_bytes, 30))
        self._data_bytes = sum(signal.samples for signal in self._signals) * self._sample_bytes
        self._segments: list[tuple[int, float]] = [(0, 0.0)]
        self._n_records = 0
        self._annotations: list[tuple[float, bytes]] = []
        self._clipped = [0] * len(self._signals)
        header = self._header(-1, self._annotation_bytes)
        self._temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._file = self._temporary.open("w+b")
        self._closed = False
        self._file.write(header)

    # ------------------------------------------------------------------ what callers use

    @property
    def n_records(self) -> int:
        """Data records written so far."""
        return self._n_records

    @property
    def time_s(self) -> float:
        """Recording time at which the next record begins (gaps counted)."""
        return self._record_onset(self._n_records)

    @property
    def clipped(self) -> tuple[int, ...]:
        """Samples clipped so far, one count per signal."""
        return tuple(self._clipped)

    def write(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Append whole records.

        Parameters
        ----------
        arrays : sequence of array of float, shape (n_records * samples per record,)
            One per signal, in physical units. Infinities are clipped; NaN is refused, for EDF has no such value:
            leave a gap with :meth:`start_segment`.
        """
        n_records = self._count_records(arrays)
        step = max(1, _PIECE_BYTES // max(1, self._data_bytes))
        for first in range(0, n_records, step):
            n = min(step, n_records - first)
            pieces = [
                self._digitize(i, array[first * signal.samples : (first + n) * signal.samples])
                for i, (signal, array) in enumerate(zip(self._signals, arrays, strict=True))
            ]
            self._append(pieces, n)

    def write_digital(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Append whole records of stored integers, unscaled (for exact copies)."""
        n_records = self._count_records(arrays)
        limit = 1 << (self._bits - 1)
        for signal, array in zip(self._signals, arrays, strict=True):
            if array.size and (array.dtype.kind not in "iu" or array.min() < -limit or array.max() >= limit):
                raise UsageError(f"{signal.spec.label!r}: stored values must be integers of {self._bits} bits")
        self._append(list(arrays), n_records)

    def start_segment(self, onset_s: float) -> None:
        """Let the next record begin at this recording time (EDF+D / BDF+D only).

        Raises
        ------
        UsageError
            If the file is a continuous one or the time lies before the end of what was written.
        """
        if not self._discontinuous:
            raise UsageError("a continuous file has no gaps; open the writer with discontinuous=True")
        if not onset_s >= self.time_s - 1e-6:
            raise UsageError(f"a segment at {onset_s!r} s would begin before the last one ended, {self.time_s!r} s")
        if not self._n_records and onset_s != 0:
            raise UsageError("recording time starts with the first sample: the first segment begins at 0 s")
        if self._segments[-1][0] == self._n_records:
            self._segments.pop()
        self._segments.append((self._n_records, float(onset_s)))

    def annotate(self, onset_s: float, duration_s: float, text: str) -> None:
        """Add an annotation; any order, any time before :meth:`close`.

        ``onset_s`` is recording time, ``duration_s`` 0 for a moment. Control characters in the text
        become spaces; a text beyond 1000 bytes becomes several annotations of the same moment.
        """
        if not np.isfinite(onset_s) or not (np.isfinite(duration_s) and duration_s >= 0):
            raise UsageError(f"an annotation at {onset_s!r} s lasting {duration_s!r} s makes no sense")
        self._annotations += [
            (onset_s, item) for item in annotation_lists(onset_s + self._start_fraction_s, duration_s, text)
        ]

    def close(self) -> None:
        """Place the annotations, complete the header, give the file its name."""
        if self._closed:
            return
        try:
            self._finish()
            self._file.close()
            if self.path.exists() and not self._overwrite:
                raise RefusedError(f"{self.path.name} was created meanwhile; choose another name")
            self._temporary.replace(self.path)
            self._closed = True
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove what was written."""
        self._closed = True
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    # ------------------------------------------------------------------ samples

    def _whole_samples(self, n_bytes: int) -> int:
        return -(-n_bytes // self._sample_bytes) * self._sample_bytes

    def _count_records(self, arrays: Sequence[NDArray[Any]]) -> int:
        if self._closed:
            raise UsageError("the file is closed")
        if not self._signals or len(arrays) != len(self._signals):
            raise UsageError(f"{len(arrays)} arrays given for {len(self._signals)} signals")
        counts = [divmod(len(array), signal.samples) for array, signal in zip(arrays, self._signals, strict=True)]
        for (n, rest), signal in zip(counts, self._signals, strict=True):
            if rest or n != counts[0][0]:
                raise UsageError(
                    f"{signal.spec.label!r}: {n} records and {rest} samples given,"
                    f" {counts[0][0]} whole records expected"
                )
        return counts[0][0]

    def _digitize(self, index: int, values: NDArray[Any]) -> NDArray[Any]:
        signal = self._signals[index]
        low, high = signal.digital
        with np.errstate(invalid="ignore"):
            digital = np.multiply(values, signal.gain, dtype=np.float64)
            digital += signal.offset
        np.rint(digital, out=digital)
        least, most = digital.min(), digital.max()
        if np.isnan(least):
            raise UsageError(f"{signal.spec.label!r}: a sample is not a number; leave a gap with start_segment instead")
        if least < low or most > high:
            self._clipped[index] += int(np.count_nonzero((digital < low) | (digital > high)))
            np.clip(digital, low, high, out=digital)
        return np.asarray(digital)

    def _append(self, arrays: Sequence[NDArray[Any]], n_records: int) -> None:
        width = self._sample_bytes
        data = self._data_bytes
        whole = np.zeros((n_records, data + self._annotation_bytes), np.uint8)
        column = 0
        for signal, array in zip(self._signals, arrays, strict=True):
            stop = column + signal.samples * width
            if width == 2:
                whole.view("<i2")[:, column // 2 : stop // 2] = array.reshape(n_records, signal.samples)
            else:
                wide = array.astype("<i4").view(np.uint8).reshape(n_records, signal.samples, 4)
                whole[:, column:stop].reshape(n_records, signal.samples, 3)[...] = wide[..., :3]
            column = stop
        times = [self._timekeeping(self._record_onset(self._n_records + i)) for i in range(n_records)]
        longest = max(map(len, times), default=0)
        if longest:
            whole[:, data : data + longest] = np.array(times, f"S{longest}").view(np.uint8).reshape(n_records, longest)
        self._file.write(whole.data)
        self._n_records += n_records

    # ------------------------------------------------------------------ time and annotations

    def _record_onset(self, record: int) -> float:
        """Of a record of the last segment."""
        first, onset_s = self._segments[-1]
        return onset_s + (record - first) * self.record_s

    def _timekeeping(self, onset_s: float) -> bytes:
        return timekeeping_list(onset_s + self._start_fraction_s)

    def _onsets(self) -> NDArray[np.float64]:
        onsets = np.empty(self._n_records)
        bounds = [*self._segments, (self._n_records, 0.0)]
        for (first, onset_s), (stop, _) in pairwise(bounds):
            onsets[first:stop] = onset_s + np.arange(stop - first) * self.record_s
        return onsets

    def _finish(self) -> None:
        if not self._signals and not self._n_records:
            self._append((), 1)
        if self._annotations and not self._n_records:
            raise UsageError("annotations need at least one data record to live in; none was written")
        if self._annotations:
            self._place_annotations()
        self._file.seek(0)
        self._file.write(self._header(self._n_records, self._annotation_bytes))
        self._file.flush()

    def _place_annotations(self) -> None:
        lists = sorted(self._annotations, key=lambda item: item[0])
        onsets = self._onsets()
        used = [len(self._timekeeping(onset_s)) for onset_s in onsets]
        width = max(self._annotation_bytes, max(len(text) for _, text in lists) + max(used))
        while (placed := place(lists, onsets, [width - n for n in used])) is None:
            width = width * 5 // 4
        if width > self._annotation_bytes:
            self._widen(self._whole_samples(width))
        record_bytes = self._data_bytes + self._annotation_bytes
        first = header_size(len(self._signals)) + self._data_bytes
        for record, texts in enumerate(placed):
            if texts:
                self._file.seek(first + record * record_bytes + used[record])
                self._file.write(b"".join(texts))

    def _widen(self, width: int) -> None:
        """Rewrite the temporary file with a wider annotation signal."""
        old = self._data_bytes + self._annotation_bytes
        new = self._data_bytes + width
        wider = self._temporary.with_suffix(".wide.part")
        try:
            with wider.open("w+b") as target:
                target.write(self._header(-1, width))
                self._file.seek(header_size(len(self._signals)))
                while piece := self._file.read(max(1, _PIECE_BYTES // old) * old):
                    rows = np.frombuffer(piece, np.uint8).reshape(-1, old)
                    whole = np.zeros((len(rows), new), np.uint8)
                    whole[:, :old] = rows
                    target.write(whole.data)
            self._file.close()
            wider.replace(self._temporary)
        finally:
            wider.unlink(missing_ok=True)
        self._file = self._temporary.open("r+b")
        self._annotation_bytes = width

    def _header(self, n_records: int, annotation_bytes: int) -> bytes:
        return header_bytes(
            self._texts,
            self._signals,
            bits=self._bits,
            discontinuous=self._discontinuous,
            n_records=n_records,
            annotation_samples=annotation_bytes // self._sample_bytes,
        )
