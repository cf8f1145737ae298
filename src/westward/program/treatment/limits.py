"""Limits that this site entered, for a check of one child on one day."""

from __future__ import annotations

from datetime import date

from westward.care.limits import Limit, limits
from westward.evidence import monitoring
from westward.program.people.models import Child
from westward.program.shell.values import sheet


def of_check(check_id: str, child: Child, *, on: date) -> tuple[Limit, ...] | None:
    """The limits at the child's age; None for a check that has none of its own, empty where the site entered none."""
    name = monitoring.limits().get(check_id)
    if name is None:
        return None
    return limits(sheet(name), sex=child.sex, age_days=(on - child.birth_date).days)
