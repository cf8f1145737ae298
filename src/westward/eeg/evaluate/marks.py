"""What a reader or a program marked in one recording: plain rows, whoever made them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from westward.core.errors import InputError

SPASM, CLUSTER, SEIZURE = "spasm", "spasm_cluster", "seizure"
ICTAL = frozenset({SPASM, CLUSTER, SEIZURE})
"""Kinds that a seizure benchmark counts as events."""

_TUSZ_SEIZURES = frozenset(
    {"seiz", "fnsz", "gnsz", "spsz", "cpsz", "absz", "tnsz", "cnsz", "tcsz", "atsz", "mysz", "nesz"}
)
_TYPE_COLUMNS = ("trial_type", "eventType", "event_type")
_BACKGROUND = frozenset({"bckg", "background"})
_ABSENT = frozenset({"", "n/a", "na", "nan", "none"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked stretch of time.

    Attributes
    ----------
    onset_s, duration_s : float
        Seconds from the start of the recording, gaps included; the duration may be 0.
    kind : str
        ``spasm``, ``spasm_cluster``, ``seizure``, or the type as written.
    confidence : float or None
        0-1 where the author gave one.
    counted : bool
        False for what a program listed below its own operating point.
    """

    onset_s: float
    duration_s: float
    kind: str
    confidence: float | None = None
    counted: bool = True

    @property
    def end_s(self) -> float:
        """Where it ends."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, slots=True)
class Marked:
    """All marks of one recording by one author.

    Attributes
    ----------
    name : str
        Stem that pairs it with another author's marks of the same recording.
    patient : str
        Unit of the bootstrap and of the tables by patient.
    marks : tuple of Mark
        In order of onset.
    duration_s : float or None
        Length of the recording; None where nobody stated it, rates are then not assessable.
    assessed : frozenset of str or None
        Kinds this author looked for; None when that is unknown. A set without spasm labels leaves spasm
        sensitivity not assessable instead of zero.
    ratings : mapping of str to mapping
        Whole-recording ratings: name of the score to {rater: value}; ``based`` is 0-5.
    simulated : bool
        Made by a computer.
    remarks : tuple of str
        What was assumed or repaired on reading.
    """

    name: str
    patient: str
    marks: tuple[Mark, ...] = ()
    duration_s: float | None = None
    assessed: frozenset[str] | None = None
    ratings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    simulated: bool = False
    remarks: tuple[str, ...] = ()

    def of(self, kinds: Iterable[str], *, min_confidence: float = 0.0, counted_only: bool = False) -> tuple[Mark, ...]:
        """Marks of some kinds; a mark without confidence always counts."""
        wanted = frozenset(kinds)
        return tuple(
            m
            for m in self.marks
            if m.kind in wanted
            and (m.confidence is None or m.confidence >= min_confidence)
            and (m.counted or not counted_only)
        )

    def looked_for(self, kind: str) -> bool:
        """Whether an absent mark of this kind means that there was none."""
        return self.assessed is None or kind in self.assessed


def kind_of(label: str) -> str:
    """The kind of a label of any set: spasms and clusters by their word, seizures by the common abbreviations.

    ``sz...`` is BIDS-score and SzCORE, ``seiz`` and ``fnsz`` and others are TUSZ; anything else stays as written.
    """
    text = label.strip()
    low = text.lower()
    if low in ("spasm_cluster", "cluster", "cluster_of_spasms") or ("spasm" in low and "cluster" in low):
        return CLUSTER
    if "spasm" in low:
        return SPASM
    if low in _TUSZ_SEIZURES or low.startswith(("sz", "seizure")):
        return SEIZURE
    return text


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """By onset, then end."""
    return tuple(sorted(marks, key=lambda m: (m.onset_s, m.end_s)))


def table(path: Path, *, delimiter: str = "\t") -> list[dict[str, str]]:
    """Rows of a delimited text file with a header line; ``#`` lines are skipped.

    Raises
    ------
    InputError
        If it is not text, or a row has more cells than the header.
    """
    header, rows = _cells(path, delimiter)
    return [dict(zip(header, (*row, *[""] * (len(header) - len(row))), strict=True)) for row in rows]


def _cells(path: Path, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows, stripped."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", path=path, remedy="give the events as a tab-separated text") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    for number, row in enumerate(body, 2):
        if len(row) > len(header):
            raise InputError("has more cells than the header", path=path, where=f"row {number}")
    return header, body


def seconds(cell: str, *, path: Path, where: str) -> float:
    """A time in seconds.

    Raises
    ------
    InputError
        If it is no finite number.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{cell!r} is not a time in seconds", path=path, where=where)
    return value


def absent(cell: str | None) -> bool:
    """Whether a cell says nothing."""
    return cell is None or cell.strip().lower() in _ABSENT


def read_events(path: Path, *, only: frozenset[str] | None = None) -> tuple[tuple[Mark, ...], float | None]:
    """Marks of a BIDS events file, and the length of the recording where a row states it.

    Columns: ``onset``, ``duration`` (``n/a`` counts as 0) and ``trial_type`` (or ``eventType``, as SzCORE writes);
    ``confidence``, ``counted`` and ``recordingDuration`` where present. Other columns are not looked at.

    Parameters
    ----------
    path : Path
    only : set of str, optional
        Kinds to keep; rows of others are passed over.

    Raises
    ------
    InputError
        If a needed column is missing or a time is no number.
    """
    header, rows = _cells(path, "\t")
    missing = [name for name in ("onset", "duration") if name not in header]
    types = [name for name in _TYPE_COLUMNS if name in header]
    if missing or not types:
        raise InputError(
            f"lacks the column {(missing or ['trial_type'])[0]!r}", path=path, remedy="BIDS events need it"
        )
    place = {name: k for k, name in enumerate(header)}
    onset, duration, label = place["onset"], place["duration"], place[types[0]]
    confidence, counted, stated = (place.get(n) for n in ("confidence", "counted", "recordingDuration"))
    kinds: dict[str, str] = {}
    marks: list[Mark] = []
    length: float | None = None

    def cell(row: list[str], column: int | None) -> str:
        return row[column] if column is not None and column < len(row) else ""

    for number, row in enumerate(rows, 2):
        text = cell(row, label)
        kind = kinds.get(text) or kinds.setdefault(text, kind_of(text))
        if absent(row[onset]) or kind.lower() in _BACKGROUND or (only is not None and kind not in only):
            continue
        where = f"row {number}"
        lasts = cell(row, duration)
        sure = cell(row, confidence)
        mark = Mark(
            seconds(row[onset], path=path, where=where),
            0.0 if absent(lasts) else seconds(lasts, path=path, where=where),
            kind,
            None if absent(sure) else seconds(sure, path=path, where=where),
            cell(row, counted) != "0",
        )
        if mark.duration_s < 0:
            raise InputError(f"duration {lasts!r} is negative", path=path, where=where)
        marks.append(mark)
        told = cell(row, stated)
        if not absent(told):
            length = seconds(told, path=path, where=where)
    return in_order(marks), length


def spans(marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """Their union as non-overlapping (start, end) in order; marks of no duration stay, touching ones join."""
    out: list[tuple[float, float]] = []
    for m in in_order(marks):
        if out and m.onset_s <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], m.end_s))
        else:
            out.append((m.onset_s, m.end_s))
    return out
