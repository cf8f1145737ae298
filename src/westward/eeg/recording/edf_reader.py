"""EDF, EDF+C, EDF+D, BDF and BDF+ as a :class:`Recording`."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from westward.core.errors import UnreadableRecordingError, UsageError
from westward.eeg.recording import edf_timeline, selection
from westward.eeg.recording.channel import Channel
from westward.eeg.recording.edf_calibration import calibrate
from westward.eeg.recording.edf_checks import check_layout
from westward.eeg.recording.edf_file import EdfFile, SignalPlace
from westward.eeg.recording.edf_header import EdfHeader, parse_header
from westward.eeg.recording.edf_plausibility import check_plausibility
from westward.eeg.recording.edf_start import patient_of
from westward.eeg.recording.edf_tal import TalProblem, parse_tals, record_onsets
from westward.eeg.recording.finding import Finding
from westward.eeg.recording.recording import Facts, FloatArray, Note, Page, Recording, Segment

_MAX_PAGE_BYTES = 8 << 30


class EdfRecording(Recording):
    """An EDF or BDF file opened for reading.

    Parameters
    ----------
    path : Path or str
    strict : bool
        Refuse a file that needs any repair, instead of repairing it and saying so in ``findings``.

    Attributes
    ----------
    header : EdfHeader
        The header as read.
    units : tuple of str
        Unit of each channel as handed out: ``uV`` for voltages, else as in the file (``%``), empty if unknown.

    Raises
    ------
    UnreadableRecordingError
        If the file is no EDF or BDF or broken beyond repair; the one line says what, where and what to do.
    """

    header: EdfHeader
    units: tuple[str, ...]

    def __init__(self, path: Path | str, *, strict: bool = False) -> None:
        self._file: EdfFile | None = None
        path = Path(path)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise UnreadableRecordingError(
                f"cannot be opened: {error.strerror}", path=path, remedy="check the path and the permissions"
            ) from error
        try:
            self._open(path, descriptor)
            repairs = [f for f in self.facts.findings if f.repaired]
            if strict and repairs:
                raise UnreadableRecordingError(
                    f"needs repair: {repairs[0].kind}, {repairs[0].seen}", path=path, where=repairs[0].where,
                    remedy="open it without strict to have it repaired",
                )  # fmt: skip
        except BaseException:
            os.close(descriptor)
            raise

    def read(self, start_s: float, stop_s: float, channels: Sequence[str | int] | None = None) -> Page:
        """See :meth:`Recording.read`."""
        if not (math.isfinite(start_s) and math.isfinite(stop_s)) or stop_s < start_s:
            raise UsageError(f"cannot read from {start_s!r} to {stop_s!r} s; the stop must not lie before the start")
        indices = self._choose(channels)
        chosen = tuple(self.channels[i] for i in indices)
        sfreq_hz = chosen[0].sfreq_hz
        n = round((stop_s - start_s) * sfreq_hz)
        if n * len(chosen) * 4 > _MAX_PAGE_BYTES:
            raise UsageError(
                f"a page of {stop_s - start_s:g} s and {len(chosen)} channels is too large; read it in pieces"
            )
        data = np.empty((len(chosen), n), np.float32)
        done = 0
        for k, segment in enumerate(self.segments):
            if segment.stop_s <= start_s or segment.start_s >= stop_s:
                continue
            column = _nearest((segment.start_s - start_s) * sfreq_hz)
            length = self._segment_samples(k, chosen[0])
            first = max(done, column)
            stop = min(n, column + length)
            if stop <= first:
                continue
            data[:, done:first] = np.nan
            self._fill(k, first - column, indices, data[:, first:stop])
            done = stop
        data[:, done:] = np.nan
        gaps = selection.gaps(self.segments, start_s, stop_s, sliver_s=0.5 / sfreq_hz)
        return Page(start_s=start_s, sfreq_hz=sfreq_hz, channels=chosen, data=data, gaps=gaps)

    def read_block(
        self,
        segment: Segment | int,
        first_sample: int,
        n_samples: int,
        channels: Sequence[str | int],
        out: FloatArray | None = None,
    ) -> FloatArray:
        """Samples of one segment on their native grid; the fast path of streaming.

        Parameters
        ----------
        segment : Segment or int
            One of :attr:`segments`, or its index.
        first_sample, n_samples : int
            Counted from the first sample of the segment, at the rate of the channels.
        channels : sequence of str or int
            Canonical names, labels or indices of one sampling rate.
        out : float32 array, shape (n_channels, n_samples), optional
            Filled and returned instead of a new array.

        Raises
        ------
        UsageError
            If the samples do not lie in the segment, or ``out`` has another shape or type.
        """
        indices = self._choose(channels)
        k = segment if isinstance(segment, int) else self._segment_index(segment)
        if not 0 <= k < len(self.segments):
            raise UsageError(f"there is no segment {k}; the recording has {len(self.segments)}")
        length = self._segment_samples(k, self.channels[indices[0]])
        if first_sample < 0 or n_samples < 0 or first_sample + n_samples > length:
            raise UsageError(
                f"samples {first_sample} to {first_sample + n_samples} do not lie in a segment of {length}"
            )
        shape = (len(indices), n_samples)
        if out is None:
            out = np.empty(shape, np.float32)
        elif out.shape != shape or out.dtype != np.float32:
            raise UsageError(f"out must be float32 of shape {shape}, not {out.dtype} of shape {out.shape}")
        self._fill(k, first_sample, indices, out)
        return out

    def segment_samples(self, segment: Segment | int, channel: str | int) -> int:
        """Number of samples that a channel has in a segment."""
        k = segment if isinstance(segment, int) else self._segment_index(segment)
        return self._segment_samples(k, self.channels[self._choose([channel])[0]])

    def close(self) -> None:
        """Release the file; reading afterwards is a ``UsageError``."""
        if self._file is not None:
            self._file.close()

    # Opening -----------------------------------------------------------------------------------------------------

    def _open(self, path: Path, descriptor: int) -> None:
        try:
            file_bytes = os.fstat(descriptor).st_size
            head = os.pread(descriptor, 256, 0)
            digits = head[252:256].strip(b" \0")
            n_signals = int(digits) if digits.isdigit() else 0
            by_size = head[184:192].strip(b" \0")
            claimed = max(256 * (n_signals + 1), int(by_size) if by_size.isdigit() else 0)
            head = os.pread(descriptor, min(claimed, 256 * 10001, file_bytes), 0)
        except OSError as error:
            raise UnreadableRecordingError(
                f"cannot be read: {error.strerror}", path=path, remedy="give a single file, not a folder or a device"
            ) from error
        header, findings = parse_header(head, path=path, file_bytes=file_bytes)
        self.header = header
        signals = [(i, s) for i, s in enumerate(header.signals) if not s.is_annotation]
        places = _places(header)
        file = EdfFile(
            path, descriptor, data_at=header.header_bytes, sample_bytes=header.sample_bytes,
            record_samples=sum(s.n_samples for s in header.signals),
        )  # fmt: skip
        n_records, more = check_layout(header, file, path=path, file_bytes=file_bytes)
        findings += more
        timeline, notes, more = self._annotations(file, header, places, n_records, path)
        findings += more
        if signals and timeline.record_s <= 0:
            raise UnreadableRecordingError(
                "the duration of a data record is 0, so the sampling rates are unknown", path=path,
                where="byte 244", remedy="export the recording again",
            )  # fmt: skip
        empty = [i for i, s in signals if s.n_samples == 0]
        if empty:
            findings.append(Finding("empty_signal", f"{len(empty)} signals, first {header.signals[empty[0]].label!r}",
                                    "no samples", True, "left out"))  # fmt: skip
            signals = [(i, s) for i, s in signals if s.n_samples]
        self._timeline = timeline
        calibration, more = calibrate([s for _, s in signals], timeline.record_s)
        findings += more
        self.units = calibration.units
        self._places = tuple(
            SignalPlace(places[i].at, places[i].n_samples, gain, offset)
            for (i, _), gain, offset in zip(signals, calibration.gains, calibration.offsets, strict=True)
        )
        findings += check_plausibility(
            [s for _, s in signals],
            calibration,
            self._places,
            file,
            n_records=n_records,
            record_s=timeline.record_s,
            timed=len(signals) < len(header.signals),
        )
        start = header.start
        if start is not None:
            start += timedelta(seconds=timeline.origin_s) if abs(timeline.origin_s) < 1e9 else timedelta()
        patient, more = patient_of(header.patient, header.start)
        findings += more
        self.facts = Facts(
            path=path, format=header.format, channels=calibration.channels, segments=timeline.segments, start=start,
            patient=patient, notes=notes, findings=tuple(findings),
            simulated="SIMULATED" in f"{header.patient} {header.recording}".upper(),
        )  # fmt: skip
        self._file = file

    @staticmethod
    def _annotations(
        file: EdfFile, header: EdfHeader, places: Sequence[SignalPlace], n_records: int, path: Path
    ) -> tuple[edf_timeline.Timeline, tuple[Note, ...], list[Finding]]:
        carriers = [i for i, s in enumerate(header.signals) if s.is_annotation and s.n_samples]
        if not carriers:
            return edf_timeline.continuous(n_records, header.record_s), (), []
        raw = file.annotation_bytes([places[i] for i in carriers], n_records)
        onsets = record_onsets(raw[0])
        filled = raw[0].any(axis=1)
        lost = int((np.isnan(onsets) & filled).sum())
        if lost > 1 and lost * 2 > n_records:
            bad = int(np.flatnonzero(np.isnan(onsets) & filled)[0])
            raise UnreadableRecordingError(
                f"{lost} of {n_records} data records do not begin where the header says (no time stamp in them)",
                path=path, where=f"record {bad + 1}, byte {header.header_bytes + bad * header.record_bytes}",
                remedy="the file was damaged, perhaps by a text-mode transfer; copy the original again in binary mode",
            )  # fmt: skip
        most = max((s.n_samples for s in header.signals if not s.is_annotation), default=0)
        record_s = header.record_s
        tolerance_s = 0.5 * record_s / most if most and record_s else 0.5e-3
        timeline, findings = edf_timeline.from_onsets(
            onsets, record_s, declared_continuous=header.plus != "D", tolerance_s=tolerance_s
        )
        notes: list[Note] = []
        problems: list[TalProblem] = []
        for k, block in enumerate(raw):
            tals, more = parse_tals(block, timekeeping=k == 0)
            notes += [Note(t.onset_s - timeline.origin_s, t.duration_s, t.text) for t in tals]
            problems += more
        if problems:
            findings.append(
                Finding("malformed_annotation", f"{len(problems)} places, first in record {problems[0].record + 1}",
                        repr(problems[0].seen[:40]), all(p.repaired for p in problems),
                        "read as far as possible" if any(p.repaired for p in problems) else "left out")
            )  # fmt: skip
        return timeline, tuple(sorted(notes, key=lambda note: note.onset_s)), findings

    # Reading -----------------------------------------------------------------------------------------------------

    def _fill(self, segment: int, first: int, indices: Sequence[int], out: FloatArray) -> None:
        assert self._file is not None
        run = self._timeline.runs[segment]
        self._file.read([self._places[i] for i in indices], run.first_record, first, out)

    def _segment_samples(self, segment: int, channel: Channel) -> int:
        return self._timeline.runs[segment].n_records * self._places[channel.index].n_samples

    def _segment_index(self, segment: Segment) -> int:
        try:
            return self.segments.index(segment)
        except ValueError:
            raise UsageError(f"{segment!r} is no segment of {self.path.name}") from None

    def _choose(self, channels: Sequence[str | int] | None) -> list[int]:
        return [c.index for c in selection.choose(self.channels, channels)]


def _places(header: EdfHeader) -> list[SignalPlace]:
    places, at = [], 0
    for signal in header.signals:
        places.append(SignalPlace(at, signal.n_samples, signal.gain, signal.offset))
        at += signal.n_samples
    return places


def _nearest(position: float) -> int:
    """Nearest column, halves always upward, so that pages which start elsewhere agree."""
    return math.floor(position + 0.5 + 1e-6)
