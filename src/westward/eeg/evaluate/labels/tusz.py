"""TUH EEG Seizure Corpus (TUSZ): ``.csv_bi``, ``.csv`` and, from before version 2, ``.tse_bi`` and ``.tse``.

One file of labels stands beside each recording; the term-based two-class file is preferred. Where only the
per-channel file is there, the union over channels is taken.
"""

from __future__ import annotations

import re
from pathlib import Path

from westward.eeg.evaluate.marks import SEIZURE, SPASM, Mark, Marked, absent, in_order, kind_of, seconds, spans, table

_ENDINGS = (".csv_bi", ".csv", ".tse_bi", ".tse")
_NAME = re.compile(r"^[a-z]{8}_s\d{3}(?:_\d{4})?_t\d{3}$|^\d{8}_s\d{3}_t\d{3}$")
_DURATION = re.compile(r"^#\s*duration\s*=\s*([\d.]+)")

_DATED = re.compile(r"^([a-z]{8}_s\d{3})_\d{4}(_t\d{3})$")


def without_date(stem: str) -> str:
    """A recording's name without the year that some releases put after the session; other names stay."""
    return _DATED.sub(r"\1\2", stem)


def recognize(folder: Path) -> bool:
    """Whether there is a label file with the corpus's name, ``aaaaaaac_s001_t000``."""
    return any(_NAME.match(p.stem) for ending in _ENDINGS for p in folder.rglob(f"*{ending}"))


def read(folder: Path) -> list[Marked]:
    """Every recording with a label file; the first of ``.csv_bi``, ``.csv``, ``.tse_bi``, ``.tse`` counts."""
    found: dict[str, Path] = {}
    for ending in _ENDINGS:
        for path in sorted(folder.rglob(f"*{ending}")):
            if _NAME.match(path.stem):
                found.setdefault(path.stem, path)
    return [read_file(path) for path in found.values()]


def read_file(path: Path) -> Marked:
    """One label file; background (``bckg``) is not an event.

    The length is the header's ``duration`` (``.csv``, ``.csv_bi``), or where the last label ends (``.tse``: its
    labels cover the whole recording).

    Raises
    ------
    InputError
        If a time is no number or a column is missing.
    """
    rows, length = _tse(path) if ".tse" in path.suffix else _csv(path)
    marks: list[Mark] = []
    for kind in (SEIZURE, SPASM):
        of_kind = [m for m in rows if m.kind == kind]
        marks += [Mark(a, b - a, kind) for a, b in spans(of_kind)]
    said = () if path.suffix.endswith("_bi") else ("union over channels",) if path.suffix == ".csv" else ()
    return Marked(path.stem, path.stem.split("_")[0], in_order(marks), length, frozenset({SEIZURE}), remarks=said)


def _csv(path: Path) -> tuple[list[Mark], float | None]:
    length: float | None = None
    for line in path.read_text("utf-8", "replace").splitlines():
        told = _DURATION.match(line)
        if told:
            length = seconds(told.group(1), path=path, where="duration")
    out: list[Mark] = []
    for number, row in enumerate(table(path, delimiter=","), 1):
        where = f"label {number}"
        start, stop = (
            seconds(row.get(name) or "", path=path, where=f"{where}, {name}") for name in ("start_time", "stop_time")
        )
        confidence = row.get("confidence")
        value = None if absent(confidence) else seconds(str(confidence), path=path, where=where)
        out.append(Mark(start, max(0.0, stop - start), kind_of(row.get("label") or ""), value))
    return out, length


def _tse(path: Path) -> tuple[list[Mark], float | None]:
    out: list[Mark] = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        cells = line.split()
        if len(cells) < 3 or line.startswith(("#", "version")):
            continue
        start, stop = (seconds(c, path=path, where=f"line {number}") for c in cells[:2])
        out.append(Mark(start, max(0.0, stop - start), kind_of(cells[2])))
    return out, max((m.end_s for m in out), default=0.0) or None
