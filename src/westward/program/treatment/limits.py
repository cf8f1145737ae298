"""Measured values of a child against the limits that this site uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from westward.care.limits import Judged, Limit, by_age, fixed, judge
from westward.core.errors import UsageError
from westward.program.people.models import Child
from westward.program.shell.values import sheet


def limits(child: Child, *, on: date) -> tuple[Limit, ...]:
    """Every limit of a measured value at the child's age."""
    days = (on - child.birth_date).days
    return (*fixed(sheet("monitoring_limits")), *by_age(sheet("blood_pressure"), sex=child.sex, age_days=days))


def judged(child: Child, values: Mapping[str, Decimal], *, on: date) -> tuple[Judged, ...]:
    """Each value on the day it was measured.

    Raises
    ------
    UsageError
        If a value cannot be, or nothing of its name is measured here.
    """
    known, units, rules = limits(child, on=on), measurable(), sheet("monitoring_limits")
    if wrong := sorted(set(values) - set(units)):
        raise UsageError(f"{', '.join(wrong)}: not measured here")
    return tuple(judge(what, value, known, unit=units[what][1], sheet=rules) for what, value in values.items())


def measurable() -> dict[str, tuple[str, str]]:
    """Everything that can be measured, by name: in words, and the unit."""
    units = sheet("monitoring_limits").section("unit")
    return {fact.key.partition(".")[2]: (fact.meaning, str(fact.value)) for fact in units}
