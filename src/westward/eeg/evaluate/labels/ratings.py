"""Ratings of whole recordings by one or more readers: a long table, one row per recording and reader.

Columns: the recording (``recording_id``, ``recording``, ``source_recording_id``, ``source_id`` or ``item``), the
reader (``rater``, ``reader``, ``rater_id`` or ``reader_id``) and scores: ``based`` (also ``based_score``,
``score``, ``rating``), 0-5, and ``hypsarrhythmia``, 0 or 1. Tab- or comma-separated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.labels import bids
from westward.eeg.evaluate.marks import Marked, absent, seconds, table

_ITEM = ("recording_id", "recording", "source_recording_id", "source_id", "item")
_RATER = ("rater", "reader", "rater_id", "reader_id")
_SCORES: Mapping[str, tuple[str, ...]] = {
    "based": ("based", "based_score", "score", "rating"),
    "hypsarrhythmia": ("hypsarrhythmia",),
}
_HIGHEST = {"based": 5, "hypsarrhythmia": 1}
_FILE = "ratings.tsv"


def recognize(folder: Path) -> bool:
    """Whether there is a ``ratings.tsv``."""
    return (folder / _FILE).is_file()


def read(folder: Path) -> list[Marked]:
    """The recordings of ``ratings.tsv``; they carry no events."""
    return read_table(folder / _FILE)


def _delimiter(path: Path) -> str:
    return "," if path.suffix == ".csv" else "\t"


def is_table(path: Path) -> bool:
    """Whether the header line has a column for the reader, and no onset."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            first = {cell.strip() for cell in file.readline().strip().split(_delimiter(path))}
    except UnicodeDecodeError:
        return False
    return bool(first & set(_RATER)) and "onset" not in first


def read_table(path: Path) -> list[Marked]:
    """The recordings of one table, each with what its readers gave.

    Raises
    ------
    InputError
        If a column is missing, a score is off its scale, or one reader rated a recording twice.
    """
    patients: dict[str, str] = {}
    known: dict[str, dict[str, dict[str, float]]] = {}
    for item, row in by_item(path):
        stem = bids.stem_of(item)
        known[stem] = _merged(known.get(stem, {}), row, path, item)
        patients[stem] = bids.patient_of(stem)
    return [Marked(stem, patients[stem], assessed=frozenset(), ratings=told) for stem, told in known.items()]


def _merged(
    old: dict[str, dict[str, float]], new: Mapping[str, Mapping[str, float]], path: Path, item: str
) -> dict[str, dict[str, float]]:
    out = {score: dict(by) for score, by in old.items()}
    for score, by in new.items():
        for rater, value in by.items():
            if rater in out.setdefault(score, {}):
                raise InputError(f"{rater!r} rated {item!r} twice", path=path, where=score)
            out[score][rater] = value
    return out


def by_item(path: Path) -> list[tuple[str, dict[str, dict[str, float]]]]:
    """Rows of a table as (recording, {score: {reader: value}}); empty cells are left out."""
    rows = table(path, delimiter=_delimiter(path))
    columns = set(rows[0]) if rows else set()
    item = next((c for c in _ITEM if c in columns), None)
    rater = next((c for c in _RATER if c in columns), None)
    scores = {s: next((c for c in names if c in columns), None) for s, names in _SCORES.items()}
    if item is None or rater is None or not any(scores.values()):
        raise InputError("is no table of ratings", path=path, remedy="it needs a recording, a reader and a score")
    out: list[tuple[str, dict[str, dict[str, float]]]] = []
    for number, row in enumerate(rows, 2):
        told: dict[str, dict[str, float]] = {}
        for score, column in scores.items():
            if column is None or absent(row[column]):
                continue
            value = seconds_free(row[column], path=path, where=f"row {number}, {column}")
            if not 0 <= value <= _HIGHEST[score] or value != int(value):
                raise InputError(f"{row[column]!r} is off the scale 0-{_HIGHEST[score]}", path=path, where=column)
            told[score] = {row[rater]: value}
        if told:
            out.append((row[item], told))
    return out


def seconds_free(cell: str, *, path: Path, where: str) -> float:
    """A finite number that is no time.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return seconds(cell, path=path, where=where)
    except InputError:
        raise InputError(f"{cell!r} is not a number", path=path, where=where) from None
