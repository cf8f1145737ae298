"""BIDS-EEG events, and what ``westward simulate`` and ``westward analyze`` write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from westward.core.errors import InputError
from westward.eeg.evaluate.marks import Marked, read_events

_ENDINGS = ("_events", "_eeg", "_truth")
_DERIVED = re.compile(r"_desc-[A-Za-z0-9]+$")
_SUBJECT = re.compile(r"(sub-[A-Za-z0-9]+)(?:_|$)")


def stem_of(name: str) -> str:
    """What pairs two files of one recording: the name without endings, BIDS suffixes and ``_desc-``."""
    stem = name
    for ending in (".tsv", ".json", ".edf", ".bdf", ".westward"):
        stem = stem.removesuffix(ending)
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return _DERIVED.sub("", stem)


def patient_of(stem: str) -> str:
    """``sub-01`` of a BIDS name, else the whole stem: every recording a patient of its own."""
    found = _SUBJECT.search(stem)
    return found.group(1) if found else stem


def recognize(folder: Path) -> bool:
    """Whether there is a BIDS events file at any depth."""
    return next(_files(folder), None) is not None


def _files(folder: Path) -> Any:
    return (p for p in folder.rglob("*_events.tsv") if p.is_file() and ".westward" not in p.parent.suffixes)


def read(folder: Path) -> list[Marked]:
    """All events files below a folder."""
    return [read_file(path) for path in sorted(_files(folder))]


def read_file(path: Path) -> Marked:
    """One events file, with what stands beside it.

    The length of the recording is taken from a column ``recordingDuration``, else from ``*_truth.json``
    (``duration_s``), else from ``*_eeg.json`` (``RecordingDuration``); else it is unknown.
    """
    marks, length = read_events(path)
    stem = stem_of(path.name)
    truth = read_json(path.with_name(f"{stem}_truth.json"))
    sidecar = read_json(path.with_name(f"{stem}_eeg.json"))
    columns = read_json(path.with_suffix(".json"))
    for told, key in ((truth, "duration_s"), (sidecar, "RecordingDuration")):
        value = told.get(key)
        if length is None and isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            length = float(value)
    return Marked(
        stem,
        patient_of(stem),
        marks,
        length,
        ratings=based_of(truth, "truth"),
        simulated=truth.get("simulated") is True or columns.get("Simulated") is True,
    )


def read_json(path: Path) -> Mapping[str, Any]:
    """A JSON object, empty when the file is absent.

    Raises
    ------
    InputError
        If it is no JSON object.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise InputError("is no JSON", path=path) from None
    if not isinstance(told, dict):
        raise InputError("is no JSON object", path=path)
    return told


def based_of(told: Mapping[str, Any], rater: str) -> dict[str, dict[str, float]]:
    """The BASED score of a ``summary.json`` or ``*_truth.json`` as a rating; empty when it was not assessed."""
    based = told.get("based")
    score = based.get("score") if isinstance(based, dict) else None
    if isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= 5:
        return {"based": {rater: float(score)}}
    return {}
