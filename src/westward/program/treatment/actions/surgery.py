"""Surgery: refer, answer the checklist, note the conference, record operation and outcome. Never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from westward.care.answer import Answer
from westward.evidence.loader import load
from westward.look.words import day
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.actions.base import need_words
from westward.program.treatment.choices import Finding, OperationKind, OutcomeClass, ReferralReason
from westward.program.treatment.models import Candidacy, Conference, Operation, SurgeryOutcome, SurgeryReferral


def _past(on: date, birth: date, what: str) -> None:
    if not birth <= on <= timezone.localdate():
        raise InvalidActError(f"{what} on {on} cannot be")


@dataclass(frozen=True, kw_only=True)
class ReferToSurgery(ChildAct[SurgeryReferral]):
    """Open a surgical referral; its clock runs to the conference. Treatment goes on."""

    verb = "treatment.surgery"
    reason: str
    words: str = ""

    def validate(self) -> None:
        """A reason; one referral at a time; a chart that is open."""
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("the chart is closed; nothing is opened")
        if self.reason not in ReferralReason.values:
            raise InvalidActError(f"{self.reason!r} is no reason; known: {', '.join(ReferralReason.values)}")
        if self.reason == ReferralReason.OTHER:
            need_words(self.words, "why surgery is thought of")
        if self.child.surgery_referrals.filter(closed_at=None).exists():
            raise InvalidActError("a surgical referral is open already")

    def write(self) -> tuple[SurgeryReferral, Told]:
        """The referral."""
        due = timezone.localdate() + timedelta(days=load("escalation").integer("due.surgery_d"))
        made = SurgeryReferral.objects.create(
            child=self.child,
            reason=self.reason,
            words=self.words.strip()[:300],
            due_on=due,
            opened_by=self.user,
            opened_at=timezone.now(),
        )
        return made, self.told(detail={"reason": self.reason, "surgery_referral": made.pk})


@dataclass(frozen=True, kw_only=True)
class CloseSurgeryReferral(ChildAct[SurgeryReferral]):
    """Close it without a conference, with the reason."""

    verb = "treatment.surgery"
    referral: SurgeryReferral
    why: str

    def validate(self) -> None:
        """Open, of this child."""
        if self.referral.child_id != self.child.pk or self.referral.closed_at is not None:
            raise InvalidActError("this referral is closed already")
        need_words(self.why, "why the referral is closed")

    def write(self) -> tuple[SurgeryReferral, Told]:
        """The referral, closed."""
        _close(self.referral, self)
        return self.referral, self.told(detail={"surgery_referral": self.referral.pk, "closed": True})


def _close(referral: SurgeryReferral, act: CloseSurgeryReferral | RecordConference) -> None:
    why = act.why if isinstance(act, CloseSurgeryReferral) else f"conference on {day(act.on)}"
    referral.closed_at, referral.closed_by, referral.closed_why = timezone.now(), act.user, why.strip()[:300]
    referral.save(update_fields=["closed_at", "closed_by", "closed_why"])


@dataclass(frozen=True, kw_only=True)
class AnswerCandidacy(ChildAct[list[Candidacy]]):
    """Answers of the checklist; earlier ones stay as history."""

    verb = "treatment.surgery"
    answers: Mapping[str, tuple[str, str]]

    def validate(self) -> None:
        """Items and answers that exist."""
        if not self.answers:
            raise InvalidActError("nothing was answered")
        for item, (answer, _) in self.answers.items():
            if item not in Finding.values or answer not in set(Answer):
                raise InvalidActError(f"{item!r} {answer!r} is no answer of the checklist")

    def write(self) -> tuple[list[Candidacy], Told]:
        """The answers."""
        now = timezone.now()
        made = [
            Candidacy.objects.create(
                child=self.child, item=item, answer=answer, words=words.strip()[:300], by=self.user, at=now
            )
            for item, (answer, words) in self.answers.items()
        ]
        return made, self.told(detail={"items": sorted(self.answers)})


@dataclass(frozen=True, kw_only=True)
class RecordConference(ChildAct[Conference]):
    """What the conference said; an open referral has then reached its end."""

    verb = "treatment.surgery"
    on: date
    present: str
    note: str
    plan: str

    def validate(self) -> None:
        """Who was there, what was said, what follows."""
        _past(self.on, self.child.birth_date, "a conference")
        need_words(self.present, "who was present")
        need_words(self.note, "what was said")
        need_words(self.plan, "what follows")

    def write(self) -> tuple[Conference, Told]:
        """The note."""
        made = Conference.objects.create(
            child=self.child,
            on=self.on,
            present=self.present.strip()[:300],
            note=self.note.strip(),
            plan=self.plan.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        open_ = self.child.surgery_referrals.filter(closed_at=None).first()
        if open_ is not None:
            _close(open_, self)
        return made, self.told(detail={"conference": made.pk})


@dataclass(frozen=True, kw_only=True)
class RecordOperation(ChildAct[Operation]):
    """An operation that was done."""

    verb = "treatment.surgery"
    kind: str
    side: str
    on: date
    place: str = ""
    words: str = ""
    pathology: str = ""

    def validate(self) -> None:
        """A kind and a side that exist, not in the future."""
        if self.kind not in OperationKind.values or self.side not in ("left", "right", "both"):
            raise InvalidActError(f"{self.kind!r} on {self.side!r} is no operation that is recorded")
        if self.kind == OperationKind.OTHER:
            need_words(self.words, "what was done")
        _past(self.on, self.child.birth_date, "an operation")

    def write(self) -> tuple[Operation, Told]:
        """The operation."""
        made = Operation.objects.create(
            child=self.child,
            kind=self.kind,
            side=self.side,
            on=self.on,
            place=self.place.strip()[:120],
            words=self.words.strip()[:300],
            pathology=self.pathology.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"operation": made.pk, "kind": self.kind})


@dataclass(frozen=True, kw_only=True)
class RecordSurgeryOutcome(ChildAct[SurgeryOutcome]):
    """The outcome class on a day after the operation."""

    verb = "treatment.surgery"
    operation: Operation
    on: date
    outcome: str
    words: str = ""

    def validate(self) -> None:
        """After the operation, a class that exists."""
        if self.operation.child_id != self.child.pk:
            raise InvalidActError("this operation is of another child")
        if self.outcome not in OutcomeClass.values:
            raise InvalidActError(f"{self.outcome!r} is no outcome class; known: {', '.join(OutcomeClass.values)}")
        if not self.operation.on < self.on <= timezone.localdate():
            raise InvalidActError(f"an outcome on {day(self.on)} cannot be: it follows the operation")

    def write(self) -> tuple[SurgeryOutcome, Told]:
        """The outcome."""
        made = SurgeryOutcome.objects.create(
            operation=self.operation,
            on=self.on,
            outcome=self.outcome,
            words=self.words.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"operation": self.operation.pk, "outcome": self.outcome})
