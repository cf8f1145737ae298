"""Adverse events, developmental assessments, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from westward.care.ages import age_on
from westward.core.errors import UsageError
from westward.program.acts import InvalidActError, Told
from westward.program.followup.choices import Instrument, Known, OutcomeMonth, Severity
from westward.program.followup.models import AdverseEvent, Assessment, OutcomeRecord
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.models import Run


def _past(child_birth: date, on: date, what: str) -> None:
    if not child_birth <= on <= timezone.localdate():
        raise InvalidActError(f"{what} on {on} lies before birth or in the future")


@dataclass(frozen=True, kw_only=True)
class RecordAdverse(ChildAct[AdverseEvent]):
    """An adverse event, with what was done about it."""

    verb = "followup.adverse"
    what: str
    severity: str
    began_on: date
    act: str
    ended_on: date | None = None
    run: Run | None = None

    def validate(self) -> None:
        """What, how grave, when, and what was done."""
        if not self.what.strip() or not self.act.strip():
            raise InvalidActError("say what happened and what was done")
        if self.severity not in Severity.values:
            raise InvalidActError(f"{self.severity!r} is no severity; known: {', '.join(Severity.values)}")
        _past(self.child.birth_date, self.began_on, "an adverse event")
        if self.ended_on is not None and self.ended_on < self.began_on:
            raise InvalidActError("it cannot end before it began")
        if self.run is not None and self.run.child_id != self.child.pk:
            raise InvalidActError("the treatment is another child's")

    def write(self) -> tuple[AdverseEvent, Told]:
        """The event."""
        made = AdverseEvent.objects.create(
            child=self.child,
            run=self.run,
            what=self.what.strip()[:120],
            severity=self.severity,
            began_on=self.began_on,
            ended_on=self.ended_on,
            act=self.act.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"event": made.pk, "severity": self.severity})


@dataclass(frozen=True, kw_only=True)
class RecordAssessment(ChildAct[Assessment]):
    """A developmental assessment at the age the program uses, corrected where it corrects.

    Attributes
    ----------
    scores : sequence of (domain, score)
        Scores as decimals in text, as the record form gives them; their kind is the instrument's.
    """

    verb = "followup.assess"
    instrument: str
    version: str
    on: date
    scores: Sequence[tuple[str, str]]
    next_on: date | None = None
    words: str = ""

    def validate(self) -> None:
        """An instrument with its version, at least one score, each a number, each domain once."""
        if self.instrument not in Instrument.values:
            raise InvalidActError(f"{self.instrument!r} is no instrument; known: {', '.join(Instrument.values)}")
        if not self.version.strip():
            raise InvalidActError("say which version and edition: scores of two editions are not compared")
        _past(self.child.birth_date, self.on, "an assessment")
        if not self.scores:
            raise InvalidActError("an assessment needs a score, or is not recorded")
        domains = [domain.strip() for domain, _ in self.scores]
        if not all(domains) or len(set(domains)) != len(domains):
            raise InvalidActError("each score needs a domain of its own")
        for domain, score in self.scores:
            try:
                finite = Decimal(score).is_finite()
            except InvalidOperation:
                finite = False
            if not finite:
                raise InvalidActError(f"the score {score!r} of {domain} is no number")
        if self.next_on is not None and self.next_on <= self.on:
            raise InvalidActError("the next assessment comes after this one")

    def write(self) -> tuple[Assessment, Told]:
        """The assessment."""
        try:
            age = age_on(self.on, birth=self.child.birth_date, gestation_d=self.child.gestation_d)
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        made = Assessment.objects.create(
            child=self.child,
            instrument=self.instrument,
            version=self.version.strip()[:40],
            on=self.on,
            age_used_d=age.used_d,
            corrected=age.used_d != age.chronological_d,
            scores=[{"domain": domain.strip(), "score": str(Decimal(score))} for domain, score in self.scores],
            next_on=self.next_on,
            words=self.words.strip(),
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"assessment": made.pk, "instrument": self.instrument})


@dataclass(frozen=True, kw_only=True)
class RecordOutcome(ChildAct[OutcomeRecord]):
    """How the child is at 3, 6, 12 or 24 months after the first dose."""

    verb = "followup.outcome"
    months: int
    on: date
    spasms: str
    other_seizures: str
    hypsarrhythmia: str
    medicines: str = ""
    words: str = ""

    def validate(self) -> None:
        """A time that is recorded, once; answers that exist."""
        if self.months not in OutcomeMonth.values:
            raise InvalidActError(f"outcomes are recorded at {', '.join(map(str, OutcomeMonth.values))} months")
        for answer in (self.spasms, self.other_seizures, self.hypsarrhythmia):
            if answer not in Known.values:
                raise InvalidActError(f"{answer!r} is no answer; yes, no or unknown")
        _past(self.child.birth_date, self.on, "an outcome")
        if self.child.outcomes.filter(months=self.months).exists():
            raise InvalidActError(f"the outcome at {self.months} months is recorded already")

    def write(self) -> tuple[OutcomeRecord, Told]:
        """The outcome."""
        fields: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("months", "on", "spasms", "other_seizures", "hypsarrhythmia", "medicines", "words")
        }
        made = OutcomeRecord.objects.create(child=self.child, by=self.user, at=timezone.now(), **fields)
        return made, self.told(detail={"months": self.months})
