"""A recording read through MNE-Python's readers, under our contract."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from westward.core.errors import UnreadableRecordingError, UsageError
from westward.eeg.recording import selection
from westward.eeg.recording.channels import recognize
from westward.eeg.recording.finding import Finding
from westward.eeg.recording.recording import Facts, FloatArray, Note, Page, Patient, Recording, Segment
from westward.eeg.recording.vendor_breaks import Break, Piece, cut, noted_breaks, shift

_UNIT_V = 107
"""FIFF_UNIT_V: the reader hands out volts."""


class VendorRecording(Recording):
    """A recorder's own format.

    Reads go through one lock, for the underlying readers keep a position in the file.

    Parameters
    ----------
    path : Path
        The file that was asked for (header file of a set).
    format_name : str
        For ``Facts.format``.
    raw : mne.io.BaseRaw
        Opened without loading samples.
    breaks : sequence of Break
        Pauses that the format's own files tell; those among the notes are added.
    findings : sequence of Finding
        What the reader warned of.

    Attributes
    ----------
    units : tuple of str
        ``uV`` for voltages, else as in the file, empty if unknown.
    """

    units: tuple[str, ...]

    def __init__(
        self, path: Path, format_name: str, raw: Any, *, breaks: Sequence[Break], findings: Sequence[Finding]
    ) -> None:
        self._raw: Any = raw
        self._lock = threading.Lock()
        sfreq_hz, n_samples = float(raw.info["sfreq"]), int(raw.n_times)
        if not n_samples or not sfreq_hz > 0:
            raise UnreadableRecordingError("holds no samples", path=path, remedy="export the recording again")
        volts = [info["unit"] == _UNIT_V for info in raw.info["chs"]]
        original = {name: unit for name, unit in (raw._orig_units or {}).items() if unit != "n/a"}
        self.units = tuple(
            "uV" if volt else original.get(name, "") for volt, name in zip(volts, raw.ch_names, strict=True)
        )
        self._scale = np.array([1e6 if volt else 1.0 for volt in volts])[:, np.newaxis]
        stored = sorted(
            (Note(float(a["onset"]), float(a["duration"]), str(a["description"])) for a in _relative(raw)),
            key=lambda note: note.onset_s,
        )
        breaks = [*breaks, *noted_breaks(stored, sfreq_hz)]
        self._pieces = cut(n_samples, sfreq_hz, breaks)
        self._sfreq_hz = sfreq_hz
        start = raw.info["meas_date"]
        self.facts = Facts(
            path=path,
            format=format_name,
            channels=recognize(raw.ch_names, [sfreq_hz] * len(volts), self.units),
            segments=tuple(piece.segment for piece in self._pieces),
            start=start.replace(tzinfo=None) if start is not None else None,
            patient=_patient(raw.info.get("subject_info") or {}),
            notes=tuple(
                Note(shift(note.onset_s, self._pieces, sfreq_hz), note.duration_s, note.text)
                for note in stored
                if note.text and note.text != "BAD boundary"
            ),
            findings=(*findings, *_break_findings(breaks, self._pieces)),
        )

    def read(self, start_s: float, stop_s: float, channels: Sequence[str | int] | None = None) -> Page:
        """See :meth:`Recording.read`."""
        if self._raw is None:
            raise UsageError(f"{self.path.name} was closed; open it again to read")
        chosen = selection.choose(self.channels, channels)
        n = selection.page_samples(start_s, stop_s, chosen)
        data = np.full((len(chosen), n), np.nan, np.float32)
        for piece in self._pieces:
            column = round((piece.segment.start_s - start_s) * self._sfreq_hz)
            first, stop = max(0, column), min(n, column + piece.n_samples)
            if first < stop:
                at = piece.first_sample - column
                data[:, first:stop] = self._samples([c.index for c in chosen], at + first, at + stop)
        gaps = selection.gaps(self.segments, start_s, stop_s, sliver_s=0.5 / self._sfreq_hz)
        return Page(start_s=start_s, sfreq_hz=self._sfreq_hz, channels=tuple(chosen), data=data, gaps=gaps)

    def read_block(
        self,
        segment: Segment | int,
        first_sample: int,
        n_samples: int,
        channels: Sequence[str | int],
        out: FloatArray | None = None,
    ) -> FloatArray:
        """Samples of one segment on their native grid, as ``EdfRecording.read_block``.

        Raises
        ------
        UsageError
            If the samples do not lie in the segment, or ``out`` has another shape or type.
        """
        if self._raw is None:
            raise UsageError(f"{self.path.name} was closed; open it again to read")
        piece = self._piece(segment)
        if first_sample < 0 or n_samples < 0 or first_sample + n_samples > piece.n_samples:
            raise UsageError(
                f"samples {first_sample} to {first_sample + n_samples} do not lie in a segment of {piece.n_samples}"
            )
        indices = [c.index for c in selection.choose(self.channels, channels)]
        shape = (len(indices), n_samples)
        if out is None:
            out = np.empty(shape, np.float32)
        elif out.shape != shape or out.dtype != np.float32:
            raise UsageError(f"out must be float32 of shape {shape}, not {out.dtype} of shape {out.shape}")
        first = piece.first_sample + first_sample
        out[:] = self._samples(indices, first, first + n_samples)
        return out

    def segment_samples(self, segment: Segment | int, channel: str | int) -> int:
        """Number of samples that a channel has in a segment."""
        selection.choose(self.channels, [channel])
        return self._piece(segment).n_samples

    def close(self) -> None:
        """Release the files; reading afterwards is a ``UsageError``."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def _piece(self, segment: Segment | int) -> Piece:
        known = [k for k, piece in enumerate(self._pieces) if segment in (k, piece.segment)]
        if not known:
            raise UsageError(f"there is no segment {segment!r}; the recording has {len(self._pieces)}")
        return self._pieces[known[0]]

    def _samples(self, indices: Sequence[int], first: int, stop: int) -> FloatArray:
        if stop <= first:
            return np.empty((len(indices), 0), np.float32)
        order = sorted(set(indices))
        with self._lock:
            try:
                values = self._raw.get_data(picks=order, start=first, stop=stop, verbose="error")
            except (OSError, ValueError, RuntimeError) as error:
                raise UnreadableRecordingError(
                    f"reading failed: {error}", path=self.path, remedy="copy the whole set of files again"
                ) from error
        values *= self._scale[order]
        rows = {index: row for row, index in enumerate(order)}
        return np.asarray(values[[rows[index] for index in indices]], np.float32)


