"""What speaks against a treatment, and how long live vaccines wait: data with status and source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.entries import sourced
from westward.evidence.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRule:
    """One reason against, or to be weighed.

    Attributes
    ----------
    applies_to : tuple of str
        Kinds of courses or drugs.
    when : str
        Fact about the child; empty if it always holds.
    blocks : bool
        Whether it stops the start unless a physician overrides it with a reason.
    lowers : str
        Sheet with the site's own table by which the dose is lower; with it a start is not stopped. Empty for most.
    """

    id: str
    applies_to: tuple[str, ...]
    when: str
    blocks: bool
    reason: str
    status: Status
    source: str
    lowers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaccineRule:
    """How long live vaccines wait after a hormone of at least this size."""

    id: str
    least_days: int
    least_ug_per_kg_day: int
    least_ug_day: int
    wait_d: int
    words: str
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class SafetySheet:
    """All of them."""

    rules: tuple[SafetyRule, ...]
    vaccines: tuple[VaccineRule, ...]


def parse(document: str) -> SafetySheet:
    """Read and check the sheet.

    Raises
    ------
    InputError
        Broken TOML, an unknown severity, status or source, or a rule named twice.
    """
    try:
        data = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the safety rules are not valid TOML: {error}") from None
    sources = data.get("sources", {})
    rules = tuple(_rule(entry, sources) for entry in data.get("rule", []))
    vaccines = tuple(
        VaccineRule(
            **{key: value for key, value in entry.items() if key not in ("status", "source")},
            **sourced(entry, sources, f"safety rule {entry.get('id')!r}"),
        )
        for entry in data.get("vaccine", [])
    )
    names = [rule.id for rule in rules] + [rule.id for rule in vaccines]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"safety rules named twice: {', '.join(doubled)}")
    return SafetySheet(rules, vaccines)


def _rule(entry: dict[str, Any], sources: dict[str, str]) -> SafetyRule:
    wrong = (set(entry) - {"lowers"}) ^ {"id", "for", "when", "severity", "reason", "status", "source"}
    if wrong or entry["severity"] not in ("block", "warn") or not entry["for"] or not entry["reason"].strip():
        raise InputError(f"safety rule {entry.get('id')!r}: wrong keys {sorted(wrong)}, severity, or no reason")
    return SafetyRule(
        id=entry["id"],
        applies_to=tuple(entry["for"]),
        when=entry["when"],
        blocks=entry["severity"] == "block",
        reason=entry["reason"],
        lowers=str(entry.get("lowers", "")),
        **sourced(entry, sources, f"safety rule {entry.get('id')!r}"),
    )


@lru_cache(maxsize=1)
def load() -> SafetySheet:
    """The shipped rules."""
    return parse((files("westward.evidence") / "tables" / "safety.toml").read_text(encoding="utf-8"))
