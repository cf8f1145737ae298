"""Record when a milestone of a child was, or take it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.care.when import When
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child
from westward.program.referral.choices import MILESTONE_WORDS, FactSource
from westward.program.referral.models import ChildFact


@dataclass(frozen=True, kw_only=True)
class RecordFact(ChildAct[ChildFact]):
    """Record the day of a milestone as somebody told it; what was recorded before is superseded and stays.

    Attributes
    ----------
    milestone : str
        Code of :class:`westward.care.clocks.Milestone`, of those recorded by hand.
    when : When
        A day, a span, or not known: it happened, and nobody knows when.
    source : str
        Code of :class:`FactSource`.
    """

    verb = "child.fact"
    milestone: str
    when: When
    source: str
    note: str = ""

    def validate(self) -> None:
        """A milestone recorded here, a day between birth and today, a source."""
        if self.milestone not in MILESTONE_WORDS:
            raise InvalidActError(f"{self.milestone!r} is not recorded here; use {', '.join(MILESTONE_WORDS)}")
        if self.source not in FactSource.values:
            raise InvalidActError(f"there is no source {self.source!r}; use {', '.join(FactSource.values)}")
        if self.when.earliest is not None and self.when.latest is not None:
            if self.when.earliest > timezone.localdate():
                raise InvalidActError("this day lies in the future; check it")
            if self.when.latest < self.child.birth_date:
                raise InvalidActError("this day lies before the birth date; check both")
        Child.objects.select_for_update().get(pk=self.child.pk)

    def write(self) -> tuple[ChildFact, Told]:
        """The new fact in place of the old."""
        now = timezone.now()
        ChildFact.objects.filter(child=self.child, milestone=self.milestone, superseded_at=None).update(
            superseded_at=now
        )
        made = ChildFact.objects.create(
            child=self.child,
            milestone=self.milestone,
            earliest=self.when.earliest,
            latest=self.when.latest,
            source=self.source,
            note=self.note.strip()[:400],
            recorded_by=self.user,
            recorded_at=now,
        )
        return made, self.told(detail={"fact": made.pk, "milestone": self.milestone})


@dataclass(frozen=True, kw_only=True)
class WithdrawFact(ChildAct[ChildFact]):
    """Withdraw a fact: it did not happen, as far as is known. The entry stays."""

    verb = "child.withdraw_fact"
    fact: ChildFact

    def validate(self) -> None:
        """Of this child, in force."""
        if self.fact.child_id != self.child.pk or self.fact.superseded_at is not None:
            raise InvalidActError("this entry is not in force; reload the page")

    def write(self) -> tuple[ChildFact, Told]:
        """Withdrawn."""
        fact = ChildFact.objects.select_for_update().get(pk=self.fact.pk)
        fact.superseded_at, fact.withdrawn = timezone.now(), True
        fact.save(update_fields=["superseded_at", "withdrawn"])
        return fact, self.told(detail={"fact": fact.pk, "milestone": fact.milestone})
