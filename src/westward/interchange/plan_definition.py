"""A treatment protocol as a FHIR R4 PlanDefinition.

Each course is an action, each of its steps an action within it, with the dose in a contained ActivityDefinition. Status
and source of a step stand in ``documentation``. Doses per kilogram or square meter stay what they are: nothing is
reckoned for a child here. Source: HL7 FHIR R4 (4.0.1), PlanDefinition and ActivityDefinition.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from westward.evidence.protocol import USABLE, Basis, Branch, Course, DoseUnit, Protocol, Step

UCUM = "http://unitsofmeasure.org"
BASE = "https://westward.invalid/fhir"
"""Root of canonical addresses; a site replaces it by its own."""

_UNITS = {DoseUnit.UG: ("mg", "mg"), DoseUnit.MU: ("U", "[USP'U]")}
_PER = {Basis.FIXED: ("", ""), Basis.WEIGHT: ("/kg", "/kg"), Basis.AREA: ("/m²", "/m2"), Basis.NONE: ("", "")}


def plan_definition(protocol: Protocol, *, base: str = BASE, approved: bool = False) -> dict[str, Any]:
    """The resource as plain data.

    Parameters
    ----------
    approved : bool
        Whether two named people have approved this version; without it, and with any dose that is not sourced, the
        status is ``draft``.
    """
    sourced = protocol.status in USABLE
    contained: list[dict[str, Any]] = []
    actions = [_course(number, course, contained) for number, course in enumerate(protocol.courses, start=1)]
    actions += [_branch(branch) for branch in protocol.branches]
    name = protocol.id.replace("_", "-")
    return {
        "resourceType": "PlanDefinition",
        "id": name,
        "contained": contained,
        "url": f"{base}/PlanDefinition/{name}",
        "version": protocol.version,
        "name": "".join(part[:1].upper() + part[1:] for part in protocol.id.split("_")),
        "title": protocol.title,
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/plan-definition-type", "code": "protocol"}]
        },
        "status": "active" if approved and not protocol.empty else "draft",
        "experimental": not (approved or sourced),
        "subjectCodeableConcept": {
            "coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient", "display": "Patient"}]
        },
        "description": " ".join([f"Weakest status of its doses: {protocol.status}.", *protocol.notes]),
        "usage": "Decision support, not a certified medical device; every dose needs a prescriber.",
        "action": actions,
    }


def _course(number: int, course: Course, contained: list[dict[str, Any]]) -> dict[str, Any]:
    steps = [_step(f"course-{number}-step-{n}", course, step, contained) for n, step in enumerate(course.steps, 1)]
    return {
        "id": f"course-{number}",
        "title": course.drug.replace("_", " "),
        "description": f"{course.kind.replace('_', ' ')}, {course.route}",
        "groupingBehavior": "logical-group",
        "action": steps,
    }


def _step(key: str, course: Course, step: Step, contained: list[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": key,
        "title": step.name,
        "description": _words(course, step),
        "documentation": [_cited(str(step.status), step.source)],
        "timingTiming": {
            "repeat": {
                "boundsDuration": _days(step.to_day - max(step.from_day, 1) + 1),
                "frequency": len(step.times),
                "period": step.every_d,
                "periodUnit": "d",
            }
        },
    }
    related: list[dict[str, Any]] = []
    if step.branch:
        related.append({"actionId": f"branch-{_id(step.branch)}", "relationship": "after-start"})
    if step.from_day > 1:
        parent = key.rpartition("-step-")[0]
        offset = _days(step.from_day - 1)
        related.append({"actionId": parent, "relationship": "after-start", "offsetDuration": offset})
    if related:
        made["relatedAction"] = related
    if step.from_day == 0:  # it begins with its branch: how many days are left is not known here
        del made["timingTiming"]["repeat"]["boundsDuration"]
    if step.rate is not None or step.share is not None:
        activity = f"activity-{key}"
        contained.append(_activity(activity, course, step))
        made["definitionCanonical"] = f"#{activity}"
    return made


def _activity(key: str, course: Course, step: Step) -> dict[str, Any]:
    dosage: dict[str, Any] = {
        "text": _words(course, step),
        "timing": {
            "repeat": {"frequency": len(step.times), "period": step.every_d, "periodUnit": "d"},
            "code": {"text": ", ".join(step.times)},
        },
        "route": {"text": course.route},
    }
    if step.rate is not None:
        dosage["doseAndRate"] = [{"doseQuantity": _dose(course, step)}]
    if step.max_day is not None:
        shown, code = _UNITS[course.unit]
        most = {"value": _decimal(Fraction(step.max_day, 1000)), "unit": shown, "system": UCUM, "code": code}
        dosage["maxDosePerPeriod"] = {"numerator": most, "denominator": _days(1)}
    return {
        "resourceType": "ActivityDefinition",
        "id": key,
        "status": "draft",
        "kind": "MedicationRequest",
        "productCodeableConcept": {"text": f"{course.drug.replace('_', ' ')} ({course.product.replace('_', ' ')})"},
        "dosage": [dosage],
    }


def _dose(course: Course, step: Step) -> dict[str, Any]:
    """One dose, in the large unit; a rate per kilogram and day is divided by the times of the day."""
    rate = Fraction(step.rate or 0) / 1000
    if step.basis is Basis.WEIGHT:
        rate /= len(step.times)
    (shown, code), (per, per_code) = _UNITS[course.unit], _PER[step.basis]
    return {"value": _decimal(rate), "unit": f"{shown}{per}", "system": UCUM, "code": f"{code}{per_code}"}


def _decimal(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else round(float(value), 6)


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "id": f"branch-{_id(branch.id)}",
        "title": branch.words,
        "description": f"May begin on days {branch.first_day} to {branch.last_day}; replaces the rest of its course.",
        "documentation": [_cited(str(branch.status), branch.source)],
        "condition": [{"kind": "applicability", "expression": {"language": "text/plain", "expression": branch.words}}],
        "requiredBehavior": "could",
    }


def _words(course: Course, step: Step) -> str:
    large = _UNITS[course.unit][0]
    if step.rate is not None:
        quantity = _dose(course, step)
        dose = f"{quantity['value']} {quantity['unit']} per dose"
    elif step.share is not None:
        dose = f"{step.share} of the dose of the first step"
    else:
        dose = "no source has a number: the site enters its own"
    every = "" if step.every_d == 1 else f", every {step.every_d} days"
    most = f", at most {_decimal(Fraction(step.max_day, 1000))} {large} a day" if step.max_day is not None else ""
    begins = f"from the day of the branch to day {step.to_day}" if step.from_day == 0 else ""
    days = begins or f"days {step.from_day} to {step.to_day}"
    return f"{days}: {dose}, {len(step.times)} a day ({', '.join(step.times)}){every}{most}"


def _cited(status: str, source: str) -> dict[str, str]:
    return {"type": "citation", "label": status, "citation": source}


def _days(count: int) -> dict[str, Any]:
    return {"value": count, "unit": "d", "system": UCUM, "code": "d"}


def _id(text: str) -> str:
    return text.replace("_", "-")
