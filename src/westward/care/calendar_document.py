"""A calendar as a document: what ``westward calendar --json`` prints and a run of the clinic keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from westward.care.calendar import Calendar, Day
from westward.care.calendar_warnings import warnings_of
from westward.care.dosing import Body, area_mm2
from westward.care.exposure import Planned

SCHEMA_VERSION = "1.0"


def document(
    made: Calendar,
    *,
    body: Body,
    start: date,
    products: Mapping[str, str] | None = None,
    strengths: Sequence[str] = (),
    branches: Sequence[str] = (),
    weans: Sequence[str] = (),
    unapproved: bool = False,
) -> dict[str, Any]:
    """The calendar with its inputs; keys as in the contract, every amount a whole number of its small unit.

    ``cumulative`` is what was planned. ``since`` tells from which day on which measures, products and strengths hold.
    """
    protocol = made.protocol
    area = area_mm2(body) if protocol.needs_area and body.weight_g and body.length_mm else None
    named = protocol.usual | dict(products or {})
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
            "products": named,
            "strengths": [*strengths],
            "branches": [*branches],
            "weans": [*weans],
            "unapproved": unapproved,
            "since": [
                {
                    "from": start.isoformat(),
                    "weight_g": body.weight_g,
                    "length_mm": body.length_mm,
                    "products": named,
                    "strengths": [*strengths],
                }
            ],
        },
        "days": [day_document(day) for day in made.days],
        "warnings": list(made.warnings),
        "cumulative": [
            {"drug": total.drug, "unit": str(total.unit), "amount": total.amount, "days": total.days}
            for total in made.cumulative
        ],
    }


def carried_on(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    on: date,
    answered: Collection[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A calendar changed from a day on: every day before it is kept line by line, every day from it on is the new one.

    Where day 1 itself moved, kept days are counted from the new one, and what lies before it is left out: no dose was
    given there.

    Its checks go with it: one of the new first days that stands on no kept day is due on the day of the change, with
    ``carried_from``, the day it belonged to, unless it was answered.

    Warnings of both are kept, with their days where they hold for some alone (:mod:`westward.care.calendar_warnings`).

    Parameters
    ----------
    before, after : mapping
        Documents of the calendar that was followed until then, and of the one that is followed from then on.
    answered : collection of (str, str), optional
        Checks of ``before`` that were answered: id and the day they were due.
    """
    start = date.fromisoformat(after["inputs"]["start"])
    kept = [
        {**day, "day": (date.fromisoformat(day["date"]) - start).days + 1}
        for day in before["days"]
        if start.isoformat() <= day["date"] < on.isoformat()
    ]
    coming = [day for day in after["days"] if day["date"] >= on.isoformat()]
    days = [*kept, *_with_checks(coming, _left(before, after, kept, on=on, answered=answered))]
    held = measures_since(before)
    now = {**after["inputs"]["since"][-1], "from": max(on, start).isoformat()}
    since = [*(one for one in held if one["from"] < now["from"]), now] if kept else [now]
    if len(since) > 1 and {**since[-2], "from": ""} == {**now, "from": ""}:
        since.pop()
    return {
        **after,
        "inputs": {**after["inputs"], "since": since},
        "days": days,
        "warnings": warnings_of(before, after, kept=kept, coming=coming),
        "cumulative": _planned(days),
    }


def measures_since(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measures, products and strengths with the day ``from`` which they hold; in documents from before these were kept
    one for all days.
    """
    inputs = document["inputs"]
    held = inputs.get("since") or [{key: inputs.get(key) for key in ("weight_g", "length_mm", "products", "strengths")}]
    return [{"from": inputs["start"], **one} for one in held]


def _left(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    kept: Sequence[Mapping[str, Any]],
    *,
    on: date,
    answered: Collection[tuple[str, str]],
) -> list[tuple[str, dict[str, Any]]]:
    """Checks that would be lost, each with the day it is now due: those carried so far, and of a day 1 that moved."""
    was, start = before["inputs"]["start"], after["inputs"]["start"]
    if was == start:
        return [
            (day["date"], check)
            for day in before["days"]
            for check in day["checks"]
            if day["date"] >= on.isoformat() and "carried_from" in check
        ]
    stood = {(check["id"], day["day"]): day["date"] for day in before["days"] for check in day["checks"]}
    there = {check["id"] for day in kept for check in day["checks"]}
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for day in after["days"]:
        for check in day["checks"] if day["date"] < on.isoformat() else ():
            due = stood.get((check["id"], day["day"]), day["date"])
            if check["id"] not in there and (check["id"], due) not in answered:
                found.setdefault(check["id"], (on.isoformat(), {**check, "carried_from": due}))
    return list(found.values())


def _with_checks(
    days: Sequence[Mapping[str, Any]], left: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Mapping[str, Any]]:
    """Days with the checks that are due on them, or on the next day there is; each once."""
    found = [{**day, "checks": [*day["checks"]]} for day in days]
    for due, check in left:
        place = next((day for day in found if day["date"] >= due), None)
        if place is not None and all(one["id"] != check["id"] for one in place["checks"]):
            place["checks"].append(check)
    return list(found)


def _planned(days: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All of each drug over the days."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for day in days:
        for key in dict.fromkeys((dose["drug"], dose["unit"]) for dose in day["doses"]):
            amount = sum(dose["amount"] for dose in day["doses"] if (dose["drug"], dose["unit"]) == key)
            one = found.setdefault(key, {"drug": key[0], "unit": key[1], "amount": 0, "days": 0})
            one["amount"], one["days"] = one["amount"] + amount, one["days"] + 1
    return list(found.values())


def doses_of(document: Mapping[str, Any]) -> tuple[Planned, ...]:
    """Every dose of such a document."""
    return tuple(
        Planned(date.fromisoformat(day["date"]), dose["time_of_day"], dose["drug"], dose["unit"], dose["amount"])
        for day in document["days"]
        for dose in day["doses"]
    )


def day_document(day: Day) -> dict[str, Any]:
    """One day."""
    return {
        "date": day.date.isoformat(),
        "day": day.day,
        "step": day.step,
        "approved": day.sourced,
        "mark": "" if day.sourced else "not sourced",
        "weight_g": day.weight_g,
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
                "values": [*check.values],
                "status": str(check.status),
                "source": check.source,
            }
            for check in day.checks
        ],
    }
