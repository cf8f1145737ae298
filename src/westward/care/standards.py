"""Published time standards, read from ``evidence/clocks.toml``."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from westward.core.errors import InputError
from westward.evidence.loader import Fact, Sheet

_LIMIT = re.compile(r"(<=|<) (\d+)")


@dataclass(frozen=True, slots=True)
class Standard:
    """One body's limit for one clock.

    Attributes
    ----------
    fact : Fact
        Value, source and status.
    max_d : int or None
        Most whole days that still keep it; None for a standard in words only.
    condition : str
        Under which condition it applies; empty for always.
    """

    fact: Fact
    max_d: int | None
    condition: str

    @property
    def words(self) -> str:
        """The limit as it is written: ``less than 3 days``, ``same day``, ``within a few days``."""
        text = str(self.fact.value)
        if self.max_d is None:
            return text
        if self.max_d == 0:
            return "same day"
        n = int(text.rsplit(" ", 1)[1])
        days = "day" if n == 1 else "days"
        return f"less than {n} {days}" if text.startswith("< ") else f"within {n} {days}"


def _standard(fact: Fact) -> Standard:
    condition = fact.key.partition("_if_")[2]
    found = _LIMIT.fullmatch(str(fact.value))
    if fact.unit == "" and found is None:
        return Standard(fact, None, condition)
    if found is None or fact.unit != "d":
        raise InputError(f"evidence {fact.key!r}: a limit is '< N' or '<= N' in d, not {fact.value!r} {fact.unit!r}")
    days = int(found[2]) - (found[1] == "<")
    if days < 0:
        raise InputError(f"evidence {fact.key!r}: nothing is shorter than {fact.value!r} days")
    return Standard(fact, days, condition)


def standards(sheet: Sheet, clock: str, *, conditions: Collection[str]) -> tuple[Standard, ...]:
    """Standards of a clock that apply: those without a condition, and those whose condition is among the given.

    Raises
    ------
    InputError
        If a limit in the sheet cannot be read.
    """
    found = (_standard(fact) for fact in sheet.section(clock))
    return tuple(s for s in found if not s.condition or s.condition in conditions)


def conflict(found: Collection[Standard]) -> str:
    """One line that names the standards whose numbers differ; empty if they agree."""
    numbered = [s for s in found if s.max_d is not None]
    if len({s.max_d for s in numbered}) < 2:
        return ""
    parts = [f"{s.words} ({s.fact.source.split(',')[0]}; {s.fact.status})" for s in numbered]
    return "Standards differ: " + "; ".join(parts)
