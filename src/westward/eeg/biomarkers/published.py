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
    function : str
        Where it is computed, below ``westward.eeg``.
    reference : str
        The plain form, below ``westward.eeg``, or the test that holds it.
    fast, equality : str
        What the form in use is made of, and how near it comes to the plain one.
    peer, agreement : str
        Another library on the same data, and how near both come; ``peer`` starts with ``none`` where there is none,
        and says why: then ``agreement`` and ``peer_test`` are empty.
    known : str
        A signal whose answer is known, and how near we come.
    equality_test, peer_test, known_test : str
        Where each is tested, ``file::name``.
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
    function: str
    reference: str
    fast: str
    equality: str
    equality_test: str
    peer: str
    agreement: str
    peer_test: str
    known: str
    known_test: str

    @property
    def has_peer(self) -> bool:
        """Whether another library measures the same."""
        return not self.peer.startswith("none")

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that hold its figures."""
        return tuple(t for t in (self.equality_test, self.peer_test, self.known_test) if t)

    def load(self) -> Callable[..., Any]:
        """The function that computes it."""
        return _load(self.function)

    def load_reference(self) -> Callable[..., Any] | None:
        """The plain form; None where a test holds it."""
        return None if self.reference.startswith("tests/") else _load(self.reference)


def _load(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
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
        Broken TOML, a field missing, unknown or not text, an empty field other than ``norms``, a peer without
        agreement or an agreement without peer, a status that does not exist, an id used twice.
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
            if not isinstance(value, str) or (not value and name not in _MAY_BE_EMPTY):
                raise InputError(f"biomarker {label!r}: {name} is {value!r}; give text")
        if any(bool(entry[name]) == entry["peer"].startswith("none") for name in ("agreement", "peer_test")):
            raise InputError(f"biomarker {label!r}: give agreement and peer_test with a peer, and only then")
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

_FOUR = """## Four tests of each

A plain reference, written to be read; the form in use, and how near it comes to the reference; a peer on the same data
(table above); a signal whose answer is known. The figures are the limits that the tests hold, or said to be measured
once; the registry names each test. Compiled C means three levels (AVX-512, AVX2, baseline), each tested. Where the form
in use is NumPy and SciPy over whole arrays, there is no compiled one: the two independent forms are that and the plain
loops. Peers that are heavy or no longer kept up are not installed by the `dev` extra; their tests run where they are.
"""

_COLUMNS = ("biomarker", "formula", "unit", "window", "state", "paper (status)", "peer: agreement")
_TESTED = ("biomarker", "plain reference", "form in use", "equal to the reference", "known answer")
_MAY_BE_EMPTY = ("norms", "agreement", "peer_test")


def as_markdown() -> str:
    """The registry as the page ``docs/biomarkers.md``."""
    lines = [_TITLE, *_table_head(_COLUMNS)]
    for b in published():
        peer = f"{b.peer}: {b.agreement}" if b.has_peer else b.peer
        paper = f"{b.paper} ({b.status})"
        lines.append(_table_row(f"**{b.name}**<br>`{b.id}`", b.formula, b.unit, b.window, b.state, paper, peer))
    lines += ["", _FOUR, *_table_head(_TESTED)]
    lines += [_table_row(f"**{b.name}**", f"`{b.reference}`", b.fast, b.equality, b.known) for b in published()]
    lines += ["", "## Published values of healthy infants", ""]
    lines += [f"- **{b.name}**: {b.norms}." for b in published() if b.norms]
    return "\n".join(lines) + "\n"


def _table_head(columns: tuple[str, ...]) -> list[str]:
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
