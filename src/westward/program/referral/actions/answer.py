"""Answer open questions; the level is computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from westward.care.when import When
from westward.core.errors import InputError
from westward.program.acts import InvalidActError, Told
from westward.program.referral import rules
from westward.program.referral.actions.base import ReferralAct
from westward.program.referral.choices import Precision, ReferralState
from westward.program.referral.models import Referral, TriageRun
from westward.program.referral.site import emergency_number


@dataclass(frozen=True, kw_only=True)
class AnswerQuestions(ReferralAct[TriageRun]):
    """Change answers of a referral; what is not given stays as it was.

    The clock keeps running from the time of receipt. The level may rise by itself; it falls only with a reason.

    Attributes
    ----------
    answers : mapping of str to str
        New answers by question.
    onset : When or None
        Day of the first event, if it is known better now.
    birth_date : date or None
        If it is known now.
    reason : str
        Why a lower level is right; required if the level falls.
    """

    verb = "referral.answer"
    answers: Mapping[str, str] = field(default_factory=dict)
    onset: When | None = None
    onset_precision: str = Precision.UNKNOWN
    birth_date: date | None = None
    reason: str = ""

    def check(self, referral: Referral) -> None:
        """Answers that exist, on a referral that is still worked on, with a reason if the level falls."""
        if referral.state not in (ReferralState.OPEN, ReferralState.ACCEPTED):
            raise InvalidActError("the referral is decided; reopen it to answer questions")
        on = timezone.localtime(referral.received_at).date()
        if self.birth_date is not None and self.birth_date > on:
            raise InvalidActError("the birth date lies after the referral; check both")
        if self.onset is not None and self.onset.earliest is not None and self.onset.earliest > on:
            raise InvalidActError("the day of the first event lies after the referral; check it")
        try:
            level = rules.triaged(self._said(referral), emergency_number="").level
        except InputError as error:
            raise InvalidActError(str(error)) from None
        if level < referral.urgency and not self.reason.strip():
            raise InvalidActError(
                f"these answers lower the level from {referral.urgency.words} to {level.words}; say why that is right"
            )

    def write(self) -> tuple[TriageRun, Told]:
        """A new run; the referral carries its level and times."""
        referral = self.fresh()
        said = self._said(referral)
        result = rules.triaged(said, emergency_number=emergency_number())
        before = referral.urgency
        run = TriageRun.objects.create(
            referral=referral,
            at=timezone.now(),
            by=self.user,
            reason=self.reason.strip(),
            **rules.stored(result, said.codes),
        )
        referral.level = result.level.value
        referral.contact_by, referral.escalate_at = result.contact_by, result.escalate_at
        referral.birth_date = said.birth
        if self.onset is not None:
            referral.onset_precision = self.onset_precision if self.onset.known else Precision.UNKNOWN
            referral.onset_earliest, referral.onset_latest = self.onset.earliest, self.onset.latest
        referral.save()
        detail = {"from": before.key, "level": result.level.key, "rules": [one["rule"] for one in run.fired]}
        return run, self.told(referral, detail)

    def _said(self, referral: Referral) -> rules.Said:
        latest = referral.triages.first()
        codes = {**(latest.answers if latest else {}), **self.answers}
        return rules.Said(
            codes=codes,
            received=referral.received_at,
            birth=self.birth_date or referral.birth_date,
            age_d=referral.age_given_d,
            onset=self.onset if self.onset is not None else referral.onset,
        )
