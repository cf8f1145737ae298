"""What must be thought of before a treatment ends or pauses: how long a hormone was given, what has a wean."""

from __future__ import annotations

from datetime import date, timedelta

from westward.evidence.protocol import Course
from westward.program.shell.values import sheet
from westward.program.treatment.models import Run
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import standing_plan


def hormone_days(run: Run, until: date) -> int:
    """Days of hormone in a row up to a day, over every treatment that it followed; 0 where none is given that day.

    A gap no longer than what makes a hormone's end sudden (``evidence/stress.toml``) is taken for no break: the body
    has not recovered, so stress cover is asked for too often rather than too seldom.
    """
    dates = _dates(run, _hormones(run))
    if not dates or not dates[0] <= until <= dates[-1]:
        return 0
    days, first = (until - dates[0]).days + 1, dates[0]
    longest = sheet("stress").integer("sudden.after_d")
    before = 0
    for other in run.child.runs.filter(stopped_on__isnull=False, start__lt=run.start).exclude(pk=run.pk):
        given = _dates(other, _hormones(other))
        if not given or other.stopped_on is None:
            continue
        last = min(given[-1], other.stopped_on, first - timedelta(days=1))
        if (first - last).days - 1 <= longest:
            before = max(before, hormone_days(other, last))
    return days + before


def suppressed(days: int) -> bool:
    """Whether a hormone was given for so many days that it is not left off suddenly (``evidence/stress.toml``)."""
    return days > sheet("stress").integer("sudden.after_d")


def hormone_ends(run: Run) -> date | None:
    """Last day of the hormone in the calendar; None without one."""
    dates = _dates(run, _hormones(run))
    return dates[-1] if dates else None


def unweaned(run: Run, on: date) -> tuple[str, ...]:
    """Drugs, hormones apart, that would end on a day without the wean of their protocol."""
    found = []
    for course in protocol_of(run).courses:
        weaned = any(step.name.startswith(("wean", "taper")) for step in course.steps)
        if course.kind == "hormone" or not (weaned or course.kind == "vigabatrin"):
            continue
        dates = _dates(run, {course.drug})
        if dates and dates[0] <= on < dates[-1]:
            found.append(course.drug)
    return tuple(found)


def _hormones(run: Run) -> set[str]:
    courses: tuple[Course, ...] = protocol_of(run).courses
    return {course.drug for course in courses if course.kind == "hormone"}


def _dates(run: Run, drugs: set[str]) -> list[date]:
    """Days of the calendar on which one of the drugs is given."""
    plan = standing_plan(run) if drugs else None
    if plan is None:
        return []
    return sorted(
        date.fromisoformat(day["date"])
        for day in plan.document["days"]
        if any(dose["drug"] in drugs for dose in day["doses"])
    )
