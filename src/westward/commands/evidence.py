"""``westward evidence``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any


def run(options: Namespace) -> int:
    """Print the published results that fit, by definition of the outcome."""
    from westward.care.known import known

    groups = known(drug=options.drug, population=options.population, outcome=options.outcome)
    documents: list[dict[str, Any]] = [
        {"outcome": g.outcome, "results": [_result(r) for r in g.results], "conflicts": list(g.conflicts)}
        for g in groups
    ]
    if options.json:
        sys.stdout.write(json.dumps(documents, indent=1, ensure_ascii=False) + "\n")
        return 0
    for group in documents:
        sys.stdout.write(f"{group['outcome']}\n")
        for row in group["results"]:
            sys.stdout.write(f"  {_line(row)}\n")
        for conflict in group["conflicts"]:
            sys.stdout.write(f"  conflict: {conflict}\n")
    if not documents:
        sys.stdout.write("no published result fits\n")
    sys.stdout.write("Definitions of outcome differ; their results are never to be mixed or pooled.\n")
    return 0


def _result(result: Any) -> dict[str, Any]:
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


def _line(row: dict[str, Any]) -> str:
    if row["share"] is None:
        figure = f"{row['reported_percent']} % (count not read)"
    else:
        figure = f"{row['responders']}/{row['n']} = {row['share']:.0%} ({row['low']:.0%}-{row['high']:.0%})"
    events = " EVENTS, not successes" if row["counts"] == "event" else ""
    return (
        f"{row['study']} {row['year']}, {row['design']}, {row['population']}: {row['arm']} {figure}{events}"
        f" [{row['status']}; {row['source']}]"
    )
