"""Write EDF+C, EDF+D, BDF+C and BDF+D as a stream.

Source: EDF (Kemp et al. 1992) and EDF+ (Kemp and Olivan 2003) specifications, BDF as used by BioSemi and
EDFbrowser's BDF+ (status: recalled; held by the tests in ``tests/spec/edf``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import RefusedError, UsageError
from westward.eeg.recording.edf_fields import (
    ascii_field,
    check_patient,
    check_recording,
    dated_recording,
    number_field,
    onset_text,
    start_fields,
    unit_field,
)

_PIECE_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """One ordinary signal of a file to be written.

    Attributes
    ----------
    label : str
        At most 16 printable ASCII characters, such as ``EEG C3-Ref``.
    sfreq_hz : float
        Samples per second; times ``record_s`` it must be a whole number.
    physical_min, physical_max : float
        Range in ``unit``; values outside are clipped and counted. The header has 8 characters for each, so a
        limit that needs more digits is widened by the least amount.
    unit : str
        Physical dimension (``µV`` is written ``uV``, as EDF+ demands).
    prefilter, transducer : str
        At most 80 characters, such as ``HP:0.1Hz LP:75Hz``.
    digital_min, digital_max : int, optional
        Default: the whole range of the format (16 bits, or 24 bits in BDF).
    """

    label: str
    sfreq_hz: float
    physical_min: float
    physical_max: float
    unit: str = "uV"
    prefilter: str = ""
    transducer: str = ""
    digital_min: int | None = None
    digital_max: int | None = None


@dataclass(frozen=True, slots=True)
class _Signal:
    """A signal with the scaling that the header can express."""

    spec: SignalSpec
    samples: int
    physical: tuple[str, str]
    digital: tuple[int, int]

    @property
    def gain(self) -> float:
        """Digital steps per physical unit."""
        low, high = (float(text) for text in self.physical)
        return (self.digital[1] - self.digital[0]) / (high - low)

    @property
    def offset(self) -> float:
        """Digital value of physical zero."""
        return self.digital[0] - float(self.physical[0]) * self.gain


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
        self._sample_bytes = 3 if bdf else 2
        self._bdf, self._discontinuous = bdf, discontinuous
        self._record_text = number_field(record_s, "record duration") if signals else "0"
        self.record_s = float(self._record_text)
        if signals and not self.record_s > 0:
            raise UsageError(f"a record duration of {record_s!r} s makes no sense")
        self._signals = tuple(self._prepare(spec) for spec in signals)
        self._start_fraction_s = start.microsecond / 1e6 if start is not None else 0.0
        self._date, self._time = start_fields(start)
        self._patient = check_patient(patient)
        self._recording = check_recording(dated_recording(recording, start), start)
        self._annotation_bytes = self._whole_samples(max(annotation_bytes, 30))
        self._data_bytes = sum(signal.samples for signal in self._signals) * self._sample_bytes
        self._segments: list[tuple[int, float]] = [(0, 0.0)]
        self._n_records = 0
        self._annotations: list[tuple[float, bytes]] = []
        self._clipped = [0] * len(self._signals)
        self._temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._file = self._temporary.open("w+b")
        self._closed = False
        self._file.write(self._header(-1, self._annotation_bytes))

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
        limit = 1 << (8 * self._sample_bytes - 1)
        for signal, array in zip(self._signals, arrays, strict=True):
            if array.size and (array.dtype.kind not in "iu" or array.min() < -limit or array.max() >= limit):
                raise UsageError(
                    f"{signal.spec.label!r}: stored values must be integers of {8 * self._sample_bytes} bits"
                )
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

        ``onset_s`` is recording time, ``duration_s`` 0 for a moment. Control characters in the text become spaces.
        """
        if not np.isfinite(onset_s) or not (np.isfinite(duration_s) and duration_s >= 0):
            raise UsageError(f"an annotation at {onset_s!r} s lasting {duration_s!r} s makes no sense")
        clean = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in text).encode("utf-8", "replace")
        time = onset_text(onset_s + self._start_fraction_s)
        span = b"\x15" + onset_text(duration_s)[1:] if duration_s else b""
        self._annotations.append((onset_s, time + span + b"\x14" + clean + b"\x14\x00"))

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

    def _prepare(self, spec: SignalSpec) -> _Signal:
        exact = spec.sfreq_hz * self.record_s
        if not exact >= 0.5 or abs(exact - round(exact)) > 1e-6 * exact:
            raise UsageError(
                f"{spec.label!r}: {spec.sfreq_hz!r} Hz gives {exact!r} samples in a record of {self.record_s!r} s;"
                " choose a record duration that holds a whole number"
            )
        full = 1 << (8 * self._sample_bytes - 1)
        digital = (
            -full if spec.digital_min is None else spec.digital_min,
            full - 1 if spec.digital_max is None else spec.digital_max,
        )
        if not -full <= digital[0] < digital[1] < full:
            raise UsageError(f"{spec.label!r}: digital range {digital!r} does not fit the format")
        upward = spec.physical_max > spec.physical_min
        physical = (
            number_field(spec.physical_min, f"physical minimum of {spec.label!r}", toward=-1 if upward else 1),
            number_field(spec.physical_max, f"physical maximum of {spec.label!r}", toward=1 if upward else -1),
        )
        if float(physical[0]) == float(physical[1]):
            raise UsageError(f"{spec.label!r}: physical minimum and maximum are equal ({physical[0]})")
        ascii_field(spec.label, 16, "label")
        return _Signal(spec, round(exact), physical, digital)

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
        return onset_text(onset_s + self._start_fraction_s) + b"\x14\x14\x00"

    def _onsets(self) -> NDArray[np.float64]:
        onsets = np.empty(self._n_records)
        bounds = [*self._segments, (self._n_records, 0.0)]
        for (first, onset_s), (stop, _) in pairwise(bounds):
            onsets[first:stop] = onset_s + np.arange(stop - first) * self.record_s
        return onsets

    def _place(self, width: int, lists: list[bytes], wanted: list[int]) -> list[list[bytes]] | None:
        """Which lists go into which record, or None where ``width`` bytes a record do not hold them all."""
        room = [width - len(self._timekeeping(onset_s)) for onset_s in self._onsets()]
        placed: list[list[bytes]] = [[] for _ in room]

        def fill(items: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
            left: list[tuple[int, bytes]] = []
            cursor = 0
            for record, text in items:
                at = cursor = max(cursor, record)
                while at < len(room) and room[at] < len(text):
                    at += 1
                if at == len(room):
                    left.append((0, text))
                    continue
                cursor = at
                room[at] -= len(text)
                placed[at].append(text)
            return left

        return None if fill(fill(list(zip(wanted, lists, strict=True)))) else placed

    def _finish(self) -> None:
        if not self._signals and not self._n_records:
            self._append((), 1)
        if self._annotations and not self._n_records:
            raise UsageError("annotations need at least one data record to live in; none was written")
        self._annotations.sort(key=lambda item: item[0])
        lists = [text for _, text in self._annotations]
        starts = self._onsets()
        wanted = [max(0, int(np.searchsorted(starts, onset_s, "right")) - 1) for onset_s, _ in self._annotations]
        width = self._annotation_bytes
        if lists:
            width = max(
                width,
                self._whole_samples(max(map(len, lists)) + max(len(self._timekeeping(onset_s)) for onset_s in starts)),
            )
            while (placed := self._place(width, lists, wanted)) is None:
                width = self._whole_samples(width * 3 // 2)
            if width != self._annotation_bytes:
                self._widen(width)
            self._write_lists(placed)
        self._file.seek(0)
        self._file.write(self._header(self._n_records, self._annotation_bytes))
        self._file.flush()

    def _write_lists(self, placed: list[list[bytes]]) -> None:
        header, record_bytes = self._header_bytes(), self._data_bytes + self._annotation_bytes
        for record, (onset_s, lists) in enumerate(zip(self._onsets(), placed, strict=True)):
            if lists:
                place = header + record * record_bytes + self._data_bytes + len(self._timekeeping(onset_s))
                self._file.seek(place)
                self._file.write(b"".join(lists))

    def _widen(self, width: int) -> None:
        """Rewrite the temporary file with a wider annotation signal."""
        old = self._data_bytes + self._annotation_bytes
        new = self._data_bytes + width
        wider = self._temporary.with_suffix(".wide.part")
        try:
            with wider.open("w+b") as target:
                target.write(self._header(-1, width))
                self._file.seek(self._header_bytes())
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

    # ------------------------------------------------------------------ header

    def _header_bytes(self) -> int:
        return 256 * (2 + len(self._signals))

    def _header(self, n_records: int, annotation_bytes: int) -> bytes:
        kind = "BDF" if self._bdf else "EDF"
        full = 1 << (8 * self._sample_bytes - 1)
        signals = self._signals
        columns: list[tuple[int, list[str]]] = [
            (16, [*(s.spec.label for s in signals), f"{kind} Annotations"]),
            (80, [*(s.spec.transducer for s in signals), ""]),
            (8, [*(unit_field(s.spec.unit) for s in signals), ""]),
            (8, [*(s.physical[0] for s in signals), "-1"]),
            (8, [*(s.physical[1] for s in signals), "1"]),
            (8, [*(str(s.digital[0]) for s in signals), str(-full)]),
            (8, [*(str(s.digital[1]) for s in signals), str(full - 1)]),
            (80, [*(s.spec.prefilter for s in signals), ""]),
            (8, [*(str(s.samples) for s in signals), str(annotation_bytes // self._sample_bytes)]),
            (32, [""] * (len(signals) + 1)),
        ]
        fields = [
            b"\xffBIOSEMI" if self._bdf else b"0       ",
            ascii_field(self._patient, 80, "patient field"),
            ascii_field(self._recording, 80, "recording field"),
            ascii_field(self._date, 8, "start date"),
            ascii_field(self._time, 8, "start time"),
            ascii_field(str(self._header_bytes()), 8, "header size"),
            ascii_field(f"{kind}+{'D' if self._discontinuous else 'C'}", 44, "reserved field"),
            ascii_field(str(n_records), 8, "number of records"),
            ascii_field(self._record_text, 8, "record duration"),
            ascii_field(str(len(signals) + 1), 4, "number of signals"),
        ]
        names = ["label", "transducer", "unit", *["range"] * 4, "prefilter", "samples", "reserved"]
        for name, (width, texts) in zip(names, columns, strict=True):
            fields += [ascii_field(text, width, name) for text in texts]
        return b"".join(fields)
