"""Steps of a protocol for which no source gives a number, and a site's own steps in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from westward.core.errors import InputError
from westward.evidence.blank import Blank, Shape
from westward.evidence.entries import sourced
from westward.evidence.local import PER, LocalValue, step_tables

LARGE = {"ug": "mg", "mU": "U"}
"""The unit in which a dose is written, by the small unit of its course."""


def empty_steps(name: str, data: Mapping[str, Any]) -> tuple[Blank, ...]:
    """The empty steps of the courses that a protocol has itself, from its parsed text."""
    found = []
    for course in data.get("course", []):
        for step in course.get("step", []):
            if not _empty(step):
                continue
            told = sourced(step, data.get("sources", {}), f"protocol {name!r}: {step.get('name')!r}")
            found.append(
                Blank(
                    field=_field(name, course, step),
                    shape=Shape.STEPS,
                    title=str(data.get("title", name)),
                    meaning=f"{step['name']} from day {step['from_day']} on",
                    unit=LARGE[course["unit"]],
                    **told,
                )
            )
    return tuple(found)


def fill(name: str, data: Mapping[str, Any], local: Mapping[str, LocalValue]) -> None:
    """Put the site's own steps in the place of empty ones, in the parsed text of a protocol.

    Raises
    ------
    InputError
        If the protocol has no such empty step.
    """
    if not local:
        return
    known = {blank.field: blank for blank in empty_steps(name, data)}
    if unknown := sorted(set(local) - set(known)):
        raise InputError(f"protocol {name!r} has no empty step {', '.join(unknown)}")
    for course in data.get("course", []):
        steps: list[dict[str, Any]] = []
        for step in course.get("step", []):
            value = local.get(_field(name, course, step)) if _empty(step) else None
            if value is None:
                steps.append(step)
                continue
            data["sources"][value.key] = value.cited
            made = step_tables(known[value.field], value, int(step["from_day"]))
            steps += [one | {key: step[key] for key in ("branch",) if key in step} for one in made]
        if steps:
            course["step"] = steps


def _empty(step: Mapping[str, Any]) -> bool:
    return not any(key in step for key in (*PER.values(), "share"))


def _field(name: str, course: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    return f"protocol:{name}/{course['drug']}/{step['name']}"