def _relative(raw: Any) -> list[dict[str, Any]]:
    """Annotations with onsets from the first stored sample."""
    notes = [dict(a) for a in raw.annotations]
    if raw.annotations.orig_time is not None and raw.info["meas_date"] is not None:
        lag_s = (raw.annotations.orig_time - raw.info["meas_date"]).total_seconds()
        lag_s -= raw.first_samp / raw.info["sfreq"]
        for note in notes:
            note["onset"] += lag_s
    return notes


def _patient(info: dict[str, Any]) -> Patient:
    birth = info.get("birthday")
    names = [str(info.get(key) or "") for key in ("first_name", "middle_name", "last_name")]
    return Patient(
        code=str(info.get("his_id") or ""),
        name=" ".join(filter(None, names)),
        sex={1: "M", 2: "F"}.get(info.get("sex", 0), ""),
        birth_date=birth if isinstance(birth, date) else None,
    )


def _break_findings(breaks: Sequence[Break], pieces: Sequence[Piece]) -> list[Finding]:
    starts = {piece.first_sample: piece.segment.start_s for piece in pieces}
    findings = []
    for one in breaks:
        if one.sample not in starts or (one.gap_s is not None and one.gap_s >= 0):
            continue
        where = f"{starts[one.sample]:.3f} s"
        if one.gap_s is None:
            seen = "the recorder paused or was disconnected; the file does not say for how long"
            findings.append(Finding("gap_of_unknown_length", where, seen, False, "a border between segments, no time"))
        else:
            seen = f"the clock went back by {-one.gap_s:.3f} s"
            findings.append(Finding("clock_went_back", where, seen, True, "a border between segments, no time"))
    return findings
