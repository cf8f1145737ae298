"""Quality after the first dose: standard drug, EEG of day 14, remission by named definitions, relapse, next drug."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from westward.care.quality_treatment import Aim, by_quarter, count, limits
from westward.evidence.loader import Fact, load
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.choices import Purpose
from westward.program.audit.record import record_list
from westward.program.quality import charts, queries, rules
from westward.program.quality.treated import treated

WORDS = {
    Aim.STANDARD_FIRST: ("Standard drug first", "a hormone, vigabatrin or both as first treatment"),
    Aim.EEG_14: ("EEG of day 14 done", "a signed video-EEG on days 12 to 18 of the first treatment"),
    Aim.REMISSION_14: ("Remission at day 14 (EC14)", "neither spasms nor hypsarrhythmia on that video-EEG"),
    Aim.REMISSION_3MO: ("Remission at 3 months (NISC_3MO)", "electroclinical, sustained, without a second treatment"),
    Aim.RELAPSE: ("Relapse", "spasms again, of children with a remission by NISC_3MO or DELPHI_EC, or with a relapse"),
    Aim.NEXT_DRUG: ("Next drug within 14 days of failure", "of children without response at day 14"),
    Aim.MONITORING: ("Monitoring done", "checks of the calendars whose day has passed, all treatments"),
    Aim.ACCESS: (
        "Steps to the drug in time",
        "followed by the next step within their time, children after a first dose",
    ),
}


@require_GET
@needs("quality.board")
def treatment(request: HttpRequest) -> HttpResponse:
    """One audit row for the aggregate, as on the board."""
    asked, today = asking(request), timezone.localdate()
    cohort = queries.cohort(asked["user"])
    keys = [f"child:{key}" for key in cohort.keys]
    code = request.GET.get("aim", "")
    chosen = Aim(code) if code in list(Aim) else Aim.REMISSION_14
    record_list(asked["who"], "quality.board", keys, purpose=Purpose.QUALITY, chosen={"aim": chosen.value})
    strata = {key: row.strata for key, (row, _) in zip(cohort.keys, cohort.rows, strict=True)}
    rows = treated(cohort.keys, on=today, strata=strata)
    aims = []
    for aim in Aim:
        name, meaning = WORDS[aim]
        chart = by_quarter(aim, rows)
        control = limits(aim, chart)
        title = f"{name}: share by quarter of the first dose"
        drawn = charts.aim(chart, control, name=title, key=f"aim-{aim.value}")
        found: dict[str, Any] = {
            "code": aim.value,
            "on": aim is chosen,
            "name": name,
            "meaning": meaning,
            "count": count(aim, rows),
            "chart": chart,
            "control": control,
            "rows": rules.with_limits(chart, control),
        }
        aims.append(found | {"drawn": drawn, "benchmarks": _benchmarks(aim)})
    below = load("quality").integer("cells.below")
    context = {
        "aims": aims,
        "chosen": WORDS[chosen][0],
        "strata": rules.treated_strata(chosen, rows),
        "children": len(rows),
        "simulated": cohort.simulated,
        "today": today,
        "below": below,
    }
    return render(request, "quality/treatment.html", context)


def _benchmarks(aim: Aim) -> tuple[Fact, ...]:
    named = (fact for fact in load("quality").section("treatment") if fact.key.startswith(f"treatment.{aim.value}"))
    return tuple(fact for fact in named if fact.unit == "1")
