"""Where the recorders of other makers paused: breaks that their files mark but general readers join.

Sources: BrainVision Core Data Format 1.0 (``New Segment`` markers), Persyst layout files (``[SampleTimes]``), the
boundary events of EEGLAB, amplifier triggers 9001 and 9002 of ANT. Status: recalled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from westward.eeg.recording.recording import Note, Segment

_MARKER = re.compile(r"(?im)^Mk\d+=New Segment,[^,\r\n]*,(\d+),\d*,-?\d*(?:,(\d{14,20}))?\s*$")
_SAMPLE_TIME = re.compile(r"(?m)^\s*(\d+)\s*=\s*([\d.]+)\s*$")
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the recording stopped and went on.

    Attributes
    ----------
    sample : int
        First stored sample after it.
    gap_s : float or None
        Time lost, None when the file does not say.
    dropped : int
        Stored samples before ``sample`` that belong to no segment.
    """

    sample: int
    gap_s: float | None
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment with the place of its samples in the file."""

    segment: Segment
    first_sample: int
    n_samples: int


def brainvision_breaks(header: Path, sfreq_hz: float) -> list[Break]:
    """``New Segment`` markers of the marker file; their clock times tell the gaps."""
    text = header.read_text("utf-8", errors="replace")
    named = re.search(r"(?im)^MarkerFile=(.+?)\s*$", text)
    markers = header.with_name(named[1].replace("$b", header.stem)) if named else header.with_suffix(".vmrk")
    if not markers.is_file():
        return []
    found = [(int(m[1]) - 1, _clock(m[2])) for m in _MARKER.finditer(markers.read_text("utf-8", errors="replace"))]
    breaks = []
    for (before, then), (sample, now) in pairwise(found):
        gap_s = (now - then).total_seconds() - (sample - before) / sfreq_hz if now and then else None
        breaks.append(Break(sample, gap_s))
    return breaks


def _clock(digits: str | None) -> datetime | None:
    if not digits:
        return None
    try:
        return datetime.fromisoformat(
            f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
            f".{digits[14:20].ljust(6, '0')}"
        )
    except ValueError:
        return None


def persyst_breaks(layout: Path, sfreq_hz: float) -> list[Break]:
    """``[SampleTimes]`` of the layout file: clock time in seconds of the day at some samples."""
    text = layout.read_text("utf-8", errors="replace")
    section = re.search(r"(?is)\[SampleTimes\](.*?)(?:\n\s*\[|\Z)", text)
    found = [(int(m[1]), float(m[2])) for m in _SAMPLE_TIME.finditer(section[1])] if section else []
    breaks = []
    for (before, then_s), (sample, now_s) in pairwise(found):
        gap_s = (now_s - then_s) % _DAY_S - (sample - before) / sfreq_hz
        if abs(gap_s) > 1.0 / sfreq_hz:
            breaks.append(Break(sample, gap_s))
    return breaks


def noted_breaks(notes: Sequence[Note], sfreq_hz: float) -> list[Break]:
    """Breaks that stand among the notes: boundaries of joined blocks, an amplifier that was disconnected."""
    breaks, away_s = [], None
    for note in notes:
        text = note.text.strip().lower()
        if text in ("edge boundary", "boundary"):
            breaks.append(Break(round(note.onset_s * sfreq_hz), None))
        elif text.startswith("9001"):
            away_s = note.onset_s
        elif text.startswith("9002") and away_s is not None:
            sample = round(note.onset_s * sfreq_hz)
            breaks.append(Break(sample, None, dropped=sample - round(away_s * sfreq_hz)))
            away_s = None
    return breaks


def cut(n_samples: int, sfreq_hz: float, breaks: Sequence[Break]) -> tuple[Piece, ...]:
    """Segments between breaks.

    A gap of unknown length takes no time, but stays a border that nothing is filtered across; so does a clock
    that went backwards.
    """
    pieces: list[Piece] = []
    first, start_s = 0, 0.0
    for one in sorted(breaks, key=lambda b: b.sample):
        if not first < one.sample < n_samples:
            continue
        kept = one.sample - first - min(one.dropped, one.sample - first - 1)
        pieces.append(Piece(Segment(start_s, start_s + kept / sfreq_hz), first, kept))
        start_s += (one.sample - first) / sfreq_hz + max(one.gap_s or 0.0, 0.0)
        first = one.sample
    if n_samples > first:
        pieces.append(Piece(Segment(start_s, start_s + (n_samples - first) / sfreq_hz), first, n_samples - first))
    return tuple(pieces)


def shift(time_s: float, pieces: Sequence[Piece], sfreq_hz: float) -> float:
    """Recording time of a moment given in stored samples, gaps not counted."""
    for piece in reversed(pieces):
        if time_s >= piece.first_sample / sfreq_hz:
            return piece.segment.start_s + time_s - piece.first_sample / sfreq_hz
    return time_s
