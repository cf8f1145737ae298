"""An answer to the question for consent, for one purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.people import consents
from westward.program.people.actions.base import ChildAct
from westward.program.people.choices import ChildState, ConsentAnswer, ConsentPurpose
from westward.program.people.models import Caregiver, Consent


@dataclass(frozen=True, kw_only=True)
class RecordConsent(ChildAct[Consent]):
    """Given, declined or withdrawn, by whom and when; the latest day is in force and earlier answers stay."""

    verb = "people.consent"
    purpose: str
    answer: str
    on: date
    given_by: Caregiver | None = None
    note: str = ""

    def validate(self) -> None:
        """A purpose, an answer, a day that can be, somebody who decides; only what was given is withdrawn."""
        if self.purpose not in ConsentPurpose.values:
            raise InvalidActError(f"{self.purpose!r} is no purpose", remedy=f"use {', '.join(ConsentPurpose.values)}")
        if self.answer not in ConsentAnswer.values:
            raise InvalidActError(f"{self.answer!r} is no answer", remedy=f"use {', '.join(ConsentAnswer.values)}")
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; use the one it was merged into")
        if self.on > timezone.localdate():
            raise InvalidActError(f"{self.on} lies in the future")
        if self.on < self.child.birth_date:
            raise InvalidActError(f"{self.on} lies before the birth date")
        if self.given_by is not None:
            if self.given_by.child_id != self.child.pk:
                raise InvalidActError("this is a caregiver of another child")
            if not self.given_by.decides:
                raise InvalidActError("this caregiver does not decide for the child")
        if self.answer == ConsentAnswer.WITHDRAWN:
            now = consents.in_force(self.child)[ConsentPurpose(self.purpose)]
            if now is None or now.answer != ConsentAnswer.GIVEN:
                raise InvalidActError("there is no consent in force to withdraw")
            if self.on < now.on:
                raise InvalidActError(f"the consent was given on {now.on}, after {self.on}")

    def write(self) -> tuple[Consent, Told]:
        """The answer."""
        consent = Consent.objects.create(
            child=self.child,
            purpose=self.purpose,
            answer=self.answer,
            on=self.on,
            given_by=self.given_by,
            note=self.note.strip(),
            recorded_by=self.user,
        )
        detail = {"consent": consent.pk, "for": str(self.purpose), "answer": str(self.answer)}
        return consent, self.told(detail=detail)
