"""A calendar as a document: what ``westward calendar --json`` prints and a run of the clinic keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from westward.care.calendar import Calendar, Day
from westward.care.dosing import Body, area_mm2

SCHEMA_VERSION = "1.0"


def document(
    made: Calendar,
    *,
    body: Body,
    start: date,
    products: Mapping[str, str] | None = None,
    strengths: Sequence[str] = (),
    branches: Sequence[str] = (),
    unapproved: bool = False,
) -> dict[str, Any]:
    """The calendar with its inputs; keys as in the contract, every amount a whole number of its small unit."""
    protocol = made.protocol
    area = area_mm2(body) if protocol.needs_area and body.weight_g and body.length_mm else None
    return {
        "schema_version": SCHEMA_VERSION,
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "status": str(made.status),
            "title": protocol.title,
        },
        "inputs": {
            "weight_g": body.weight_g,
            "length_mm": body.length_mm,
            "body_surface_mm2": area,
            "start": start.isoformat(),
            "products": {course.drug: course.product for course in protocol.courses} | dict(products or {}),
            "strengths": [*strengths],
            "branches": [*branches],
            "unapproved": unapproved,
        },
        "days": [day_document(day) for day in made.days],
        "warnings": list(made.warnings),
        "cumulative": [
            {"drug": total.drug, "unit": str(total.unit), "amount": total.amount, "days": total.days}
            for total in made.cumulative
        ],
    }


def day_document(day: Day) -> dict[str, Any]:
    """One day."""
    return {
        "date": day.date.isoformat(),
        "day": day.day,
        "step": day.step,
        "approved": day.sourced,
        "mark": "" if day.sourced else "not sourced",
        "doses": [
            {
                "time_of_day": dose.time_of_day,
                "drug": dose.drug,
                "product": dose.product,
                "route": dose.route,
                "amount": dose.amount,
                "unit": str(dose.unit),
                "volume_ul": dose.volume_ul,
                "measured": dose.measured,
                "capped": dose.capped,
                "status": str(dose.status),
                "source": dose.source,
            }
            for dose in day.doses
        ],
        "checks": [
            {
                "id": check.id,
                "what": check.what,
                "limit": check.limit,
                "act": check.act,
                "status": str(check.status),
                "source": check.source,
            }
            for check in day.checks
        ],
    }
