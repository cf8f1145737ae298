"""CHB-MIT (PhysioNet ``chbmit``): ``chbNN-summary.txt``, and ``.edf.seizures`` where there is no summary.

The layout is that of the public set. Its children are 1.5-22 years old and have no epileptic spasms labeled: only
seizures are, whole. ``chb21`` is the same girl as ``chb01`` 1.5 years later, and is counted so.
"""

from __future__ import annotations

import re
from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.marks import SEIZURE, Mark, Marked

_CASE = re.compile(r"(chb\d+)", re.IGNORECASE)
_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z0-9 ]*?)\s*:\s*(.*?)\s*$")
_SAME_CHILD = {"chb21": "chb01"}
_ONLY = frozenset({SEIZURE})


def recognize(folder: Path) -> bool:
    """Whether there is a summary, or a seizure file."""
    return any(next(folder.rglob(pattern), None) for pattern in ("chb*-summary.txt", "chb*.edf.seizures"))


def read(folder: Path) -> list[Marked]:
    """Every recording named in a summary that names at least one, and every seizure file not named there."""
    found: dict[str, Marked] = {}
    for path in sorted(folder.rglob("chb*-summary.txt")):
        found.update((m.name, m) for m in read_summary(path))
    for path in sorted(folder.rglob("chb*.edf.seizures")):
        name = path.name.removesuffix(".edf.seizures")
        if name not in found:
            found[name] = Marked(
                name, _patient(name), read_seizures(path), assessed=_ONLY, remarks=("length not stated",)
            )
    return list(found.values())


def _patient(name: str) -> str:
    case = _CASE.match(name)
    known = case.group(1).lower() if case else name
    return _SAME_CHILD.get(known, known)


def read_summary(path: Path) -> list[Marked]:
    """One summary.

    Both spellings of the seizure lines are read (``Seizure Start Time``, ``Seizure 1 Start Time``). The length is
    the file's end minus its start on the clock, past midnight where the end is earlier or says 24 and more.

    Raises
    ------
    InputError
        If a number of seizures disagrees with the seizures listed.
    """
    entries: list[dict[str, list[str]]] = []
    for line in path.read_text("utf-8", "replace").splitlines():
        field = _FIELD.match(line)
        if field is None:
            continue
        key = re.sub(r"\bseizure \d+ ", "seizure ", field.group(1).lower())
        if key == "file name":
            entries.append({})
        if entries:
            entries[-1].setdefault(key, []).append(field.group(2))
    return [_recording(entry, path) for entry in entries]


def _recording(entry: dict[str, list[str]], path: Path) -> Marked:
    name = entry["file name"][0].removesuffix(".edf")
    starts = [_seconds(t, path, name) for t in entry.get("seizure start time", [])]
    ends = [_seconds(t, path, name) for t in entry.get("seizure end time", [])]
    told = entry.get("number of seizures in file", [str(len(starts))])[0]
    if len(starts) != len(ends) or told != str(len(starts)):
        raise InputError(f"{name} has {told} seizures, but {len(starts)} starts and {len(ends)} ends", path=path)
    first, last = (_clock(entry.get(f"file {which} time", [""])[0]) for which in ("start", "end"))
    length = None if first is None or last is None else float((last - first) % 86_400) or None
    marks = tuple(Mark(a, b - a, SEIZURE) for a, b in sorted(zip(starts, ends, strict=True)))
    if any(m.duration_s < 0 for m in marks):
        raise InputError(f"{name} has a seizure that ends before it starts", path=path)
    return Marked(name, _patient(name), marks, length, _ONLY, remarks=("length not stated",) if length is None else ())


def _seconds(text: str, path: Path, name: str) -> float:
    number = re.match(r"\d+(\.\d+)?", text)
    if number is None:
        raise InputError(f"{text!r} is not a time in seconds", path=path, where=name)
    return float(number.group())


def _clock(text: str) -> int | None:
    parts = re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})", text)
    if parts is None:
        return None
    hours, minutes, seconds = map(int, parts.groups())
    return hours * 3600 + minutes * 60 + seconds


def read_seizures(path: Path) -> tuple[Mark, ...]:
    """Seizures of a ``.edf.seizures`` file: WFDB annotations, start of type 32 and end of type 33.

    Times are in ticks of the ``time resolution`` that the file states, 256 a second where it states none.

    Raises
    ------
    InputError
        If the pairs do not add up.
    """
    data = path.read_bytes()
    words = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data) - 1, 2)]
    return _pairs(words, path)


def _pairs(words: list[int], path: Path) -> tuple[Mark, ...]:
    """Walk the 16-bit words of WFDB annotations: type in the upper six bits, time in the lower ten."""
    now, i = 0, 0
    begun: int | None = None
    marks: list[Mark] = []
    ticks = 256.0
    while i < len(words):
        kind, value = words[i] >> 10, words[i] & 0x3FF
        i += 1
        if kind == 0 and value == 0:
            break
        if kind == 63:
            text = b"".join(w.to_bytes(2, "little") for w in words[i : i + (value + 1) // 2])[:value]
            found = re.search(rb"time resolution: (\d+(?:\.\d+)?)", text)
            ticks = float(found.group(1)) if found else ticks
            i += (value + 1) // 2
        elif kind == 59:
            if i + 1 >= len(words):
                raise InputError("ends inside an annotation", path=path)
            skip = (words[i] << 16) + words[i + 1]
            now += skip - (1 << 32) if skip >= 1 << 31 else skip
            i += 2
        elif kind in (60, 61, 62):
            continue
        else:
            now += value
            if kind == 32:
                begun = now
            elif kind == 33 and begun is not None:
                marks.append(Mark(begun / ticks, (now - begun) / ticks, SEIZURE))
                begun = None
    if begun is not None:
        raise InputError("a seizure has no end", path=path)
    return tuple(marks)
