"""``westward evidence``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any


def run(options: Namespace) -> int:
    """Print the published results that fit, by definition of the outcome."""
    from westward.care.known import known
    from westward.care.known_document import documents

    if options.predictors or options.costs:
        return _tables(options)
    groups = known(drug=options.drug, population=options.population, outcome=options.outcome)
    found = documents(groups)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        return 0
    for group in found:
        sys.stdout.write(f"{group['outcome']}\n")
        for row in group["results"]:
            sys.stdout.write(f"  {_line(row)}\n")
        for conflict in group["conflicts"]:
            sys.stdout.write(f"  conflict: {conflict}\n")
    if not found:
        sys.stdout.write("no published result fits\n")
    sys.stdout.write("Definitions of outcome differ; their results are never to be mixed or pooled.\n")
    return 0


def _tables(options: Namespace) -> int:
    """Predictors and costs, row by row with status and source."""
    from westward.care.known_document import costs, predictors

    found: dict[str, list[dict[str, Any]]] = {}
    if options.predictors:
        found["predictors"] = predictors()
    if options.costs:
        found["costs"] = costs(drug=options.drug)
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
