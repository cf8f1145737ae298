"""Every number that is printed says what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from westward.eeg.study import parameters


@dataclass(frozen=True)
class Below:
    """Numbers. Status: derived throughout."""

    reach_s: float = 1.0
    """How far,
    in seconds."""
    share: float = 0.5


def undocumented(values: Any) -> Iterator[str]:
    for field in fields(values):
        value = getattr(values, field.name)
        if is_dataclass(value):
            yield from undocumented(value)
        elif not parameters.meanings(type(values)).get(field.name):
            yield f"{type(values).__name__}.{field.name}"


def test_every_field_of_every_detector_is_documented() -> None:
    assert sorted({name for _, kind in parameters._DETECTORS for name in undocumented(kind())}) == []


def test_strings_below_fields_are_read_and_missing_ones_noticed() -> None:
    assert parameters.meanings(Below) == {"reach_s": "How far, in seconds."}
    assert list(undocumented(Below())) == ["Below.share"]
    (first, second) = parameters._of("x", Below())
    assert (first.status, first.source, first.unit) == ("derived", "Westward: How far, in seconds.", "s")
    assert second.source == "Westward"


def test_a_status_is_printed_only_where_it_is_stated() -> None:
    known = {"verified", "excerpt", "derived", "recalled", "unconfirmed", "policy", parameters.NOT_STATED}
    assert {row.status for row in parameters.rows()} <= known
    assert any(row.name.startswith("foci:") and len(row.source) > 20 for row in parameters.rows())
