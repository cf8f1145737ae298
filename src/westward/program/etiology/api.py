"""The search for the cause in the typed API: read only; acts are done by people on their pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from westward.program.etiology import queries, standing
from westward.program.etiology.models import Imaging, Result, Workup
from westward.program.people.access import read_chart

router = Router(tags=["cause"])


class StepOut(Schema):
    """One test; ``tier`` is 0 for one that the order of tests does not have."""

    test: str
    tier: int
    progress: str
    due: date | None
    report_by: date | None
    tell_by: date | None
    overdue: bool
    order: int | None
    result: int | None


class VariantOut(Schema):
    """A variant as the laboratory reported it."""

    gene: str
    hgvs: str
    zygosity: str
    inheritance: str
    classification: str
    reported_as: str
    condition: str
    secondary: bool


class ResultOut(Schema):
    """A result in force."""

    id: int
    test: str
    finding: str
    reported_on: date
    lab: str
    told_on: date | None
    variants: list[VariantOut]


class FindingOut(Schema):
    """What was seen, and where."""

    lesion: str
    malformation: str
    side: str
    lobe: str
    words: str


class ImagingOut(Schema):
    """An examination by imaging."""

    id: int
    kind: str
    on: date
    age_d: int
    outcome: str
    finding: str
    findings: list[FindingOut]


class FeatureOut(Schema):
    """A term of the ontology, present or absent."""

    term: str
    label: str
    release: str
    present: bool


class CauseOut(Schema):
    """A class of the cause with what it rests on."""

    number: int
    cause: str
    words: str
    evidence: list[str]
    at: datetime


class SearchOut(Schema):
    """Everything known of the cause; ``diagnosed_on`` and ``order`` are None while the search is not open."""

    diagnosed_on: date | None
    order: str | None
    cause: CauseOut | None
    steps: list[StepOut]
    results: list[ResultOut]
    imaging: list[ImagingOut]
    features: list[FeatureOut]


@router.get("/children/{int:key}/cause", response=SearchOut, summary="The search for the cause of a child")
def search(request: HttpRequest, key: int) -> dict[str, Any]:
    """Steps with their days, results in force, imaging, features and the class in force."""
    child = read_chart(request, key, "etiology.read")
    today = timezone.localdate()
    opened = Workup.objects.filter(child=child).first()
    results = [
        result
        for order in queries.orders([child.pk]).filter(canceled_at=None)
        for result in order.results.all()
        if result.superseded_by_id is None
    ]
    return {
        "diagnosed_on": opened.diagnosed_on if opened else None,
        "order": opened.order if opened else None,
        "cause": queries.cause(child),
        "steps": [_step(one, today) for one in standing.of(child, on=today)],
        "results": [_result(one) for one in results],
        "imaging": [_imaging(one) for one in queries.imagings(child) if one.withdrawn_at is None],
        "features": list(queries.features(child)),
    }


def _step(one: standing.Standing, today: date) -> dict[str, Any]:
    return {
        "test": one.step.test,
        "tier": one.step.tier,
        "progress": one.step.progress,
        "due": one.step.due,
        "report_by": one.report_by,
        "tell_by": one.tell_by,
        "overdue": one.late(today),
        "order": one.order.pk if one.order else None,
        "result": one.result.pk if one.result else None,
    }


def _result(one: Result) -> dict[str, Any]:
    talks = list(one.disclosures.all())
    return {
        "id": one.pk,
        "test": one.order.test,
        "finding": one.finding,
        "reported_on": one.reported_on,
        "lab": one.lab,
        "told_on": talks[-1].on if talks else None,
        "variants": list(one.variants.all()),
    }


def _imaging(one: Imaging) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "on": one.on,
        "age_d": one.age_d,
        "outcome": one.outcome,
        "finding": one.finding,
        "findings": list(one.findings.all()),
    }
