"""What the search for the cause tells the board and the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.care.workup import Progress, Test
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.diagnosis.models import Decision
from westward.program.etiology import queries, standing
from westward.program.etiology.choices import CauseKind
from westward.program.etiology.diagnosed import diagnosed, unwritten
from westward.program.etiology.models import Classed, Imaging, Workup
from westward.program.etiology.standing import Standing
from westward.program.people.marks import Mark, Meaning, NextAct, Track, end_of
from westward.program.people.models import Child
from westward.program.people.reading import charts, once
from westward.program.shell.values import sheet as site_sheet

RANK = 60


TABLES = (Decision, Workup, Classed)
"""Of a child with a row in none of these nothing is told."""


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """None: the search knows no milestone of the clocks."""
    return {}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """What the search waits for, each with its day and the role that does it; nothing of a silent chart."""
    on = timezone.localtime(now).date()
    alive = [child for child in charts(children).values() if not child.silent(on)]
    steps = standing.many(alive, on=on)
    keys = [child.pk for child in alive]
    days = diagnosed([key for key in keys if key not in steps])
    letters = unwritten(keys)
    sign = timedelta(days=site_sheet("letters").integer("due.sign_d"))
    classed = _classed(keys)
    scans: dict[int, list[Imaging]] = {}
    for scan in Imaging.objects.filter(child__in=list(steps), kind="mri", withdrawn_at=None):
        scans.setdefault(scan.child_id, []).append(scan)
    told: dict[int, list[NextAct]] = {}
    for child in alive:
        acts = list(_acts(child, steps.get(child.pk), days.get(child.pk)))
        if child.pk in letters:
            address = reverse("child-letters", args=[child.pk])
            due = letters[child.pk] + sign
            acts.append(_act(child, "Draft letter: diagnosis", due, Role.COORDINATOR, rank=RANK - 1, address=address))
        repeat = standing.repeat_of_mri(child, scans.get(child.pk, ())) if child.pk in steps else None
        if repeat is not None:
            acts.append(_act(child, "Repeat the MRI", repeat[0], Role.PHYSICIAN, rank=RANK + 8))
        if child.pk in steps and child.pk not in classed and _complete(steps[child.pk]):
            acts.append(_act(child, "Class the cause", None, Role.PHYSICIAN, rank=RANK + 7))
        if acts:
            told[child.pk] = acts
    return told


def _acts(child: Child, steps: tuple[Standing, ...] | None, diagnosed_on: date | None) -> Iterator[NextAct]:
    if steps is None:
        if diagnosed_on is not None:
            yield _act(child, "Open the search for the cause", diagnosed_on, Role.PHYSICIAN, rank=RANK)
        return
    for one in steps:
        if one.step.progress in (Progress.DUE, Progress.OVERDUE):
            words, role, rank = _to_do(one)
            yield _act(child, words, one.step.due, role, rank=rank)
        elif one.to_ship:
            first = min(timezone.localtime(s.collected_at).date() for s in one.to_ship)
            yield _act(child, f"Ship the sample: {one.label.lower()}", first, Role.NURSE, rank=RANK + 4)
        elif one.report_by is not None:
            yield _act(
                child, f"Report expected: {one.label.lower()}", one.report_by, Role.GENETIC_COUNSELOR, rank=RANK + 5
            )
        if one.tell_by is not None:
            yield _act(child, f"Tell the family: {one.label.lower()}", one.tell_by, Role.PHYSICIAN, rank=RANK + 3)


def _to_do(one: Standing) -> tuple[str, Role, int]:
    name = one.label if one.label == "MRI" else one.label.lower()
    if one.step.test is Test.EXAMINATION:
        return "Record the examination", Role.PHYSICIAN, RANK + 1
    if one.order is None:
        return f"Order {name}", Role.PHYSICIAN, RANK + 1
    if one.step.test is Test.MRI:
        return "MRI to be done", Role.COORDINATOR, RANK + 2
    if one.consent_missing:
        return f"Ask consent: {name}", Role.GENETIC_COUNSELOR, RANK + 2
    return f"Collect the sample: {name}", Role.NURSE, RANK + 2


def _act(child: Child, words: str, due: date | None, role: Role, *, rank: int, address: str = "") -> NextAct:
    return NextAct(
        words=words,
        due=end_of(due) if due else None,
        owner=role.label,
        address=address or reverse("child-cause", args=[child.pk]),
        rank=rank,
    )


def _complete(steps: Sequence[Standing]) -> bool:
    return all(one.step.progress in (Progress.RESULTED, Progress.NOT_NEEDED) for one in steps)


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Examinations, reports and the class of the cause, each on its day."""
    page = reverse("child-cause", args=[child.pk])
    found = [
        Mark(
            at=one.on,
            track=Track.CAUSE,
            words=f"{one.get_kind_display()}: {one.get_outcome_display().lower()}",
            address=page,
        )
        for one in child.imagings.filter(withdrawn_at=None)
    ]
    for order in queries.orders([child.pk]).filter(canceled_at=None):
        for result in order.results.all():
            if result.superseded_by_id is None:
                words = f"{order.get_test_display()}: {result.get_finding_display().lower()}"
                found.append(Mark(at=result.reported_on, track=Track.CAUSE, words=words, address=page))
    for classed in child.causes.all():
        words = f"Cause: {CauseKind(classed.cause).label.lower()}" + (f" ({classed.words})" if classed.words else "")
        day = timezone.localtime(classed.at).date()
        found.append(Mark(at=day, track=Track.CAUSE, words=words, address=page, meaning=Meaning.DONE))
    return found


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """The class of the cause in force; nothing while there is none."""
    return {
        child: f"cause: {CauseKind(one.cause).label.lower()}" + (f", {one.words}" if one.words else "")
        for child, one in _classed(children).items()
    }


@once
def _classed(children: Sequence[int]) -> dict[int, Classed]:
    """The class in force of each child that has one."""
    return {one.child_id: one for one in Classed.objects.filter(child__in=children, superseded_at=None)}
