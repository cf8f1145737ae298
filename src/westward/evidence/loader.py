"""Evidence sheets: TOML files in which every value carries unit, status, source and meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.blank import Blank, of_sheet
from westward.evidence.local import Band
from westward.evidence.status import Status

Value = bool | int | float | str | tuple[float, ...] | tuple[str, ...]

_FIELDS = {"value", "unit", "status", "source", "meaning"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with where it comes from.

    Attributes
    ----------
    key : str
        ``section.name`` within its sheet.
    value : bool, int, float, str or tuple
        The value itself; where a site entered bands, the number of each.
    unit : str
        Empty for a count, a choice or a word; ``1`` for a fraction.
    status : Status
        How well it is sourced.
    source : str
        The publication, in words, or the reasoning behind a policy.
    meaning : str
        What the value does, in one line.
    bands : tuple of Band
        Where a site entered bands, lowest first.
    """

    key: str
    value: Value
    unit: str
    status: Status
    source: str
    meaning: str
    bands: tuple[Band, ...] = ()

    def band(self, at: float) -> Band | None:
        """The band that holds there; None outside all of them: nothing is taken from a neighbor."""
        return next((one for one in self.bands if one.lower <= at < one.upper), None)


@dataclass(frozen=True)
class Sheet:
    """All facts of one evidence file by key, and what no source gave and a site has to enter."""

    name: str
    title: str
    facts: Mapping[str, Fact]
    blanks: Mapping[str, Blank] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Fact:
        try:
            return self.facts[key]
        except KeyError:
            if key in self.blanks:
                raise InputError(
                    f"evidence {self.name!r}: {key!r} is empty", remedy="enter the site's own value and its source"
                ) from None
            raise InputError(f"evidence {self.name!r} has no fact {key!r}") from None

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts.values())

    def section(self, name: str) -> tuple[Fact, ...]:
        """Facts of one section, in file order."""
        return tuple(f for f in self if f.key.split(".", 1)[0] == name)

    def given(self, key: str) -> Fact | None:
        """The fact; None while it is empty and the site has entered nothing."""
        return None if key in self.blanks and key not in self.facts else self[key]

    def number(self, key: str) -> float:
        """The value as a float; an error if it is not a number."""
        value = self[key].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"evidence {self.name!r}: {key!r} is {value!r}, not a number")
        return float(value)

    def integer(self, key: str) -> int:
        """The value as an int; an error if it is not a whole number."""
        value = self[key].value
        if isinstance(value, bool) or not isinstance(value, int):
            raise InputError(f"evidence {self.name!r}: {key!r} is {value!r}, not a whole number")
        return value

    def text(self, key: str) -> str:
        """The value as text; an error if it is none."""
        value = self[key].value
        if not isinstance(value, str):
            raise InputError(f"evidence {self.name!r}: {key!r} is {value!r}, not text")
        return value


def parse(name: str, document: str) -> Sheet:
    """Read and check one evidence sheet.

    Each section holds inline tables ``name = {value, unit, status, source, meaning}``; ``source`` is a key of the
    ``[sources]`` table. Sections and names keep the file's order. A value that no source gave is
    ``name = {empty = "number", ...}`` instead (:mod:`westward.evidence.blank`).

    Raises
    ------
    InputError
        Broken TOML; a value without status, source or meaning; a status or a source that does not exist; a source
        that nothing uses.
    """
    try:
        data = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"evidence {name!r} is not valid TOML: {error}") from None
    title, sources = data.pop("title", None), data.pop("sources", None)
    if not isinstance(title, str) or not isinstance(sources, dict):
        raise InputError(f"evidence {name!r} needs a title and a [sources] table")
    facts: dict[str, Fact] = {}
    blanks: dict[str, Blank] = {}
    used: set[str] = set()
    for section, table in data.items():
        if not isinstance(table, dict):
            raise InputError(f"evidence {name!r}: {section!r} stands outside any section")
        for item, entry in table.items():
            key = f"{section}.{item}"
            if isinstance(entry, dict) and "empty" in entry:
                blanks[key] = of_sheet(name, title, key, entry, sources)
            else:
                facts[key] = _fact(name, key, entry, sources)
            used.add(entry["source"])
    if unused := sorted(set(sources) - used):
        raise InputError(f"evidence {name!r}: sources never used: {', '.join(unused)}")
    return Sheet(name, title, facts, blanks)


def _fact(sheet: str, key: str, entry: Any, sources: Mapping[str, str]) -> Fact:
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise InputError(f"evidence {sheet!r}: {key!r} must have exactly {', '.join(sorted(_FIELDS))}")
    if entry["status"] not in set(Status):
        raise InputError(
            f"evidence {sheet!r}: {key!r} has status {entry['status']!r}", remedy=f"use {', '.join(Status)}"
        )
    if entry["source"] not in sources:
        raise InputError(f"evidence {sheet!r}: {key!r} cites {entry['source']!r}, which is not in [sources]")
    value = entry["value"]
    if isinstance(value, list):
        value = tuple(value)
    elif not isinstance(value, bool | int | float | str):
        raise InputError(f"evidence {sheet!r}: {key!r} has a value of type {type(value).__name__}")
    meaning = str(entry["meaning"]).strip()
    if not meaning:
        raise InputError(f"evidence {sheet!r}: {key!r} says nothing about its meaning")
    return Fact(key, value, str(entry["unit"]), Status(entry["status"]), sources[entry["source"]], meaning)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every shipped sheet, in alphabetical order; files of another form, such as the tags of HED, are none."""
    folder = files("westward.evidence")
    found = sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml"))
    return tuple(
        n for n in found if {"title", "sources"} <= set(tomllib.loads((folder / f"{n}.toml").read_text("utf-8")))
    )


@lru_cache(maxsize=64)
def load(name: str) -> Sheet:
    """One of the shipped sheets: ``based_2021``, ``agreement``, ``amplitude``, ``hypsarrhythmia`` ...

    Raises
    ------
    InputError
        If there is no such sheet or it is broken.
    """
    folder = files("westward.evidence")
    path = folder / f"{name}.toml"
    if not path.is_file():
        known = sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml"))
        raise InputError(f"there is no evidence sheet {name!r}", remedy=f"known: {', '.join(known)}")
    return parse(name, path.read_text(encoding="utf-8"))
