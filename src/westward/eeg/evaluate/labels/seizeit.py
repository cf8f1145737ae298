"""SeizeIT1 (KU Leuven): ``P_IDxx_rN_a1.tsv`` beside each recording; rows of start and end without a header.

The length of the recording is not in the label file. Adults: no epileptic spasms labeled.
"""

from __future__ import annotations

import re
from pathlib import Path

from westward.eeg.evaluate.marks import SEIZURE, Mark, Marked, absent, in_order, seconds

_NAME = re.compile(r"^(P_ID\d+)_r\d+_a\d+$")
_ANNOTATOR = re.compile(r"_a\d+$")


def recognize(folder: Path) -> bool:
    """Whether there is a label file with the set's name."""
    return any(_NAME.match(p.stem) for p in folder.rglob("P_ID*_a*.tsv"))


def read(folder: Path) -> list[Marked]:
    """Every label file of the first annotator."""
    return [read_file(p) for p in sorted(folder.rglob("P_ID*_a1.tsv")) if _NAME.match(p.stem)]


def read_file(path: Path) -> Marked:
    """One label file; ``None`` as end leaves a seizure of unknown length, which counts as a moment.

    Raises
    ------
    InputError
        If a time is no number.
    """
    marks: list[Mark] = []
    said = ["length of the recording not in the label file"]
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        cells = line.split("\t") if "\t" in line else line.split()
        if line.startswith("#") or len(cells) < 2:
            continue
        start = seconds(cells[0], path=path, where=f"line {number}")
        if absent(cells[1]):
            said.append(f"the seizure at {start:g} s has no end; only its start counts")
            stop = start
        else:
            stop = seconds(cells[1], path=path, where=f"line {number}")
        marks.append(Mark(start, max(0.0, stop - start), SEIZURE))
    found = _NAME.match(path.stem)
    patient = found.group(1) if found else path.stem
    name = _ANNOTATOR.sub("", path.stem)
    return Marked(name, patient, in_order(marks), None, frozenset({SEIZURE}), remarks=tuple(said))
