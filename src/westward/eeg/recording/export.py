"""Write any recording as BDF+, 24 bits, so that what holds for EDF holds for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from westward.core.errors import UsageError
from westward.eeg.recording.edf_fields import date_text, number_field
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.recording.recording import FloatArray
from westward.eeg.recording.vendor_recording import VendorRecording

_PIECE_S = 60.0
_SMALLEST_RECORD_S = 0.02


def export_bdf(recording: VendorRecording, target: Path, *, overwrite: bool = False) -> int:
    """Write a BDF+ file with the same channels, gaps, notes and patient.

    The range of each channel is that of its samples, so one step is a sixteen-millionth of it.

    Returns
    -------
    int
        Samples left out, over all channels: ends of segments that fill no data record. Records are made as long as
        lets all segments be whole ones, so this is rarely more than 0.

    Raises
    ------
    RefusedError
        If the target exists.
    """
    facts = recording.facts
    lengths = [recording.segment_samples(k, 0) for k in range(len(facts.segments))]
    per_record = _record_samples(lengths, facts.channels[0].sfreq_hz)
    low = np.full(len(facts.channels), np.inf)
    high = np.full(len(facts.channels), -np.inf)
    for _, piece in _pieces(recording, lengths, per_record):
        low = np.fmin(low, piece.min(axis=1))
        high = np.fmax(high, piece.max(axis=1))
    specs = [
        _spec(channel.label, channel.sfreq_hz, unit, a, b)
        for channel, unit, a, b in zip(facts.channels, recording.units, low.tolist(), high.tolist(), strict=True)
    ]
    with EdfWriter(
        target,
        _distinct(specs),
        start=facts.start,
        patient=_patient(recording),
        record_s=per_record / facts.channels[0].sfreq_hz,
        bdf=True,
        discontinuous=len(facts.segments) > 1,
        overwrite=overwrite,
    ) as writer:
        current = 0
        for segment, piece in _pieces(recording, lengths, per_record):
            if segment != current:
                writer.start_segment(facts.segments[segment].start_s)
                current = segment
            writer.write(list(piece))
        for note in facts.notes:
            writer.annotate(note.onset_s, max(note.duration_s, 0.0), note.text)
    return sum(n % per_record for n in lengths) * len(facts.channels)


def _record_samples(lengths: list[int], sfreq_hz: float) -> int:
    """Samples in a record of at most a second, such that every segment is made of whole records where possible."""
    common = math.gcd(*lengths)
    best = [n for n in range(1, math.floor(sfreq_hz) + 1) if common % n == 0 and _exact(n / sfreq_hz)]
    if best and best[-1] >= _SMALLEST_RECORD_S * sfreq_hz:
        return best[-1]
    return max((n for n in range(1, math.floor(sfreq_hz) + 1) if _exact(n / sfreq_hz)), default=max(1, round(sfreq_hz)))


def _exact(record_s: float) -> bool:
    return math.isclose(float(number_field(record_s, "record duration")), record_s, rel_tol=1e-12)


def _pieces(recording: VendorRecording, lengths: list[int], per_record: int) -> Iterator[tuple[int, FloatArray]]:
    """Whole records of all channels, with the index of their segment."""
    channels = [c.index for c in recording.channels]
    step = max(1, round(_PIECE_S * recording.channels[0].sfreq_hz / per_record)) * per_record
    for segment, length in enumerate(lengths):
        whole = length - length % per_record
        for first in range(0, whole, step):
            yield segment, recording.read_block(segment, first, min(step, whole - first), channels)


def _spec(label: str, sfreq_hz: float, unit: str, low: float, high: float) -> SignalSpec:
    if not math.isfinite(low) or not math.isfinite(high):
        raise UsageError(f"channel {label!r} holds values that are no numbers")
    margin = max(1e-3 * (high - low), 1e-3 * max(abs(low), abs(high)), 1e-3)
    text = unit if unit.isascii() and len(unit) <= 8 else ""
    return SignalSpec(_ascii(label, 16), sfreq_hz, low - margin, high + margin, unit=text)


def _distinct(specs: list[SignalSpec]) -> list[SignalSpec]:
    if len({spec.label for spec in specs}) != len(specs):
        raise UsageError("labels are no longer distinct when cut to 16 characters")
    return specs


def _patient(recording: VendorRecording) -> str:
    patient = recording.facts.patient
    birth = date_text(patient.birth_date) if patient.birth_date else "X"
    sex = patient.sex if patient.sex in ("M", "F") else "X"
    code, name = (_ascii(re.sub(r"\s+", "_", text.strip()), 28) or "X" for text in (patient.code, patient.name))
    return f"{code} {sex} {birth} {name}"


def _ascii(text: str, width: int) -> str:
    return "".join(c if 32 <= ord(c) < 127 else "?" for c in text)[:width].rstrip()
