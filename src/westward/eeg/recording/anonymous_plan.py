"""What a de-identified copy holds: the header built from scratch, channels and annotations from lists of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from westward.core.errors import RefusedError
from westward.eeg.recording.anonymous_text import (
    REPLACED_NOTE,
    labels,
    note_vocabulary,
    prefilter_text,
    transducer_text,
    unit_text,
)
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.edf_header import SignalHeader
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import SignalSpec
from westward.eeg.recording.stored import scaling

SOUND_RATE_HZ = 4000.0
"""A channel without a known meaning that is sampled this fast may hold sound and is left out (policy)."""

ANONYMOUS_DATE = date(1985, 1, 1)
"""The start date of EDF+ files whose date must not be told."""

SIMULATED_MARK = "SIMULATED"
"""Stands in the recording field of a copy whose source says that no child was recorded."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is copied and under which header.

    Attributes
    ----------
    channels, headers, specs : tuple
        Channels that are copied, their headers in the source and what is written for each.
    columns : tuple of int
        Place of each in a data record of the source, samples.
    start : datetime
        The anonymous date, with the time of day when asked for.
    patient, recording : str
        The two free fields of the new header.
    notes : tuple of (float, float, str)
        Onset, duration and text of each annotation.
    notes_kept : dict of str to int
        Annotations per phrase of the list.
    left_out : int
        Channels that are not copied.
    """

    channels: tuple[Channel, ...]
    headers: tuple[SignalHeader, ...]
    specs: tuple[SignalSpec, ...]
    columns: tuple[int, ...]
    start: datetime
    patient: str
    recording: str
    notes: tuple[tuple[float, float, str], ...]
    notes_kept: dict[str, int]
    left_out: int


def make(recording: EdfRecording, *, keep_notes: Collection[str], keep_sex: bool, keep_time_of_day: bool) -> Plan:
    """Build the new header from scratch.

    Raises
    ------
    RefusedError
        If channels and headers cannot be matched.
    """
    ordinary, at = [], 0
    for header in recording.header.signals:
        if not header.is_annotation and header.n_samples:
            ordinary.append((header, at))
        at += header.n_samples
    if len(ordinary) != len(recording.channels):
        raise RefusedError(f"{recording.path.name}: its channels cannot be told apart")
    chosen = [
        k for k, c in enumerate(recording.channels) if not (c.kind is Kind.UNKNOWN and c.sfreq_hz >= SOUND_RATE_HZ)
    ]
    channels = tuple(recording.channels[k] for k in chosen)
    headers = tuple(ordinary[k][0] for k in chosen)
    names = labels(channels)
    specs = tuple(
        _spec(name, channel, header, recording.units[channel.index], scaling(recording, channel.index)[0])
        for name, channel, header in zip(names, channels, headers, strict=True)
    )
    vocabulary = note_vocabulary().with_phrases(keep_notes)
    written = [(note.onset_s, note.duration_s, vocabulary.kept(note.text)) for note in recording.notes]
    start = recording.facts.start
    clock = start.time() if keep_time_of_day and start is not None else time()
    sex = recording.facts.patient.sex if keep_sex and recording.facts.patient.sex in ("M", "F") else "X"
    return Plan(
        channels,
        headers,
        specs,
        tuple(ordinary[k][1] for k in chosen),
        datetime.combine(ANONYMOUS_DATE, clock),
        f"X {sex} X X",
        f"Startdate 01-JAN-1985 X X {SIMULATED_MARK if recording.facts.simulated else 'X'}",
        tuple((onset_s, duration_s, text or REPLACED_NOTE) for onset_s, duration_s, text in written),
        dict(sorted(Counter(text for _, _, text in written if text).items())),
        len(recording.channels) - len(chosen),
    )


def _spec(label: str, channel: Channel, header: SignalHeader, unit: str, gain: float) -> SignalSpec:
    physical, digital = (header.physical_min, header.physical_max), (header.digital_min, header.digital_max)
    factor: float | None = None
    if not header.calibrated:
        full = 32767 if abs(digital[0]) <= 32768 and abs(digital[1]) <= 32768 else 8388607
        digital = (-full - 1, full)
        physical = (float(digital[0]), float(digital[1]))
    elif unit == "uV":
        factor = gain / header.gain
    if digital[0] > digital[1]:  # the same line through the other end
        physical, digital = physical[::-1], digital[::-1]
    return SignalSpec(
        label,
        channel.sfreq_hz,
        *physical,
        unit=unit_text(header.unit, factor) if header.calibrated else "",
        prefilter=prefilter_text(header.prefilter),
        transducer=transducer_text(header.transducer),
        digital_min=digital[0],
        digital_max=digital[1],
    )
