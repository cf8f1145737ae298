"""What is known for a child like this: results by definition of the outcome, never mixed, each with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from westward.care.answer import Answer
from westward.care.known import Known, Likeness, Result, conflicting, known, populations_of
from westward.core.errors import UsageError
from westward.evidence.loader import load
from westward.evidence.predictors import costs, predictors
from westward.evidence.trials import load as arms
from westward.look import words
from westward.program.accounts.access import needs
from westward.program.etiology import queries as causes
from westward.program.etiology.choices import CauseKind
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.treatment.choices import StopReason
from westward.program.treatment.queries import safety_answers

WIDTH = 200
"""Of the drawn axis from 0 to 100 %, in units of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One arm as it is drawn: ends of the interval and the share on an axis of ``WIDTH``; None where not counted."""

    result: Result
    low: int | None
    high: int | None
    value: int | None

    @property
    def figure(self) -> str:
        """``133 of 186, 72% (65-78%)``."""
        share, arm = self.result.share, self.result.arm
        if share is None or share.value is None or share.low is None or share.high is None:
            return f"{arm.reported_percent}%, count not read"
        span = f"{words.percent(share.low).removesuffix('%')}\u2013{words.percent(share.high)}"
        return f"{share.k} of {share.n}, {words.percent(share.value)} ({span})"


@dataclass(frozen=True, slots=True)
class Group:
    """Results under one definition."""

    outcome: str
    meaning: str
    rows: tuple[Row, ...]
    conflicts: tuple[str, ...]


def groups(found: Sequence[Known]) -> list[Group]:
    """Groups with what their definition asks, where it is one of the named ones."""
    sheet = load("outcomes")
    return [
        Group(
            one.outcome,
            str(sheet.facts[key].value) if (key := f"definition.{one.outcome}") in sheet.facts else "",
            tuple(_row(result) for result in one.results),
            one.conflicts,
        )
        for one in found
    ]


def _row(result: Result) -> Row:
    share = result.share
    ends = (None, None, None) if share is None else (share.low, share.high, share.value)
    low, high, value = (None if one is None else round(one * WIDTH) for one in ends)
    return Row(result, low, high, value)


@require_GET
@needs("treatment.protocols")
def evidence(request: HttpRequest) -> HttpResponse:
    """The table, by drug, population and definition; the choices concern no child."""
    chosen = {name: request.GET.get(name) or None for name in ("drug", "population", "outcome")}
    try:
        found = known(drug=chosen["drug"], population=chosen["population"], outcome=chosen["outcome"])
    except UsageError:
        raise Http404 from None
    return render(request, "treatment/evidence.html", {"chosen": chosen, "groups": groups(found), **_tables()})


@require_GET
@chart("treatment.read")
def of_child(request: HttpRequest, child: Child) -> HttpResponse:
    """The same for the populations that a child belongs to by cause and treatment, each apart."""
    facts = safety_answers(child)
    like = likenesses(child, facts)
    found = [(one, groups(known(population=one.population))) for one in like]
    context = {"child": child, "likenesses": found, "asked": _not_known(facts)}
    return render(request, "treatment/evidence_child.html", context | _tables())


def likenesses(child: Child, facts: Mapping[str, Answer]) -> tuple[Likeness, ...]:
    """Populations of the table by what the chart says."""
    held = causes.cause(child)
    found = Answer.UNKNOWN if held is None else Answer.NO if held.cause == CauseKind.UNKNOWN else Answer.YES
    failed = child.runs.filter(stop_reason__in=(StopReason.FAILURE, StopReason.SWITCH)).exists()
    return populations_of(facts, cause_found=found, failed=failed)


def _not_known(facts: Mapping[str, Answer]) -> list[str]:
    return [
        fact.replace("_", " ")
        for fact in ("tuberous_sclerosis", "trisomy_21")
        if facts.get(fact, Answer.UNKNOWN) is Answer.UNKNOWN
    ]


def _tables() -> dict[str, Any]:
    table = arms()
    conflicts = conflicting(predictors())
    return {
        "codes": {
            name: sorted({str(getattr(arm, name)) for arm in table}) for name in ("drug", "population", "outcome")
        },
        "width": WIDTH,
        "half": WIDTH // 2,
        "predictors": [(one, one.line in conflicts) for one in predictors()],
        "costs": costs(),
    }
