"""The facts of a chart as the rule of the next step asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from westward.care.answer import Answer
from westward.care.escalation import Situation, answered, free_at_7, next_steps, responded_at_14
from westward.care.failure import Failure, Ground, failure, not_free_since
from westward.evidence.protocol import Protocol
from westward.program.diagnosis.models import Read
from westward.program.etiology.choices import ImagingOutcome, Side
from westward.program.etiology.models import ImagingFinding
from westward.program.followup import queries
from westward.program.followup.queries import Judged
from westward.program.people.models import Child
from westward.program.shell.values import sheet
from westward.program.treatment.choices import StopReason
from westward.program.treatment.hooks import Established, Proposed
from westward.program.treatment.models import Diet, Operation
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import branches_taken, open_runs, safety_answers


def proposed(child: Child) -> Sequence[Proposed]:
    """Proposals for each run whose first dose was given: open, or ended, failed or relapsed, and nothing after it."""
    return proposed_for(child, queries.judged(child, on=timezone.localdate()))


def proposed_for(child: Child, judged: Sequence[Judged]) -> Sequence[Proposed]:
    """The same from a response that was judged already."""
    facts = safety_answers(child)
    rules = sheet("escalation")
    lesion = lesion_seen(child)
    referred = child.surgery_referrals.exists()
    other = others_on([child.pk]).get(child.pk)
    found = []
    for one in judged:
        waits = _waits(one, judged)
        if not one.run.open and not waits:
            continue
        earlier = [other for other in judged if other.run.pk != one.run.pk and other.course.start <= one.course.start]
        protocol, taken = protocol_of(one.run), branches_taken(one.run)
        failures = sorted(day for day in map(failed_on, (*earlier, one)) if day is not None)
        mine = failed_by(one)
        situation = Situation(
            protocol=one.run.protocol,
            kinds=kinds(protocol),
            tried=frozenset(kind for other in earlier for kind in kinds(protocol_of(other.run))),
            day=one.day,
            free_at_7=free_at_7(one.course),
            responded_at_14=responded_at_14(one.course),
            branches=tuple(branch for branch in protocol.branches if branch.id not in taken),
            failures=len(failures),
            focal_lesion=lesion.answer,
            tuberous_sclerosis=facts.get("tuberous_sclerosis", Answer.UNKNOWN),
            relapsed=one.relapse is not None,
            ended=waits,
            answered=answered(one.course, failed_on=mine.on if mine else None, other_on=other, sheet=rules),
            surgery_referred=referred,
            started_on=one.course.start,
            not_free_on=not_free_since(one.course),
            seen=tuple(day for day in range(1, one.day + 1) if one.course.count(day)),
            failed_on=mine.on if mine else None,
            surgery_since=_surgery_since(lesion.on, failures, rules.integer("surgery.failures")),
            sheet=rules,
        )
        proposals = next_steps(situation)
        shown = _established(mine, one) if mine else None
        found.append(Proposed(run=one.run, day=one.day, proposals=proposals, failed=shown))
    return found


def others_on(children: Sequence[int]) -> dict[int, date]:
    """First day of the diet in force or day of the last operation, whichever was later; absent without either."""
    if not children:
        return {}
    diets = Diet.objects.filter(child__in=children, stopped_on=None, superseded_by=None, checked_at__isnull=False)
    found: dict[int, date] = {}
    for key, day in (*diets.values_list("child", "start"), *_operations(children)):
        found[key] = max(day, found.get(key, day))
    return found


def _operations(children: Sequence[int]) -> Sequence[tuple[int, date]]:
    return list(Operation.objects.filter(child__in=children).values_list("child", "on"))


def _waits(one: Judged, judged: Sequence[Judged]) -> bool:
    """Whether it ended, failed or with a relapse since, was the last one given, and nothing is ordered after it."""
    if one.run.open or not (one.run.stop_reason == StopReason.FAILURE or one.relapse is not None):
        return False
    later = any(other.course.start > one.course.start for other in judged)
    return not later and not open_runs(one.run.child).exists()


def failed_by(one: Judged) -> Failure | None:
    """What established that a treatment does not work; None as long as nothing did."""
    ended = one.run.stopped_on if one.run.stop_reason == StopReason.FAILURE else None
    return failure(one.course, relapse=one.relapse, ended_on=ended)


def failed_on(one: Judged) -> date | None:
    """The day of it."""
    found = failed_by(one)
    return found.on if found else None


def _surgery_since(lesion: date | None, failures: Sequence[date], needed: int) -> date | None:
    """The earlier of the lesion seen and the failure that makes the number full."""
    full = failures[needed - 1] if len(failures) >= needed else None
    return min((day for day in (lesion, full) if day is not None), default=None)


def _established(found: Failure, one: Judged) -> Established:
    child = one.run.child_id
    if found.eeg is not None and found.eeg.source:
        read = Read.objects.select_related("reader").get(pk=int(found.eeg.source.partition(":")[2]))
        words = f"{found.ground.value}, read by {read.reader.name}"
        address = reverse("eeg-study", args=[child, read.study_id])
        return Established(on=found.on, words=words, source=read.audit_id, address=address)
    told = found.ground in (Ground.WITNESS, Ground.LATER, Ground.RELAPSE)
    words = f"{found.ground.value}, as the family told" if told else f"{found.ground.value}: {one.run.stop_words}"
    address = reverse("child-response" if told else "child-treatment", args=[child])
    return Established(on=found.on, words=words.rstrip(": "), source=one.run.audit_id, address=address)


@dataclass(frozen=True, slots=True)
class Lesion:
    """Whether imaging shows a lesion on one side, since when, and on which examination."""

    answer: Answer
    on: date | None = None
    finding: ImagingFinding | None = None


def lesion_seen(child: Child) -> Lesion:
    """The first lesion on one side with the day of its report; unknown without an examination that can be read."""
    standing = child.imagings.filter(withdrawn_at=None)
    one = Child.objects.filter(pk=child.pk)
    seen = lesions(one).select_related("imaging").order_by("imaging__reported_on", "pk").first()
    if seen is not None:
        return Lesion(Answer.YES, seen.imaging.reported_on, seen)
    readable = standing.filter(outcome__in=(ImagingOutcome.NORMAL, ImagingOutcome.ABNORMAL))
    return Lesion(Answer.NO if readable.exists() else Answer.UNKNOWN)


def lesion_kinds() -> frozenset[str]:
    """Lesions that open a surgical referral (``evidence/escalation.toml``)."""
    wanted = sheet("escalation")["surgery.lesions"].value
    return frozenset(map(str, wanted)) if isinstance(wanted, tuple) else frozenset()


def lesions(children: QuerySet[Child]) -> QuerySet[ImagingFinding]:
    """Findings on one side of those that open a surgical referral, of examinations that stand."""
    return ImagingFinding.objects.filter(
        imaging__child__in=children,
        imaging__withdrawn_at=None,
        lesion__in=lesion_kinds(),
        side__in=ONE_SIDE,
    )


STANDARD = frozenset({"hormone", "vigabatrin"})
"""Mechanisms of the standard drugs."""

ONE_SIDE = (Side.LEFT, Side.RIGHT)


def kinds(protocol: Protocol) -> frozenset[str]:
    """Mechanisms that a protocol gives."""
    return frozenset(course.kind for course in protocol.courses)
