"""What treatment tells the board and the timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from westward.care.available import Standing
from westward.care.clocks import Milestone
from westward.care.when import When, on_day
from westward.look.words import coded, day
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.letters.choices import LetterKind
from westward.program.letters.queries import last_drafted
from westward.program.local.supplies import latest, of_site
from westward.program.people.marks import Mark, Meaning, NextAct, Track, end_of
from westward.program.people.models import Child
from westward.program.people.reading import once
from westward.program.shell.values import sheet
from westward.program.treatment import overdue, queries
from westward.program.treatment.at_hand import under_way, waiting
from westward.program.treatment.choices import OPEN, AccessStage, Outcome
from westward.program.treatment.expiry import short
from westward.program.treatment.models import AccessStep, DayZeroTask, Plan, Run, SurgeryReferral
from westward.program.treatment.planning import structural

_LETTERS = {AccessStage.AUTHORIZATION: LetterKind.NECESSITY, AccessStage.DENIED: LetterKind.APPEAL}
"""The letter that a step on the way to the drug needs."""


NOTHING_IN_FORCE = "No calendar in force"
OVER, ENDS = "Calendar has ended: end the treatment or plan on", "Calendar ends"


class _Need(NamedTuple):
    """What a calendar that waits needs next, of whom, and the same in a word or two."""

    words: str
    role: Role
    short: str


def _waits_for(run: Run, plan: Plan, today: date) -> _Need:
    """Of a calendar whose day has passed no check is taken."""
    agreed = queries.agreed_of(run.plans.all())
    late = agreed is not None and plan.late(today)
    if late and structural(plan, agreed):
        words = "Calendar too late: turn it down and plan the step again"
        return _Need(words, Role.PHYSICIAN, "another step")
    if plan.signed_at is None:
        return _Need("Sign calendar", Role.PHYSICIAN, "a new signature" if plan.late(today) else "signature")
    if late:
        return _Need("Sign again: the day of the calendar has passed", Role.PHYSICIAN, "a new signature")
    return _Need("Check calendar", Role.PHARMACIST, "check")


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _waiting(runs: Sequence[Run], steps: Sequence[AccessStep]) -> Iterator[tuple[Run, tuple[Standing, ...]]]:
    """Orders whose drug is not here and that nobody is getting; the lists of the sites are read if one waits."""
    open_ = [run for run in runs if run.first_dose_at is None]
    known = latest({run.child.site_id for run in open_}) if open_ else {}
    for run in open_:
        for _, lacking in waiting([run], of_site(known, run.child.site_id), steps):
            mine = [step for step in steps if step.child_id == run.child_id]
            alone = tuple(one for one in lacking if not any(under_way(step, one.drug) for step in mine))
            if alone:
                yield run, alone


def _unwritten(steps: Sequence[AccessStep]) -> Iterator[tuple[AccessStep, LetterKind]]:
    """Steps that wait for a payer and have no letter drafted since."""
    for stage, kind in _LETTERS.items():
        mine = [step for step in steps if step.stage == stage]
        drafted = last_drafted([step.child_id for step in mine], kind) if mine else {}
        for step in mine:
            last = drafted.get(step.child_id)
            if last is None or last < timezone.localtime(step.at).date():
                yield step, kind


TABLES = (Run, AccessStep, DayZeroTask, SurgeryReferral)
"""Of a child with a row in none of these nothing is told."""


@once
def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """The first dose given: nothing else stops the treatment clock."""
    return {child: {Milestone.TREATMENT: on_day(on)} for child, on in queries.first_doses(children).items()}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Sign, check, give, look, call; the letter at the start, drafted and signed by a person."""
    told: dict[int, list[NextAct]] = {}
    today = timezone.localtime(now).date()

    def tell(child: int, words: str, owner: str, due: datetime | None, rank: int) -> None:
        address = reverse("child-treatment", args=[child])
        told.setdefault(child, []).append(NextAct(words=words, due=due, owner=owner, address=address, rank=rank))

    runs = [run for mine in _open(children).values() for run in mine]
    for run in runs:
        newest: Plan | None = next(iter(run.plans.all()), None)
        current = next((plan for plan in run.plans.all() if plan.in_force), None)
        if newest is not None and newest.waits:
            need = _waits_for(run, newest, today)
            tell(run.child_id, need.words, need.role.label, end_of(max(_day(newest.made_at), run.start)), 10)
        elif current is None or current.moved:
            since = (newest.voided_at if newest is not None else None) or run.first_dose_at or run.ordered_at
            tell(run.child_id, f"{NOTHING_IN_FORCE}: propose again", Role.PHYSICIAN.label, end_of(_day(since)), 3)
        elif run.first_dose_at is None:
            tell(run.child_id, "Give the first dose", Role.NURSE.label, end_of(run.start), 5)
        elif today >= current.last_day - timedelta(days=sheet("products").integer("calendar.tell_before_d")):
            words = OVER if today > current.last_day else f"{ENDS} {day(current.last_day)}: let it end or plan on"
            tell(run.child_id, words, Role.PHYSICIAN.label, end_of(current.last_day), 11)
        soon = today + timedelta(days=sheet("products").integer("bottle.tell_before_d"))
        for one in short(current, run.bottles.all(), today=today) if current is not None else ():
            if one.expires_on <= soon:
                tell(run.child_id, f"New bottle: {one.named}", Role.PHARMACIST.label, end_of(one.expires_on), 7)
        for answered in (one for one in run.checks_done.all() if one.alert):
            words = f"Beyond the limit: {answered.named}"
            tell(run.child_id, words, Role.PHYSICIAN.label, end_of(answered.done_on), 2)
        check = next((one for one in queries.checks(run, current) if one.done is None), None)
        if check is not None:
            tell(run.child_id, check.check["what"].split(":")[0].capitalize(), Role.NURSE.label, end_of(check.on), 30)
    steps = list(
        AccessStep.objects.filter(child__in=children)
        .filter(Q(closed_at=None) | Q(stage=AccessStage.IN_HAND))
        .select_related("owner")
        .prefetch_related(overdue.told())
    )
    for run, lacking in _waiting(runs, steps):
        words = f"Get {', '.join(one.named for one in lacking)}: {lacking[0].short}"
        tell(run.child_id, words, Role.COORDINATOR.label, end_of(max(run.start, _day(run.ordered_at))), 6)
    drafted = last_drafted([run.child_id for run in runs], LetterKind.TREATMENT_START)
    write = timedelta(days=sheet("letters").integer("due.sign_d"))
    for run in runs:
        if run.first_dose_at is None or run.child.silent(today):
            continue
        given = timezone.localtime(run.first_dose_at).date()
        last = drafted.get(run.child_id)
        if last is None or last < min(given, run.start):
            tell(run.child_id, "Draft letter: treatment started", Role.PHYSICIAN.label, end_of(given + write), 39)
    for task in DayZeroTask.objects.filter(child__in=children, done_on=None).select_related("owner"):
        owner = task.owner.name if task.owner else ""
        tell(task.child_id, task.get_step_display(), owner, end_of(task.due_on), 20)
    steps = [step for step in steps if step.closed_at is None]
    for step in steps:
        words = f"Get {coded(step.drug)}: {step.get_stage_display().lower()}"
        words = f"{words}; {step.escalated}" if step.escalated else words
        tell(step.child_id, words, step.owner.name, step.due_at, 8)
    for step, kind in _unwritten(steps):
        tell(step.child_id, f"Draft letter: {kind.label.lower()}", Role.PHYSICIAN.label, step.due_at, 9)
    for referral in SurgeryReferral.objects.filter(child__in=children, closed_at=None):
        tell(referral.child_id, "Surgical conference", Role.PHYSICIAN.label, end_of(referral.due_on), 28)
    return told


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Each run as a bar of its steps, the first dose, and checks beyond their limit."""
    address = reverse("child-treatment", args=[child.pk])
    found = []
    for run in queries.runs(child):
        versions: list[Plan] = list(run.versions)  # type: ignore[attr-defined]
        plan = next((one for one in versions if one.signed_at is not None), None)
        if plan is None:
            continue
        until = run.stopped_on or plan.last_day
        title = run.title.split(",")[0]
        state = "" if run.open else f" ({run.get_state_display().lower()})"
        found.append(Mark(at=run.start, until=until, track=Track.TREATMENT, words=f"{title}{state}", address=address))
        if run.first_dose_at is not None:
            on = timezone.localtime(run.first_dose_at).date()
            found.append(Mark(at=on, track=Track.EVENTS, words="First dose", address=address, meaning=Meaning.DONE))
        found.extend(
            Mark(
                at=check.done_on,
                track=Track.LABS,
                words=f"{check.named}: {check.result}",
                address=address,
                meaning=Meaning.UNSAFE if check.outcome == Outcome.OVER else Meaning.NONE,
            )
            for check in run.checks_done.all()
        )
    other = reverse("child-other", args=[child.pk])
    found += [
        Mark(at=op.on, track=Track.TREATMENT, words=op.get_kind_display(), address=other)
        for op in child.operations.all()
    ]
    found += [
        Mark(
            at=diet.start,
            until=diet.stopped_on or timezone.localdate(),
            track=Track.TREATMENT,
            words=f"Ketogenic diet {diet.ratio}",
            address=other,
        )
        for diet in child.diets.filter(superseded_by=None, checked_at__isnull=False)
    ]
    return found


@once
def _open(children: Sequence[int]) -> dict[int, list[Run]]:
    """Open runs of each child that has any, the last to start first, with its plans, newest first, checks, bottles."""
    runs = Run.objects.filter(child__in=children, state__in=OPEN).select_related("child").order_by("-start", "-pk")
    found: dict[int, list[Run]] = {}
    for run in runs.prefetch_related("plans", "checks_done", "bottles"):
        found.setdefault(run.child_id, []).append(run)
    return found


_DOSE = re.compile(r" [\d.]+ mg.*$| together$| in [A-Z]+:?$")
"""What a title says beyond the drug."""


def _lacking(run: Run, today: date) -> str:
    """Why nothing of a run may be given by a calendar now."""
    newest: Plan | None = next(iter(run.plans.all()), None)
    if newest is None or not newest.waits:
        return NOTHING_IN_FORCE.lower()
    waits = f"waits for {_waits_for(run, newest, today).short}"
    return f"{NOTHING_IN_FORCE.lower()}, {waits}" if run.first_dose_at is not None else f"calendar {waits}"


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """``Prednisolone day 3 of 29``; after its last day, since when its calendar is over. Each open treatment."""
    today = timezone.localdate()
    return {child: "; ".join(_line(run, today) for run in open_) for child, open_ in _open(children).items()}


def _line(run: Run, today: date) -> str:
    plan: Plan | None = next((one for one in run.plans.all() if one.in_force), None)
    name = _DOSE.sub("", run.title.split(",")[0].split(" (")[0])
    if plan is None or plan.moved:
        return f"{name}: {_lacking(run, today)}"
    if run.first_dose_at is None:
        return f"{name}: first dose not given"
    if today > plan.last_day:
        return f"{name}: calendar ended {day(plan.last_day)}"
    return f"{name} day {(today - run.start).days + 1} of {(plan.last_day - run.start).days + 1}"
