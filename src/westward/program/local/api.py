"""Typed reads of local values."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from westward.program.accounts.policies import allows
from westward.program.local import queries

router = Router(tags=["local values"])


class FieldOut(Schema):
    """One empty value of the evidence; ``value`` is null until two people stand for one."""

    field: str
    shape: str
    title: str
    meaning: str
    unit: str
    axis: str
    value: Any
    number: int | None
    source: str
    year: int | None
    status: str
    waiting: bool


@router.get(
    "/local-values", response=list[FieldOut], summary="Empty values of the evidence, and what this site entered"
)
def fields(request: HttpRequest) -> list[dict[str, Any]]:
    """By roles that may open protocols."""
    user: Any = request.user
    if not allows(user, "local.read"):
        raise HttpError(403, "your roles do not allow this")
    found = []
    for one in queries.fields():
        entry, blank = one.holds.entry if one.holds else None, one.blank
        found.append(
            {
                "field": blank.field,
                "shape": str(blank.shape),
                "title": blank.title,
                "meaning": blank.meaning,
                "unit": blank.unit,
                "axis": blank.axis,
                "value": entry.value if entry else None,
                "number": entry.number if entry else None,
                "source": entry.source if entry else blank.source,
                "year": entry.year if entry else None,
                "status": "policy" if entry else str(blank.status),
                "waiting": one.waits is not None or one.offered,
            }
        )
    return found
