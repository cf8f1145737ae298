"""Typed reads of treatment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from westward.program.accounts.policies import allows
from westward.program.people.access import read_chart
from westward.program.treatment import queries

router = Router(tags=["treatment"])


class RunOut(Schema):
    """A protocol run of a child, with the calendar in force as ``westward calendar --json`` prints it.

    ``calendar`` is null while none is in force, and while ``calendar_moves``: the first dose was given on another day
    than planned, and every day of the calendar in force will move until the next one is signed and checked.
    """

    id: int
    protocol: str
    version: str
    state: str
    start: date
    first_dose_at: datetime | None
    stopped_on: date | None
    stop_reason: str
    calendar_number: int | None
    calendar_moves: bool
    calendar: dict[str, Any] | None


@router.get("/children/{int:key}/runs", response=list[RunOut], summary="Protocol runs of a child, the latest first")
def runs(request: HttpRequest, key: int) -> list[dict[str, Any]]:
    """One audited read of the chart."""
    child = read_chart(request, key, "treatment.read")
    found = []
    for run in queries.runs(child):
        plan = next((one for one in run.plans.all() if one.in_force), None)
        found.append(
            {
                "id": run.pk,
                "protocol": run.protocol,
                "version": run.version,
                "state": run.state,
                "start": run.start,
                "first_dose_at": run.first_dose_at,
                "stopped_on": run.stopped_on,
                "stop_reason": run.stop_reason,
                "calendar_number": plan.number if plan else None,
                "calendar_moves": plan is not None and plan.moved,
                "calendar": plan.document if plan is not None and not plan.moved else None,
            }
        )
    return found


class ArmOut(Schema):
    """One arm of a published study with its interval."""

    study: str
    year: int
    design: str
    arm: str
    drug: str
    population: str
    n: int | None
    responders: int | None
    events: bool
    low: float | None
    high: float | None
    status: str
    source: str


class KnownOut(Schema):
    """Published results under one definition of the outcome; never mixed with another."""

    outcome: str
    results: list[ArmOut]
    conflicts: list[str]


def _staff(request: HttpRequest) -> None:
    """Published results are for staff: without the words around them a family would read them wrongly."""
    user: Any = request.user
    if not allows(user, "treatment.protocols"):
        raise HttpError(403, "staff of the program read this")


@router.get("/evidence", response=list[KnownOut], summary="Published results, by definition of the outcome")
def evidence(
    request: HttpRequest, drug: str | None = None, population: str | None = None, outcome: str | None = None
) -> list[dict[str, Any]]:
    """The same as ``westward evidence``; codes that do not exist are answered with 422."""
    from westward.care.known import known
    from westward.care.known_document import documents
    from westward.core.errors import UsageError

    _staff(request)
    try:
        groups = known(drug=drug, population=population, outcome=outcome)
    except UsageError as error:
        raise HttpError(422, str(error)) from None
    found = documents(groups)
    for row in (row for group in found for row in group["results"]):
        row["events"] = row["counts"] == "event"
    return found


class PredictorOut(Schema):
    """One published association; ``conflict`` where another source says otherwise."""

    predictor: str
    outcome: str
    effect: str
    estimate: str
    low: str
    high: str
    n: int | None
    direction: str
    status: str
    source: str
    conflict: bool


class CostOut(Schema):
    """One published price in US dollars."""

    what: str
    drug: str
    year: int | None
    usd: int
    basis: str
    status: str
    source: str


@router.get("/evidence/predictors", response=list[PredictorOut], summary="What goes with a better or worse outcome")
def predictors(request: HttpRequest) -> list[dict[str, Any]]:
    """The same as ``westward evidence --predictors``."""
    from westward.care import known_document

    _staff(request)
    return known_document.predictors()


@router.get("/evidence/costs", response=list[CostOut], summary="What drugs cost")
def costs(request: HttpRequest) -> list[dict[str, Any]]:
    """The same as ``westward evidence --costs``."""
    from westward.care import known_document

    _staff(request)
    return known_document.costs()
