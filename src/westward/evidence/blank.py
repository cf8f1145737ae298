"""Blanks of the evidence: values for which no source gave a number, so that a site enters its own with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from westward.core.errors import InputError
from westward.evidence.entries import sourced
from westward.evidence.status import Status


class Shape(StrEnum):
    """What a blank takes: a number, numbers by bands of something else, or the steps of a course of a drug."""

    NUMBER = "number"
    BANDS = "bands"
    STEPS = "steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One value that a site has to enter before anything can be reckoned with it.

    Attributes
    ----------
    field : str
        ``sheet:NAME/KEY`` or ``protocol:ID/DRUG/STEP``; the same for good.
    title : str
        The sheet or protocol it belongs to.
    meaning : str
        What the value does, in one line.
    unit : str
        The unit it is entered in; of steps ``mg`` or ``U``.
    least, most : float or None
        Bounds that catch slips of the pen; both belong to what is accepted. They are no clinical limits.
    whole : bool
        Whether only whole numbers make sense.
    axis : str
        Unit of what the bands go by, such as ``mo``; empty for other shapes.
    status, source : Status and str
        Why it is empty.
    """

    field: str
    shape: Shape
    title: str
    meaning: str
    unit: str
    status: Status
    source: str
    least: float | None = None
    most: float | None = None
    whole: bool = False
    axis: str = ""

    @property
    def kind(self) -> str:
        """``sheet`` or ``protocol``."""
        return self.field.partition(":")[0]

    @property
    def place(self) -> tuple[str, ...]:
        """Sheet and key, or protocol, drug and step."""
        return tuple(self.field.partition(":")[2].split("/"))


FIELDS = frozenset({"empty", "unit", "status", "source", "meaning", "least", "most"})
_MORE = frozenset({"axis", "whole"})


def of_sheet(sheet: str, title: str, key: str, entry: Mapping[str, Any], sources: Mapping[str, str]) -> Blank:
    """A blank of a sheet, ``name = {empty = "number", unit, least, most, status, source, meaning}``.

    Raises
    ------
    InputError
        If a field is missing, unknown or of another kind.
    """
    where = f"evidence {sheet!r}: {key!r}"
    if not set(entry) >= FIELDS or set(entry) - FIELDS - _MORE:
        raise InputError(f"{where} is empty and must have {', '.join(sorted(FIELDS))}")
    if entry["empty"] not in (Shape.NUMBER, Shape.BANDS) or ("axis" in entry) != (entry["empty"] == Shape.BANDS):
        raise InputError(f"{where} is empty as {entry['empty']!r}", remedy='use "number", or "bands" with an axis')
    told = sourced(entry, sources, where)
    least, most = entry["least"], entry["most"]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (least, most)) or least >= most:
        raise InputError(f"{where} has the bounds {least!r} and {most!r}")
    return Blank(
        field=f"sheet:{sheet}/{key}",
        shape=Shape(entry["empty"]),
        title=title,
        meaning=str(entry["meaning"]).strip(),
        unit=str(entry["unit"]),
        **told,
        least=float(least),
        most=float(most),
        whole=bool(entry.get("whole", False)),
        axis=str(entry.get("axis", "")),
    )
