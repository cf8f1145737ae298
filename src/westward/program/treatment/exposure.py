"""What a child has had of a drug: planned and given, from the calendar, the first dose and what was missed."""

from __future__ import annotations

from datetime import date

from westward.care.calendar_document import doses_of
from westward.care.exposure import Exposure, Lessened, Planned, exposures, less
from westward.program.treatment.models import Plan, Run

HORMONES = frozenset({"acth_natural", "tetracosactide", "acth_z", "prednisolone"})
NOT_RECORDED = "as planned; not recorded what was given"


def lessened(run: Run) -> list[Lessened]:
    """Doses of a run that were missed or given in part."""
    return [Lessened(one.on, one.time_of_day, one.drug, one.given) for one in run.missed.all()]


def recorded(run: Run) -> bool:
    """Whether anything says that doses were given: the first dose, or one that was missed."""
    return run.first_dose_at is not None or bool(run.missed.all())


def totals(run: Run, plan: Plan, *, until: date) -> tuple[Exposure, ...]:
    """Each drug of a plan, planned and given up to a day."""
    last = until if run.stopped_on is None else min(until, run.stopped_on)
    return exposures(doses_of(plan.document), until=last, lessened=lessened(run), recorded=recorded(run))


def given(run: Run, plan: Plan, drugs: frozenset[str]) -> tuple[Planned, ...]:
    """Doses of some drugs: as given where anything was recorded, as planned where not, and as planned for days to come.

    A run that was stopped gives none after its last day.
    """
    doses = [dose for dose in doses_of(plan.document) if dose.drug in drugs]
    had = less(doses, lessened(run))
    return tuple(dose for dose in had if dose.amount and (run.stopped_on is None or dose.on <= run.stopped_on))


def pauses(plan: Plan) -> frozenset[date]:
    """Days on which nothing is given on purpose."""
    return frozenset(date.fromisoformat(day["date"]) for day in plan.document["days"] if day["step"] == "pause")
