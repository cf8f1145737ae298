"""Reads of treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from westward.care.answer import Answer
from westward.evidence import shelf
from westward.evidence.protocol import USABLE, Protocol
from westward.evidence.status import Status
from westward.program.etiology.queries import tuberous_sclerosis
from westward.program.people.models import Child
from westward.program.shell.values import steps
from westward.program.treatment import wording
from westward.program.treatment.choices import OPEN, StopReason
from westward.program.treatment.expiry import latest as latest_bottles
from westward.program.treatment.models import Approval, Bottle, CheckDone, Measurement, Plan, Run

NEEDED = 2
"""Signatures under a version before it is used."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A shipped protocol, with the values of this site in its empty steps, and its approvals at this program.

    Attributes
    ----------
    texts : mapping of str to str
        What is approved, and what a run keeps.
    """

    protocol: Protocol
    texts: Mapping[str, str]
    digest: str
    approvals: tuple[Approval, ...]

    @property
    def local(self) -> bool:
        """Whether values of this site are part of it."""
        return any(name.startswith(shelf.LOCAL) for name in self.texts)

    @property
    def approved(self) -> bool:
        """Whether two different people have signed this very text."""
        return len({approval.by_id for approval in self.approvals}) >= NEEDED

    @property
    def usable(self) -> bool:
        """Whether it may be ordered: approved here, or every dose outside its branches is sourced."""
        steps = (step for course in self.protocol.courses for step in course.steps if not step.branch)
        return self.approved or all(step.status in USABLE for step in steps)

    @property
    def status(self) -> Status:
        """Its weakest step."""
        return self.protocol.status


def shelved(name: str) -> Shelved:
    """One shipped protocol; raises InputError if there is none."""
    kept = shelf.texts(name, steps())
    digest = shelf.digest(kept)
    signed = Approval.objects.filter(protocol=name, digest=digest, withdrawn_at=None).select_related("by")
    return Shelved(_protocol(name, kept), kept, digest, tuple(signed.order_by("at")))


def all_shelved() -> tuple[Shelved, ...]:
    """Every shipped protocol, in alphabetical order."""
    signed: dict[str, list[Approval]] = {}
    for approval in Approval.objects.filter(withdrawn_at=None).select_related("by").order_by("at"):
        signed.setdefault(approval.digest, []).append(approval)
    found, own = [], steps()
    for name in shelf.names():
        kept = shelf.texts(name, own)
        digest = shelf.digest(kept)
        found.append(Shelved(_protocol(name, kept), kept, digest, tuple(signed.get(digest, ()))))
    return tuple(found)


def _protocol(name: str, kept: Mapping[str, str]) -> Protocol:
    """With the site's values where there are any; the shipped one is read once."""
    return shelf.from_texts(name, kept) if any(key.startswith(shelf.LOCAL) for key in kept) else shelf.load(name)


def runs(child: Child) -> QuerySet[Run]:
    """Runs of a child with plans, latest first."""
    answered = CheckDone.objects.select_related("by", "decided_by")
    plans = Plan.objects.select_related("made_by", "signed_by", "checked_by").order_by("-number")
    return child.runs.select_related("ordered_by").prefetch_related(
        Prefetch("plans", queryset=plans, to_attr="versions"),
        "bottles",
        "teach_backs",
        "missed",
        Prefetch("checks_done", queryset=answered),
    )


def open_runs(child: Child) -> QuerySet[Run]:
    """Runs that are neither stopped nor completed."""
    return child.runs.filter(state__in=OPEN)


def predecessor(child: Child) -> Run | None:
    """The last treatment that was ended for failure or for another to follow, as long as none does."""
    ended = child.runs.filter(stop_reason__in=(StopReason.FAILURE, StopReason.SWITCH), followed_by=None)
    return ended.order_by("-stopped_on", "-pk").first()


def first_doses(children: Iterable[int]) -> dict[int, date]:
    """Day of the very first dose of each child that was given one."""
    found: dict[int, date] = {}
    given = Run.objects.filter(child__in=children, first_dose_at__isnull=False).order_by("first_dose_at")
    for child, at in given.values_list("child_id", "first_dose_at"):
        if at is not None:
            found.setdefault(child, timezone.localtime(at).date())
    return found


def plan_in_force(run: Run) -> Plan | None:
    """The signed and checked plan that is not voided."""
    return (
        run.plans.filter(signed_at__isnull=False, checked_at__isnull=False, voided_at=None).order_by("-number").first()
    )


def newest_plan(run: Run) -> Plan | None:
    """The latest plan, signed or not."""
    return run.plans.order_by("-number").first()


