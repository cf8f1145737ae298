"""Published results, predictors and costs as documents: what ``westward evidence --json`` prints and the API gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from westward.care.known import Known, Result, conflicting
from westward.evidence import predictors as table


def documents(groups: Iterable[Known]) -> list[dict[str, Any]]:
    """Results by definition of the outcome, with the conflicts among them."""
    return [
        {
            "outcome": group.outcome,
            "results": [_result(result) for result in group.results],
            "conflicts": list(group.conflicts),
        }
        for group in groups
    ]


def predictors() -> list[dict[str, Any]]:
    """Associations, each with whether another source says otherwise."""
    conflicts = conflicting(table.predictors())
    return [asdict(one) | {"status": str(one.status), "conflict": one.line in conflicts} for one in table.predictors()]


def costs(*, drug: str | None = None) -> list[dict[str, Any]]:
    """Prices, of one drug or of all."""
    return [asdict(one) | {"status": str(one.status)} for one in table.costs() if drug in (None, one.drug)]


def _result(result: Result) -> dict[str, Any]:
    arm, found = result.arm, result.share
    return {
        "study": arm.study,
        "year": arm.year,
        "design": arm.design,
        "arm": arm.arm,
        "drug": arm.drug,
        "population": arm.population,
        "n": arm.n,
        "responders": arm.responders,
        "counts": "event" if arm.events else "success",
        "share": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "reported_percent": arm.reported_percent or None,
        "day": arm.day,
        "status": str(arm.status),
        "source": arm.source,
    }
