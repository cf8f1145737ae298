"""A person has called a family that told nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from westward.evidence.loader import load
from westward.program.acts import InvalidActError, Told
from westward.program.followup.choices import CallAnswer
from westward.program.followup.models import FamilyCall
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class RecordCall(ChildAct[FamilyCall]):
    """What a family said on the phone, whether or not it has an account.

    Spasms told count as witnessed on their day, unconfirmed. "None" is no day without spasms: only a diary kept to the
    evening says that, and no call makes up for it. Nobody reached means that the call is due again.

    Attributes
    ----------
    at : datetime
        When the call was made.
    on : date or None
        The day on which the spasms were seen, for that answer alone.
    count : int or None
        How many were told; None if nobody counted.
    """

    verb = "followup.call"
    at: datetime
    answer: str
    on: date | None = None
    count: int | None = None
    words: str = ""

    def validate(self) -> None:
        """An answer that exists; a day and a number belong to spasms alone; nothing of the future."""
        if self.answer not in CallAnswer.values:
            raise InvalidActError(f"{self.answer!r} is no answer; known: {', '.join(CallAnswer.values)}")
        if self.at > timezone.now() + timedelta(minutes=1):
            raise InvalidActError("a call of the future was not made yet")
        seen = self.answer == CallAnswer.SEEN
        called = timezone.localtime(self.at).date()
        if called < self.child.birth_date:
            raise InvalidActError("a call before the birth cannot be")
        if seen and self.on is None:
            raise InvalidActError("say on which day the spasms were seen")
        if not seen and (self.on is not None or self.count is not None):
            raise InvalidActError("a day and a number belong to spasms that were seen")
        if self.on is not None and not self.child.birth_date <= self.on <= called:
            raise InvalidActError(f"spasms on {self.on} cannot have been told by then")
        most = load("diary").integer("entry.most_count")
        if self.count is not None and not 1 <= self.count <= most:
            raise InvalidActError(f"{self.count} spasms are taken for a mistake; 1 to {most}")

    def write(self) -> tuple[FamilyCall, Told]:
        """The call."""
        made = FamilyCall.objects.create(
            child=self.child,
            at=self.at,
            answer=self.answer,
            on=self.on,
            count=self.count,
            words=" ".join(self.words.split())[:500],
            by=self.user,
            recorded_at=timezone.now(),
        )
        return made, self.told(detail={"call": made.pk, "answer": self.answer})
