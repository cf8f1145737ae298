"""What goes with a good or bad outcome, and what drugs cost: published figures with their status, as data."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from westward.core.errors import InputError
from westward.evidence.entries import whole
from westward.evidence.status import Status

PREDICTOR_COLUMNS = (
    "predictor", "outcome", "effect", "estimate", "low", "high", "n", "direction", "status", "source",
)  # fmt: skip
COST_COLUMNS = ("what", "drug", "year", "usd", "basis", "status", "source")
DIRECTIONS = frozenset({"better", "worse", "none", "unclear"})
RATIOS = frozenset({"odds_ratio", "hazard_ratio"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """One association of one source.

    Attributes
    ----------
    effect : str
        What ``estimate`` is, such as ``odds_ratio`` or ``points``.
    estimate, low, high : str
        As printed, a decimal; empty where the source gives none or it was not visible.
    direction : str
        ``better``, ``worse``, ``none`` found, or ``unclear``.
    """

    line: int
    predictor: str
    outcome: str
    effect: str
    estimate: str
    low: str
    high: str
    n: int | None
    direction: str
    status: Status
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One price of one source; ``year`` is None where it was not seen."""

    line: int
    what: str
    drug: str
    year: int | None
    usd: int
    basis: str
    status: Status
    source: str


def parse_predictors(document: str) -> tuple[Predictor, ...]:
    """Read and check the table.

    Raises
    ------
    InputError
        A wrong header, a wrong number of fields, an estimate outside its interval or an interval without an estimate,
        a ratio not above 0, an unknown direction or status, no source; with its line.
    """
    found = []
    for line, row in _rows(document, PREDICTOR_COLUMNS, "predictors"):
        where = f"line {line}"
        numbers = {name: _number(row[name], where, name) for name in ("estimate", "low", "high")}
        estimate, low, high = numbers["estimate"], numbers["low"], numbers["high"]
        if (low is None) != (high is None) or (low is not None and estimate is None):
            raise InputError("an interval needs both ends and an estimate", where=where)
        if estimate is not None and low is not None and high is not None and not low <= estimate <= high:
            raise InputError(f"{row['estimate']} lies outside {row['low']} to {row['high']}", where=where)
        if row["effect"] in RATIOS and (estimate is None or estimate <= 0 or (low is not None and low <= 0)):
            raise InputError(f"a ratio of {row['estimate']!r} cannot be", where=where)
        if row["direction"] not in DIRECTIONS:
            raise InputError(f"{row['direction']!r} is no direction; {', '.join(sorted(DIRECTIONS))}", where=where)
        found.append(
            Predictor(
                line=line,
                n=whole(row["n"], "n", where),
                status=Status(row["status"]),
                **{k: row[k] for k in ("predictor", "outcome", "effect", "estimate", "low", "high")},
                direction=row["direction"],
                source=row["source"],
            )
        )
    return tuple(found)


def parse_costs(document: str) -> tuple[Cost, ...]:
    """Read and check the table of costs.

    Raises
    ------
    InputError
        As for predictors; a price must be a whole number above 0.
    """
    found = []
    for line, row in _rows(document, COST_COLUMNS, "costs"):
        usd = whole(row["usd"], "usd", f"line {line}")
        if not usd:
            raise InputError("a price must be above 0", where=f"line {line}")
        found.append(
            Cost(
                line=line,
                what=row["what"],
                drug=row["drug"],
                year=whole(row["year"], "year", f"line {line}"),
                usd=usd,
                basis=row["basis"],
                status=Status(row["status"]),
                source=row["source"],
            )
        )
    return tuple(found)


def _rows(document: str, columns: tuple[str, ...], what: str) -> list[tuple[int, dict[str, str]]]:
    rows = list(csv.reader(io.StringIO(document)))
    if not rows or tuple(rows[0]) != columns:
        raise InputError(f"the table of {what} needs the columns " + ", ".join(columns))
    found = []
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(columns) or not row[0].strip() or not row[-1].strip():
            raise InputError(f"{len(row)} fields, or no name or source", where=f"line {line}")
        named = dict(zip(columns, (field.strip() for field in row), strict=True))
        if named["status"] not in set(Status):
            raise InputError(f"{named['status']!r} is no status", where=f"line {line}")
        found.append((line, named))
    return found


def _number(text: str, where: str, name: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise InputError(f"{name} is {text!r}, not a number", where=where) from None


def _table(name: str) -> str:
    return (files("westward.evidence") / "tables" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def predictors() -> tuple[Predictor, ...]:
    """The shipped predictors."""
    return parse_predictors(_table("predictors.csv"))


@lru_cache(maxsize=1)
def costs() -> tuple[Cost, ...]:
    """The shipped costs."""
    return parse_costs(_table("costs.csv"))
