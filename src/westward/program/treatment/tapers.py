"""A taper or wean that would give more than the dose before it, as after a gain of weight: told before it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from westward.evidence.protocol import Protocol
from westward.look.words import coded
from westward.program.treatment.wording import amount


def rises(protocol: Protocol, content: Mapping[str, Any], *, on: date) -> list[str]:
    """What is told of each taper of a calendar that gives more from a day on than on the dose day before."""
    found = []
    for course in protocol.courses:
        given = [(day["date"], day["step"], daily) for day in content["days"] if (daily := _daily(day, course.drug))]
        before = [one for one in given if one[0] < on.isoformat()]
        after = [one for one in given if one[0] >= on.isoformat()]
        if not before or not after or after[0][2] <= before[-1][2]:
            continue
        tapers = {step.name for step in course.steps if step.tapers}
        step = next((name for name in after[0][1].split("; ") if name.rpartition(": ")[2] in tapers), None)
        if step is not None:
            drug, (was, now) = coded(course.drug), (one[2] for one in (before[-1], after[0]))
            found.append(
                f"{drug}, {step.rpartition(': ')[2]}, rises from {amount(was, course.unit)} to "
                f"{amount(now, course.unit)} a day: a taper falls; turn this down unless it is meant"
            )
    return found


def _daily(day: Mapping[str, Any], drug: str) -> int:
    """All of a drug on a day; 0 where it gives none."""
    return sum(dose["amount"] for dose in day["doses"] if dose["drug"] == drug)
