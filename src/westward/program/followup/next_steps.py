"""The facts of a chart as the rule of the next step asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.escalation import Situation, free_at_7, next_steps, responded_at_14
from westward.evidence.protocol import Protocol
from westward.program.etiology.choices import ImagingOutcome, Side
from westward.program.etiology.models import ImagingFinding
from westward.program.followup import queries
from westward.program.followup.queries import Judged
from westward.program.people.models import Child
from westward.program.shell.values import sheet
from westward.program.treatment.choices import StopReason
from westward.program.treatment.hooks import Proposed
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import newest_plan, safety_answers


def proposed(child: Child) -> Sequence[Proposed]:
    """Proposals for each open run whose first dose was given."""
    return proposed_for(child, queries.judged(child, on=timezone.localdate()))


def proposed_for(child: Child, judged: Sequence[Judged]) -> Sequence[Proposed]:
    """The same from a response that was judged already."""
    facts = safety_answers(child)
    rules = sheet("escalation")
    lesion = focal_lesion(child)
    referred = child.surgery_referrals.exists()
    found = []
    for one in judged:
        if not one.run.open:
            continue
        earlier = [other for other in judged if other.run.pk != one.run.pk and other.course.start <= one.course.start]
        plan, protocol = newest_plan(one.run), protocol_of(one.run)
        taken = {branch["branch"] for branch in plan.branches} if plan else set()
        situation = Situation(
            protocol=one.run.protocol,
            kinds=_kinds(protocol),
            tried=frozenset(kind for other in earlier for kind in _kinds(protocol_of(other.run))),
            day=one.day,
            free_at_7=free_at_7(one.course),
            responded_at_14=responded_at_14(one.course),
            branches=tuple(branch for branch in protocol.branches if branch.id not in taken),
            failures=sum(failed(other) for other in (*earlier, one)),
            focal_lesion=lesion,
            tuberous_sclerosis=facts.get("tuberous_sclerosis", Answer.UNKNOWN),
            relapsed=one.relapse is not None,
            surgery_referred=referred,
            sheet=rules,
        )
        found.append(Proposed(one.run, one.day, next_steps(situation)))
    return found


def failed(one: Judged) -> bool:
    """Whether a treatment did not work: ended for that, or no response by video-EEG or witness, or a relapse."""
    return (
        one.run.stop_reason == StopReason.FAILURE or responded_at_14(one.course) is Answer.NO or one.relapse is not None
    )


def focal_lesion(child: Child) -> Answer:
    """Whether imaging shows a lesion on one side; unknown without an examination that can be read."""
    lesions = sheet("escalation")["surgery.lesions"].value
    standing = child.imagings.filter(withdrawn_at=None)
    seen = ImagingFinding.objects.filter(
        imaging__in=standing, lesion__in=list(lesions) if isinstance(lesions, tuple) else [], side__in=_ONE_SIDE
    )
    if seen.exists():
        return Answer.YES
    readable = standing.filter(outcome__in=(ImagingOutcome.NORMAL, ImagingOutcome.ABNORMAL))
    return Answer.NO if readable.exists() else Answer.UNKNOWN


_ONE_SIDE = (Side.LEFT, Side.RIGHT)


def _kinds(protocol: Protocol) -> frozenset[str]:
    return frozenset(course.kind for course in protocol.courses)
