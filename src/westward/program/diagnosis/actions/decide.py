"""Answer what is asked before the diagnosis, decide it, revise it, and record the day of the first treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from westward.care.criteria import Outcome as Criteria
from westward.core.errors import UsageError
from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis import standing
from westward.program.diagnosis.actions.base import hold, need_reason, not_future, open_chart
from westward.program.diagnosis.choices import Outcome, Part
from westward.program.diagnosis.models import Assessment, Decision, FirstTreatment
from westward.program.diagnosis.rules.questions import check_answers
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child


@dataclass(frozen=True, kw_only=True)
class Assess(ChildAct[Assessment]):
    """Store the answers of one part; earlier ones stay.

    Attributes
    ----------
    onset_earliest, onset_latest : date or None
        First and last day on which the first spasm may have been; with the history only.
    """

    verb = "diagnosis.assess"
    part: str
    answers: Mapping[str, str] = field(default_factory=dict)
    onset_earliest: date | None = None
    onset_latest: date | None = None
    words: str = ""

    def validate(self) -> None:
        """Questions and answers of the list; an onset that can be."""
        open_chart(self.child)
        try:
            check_answers(self.part, self.answers)
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        first, last = self.onset_earliest, self.onset_latest
        if (first is None) != (last is None):
            raise InvalidActError("the first spasm needs two days: the earliest and the latest it may have been")
        if first is not None and last is not None:
            if self.part != Part.HISTORY:
                raise InvalidActError("the day of the first spasm belongs to the history")
            not_future(last, "the first spasm")
            if not self.child.birth_date <= first <= last:
                raise InvalidActError("the first spasm lies before the birth, or its two days are the wrong way round")

    def write(self) -> tuple[Assessment, Told]:
        """The answers."""
        stored = Assessment.objects.create(
            child=self.child,
            part=self.part,
            answers=check_answers(self.part, self.answers),
            onset_earliest=self.onset_earliest,
            onset_latest=self.onset_latest,
            words=self.words.strip(),
            stored_by=self.user,
            stored_at=timezone.now(),
        )
        return stored, self.told(f"assessment:{stored.pk}", {"part": self.part})


@dataclass(frozen=True, kw_only=True)
class Decide(ChildAct[Decision]):
    """The physician's decision, with the criteria as they stand stored whole.

    The criteria inform and do not bind: what is decided against them needs words.
    """

    verb = "diagnosis.decide"
    outcome: str
    on: date
    words: str = ""

    def validate(self) -> None:
        """An outcome of the list, a day that can be, no decision yet."""
        check_decision(self.child, self.outcome, self.on, self.words)
        if standing.decision(self.child) is not None:
            raise InvalidActError("there is a decision already; revise it with a reason")

    def write(self) -> tuple[Decision, Told]:
        """The decision."""
        return self.decided(revises=None, reason="")

    def decided(self, *, revises: Decision | None, reason: str) -> tuple[Decision, Told]:
        """The row."""
        decision = Decision.objects.create(
            child=self.child,
            outcome=self.outcome,
            on=self.on,
            words=self.words.strip(),
            judgment=judgment_of(self.child),
            decided_by=self.user,
            decided_at=timezone.now(),
            reason=reason,
            revises=revises,
        )
        return decision, self.told(decision.audit_id, {"outcome": self.outcome})


@dataclass(frozen=True, kw_only=True)
class Revise(Decide):
    """A new decision in place of the one in force, with a reason; both stay."""

    verb = "diagnosis.revise"
    reason: str = ""

    def validate(self) -> None:
        """A decision to revise, and a reason."""
        check_decision(self.child, self.outcome, self.on, self.words)
        if standing.decision(self.child) is None:
            raise InvalidActError("there is no decision to revise")
        need_reason(self.reason, "a revision")

    def write(self) -> tuple[Decision, Told]:
        """The next decision."""
        return self.decided(revises=standing.decision(self.child), reason=self.reason.strip())


@dataclass(frozen=True, kw_only=True)
class RecordFirstTreatment(ChildAct[FirstTreatment]):
    """The first treatment was given on a day; a later entry corrects an earlier one, with a reason."""

    verb = "diagnosis.treatment"
    on: date
    what: str = ""
    reason: str = ""

    def validate(self) -> None:
        """A day that can be; a reason for a correction."""
        open_chart(self.child)
        not_future(self.on, "the first treatment")
        if self.on < self.child.birth_date:
            raise InvalidActError(f"the day {self.on} lies before the birth")
        if self.child.first_treatments.exists():
            need_reason(self.reason, "a correction")

    def write(self) -> tuple[FirstTreatment, Told]:
        """The fact."""
        treatment = FirstTreatment.objects.create(
            child=self.child,
            on=self.on,
            what=self.what.strip(),
            reason=self.reason.strip(),
            recorded_by=self.user,
            recorded_at=timezone.now(),
        )
        return treatment, self.told(f"first_treatment:{treatment.pk}")


def check_decision(child: Child, outcome: str, on: date, words: str) -> None:
    """Refuse a decision that cannot be.

    Raises
    ------
    InvalidActError
        With one line.
    """
    hold(child)
    open_chart(child)
    if outcome not in Outcome.values:
        raise InvalidActError("the decision is confirmed, suspected, or not")
    not_future(on, "the day of the decision")
    if on < child.birth_date:
        raise InvalidActError(f"the day {on} lies before the birth")
    found = standing.of(child)
    if found.contradiction:
        raise InvalidActError(found.contradiction)
    met = found.judgment is not None and found.judgment.outcome is Criteria.MET
    if (outcome == Outcome.CONFIRMED) != met and outcome != Outcome.SUSPECTED and not words.strip():
        raise InvalidActError("this decision is not what the criteria say; give the reason in words")


def judgment_of(child: Child) -> dict[str, Any]:
    """What the decision rests on, whole."""
    found = standing.of(child)
    return {
        **found.plain,
        "reads": [read.pk for read in found.reads],
        "assessments": {part: one.pk for part, one in found.assessments.items()},
        "semiology": found.assessments[Part.SEMIOLOGY].answers if Part.SEMIOLOGY in found.assessments else {},
        "mimics": found.assessments[Part.MIMICS].answers if Part.MIMICS in found.assessments else {},
    }
