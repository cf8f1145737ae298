"""What is typed for a local value, as plain data of its shape; nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from westward.evidence.blank import Blank, Shape
from westward.evidence.loader import load
from westward.evidence.local import PER_WORDS, LocalValue, plain

BANDS = 12
"""Rows of the form for bands."""

STEP_PARTS = ("days", "amount", "per", "times_a_day", "every_d")
BAND_PARTS = ("lower", "upper", "value")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was typed, by part; empty strings where nothing was."""

    number: int
    typed: Mapping[str, str]


def rows(blank: Blank, typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Every row of the form, with what was typed before."""
    if blank.shape is Shape.NUMBER:
        return ()
    parts = STEP_PARTS if blank.shape is Shape.STEPS else BAND_PARTS
    most = load("local").integer("steps.most") if blank.shape is Shape.STEPS else BANDS
    return tuple(Row(n, {part: typed.get(f"{part}-{n}", "") for part in parts}) for n in range(1, most + 1))


def value(blank: Blank, typed: Mapping[str, str]) -> Any:
    """Plain data of the blank's shape; what is no number stays as it was typed, for the act to name it."""
    if blank.shape is Shape.NUMBER:
        return _number(typed.get("value", ""))
    filled = [row for row in rows(blank, typed) if any(row.typed[p].strip() for p in row.typed if p != "per")]
    if blank.shape is Shape.BANDS:
        return [{part: _number(row.typed[part]) for part in BAND_PARTS} for row in filled]
    return [
        {
            "days": _whole(row.typed["days"]),
            "amount": row.typed["amount"].strip(),
            "per": row.typed["per"],
            "times_a_day": _whole(row.typed["times_a_day"] or "1"),
            "every_d": _whole(row.typed["every_d"] or "1"),
        }
        for row in filled
    ]


def of_value(value: LocalValue) -> dict[str, str]:
    """The form as if somebody had typed a value."""
    said = {"unit": value.unit, "source": value.source, "year": str(value.year)}
    entered = plain(value.value)
    if not isinstance(entered, list):
        return said | {"value": str(entered)}
    return said | {f"{part}-{n}": str(one) for n, row in enumerate(entered, start=1) for part, one in row.items()}


def year(typed: Mapping[str, str]) -> int:
    """The year of the source; 0 where none was typed."""
    written = typed.get("year", "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 4 else 0


def per_choices() -> tuple[tuple[str, str], ...]:
    """What an amount may be for."""
    return tuple(PER_WORDS.items())


def _number(written: str) -> float | int | str:
    try:
        found = float(written.strip())
    except ValueError:
        return written.strip()
    return int(found) if found.is_integer() else found


def _whole(written: str) -> int | str:
    written = written.strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 6 else written
