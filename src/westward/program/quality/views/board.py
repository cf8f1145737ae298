"""The quality board: intervals against published standards, by quarter and by stratum; safety; switching."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from westward.care.clocks import DEFAULT_CONDITIONS, ClockName
from westward.care.control_limits import xmr_limits
from westward.care.quality import aan_measure, measure
from westward.care.standards import standards
from westward.evidence.loader import load
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.choices import Purpose
from westward.program.accounts.policies import allows
from westward.program.audit.record import record_list
from westward.program.journey.board import clock_name
from westward.program.quality import charts, queries, rules

DEFAULT = ClockName.REFERRAL_TO_EEG


@require_GET
@needs("quality.board")
def board(request: HttpRequest) -> HttpResponse:
    """One audit row for the aggregate: how many children it rests on and a digest of their keys."""
    asked, today = asking(request), timezone.localdate()
    user = asked["user"]
    cohort = queries.cohort(user)
    code = request.GET.get("measure", "")
    chosen = ClockName(code) if code in rules.INTERVALS else DEFAULT
    record_list(
        asked["who"],
        "quality.board",
        [f"child:{key}" for key in cohort.keys],
        purpose=Purpose.QUALITY,
        chosen={"measure": chosen.value},
    )
    measures = [(name, measure(name, rules.eligible(name, cohort.rows), on=today)) for name in rules.INTERVALS]
    rows = rules.eligible(chosen, cohort.rows)
    quarters, chart = rules.by_quarter(chosen, rows, on=today)
    control = xmr_limits(chart.points)
    found = dict(measures)[chosen]
    name = clock_name(chosen.value)
    context: dict[str, Any] = {
        "measures": [_line(one, told, one is chosen) for one, told in measures],
        "chosen": {"name": name, "definition": rules.definition(chosen), "measure": found},
        "quarters": quarters,
        "chart": chart,
        "control": control,
        "medians": charts.medians(chart, found, control, name=f"{name}: median days by quarter"),
        "shares": charts.shares(quarters, name=f"{name}: share within the strictest published limit"),
        "strata": rules.strata(chosen, rows, on=today),
        "standards": standards(load("clocks"), chosen, conditions=DEFAULT_CONDITIONS),
        "aan": aan_measure([row for row, _ in cohort.rows], on=today),
        "below": load("quality").integer("cells.below"),
        "simulated": cohort.simulated,
        "children": len(cohort.rows),
        "today": today,
        "events": queries.event_counts(user),
        "switching": queries.switching(user),
        "may_review": allows(user, "quality.review"),
    }
    return render(request, "quality/board.html", context)


def _line(name: ClockName, told: Any, on: bool) -> dict[str, Any]:
    return {
        "name": clock_name(name.value),
        "address": f"?measure={name.value}#measure",
        "on": on,
        "measure": told,
        "benchmarks": rules.benchmarks(name),
    }
