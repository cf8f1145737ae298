"""What is measured, as published: formula, unit, window, state, norms, paper and peer of every biomarker."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.status import Status


@dataclass(frozen=True, slots=True)
class Biomarker:
    """One biomarker.

    Attributes
    ----------
    id : str
        Stable key, as in tables and summaries.
    name, formula, unit, window, state : str
        In words; ``unit`` is ``1`` for a ratio.
    paper : str
        Where the recipe or the finding comes from.
    status : Status
        How well the recipe was read there.
    norms : str
        Values of healthy children with their age band, empty where none were found: then none are shown.
    peer, agreement : str
        What it is checked against, and how near it comes.
    function : str
        Where it is computed, below ``westward.eeg``.
    """

    id: str
    name: str
    formula: str
    unit: str
    window: str
    state: str
    paper: str
    status: Status
    norms: str
    peer: str
    agreement: str
    function: str

    def load(self) -> Callable[..., Any]:
        """The function that computes it."""
        module, _, name = self.function.rpartition(".")
        found: Callable[..., Any] = getattr(import_module(f"westward.eeg.{module}"), name)
        return found


@lru_cache(maxsize=1)
def published() -> tuple[Biomarker, ...]:
    """All biomarkers, in the order of the file."""
    return parse((files("westward.eeg.biomarkers") / "published.toml").read_text("utf-8"))


def biomarker(id_: str) -> Biomarker:
    """One biomarker by its id.

    Raises
    ------
    InputError
        If there is none.
    """
    for entry in published():
        if entry.id == id_:
            return entry
    raise InputError(f"no biomarker {id_!r}; there are {', '.join(entry.id for entry in published())}")


def parse(document: str) -> tuple[Biomarker, ...]:
    """Read and check a registry.

    Raises
    ------
    InputError
        Broken TOML, a field missing, unknown or not text, an empty field other than ``norms``, a status that does
        not exist, an id used twice.
    """
    try:
        entries = tomllib.loads(document).get("biomarker", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the registry of biomarkers is not valid TOML: {error}") from None
    known = {f.name for f in fields(Biomarker)}
    out: dict[str, Biomarker] = {}
    for entry in entries:
        label = entry.get("id", "without id")
        if set(entry) != known:
            raise InputError(f"biomarker {label!r}: missing or unknown {sorted(known ^ set(entry))}")
        for name, value in entry.items():
            if not isinstance(value, str) or (not value and name != "norms"):
                raise InputError(f"biomarker {label!r}: {name} is {value!r}; give text")
        if label in out:
            raise InputError(f"biomarker {label!r} appears twice")
        try:
            status = Status(entry["status"])
        except ValueError:
            raise InputError(f"biomarker {label!r}: no status {entry['status']!r}") from None
        out[label] = Biomarker(**{**entry, "status": status})
    return tuple(out.values())


_TITLE = """# Biomarkers

What Westward measures, as published. Always per state, never averaged across states; time with artifacts is left out;
"not assessable" is never zero. *Status* says how well the recipe was read (see `evidence/status.py`); most papers were
read as abstracts only. Norms stand where values of healthy infants were read; where there are none, none are shown.
None of these measures has been validated on children with spasms by this project.

This page is generated from `src/westward/eeg/biomarkers/published.toml`.
"""

_COLUMNS = ("biomarker", "formula", "unit", "window", "state", "paper (status)", "peer: agreement")


def as_markdown() -> str:
    """The registry as the page ``docs/biomarkers.md``."""
    lines = [_TITLE, "| " + " | ".join(_COLUMNS) + " |", "|" + "---|" * len(_COLUMNS)]
    for b in published():
        cells = (
            f"**{b.name}**<br>`{b.id}`",
            b.formula,
            b.unit,
            b.window,
            b.state,
            f"{b.paper} ({b.status})",
            f"{b.peer}: {b.agreement}",
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## Published values of healthy infants", ""]
    lines += [f"- **{b.name}**: {b.norms}." for b in published() if b.norms]
    return "\n".join(lines) + "\n"
