"""Children after their first dose as rows for quality, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.failure import failure
from westward.care.quality_treatment import Treated
from westward.care.response import met
from westward.evidence.loader import load
from westward.program.etiology.queries import cause_labels
from westward.program.followup.next_steps import STANDARD
from westward.program.followup.queries import Judged, judged_of
from westward.program.treatment.choices import AccessStage, Outcome
from westward.program.treatment.models import AccessStep, CheckDone, Plan
from westward.program.treatment.planning import protocol_of


def treated(
    children: Sequence[int], *, on: date, strata: Mapping[int, Mapping[str, str]] | None = None
) -> list[Treated]:
    """One row for each child whose first dose was given, judged for a day; the class of its cause joins ``strata``."""
    judged = judged_of(children, on=on)
    runs = [one.run.pk for mine in judged.values() for one in mine]
    due, done = _checks(runs, on=on)
    causes = cause_labels(list(judged))
    access = _access(list(judged))
    rows = []
    for child, mine in judged.items():
        if not mine:
            continue
        kept = dict((strata or {}).get(child, {}))
        if child in causes:
            kept["cause"] = causes[child]
        steps = access.get(child, (0, 0))
        row = _row(mine[::-1], due, done, on)
        rows.append(replace(row, strata=kept, access_due=steps[0], access_in_time=steps[1]))
    return rows


def _access(children: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Steps to the drug by child: those that were followed or are past their time, and those followed in time."""
    now, found = timezone.now(), dict[int, tuple[int, int]]()
    steps = AccessStep.objects.filter(child__in=children).exclude(stage=AccessStage.IN_HAND)
    for child, due_at, closed_at in steps.values_list("child", "due_at", "closed_at"):
        if closed_at is None and due_at > now:
            continue
        due, kept = found.get(child, (0, 0))
        found[child] = (due + 1, kept + (closed_at is not None and closed_at <= due_at))
    return found


def _row(mine: Sequence[Judged], due: dict[int, int], done: dict[int, int], on: date) -> Treated:
    first = mine[0]
    answers = met(first.responses)
    return Treated(
        first_dose=first.course.start,
        standard_first=_standard(first),
        eeg_14=_eeg(first),
        remission_14=answers["EC14"],
        remission_3mo=answers["NISC_3MO"],
        relapse=_relapse(first, answers),
        next_in_time=_next(mine, on),
        checks_due=sum(due.get(one.run.pk, 0) for one in mine),
        checks_done=sum(done.get(one.run.pk, 0) for one in mine),
    )


def _standard(first: Judged) -> Answer:
    kinds = {course.kind for course in protocol_of(first.run).courses}
    return Answer.YES if kinds <= STANDARD else Answer.NO


def _eeg(first: Judged) -> Answer:
    rules = load("outcomes")
    begin, end = rules.integer("days.ec14_from"), rules.integer("days.ec14_to")
    if first.course.seen(begin, end):
        return Answer.YES
    if first.course.another(begin):
        return Answer.UNKNOWN
    return Answer.NO if first.day > end else Answer.UNKNOWN


def _relapse(first: Judged, answers: dict[str, Answer]) -> Answer:
    """Judged only after a remission by a definition with an EEG."""
    if first.relapse is not None:
        return Answer.YES
    return Answer.NO if Answer.YES in (answers["NISC_3MO"], answers["DELPHI_EC"]) else Answer.UNKNOWN


def _next(mine: Sequence[Judged], on: date) -> Answer:
    """Whether the next drug began within the published days of the failure of the first, from the day it was shown."""
    first = mine[0]
    failed = failure(first.course)
    if failed is None:
        return Answer.UNKNOWN
    last = failed.on + timedelta(days=load("quality").integer("treatment.next_drug_within_d"))
    second = first.course.second_treatment
    if second is not None:
        return Answer.YES if second <= last else Answer.NO
    return Answer.NO if on > last else Answer.UNKNOWN


def _checks(runs: Sequence[int], *, on: date) -> tuple[dict[int, int], dict[int, int]]:
    """Checks of the latest plan of each run that was ever in force whose day has passed, and those done."""
    plans: dict[int, Plan] = {}
    signed = Plan.objects.filter(run__in=runs, signed_at__isnull=False, checked_at__isnull=False)
    for plan in signed.select_related("run").order_by("number"):
        plans[plan.run_id] = plan
    answered = CheckDone.objects.filter(run__in=runs).exclude(outcome=Outcome.NOT_DONE)
    there = set(answered.values_list("run_id", "check_id", "due_on"))
    due: dict[int, int] = {}
    done: dict[int, int] = {}
    for key, plan in plans.items():
        for day in plan.document["days"]:
            day_on = date.fromisoformat(day["date"])
            if day_on >= on or (plan.run.stopped_on is not None and day_on > plan.run.stopped_on):
                continue
            for check in day["checks"]:
                due[key] = due.get(key, 0) + 1
                done[key] = done.get(key, 0) + ((key, check["id"], day_on) in there)
    return due, done
