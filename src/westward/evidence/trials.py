"""Published results, one row an arm: how many of how many responded, by which definition, on which day."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from westward.core.errors import InputError
from westward.evidence.entries import whole
from westward.evidence.status import Status

COLUMNS = (
    "study", "year", "design", "arm", "drug", "n", "responders", "reported_percent",
    "outcome", "day", "population", "counts", "status", "source",
)  # fmt: skip
DESIGNS = frozenset({"RCT", "RCT_and_cohort", "cohort", "nonrandomized", "open", "QI", "meta"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm of one study under one definition of the outcome.

    Attributes
    ----------
    drug : str
        Group of treatments, such as ``acth``, ``oral_steroid``, ``vigabatrin``.
    n, responders : int or None
        None where they were not read; a percentage may have been.
    reported_percent : str
        As the source prints it; empty if it does not.
    outcome : str
        Code of the definition; results of two definitions are never mixed.
    day : int or None
        Day of the assessment, counted from the start of the treatment.
    events : bool
        Whether ``responders`` counts something bad (spasms developed) rather than something good.
    """

    study: str
    year: int
    design: str
    arm: str
    drug: str
    n: int | None
    responders: int | None
    reported_percent: str
    outcome: str
    day: int | None
    population: str
    events: bool
    status: Status
    source: str


def parse(document: str) -> tuple[Arm, ...]:
    """Read and check the table.

    Raises
    ------
    InputError
        A wrong header; a row with too few or too many fields, a number that is none, more responders than children,
        a percentage more than one and a half points away from the counts, an unknown design or status, or no source.
    """
    rows = list(csv.reader(io.StringIO(document)))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError("the table of results needs the columns " + ", ".join(COLUMNS))
    return tuple(_arm(line, row) for line, row in enumerate(rows[1:], start=2))


def _arm(line: int, row: list[str]) -> Arm:
    where = f"line {line}"
    if len(row) != len(COLUMNS):
        raise InputError(f"{len(row)} fields instead of {len(COLUMNS)}", where=where)
    given = dict(zip(COLUMNS, (field.strip() for field in row), strict=True))
    for key in ("study", "year", "arm", "drug", "outcome", "population", "source"):
        if not given[key]:
            raise InputError(f"{key} is empty", where=where)
    numbers = {key: whole(given[key], key, where) for key in ("year", "n", "responders", "day")}
    n, k = numbers["n"], numbers["responders"]
    if k is not None and (n is None or k > n):
        raise InputError(f"{given['responders']!r} of {given['n']!r} is no result", where=where)
    if n and k is not None and given["reported_percent"]:
        reported = float(given["reported_percent"])
        if abs(100 * k / n - reported) > 1.5:
            raise InputError(f"{k} of {n} is not {reported:g} %", where=where)
    if (
        given["design"] not in DESIGNS
        or given["status"] not in set(Status)
        or given["counts"] not in ("success", "event")
    ):
        raise InputError("an unknown design, status, or thing that is counted", where=where)
    return Arm(
        study=given["study"],
        year=numbers["year"] or 0,
        design=given["design"],
        arm=given["arm"],
        drug=given["drug"],
        n=n,
        responders=k,
        reported_percent=given["reported_percent"],
        outcome=given["outcome"],
        day=numbers["day"],
        population=given["population"],
        events=given["counts"] == "event",
        status=Status(given["status"]),
        source=given["source"],
    )


@lru_cache(maxsize=1)
def load() -> tuple[Arm, ...]:
    """The shipped table."""
    return parse((files("westward.evidence") / "tables" / "trials.csv").read_text(encoding="utf-8"))
