"""Until when live vaccines wait: after the last hormone dose, as given and, for days to come, as planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from westward.care.safety import VaccineBlock, live_vaccines
from westward.program.people.models import Child
from westward.program.treatment.exposure import HORMONES, given
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import standing_of


def block(run: Run, plan: Plan) -> VaccineBlock | None:
    """The wait after the last hormone dose; None where no hormone is given.

    Only prednisolone counts in prednisone equivalents (one to one); for ACTH the rules without a least dose apply.
    """
    weights = {day["date"]: day.get("weight_g", plan.weight_g) for day in plan.document["days"]}
    daily: dict[date, int] = {}
    for dose in given(run, plan, HORMONES):
        counted = dose.amount if dose.drug == "prednisolone" else 0
        daily[dose.on] = daily.get(dose.on, 0) + counted
    if not daily:
        return None
    by_weight = [amount * 1000 // weight for on, amount in daily.items() if (weight := weights.get(on.isoformat()))]
    return live_vaccines(
        last_dose=max(daily),
        days=len(daily),
        most_ug_per_kg_day=max(by_weight, default=0),
        most_ug_day=max(daily.values()),
    )


def latest(child: Child) -> tuple[VaccineBlock, Run] | None:
    """The longest wait over every treatment of a child, and the treatment it comes from."""
    runs = child.runs.prefetch_related("plans", "missed")
    return longest((run, sorted(run.plans.all(), key=lambda plan: -plan.number)) for run in runs)


def longest(runs: Iterable[tuple[Run, Sequence[Plan]]]) -> tuple[VaccineBlock, Run] | None:
    """The same of runs with their plans, newest first, that were read already."""
    found = []
    for run, versions in runs:
        plan = standing_of(versions)
        one = block(run, plan) if plan is not None else None
        if one is not None and one.until is not None:
            found.append((one.until, run.pk, one, run))
    if not found:
        return None
    _, _, one, run = max(found, key=lambda row: row[:2])
    return one, run
