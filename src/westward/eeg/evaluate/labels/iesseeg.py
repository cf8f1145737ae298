"""IESSEEG v1.1 (50 children with IESS, 50 controls; CC BY 4.0), as a user downloads it.

Known from the set's public table: ``recordings.tsv`` with ``recording_id``, ``participant_id``, ``subset``
(``original_long``, ``clinician_selected``, ``simulated_routine``), ``visit``, ``path`` (BIDS names) and
``duration_seconds``; ``participants.tsv``; a folder ``annotations``. Known from its documentation: 140 BASED
ratings of 20 long recordings, and labels of diagnosis, response and sleep. **It marks no spasms**: sensitivity for
spasms and clusters is not assessable on it, and found spasms cannot be called false in children with IESS; in
controls they can.

Assumed, because it could not be seen: the ratings stand in a file of ``annotations`` with ``based`` in its name,
as a long table of recording, reader and score.
"""

from __future__ import annotations

from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.labels import bids, ratings
from westward.eeg.evaluate.marks import CLUSTER, SPASM, Marked, absent, seconds, table

_CONTROL = frozenset({SPASM, CLUSTER})


def recognize(folder: Path) -> bool:
    """Whether the table of recordings is there with the set's columns."""
    path = folder / "recordings.tsv"
    if not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = set(file.readline().strip().split("\t"))
    return {"recording_id", "participant_id", "subset", "duration_seconds"} <= first


def read(folder: Path) -> list[Marked]:
    """Every recording of the table, without events, with its BASED ratings where there are any.

    A control counts as a recording without spasms (assumed: the set's controls have no epilepsy with spasms), a
    case as one that nobody marked.

    Raises
    ------
    InputError
        If a row lacks its path or length.
    """
    rated = _ratings(folder)
    path = folder / "recordings.tsv"
    out: list[Marked] = []
    for number, row in enumerate(table(path), 2):
        where = f"row {number}"
        if absent(row.get("path")):
            raise InputError("a recording has no path", path=path, where=where)
        name = bids.stem_of(Path(row["path"]).name)
        keys = (row["recording_id"], row.get("source_id", ""), name)
        based = next((rated[k] for k in keys if k in rated), {})
        control = row.get("patient_diagnosis_label") == "0" or row.get("visit", "").upper() == "CONTROL"
        length = row["duration_seconds"].replace(",", "")
        out.append(
            Marked(
                name,
                row["participant_id"],
                (),
                None if absent(length) else seconds(length, path=path, where=where),
                _CONTROL if control else frozenset(),
                ratings={"based": based} if based else {},
                remarks=() if control else ("the set marks no spasms",),
            )
        )
    return out


def _ratings(folder: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for path in sorted((folder / "annotations").glob("*")):
        if "based" in path.name.lower() and path.suffix in (".tsv", ".csv"):
            for item, told in ratings.by_item(path):
                found.setdefault(bids.stem_of(item), {}).update(told.get("based", {}))
    return found
