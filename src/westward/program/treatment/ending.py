"""What must be thought of before a treatment ends or pauses: how long a hormone was given, what has a wean."""

from __future__ import annotations

from datetime import date, timedelta

from westward.care.calendar_document import doses_of
from westward.care.exposure import days_in_a_row
from westward.evidence.protocol import Course
from westward.program.shell.values import sheet
from westward.program.treatment.exposure import NOT_RECORDED, lessened, pauses, recorded
from westward.program.treatment.models import Run
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import standing_plan


def hormone_days(run: Run, until: date) -> int:
    """Days of hormone in a row up to a day, over every treatment that it followed; 0 where none is given that day.

    Days are counted as given: those of a pause and those whose every dose was missed are taken out. Where nothing was
    recorded they are counted as planned (:func:`days_told` says so). A gap no longer than what makes a hormone's end
    sudden (``evidence/stress.toml``) is taken for no break: the body has not recovered, so stress cover is asked for
    too often rather than too seldom.
    """
    plan, drugs = standing_plan(run), hormones(run)
    if plan is None or not drugs:
        return 0
    doses = [dose for dose in doses_of(plan.document) if dose.drug in drugs]
    if not doses or not doses[0].on <= until <= doses[-1].on:
        return 0
    longest = sheet("stress").integer("sudden.after_d")
    days, first = days_in_a_row(doses, until=until, pauses=pauses(plan), lessened=lessened(run), break_d=longest)
    if first is None:
        return 0
    before = 0
    for other in run.child.runs.filter(stopped_on__isnull=False, start__lt=run.start).exclude(pk=run.pk):
        given = _dates(other, hormones(other))
        if not given or other.stopped_on is None:
            continue
        last = min(given[-1], other.stopped_on, first - timedelta(days=1))
        if (first - last).days - 1 <= longest:
            before = max(before, hormone_days(other, last))
    return days + before


def days_told(run: Run, days: int) -> str:
    """So many days, and whether they rest on a record."""
    return f"{days} days" if recorded(run) else f"{days} days ({NOT_RECORDED})"


def suppressed(days: int) -> bool:
    """Whether a hormone was given for so many days that it is not left off suddenly (``evidence/stress.toml``)."""
    return days > sheet("stress").integer("sudden.after_d")


def hormone_ends(run: Run) -> date | None:
    """Last day of the hormone in the calendar; None without one."""
    dates = _dates(run, hormones(run))
    return dates[-1] if dates else None


def unweaned(run: Run, on: date) -> tuple[str, ...]:
    """Drugs, hormones apart, that would end on a day without the wean of their protocol."""
    found = []
    for course in protocol_of(run).courses:
        weaned = any(step.tapers for step in course.steps)
        if course.kind == "hormone" or not (weaned or course.kind == "vigabatrin"):
            continue
        dates = _dates(run, {course.drug})
        if dates and dates[0] <= on < dates[-1]:
            found.append(course.drug)
    return tuple(found)


def hormones(run: Run) -> set[str]:
    """Drugs of its protocol that are hormones."""
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
