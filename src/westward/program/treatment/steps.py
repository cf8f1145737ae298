"""A plan as a physician reads it: runs of equal days as one line, with daily total and dose per kilogram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from westward.look.words import coded
from westward.program.treatment.models import Plan
from westward.program.treatment.wording import amount, volume


@dataclass(frozen=True, slots=True)
class Line:
    """Days in a row with the same doses.

    Attributes
    ----------
    each, measure : str
        One dose, and what to draw up; empty without a dose or before a bottle is recorded.
    total, per_kg : str
        Of a day; ``per_kg`` is empty where no weight was used.
    """

    first: int
    last: int
    begins: date
    ends: date
    step: str
    drug: str
    each: str
    measure: str
    times: str
    total: str
    per_kg: str
    capped: bool
    sourced: bool
    sources: str


def lines(plan: Plan) -> list[Line]:
    """Every day of the plan, gathered for each drug; alternate days stand one by one."""
    found: list[Line] = []
    newest: dict[str, int] = {}
    for day in plan.document["days"]:
        for line in _of(plan, day):
            at = newest.get(line.drug)
            last = None if at is None else found[at]
            if at is not None and last is not None and (last.last, _what(last)) == (line.first - 1, _what(line)):
                found[at] = _grown(last, line)
            else:
                newest[line.drug] = len(found)
                found.append(line)
    return found


def _what(line: Line) -> tuple[Any, ...]:
    return (line.step, line.drug, line.each, line.measure, line.times, line.per_kg)


def _grown(last: Line, line: Line) -> Line:
    from dataclasses import replace

    return replace(last, last=line.last, ends=line.ends)


def _steps(words: str) -> dict[str, str]:
    """The step of each drug, where the day has more than one: ``prednisolone: taper 1; vigabatrin: full dose``."""
    return {drug: name for drug, told, name in (part.partition(": ") for part in words.split("; ")) if told}


def _of(plan: Plan, day: dict[str, Any]) -> list[Line]:
    on, number = date.fromisoformat(day["date"]), int(day["day"])
    drugs = tuple(dict.fromkeys(dose["drug"] for dose in day["doses"]))
    if not drugs:
        if day["step"] == "after the last dose":
            return []
        return [Line(number, number, on, on, day["step"], "", "", "", "no drug", "", "", False, day["approved"], "")]
    rows, steps = [], _steps(day["step"])
    for drug in drugs:
        doses = [dose for dose in day["doses"] if dose["drug"] == drug]
        one, total = doses[0], sum(dose["amount"] for dose in doses)
        weight = day.get("weight_g", plan.weight_g)
        per_kg = ""
        if weight:
            value = Fraction(total, weight)
            per_kg = f"{float(value):.3g}\u2009{'mg' if one['unit'] == 'ug' else 'U'}/kg"
        rows.append(
            Line(
                number,
                number,
                on,
                on,
                steps.get(drug, day["step"]),
                coded(drug),
                amount(one["amount"], one["unit"]),
                "" if one["volume_ul"] is None else volume(one["volume_ul"]),
                ", ".join(dose["time_of_day"] for dose in doses),
                amount(total, one["unit"]),
                per_kg,
                one["capped"],
                day["approved"],
                f"{one['status']}: {one['source']}",
            )
        )
    return rows
