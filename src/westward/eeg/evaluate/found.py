"""What a program found: Westward bundles, or BIDS events of any program or second reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.labels import bids, tusz
from westward.eeg.evaluate.marks import CLUSTER, ICTAL, SEIZURE, SPASM, Marked, read_events

BUNDLE = ".westward"


@dataclass(frozen=True, slots=True)
class Matched:
    """References and results put together by name.

    Attributes
    ----------
    pairs : tuple of (reference, found)
    without_result : tuple of str
        References that nobody scored: a share of failures that the figures do not show.
    without_reference : tuple of str
        Results that belong to no reference.
    """

    pairs: tuple[tuple[Marked, Marked], ...]
    without_result: tuple[str, ...]
    without_reference: tuple[str, ...]


def expand(paths: Sequence[Path]) -> list[Path]:
    """Bundles and events files as given, or the bundles inside a folder; without any, its events files.

    Raises
    ------
    InputError
        If a path does not exist, or a folder holds neither.
    """
    out: list[Path] = []
    for path in paths:
        if path.is_file() or (path.is_dir() and (path / "events.tsv").is_file()):
            out.append(path)
        elif path.is_dir():
            inside = sorted(p for p in path.rglob(f"*{BUNDLE}") if (p / "events.tsv").is_file())
            if not inside:
                inside = sorted(p for p in path.rglob("*.tsv") if _is_events(p))
            if not inside:
                raise InputError("holds no bundle and no events file", path=path)
            out += inside
        else:
            raise InputError("does not exist", path=path)
    return out


def _is_events(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return {"onset", "duration"} <= set(file.readline().strip().split("\t"))


def read(path: Path, *, also: Sequence[str] = ()) -> Marked:
    """One result; of a bundle, spasms, clusters and seizures, and the kinds named in ``also``.

    A bundle says in ``summary.json`` how long the recording is, what was not assessed, and its grade. An events
    file with seizures but neither spasms nor clusters comes from a program that does not mark single spasms.

    Raises
    ------
    InputError
        If a needed file or column is missing.
    """
    return _bundle(path, ICTAL | frozenset(also)) if path.is_dir() else _events(path)


def _bundle(folder: Path, kinds: frozenset[str]) -> Marked:
    marks, _ = read_events(folder / "events.tsv", only=kinds)
    summary = bids.read_json(folder / "summary.json")
    if not summary:
        raise InputError("is no bundle: it holds no summary.json", path=folder)
    recording = summary.get("recording")
    length = recording.get("duration_s") if isinstance(recording, dict) else None
    left_out = {row.get("what") for row in summary.get("not_assessable") or [] if isinstance(row, dict)}
    have = {m.kind for m in marks}
    looked = {SPASM, CLUSTER} if "spasms" not in left_out or have & {SPASM, CLUSTER} else set()
    said = () if looked else ("the bundle holds no search for spasms",)
    looked |= kinds - ICTAL
    name = bids.stem_of(folder.name)
    return Marked(
        name,
        bids.patient_of(name),
        marks,
        float(length) if isinstance(length, (int, float)) and length > 0 else None,
        frozenset(looked),
        bids.based_of(summary, "westward"),
        summary.get("simulated") is True,
        said,
    )


def _events(path: Path) -> Marked:
    found = bids.read_file(path)
    have = {m.kind for m in found.marks}
    if SEIZURE in have and not have & {SPASM, CLUSTER}:
        return replace(found, assessed=frozenset({SEIZURE}))
    return found if have & ICTAL or not found.marks else replace(found, assessed=frozenset())


def match(references: Sequence[Marked], found: Sequence[Marked]) -> Matched:
    """Put them together by stem; one reference and one result need not have the same name.

    Raises
    ------
    InputError
        If two results belong to one reference.
    """
    if len(references) == 1 and len(found) == 1:
        return Matched(((references[0], found[0]),), (), ())
    by_name = {_key(r.name): r for r in references}
    taken: dict[str, Marked] = {}
    loose: list[str] = []
    for f in found:
        key = _key(f.name)
        if key not in by_name:
            loose.append(f.name)
        elif key in taken:
            raise InputError(f"{taken[key].name!r} and {f.name!r} are both results of {by_name[key].name!r}")
        else:
            taken[key] = f
    pairs = tuple((r, taken[k]) for k, r in by_name.items() if k in taken)
    return Matched(pairs, tuple(r.name for k, r in by_name.items() if k not in taken), tuple(loose))


def _key(name: str) -> str:
    """Names are compared without regard to case, and with TUSZ session dates left out."""
    return tusz.without_date(name).casefold()
