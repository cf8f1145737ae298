"""Break glass: open, with a reason and for a short time, what one's roles do not open; and its review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct
from westward.program.accounts.models import BrokenGlass
from westward.program.accounts.policies import NOTHING, Subject, allows
from westward.program.acts import InvalidActError, Told

OPEN_FOR = timedelta(hours=4)
"""How long broken glass stays open (policy of ours)."""

REASON_AT_LEAST = 10
"""Letters that a reason has at least (policy of ours)."""


@dataclass(frozen=True, kw_only=True)
class BreakGlass(PersonAct[BrokenGlass]):
    """For one person and one subject; the reason stays out of the audit row, which names the record that holds it."""

    verb = "access.break_glass"
    opened: str
    reason: str

    def authorize(self) -> bool:
        """Clinical roles at any site: the very point is a subject of another site."""
        return allows(self.user, self.verb, NOTHING)

    def target(self) -> str:
        """What is opened."""
        return self.opened

    def validate(self) -> None:
        """A subject and a reason in words."""
        if not self.opened:
            raise InvalidActError("nothing is named to open")
        if len(self.reason.strip()) < REASON_AT_LEAST:
            raise InvalidActError("the reason is too short", remedy="say in a sentence why it cannot wait")

    def write(self) -> tuple[BrokenGlass, Told]:
        """Open until a set time."""
        now = timezone.now()
        glass = BrokenGlass.objects.create(
            user=self.user, subject=self.opened, reason=self.reason.strip(), at=now, expires_at=now + OPEN_FOR
        )
        return glass, Told(self.opened, detail={"glass": glass.pk})


@dataclass(frozen=True, kw_only=True)
class ReviewGlass(PersonAct[BrokenGlass]):
    """A privacy officer says whether it was justified; never about themselves."""

    verb = "access.review"
    glass: BrokenGlass
    justified: bool
    words: str

    def subject(self) -> Subject:
        """The person who broke the glass."""
        return Subject(id=self.glass.user.audit_id)

    def validate(self) -> None:
        """Once, with words when it was not justified."""
        if self.glass.reviewed_at is not None:
            raise InvalidActError("it was reviewed already")
        if not self.justified and not self.words.strip():
            raise InvalidActError("say what follows from a breach that was not justified")

    def write(self) -> tuple[BrokenGlass, Told]:
        """The review."""
        self.glass.reviewed_at, self.glass.reviewed_by = timezone.now(), self.user
        self.glass.justified, self.glass.review = self.justified, self.words.strip()
        self.glass.save(update_fields=["reviewed_at", "reviewed_by", "justified", "review"])
        detail = {"glass": self.glass.pk, "justified": self.justified}
        return self.glass, Told(self.glass.user.audit_id, detail=detail)
