"""Siena Scalp EEG (PhysioNet ``siena-scalp-eeg``): ``Seizures-list-PNxx.txt`` with times of day.

The lists are typed by hand: separators, blanks and spellings vary, and a few seizures end an hour late by a slip
of the pen. An end after the end of the registration is cut there, and said. Adults: no epileptic spasms labeled.
"""

from __future__ import annotations

import re
from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.marks import SEIZURE, Mark, Marked, in_order

_FIELD = re.compile(
    r"^\s*(file name|registration start time|registration end time|seizure start time|seizure end time"
    r"|start time|end time)\s*:\s*(.*?)\s*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2})\s*[.:]\s*(\d{2})\s*[.:]\s*(\d{2})")
_DAY_S = 86_400


def recognize(folder: Path) -> bool:
    """Whether there is a list of seizures."""
    return next(folder.rglob("Seizures-list-PN*.txt"), None) is not None


def read(folder: Path) -> list[Marked]:
    """Every recording named in a list; recordings without a seizure are not listed by the set."""
    found: list[Marked] = []
    for path in sorted(folder.rglob("Seizures-list-PN*.txt")):
        found += read_list(path)
    return found


def read_list(path: Path) -> list[Marked]:
    """The recordings of one patient; several seizures of one recording are put together.

    Raises
    ------
    InputError
        If a time is missing or is no time of day.
    """
    told: dict[str, str] = {}
    marks: dict[str, list[Mark]] = {}
    lengths: dict[str, float] = {}
    remarks: dict[str, list[str]] = {}
    for line in [*path.read_text("utf-8", "replace").splitlines(), ""]:
        field = _FIELD.match(line)
        if field is None:
            continue
        key = field.group(1).lower()
        key = f"seizure {key}" if key in ("start time", "end time") else key
        if key == "file name":
            told.clear()
        told[key] = field.group(2)
        if key == "seizure end time":
            name = re.sub(r"\.edf$", "", told.get("file name", "").strip(), flags=re.IGNORECASE)
            _one(path, name, told, marks, lengths, remarks)
    patient = path.stem.removeprefix("Seizures-list-")
    return [
        Marked(name, patient, in_order(found), lengths[name], frozenset({SEIZURE}), remarks=tuple(remarks[name]))
        for name, found in marks.items()
    ]


def _one(
    path: Path,
    name: str,
    told: dict[str, str],
    marks: dict[str, list[Mark]],
    lengths: dict[str, float],
    remarks: dict[str, list[str]],
) -> None:
    begin, stop, start, end = (
        _clock(told.get(key, ""), path, name)
        for key in ("registration start time", "registration end time", "seizure start time", "seizure end time")
    )
    length = float((stop - begin) % _DAY_S)
    onset = float((start - begin) % _DAY_S)
    until = onset + (end - start) % _DAY_S
    said = remarks.setdefault(name, [])
    if onset > length:
        said.append(f"a seizure at {told['seizure start time']} lies outside the registration and is left out")
        marks.setdefault(name, [])
        lengths[name] = length
        return
    if until > length:
        said.append(f"the end {told['seizure end time']} is after the registration and was cut there")
        until = length
    marks.setdefault(name, []).append(Mark(onset, until - onset, SEIZURE))
    lengths[name] = length


def _clock(text: str, path: Path, name: str) -> int:
    found = _CLOCK.search(text)
    if found is None:
        raise InputError(f"{text!r} is not a time of day", path=path, where=name or "before the first file name")
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds
