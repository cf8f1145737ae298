"""Class the cause; answer whether a treatable cause is open, suspected, excluded or confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from westward.care.causes import Cause, treatable
from westward.care.workup import first_tier_open
from westward.program.acts import InvalidActError, Told
from westward.program.etiology import queries, standing
from westward.program.etiology.actions.base import fits, locked_child, one_of, opened, reason_of
from westward.program.etiology.choices import CauseKind, TestKind, TreatableState
from westward.program.etiology.models import Classed, TreatableAnswer
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class AssignCause(ChildAct[Classed]):
    """Class the cause on the evidence of the chart; the class before stays as a version.

    ``unknown`` is a finding of the work-up: it needs the whole first tier, or a reason that says why not.

    Attributes
    ----------
    words : str
        The cause itself, such as a gene or a lesion.
    evidence : sequence of str
        Ids of results, examinations and features of this child: ``result:3``, ``imaging:2``, ``feature:7``.
    seen : int
        Key of the class in force that was on the page; 0 if there was none.
    incomplete_reason : str
        Why the cause is called unknown although the first tier is not complete.
    """

    verb = "etiology.classify"
    cause: str
    reason: str
    words: str = ""
    evidence: Sequence[str] = ()
    seen: int = 0
    incomplete_reason: str = ""

    def validate(self) -> None:
        """A class that exists, evidence of this child, a first tier that bears ``unknown`` out."""
        one_of(self.cause, CauseKind.values, "class of cause")
        fits(self.words, "the cause", most=200)
        known = {one.id for one in queries.evidence(self.child)}
        for key in self.evidence:
            if key not in known:
                raise InvalidActError(f"{key!r} is no evidence in this chart")
        if self.cause == Cause.UNKNOWN:
            self._unknown()
        elif not self.evidence:
            raise InvalidActError("a class of cause needs the evidence it rests on")

    def _unknown(self) -> None:
        opened(self.child)
        steps = [one.step for one in standing.of(self.child, on=timezone.localdate())]
        missing = first_tier_open(steps)
        if missing and not self.incomplete_reason.strip():
            named = ", ".join(TestKind(test).label for test in missing)
            raise InvalidActError(f"unknown needs the whole first tier; no result of {named}")

    def write(self) -> tuple[Classed, Told]:
        """The version."""
        locked_child(self.child)
        last = queries.cause(self.child)
        if (last.pk if last else 0) != self.seen:
            raise InvalidActError("the cause was classed since you opened the page; read it again")
        reason = reason_of(self.reason, "a class of cause")
        if self.incomplete_reason.strip():
            reason = fits(f"{reason} First tier incomplete: {self.incomplete_reason}", "the reason")
        now = timezone.now()
        if last is not None:
            last.superseded_at = now
            last.save(update_fields=["superseded_at"])
        classed = Classed.objects.create(
            child=self.child,
            number=self.child.causes.count() + 1,
            cause=self.cause,
            words=" ".join(self.words.split()),
            evidence=list(dict.fromkeys(self.evidence)),
            reason=reason,
            by=self.user,
            at=now,
        )
        detail = {
            "cause": self.cause,
            "number": classed.number,
            "evidence": classed.evidence,
            "incomplete": bool(self.incomplete_reason.strip()),
        }
        return classed, self.told(f"cause:{classed.pk}", detail)


@dataclass(frozen=True, kw_only=True)
class AnswerTreatable(ChildAct[TreatableAnswer]):
    """Say where a treatable cause stands, and on what that rests."""

    verb = "etiology.treatable"
    cause: str
    state: str
    why: str

    def validate(self) -> None:
        """A cause of the list, a state, a reason."""
        one_of(self.cause, [fact.key.partition(".")[2] for fact in treatable()], "treatable cause of the list")
        one_of(self.state, TreatableState.values, "state")

    def write(self) -> tuple[TreatableAnswer, Told]:
        """The answer."""
        answer = TreatableAnswer.objects.create(
            child=self.child,
            cause=self.cause,
            state=self.state,
            why=reason_of(self.why, "an answer on a treatable cause"),
            by=self.user,
            at=timezone.now(),
        )
        return answer, self.told(detail={"treatable": self.cause, "state": self.state})