def waiting_plan(run: Run) -> Plan | None:
    """The plan that waits for a signature or a check; None if there is none."""
    newest = newest_plan(run)
    return newest if newest is not None and newest.waits else None


def agreed_plan(run: Run) -> Plan | None:
    """The last plan that ever came into force, void or not: what was to be given on the days that have passed."""
    return run.plans.filter(signed_at__isnull=False, checked_at__isnull=False).order_by("-number").first()


def agreed_of(versions: Iterable[Plan]) -> Plan | None:
    """The same as :func:`agreed_plan` of plans that were read already, newest first."""
    return next((one for one in versions if one.agreed), None)


def standing_plan(run: Run) -> Plan | None:
    """What a next plan rests on: the last one that ever came into force, else the last one not turned down.

    What was turned down, or never signed, is no part of the treatment.
    """
    return standing_of(run.plans.order_by("-number"))


def standing_of(versions: Iterable[Plan]) -> Plan | None:
    """The same as :func:`standing_plan` of plans that were read already, newest first."""
    versions = list(versions)
    return agreed_of(versions) or next((one for one in versions if one.voided_at is None), None)


def branches_taken(run: Run, versions: Sequence[Plan] | None = None) -> frozenset[str]:
    """Steps of the protocol that were taken, or wait for a signature; one that was turned down is open again."""
    versions = list(run.plans.order_by("-number")) if versions is None else versions
    plans = (standing_of(versions), *(one for one in versions[:1] if one.waits))
    return frozenset(one["branch"] for plan in plans if plan is not None for one in plan.branches)


def approved_text(protocol: str, texts: Mapping[str, str]) -> bool:
    """Whether two different people stand for this very text of a protocol now."""
    signed = Approval.objects.filter(protocol=protocol, digest=shelf.digest(texts), withdrawn_at=None)
    return len(set(signed.values_list("by", flat=True))) >= NEEDED


def latest(child: Child, kind: str) -> Measurement | None:
    """The latest measurement of a kind, doubted or not."""
    return child.measurements.filter(kind=kind).order_by("-on", "-pk").first()


def latest_usable(child: Child, kind: str, *, until: date | None = None) -> Measurement | None:
    """The latest measurement of a kind that may be dosed by, on or before a day if one is given."""
    found = child.measurements.filter(kind=kind).order_by("-on", "-pk")
    if until is not None:
        found = found.filter(on__lte=until)
    return next((one for one in found if one.usable), None)


def safety_answers(child: Child) -> dict[str, Answer]:
    """The answers in force; a diet that stands and a cause that was found answer for themselves."""
    found: dict[str, Answer] = {}
    for one in child.safety_answers.order_by("at", "pk"):
        found[one.fact] = Answer(one.answer)
    if child.diets.filter(stopped_on=None, superseded_by=None).exists():
        found["ketogenic_diet"] = Answer.YES
    if tuberous_sclerosis(child):
        found["tuberous_sclerosis"] = Answer.YES
    return found


def bottles(run: Run) -> dict[str, Bottle]:
    """The latest bottle of each drug."""
    return latest_bottles(run.bottles.all())


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A check of the calendar with its answer, if it has one."""

    run: Run
    on: date
    check: dict[str, Any]
    done: CheckDone | None

    def overdue(self, today: date) -> bool:
        """Whether its day has passed without an answer."""
        return self.done is None and self.on < today


def checks(run: Run, plan: Plan | None) -> tuple[DueCheck, ...]:
    """Every check of a plan in time, up to the day a run was stopped; those after the end stay."""
    if plan is None:
        return ()
    done = {(one.check_id, one.due_on): one for one in run.checks_done.all()}
    found: list[DueCheck] = []
    for day in plan.document["days"]:
        on = date.fromisoformat(day["date"])
        found.extend(
            DueCheck(run, on, check, done.get((check["id"], on)))
            for check in day["checks"]
            if run.stopped_on is None or on <= run.stopped_on
        )
    return tuple(found)


def reviewed(language: str) -> bool:
    """Whether the family's words in a language may carry doses: the original, or a reviewed translation."""
    if language == wording.ORIGINAL:
        return True
    return Approval.objects.filter(
        protocol=wording.name(language), digest=wording.digest(language), withdrawn_at=None
    ).exists()


def treatments(protocols: Iterable[Protocol]) -> frozenset[str]:
    """Kinds and drugs that would be given together."""
    return frozenset(code for one in protocols for course in one.courses for code in (course.kind, course.drug))
