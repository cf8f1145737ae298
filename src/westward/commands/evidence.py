"""``westward evidence``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any


def run(options: Namespace) -> int:
    """Print the published results that fit, by definition of the outcome."""
    from westward.care.known import known

    if options.predictors or options.costs:
        return _tables(options)
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


def _tables(options: Namespace) -> int:
    """Predictors and costs, row by row with status and source."""
    from dataclasses import asdict

    from westward.care.known import conflicting
    from westward.evidence.predictors import costs, predictors

    conflicts = conflicting(predictors())
    found: dict[str, list[dict[str, Any]]] = {}
    if options.predictors:
        rows = [asdict(p) | {"status": str(p.status), "conflict": p.line in conflicts} for p in predictors()]
        found["predictors"] = rows
    if options.costs:
        wanted = (c for c in costs() if options.drug in (None, c.drug))
        found["costs"] = [asdict(cost) | {"status": str(cost.status)} for cost in wanted]
    if options.json:
        sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        return 0
    for row in found.get("predictors", []):
        span = f" ({row['low']} to {row['high']})" if row["low"] else ""
        figure = f" {row['effect'].replace('_', ' ')} {row['estimate']}{span}".rstrip()
        conflict = " CONFLICT" if row["conflict"] else ""
        sys.stdout.write(
            f"{row['predictor']} -> {row['outcome']}: {row['direction']}{figure}{conflict}"
            f" [{row['status']}; {row['source']}]\n"
        )
    for row in found.get("costs", []):
        year = f" {row['year']}" if row["year"] else ""
        line = (
            f"{row['drug']}{year}, {row['what']}: ${row['usd']:,} ({row['basis']}) [{row['status']}; {row['source']}]"
        )
        sys.stdout.write(line + "\n")
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
