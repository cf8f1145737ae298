"""Until when live vaccines wait, by a plan."""

from __future__ import annotations

from datetime import date

from westward.care.safety import VaccineBlock, live_vaccines
from westward.program.treatment.family import HORMONES
from westward.program.treatment.models import Plan


def block(plan: Plan) -> VaccineBlock | None:
    """The wait after the last hormone dose as planned; None for a plan without a hormone.

    Only prednisolone counts in prednisone equivalents (one to one); for ACTH the rules without a least dose apply.
    """
    days: list[date] = []
    most = 0
    for day in plan.document["days"]:
        given = [dose for dose in day["doses"] if dose["drug"] in HORMONES]
        if given:
            days.append(date.fromisoformat(day["date"]))
            most = max(most, sum(dose["amount"] for dose in given if dose["drug"] == "prednisolone"))
    if not days:
        return None
    per_kg = most * 1000 // plan.weight_g if plan.weight_g else 0
    return live_vaccines(last_dose=max(days), days=len(days), most_ug_per_kg_day=per_kg, most_ug_day=most)
