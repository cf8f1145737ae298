"""Review a safety event: findings, what follows, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.choices import Kind, Purpose
from westward.program.accounts.models import User
from westward.program.accounts.policies import Subject, allows
from westward.program.acts import InvalidActError, T, Told
from westward.program.quality import policies
from westward.program.quality.choices import EventState, Harm
from westward.program.quality.models import Review, SafetyAction, SafetyEvent


@dataclass(frozen=True, kw_only=True)
class EventAct(PersonAct[T]):
    """An act on one safety event."""

    event: SafetyEvent

    def subject(self) -> Subject:
        """The event, at its site."""
        return policies.subject(self.event)

    def told(self, **detail: str | int) -> Told:
        """The audit row; with the child if the event names one."""
        children = (self.event.child_id,) if self.event.child_id else ()
        return Told(
            self.event.audit_id, code(self.event.site), purpose=Purpose.QUALITY, detail=detail, children=children
        )

    def fresh(self) -> SafetyEvent:
        """The event as it is now, held until the act is over.

        Raises
        ------
        InvalidActError
            If it is closed.
        """
        event = SafetyEvent.objects.select_for_update().get(pk=self.event.pk)
        if event.state == EventState.CLOSED:
            raise InvalidActError("this event is closed; file a new one if something new was found")
        return event


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(EventAct[Review]):
    """Write findings down; with ``close`` the event is closed, if nothing that follows is still open."""

    verb = "quality.review"
    findings: str
    harm: str = ""
    close: bool = False

    def validate(self) -> None:
        """Findings, a known harm, nothing open when it is closed."""
        if not self.findings.strip():
            raise InvalidActError("write down what the review found")
        if self.harm and self.harm not in Harm.values:
            raise InvalidActError(f"{self.harm!r} is no level of harm; choose one of the list")
        if self.close:
            left = self.event.actions.filter(done_at=None).count()
            if left:
                raise InvalidActError(f"{left} of what follows is not done yet; finish it, then close")
            if (self.harm or self.event.level) == Harm.UNKNOWN:
                raise InvalidActError("say how far it went before the event is closed")

    def write(self) -> tuple[Review, Told]:
        """A row of the review, and the state of the event."""
        event = self.fresh()
        state = EventState.CLOSED if self.close else EventState.REVIEW
        harm = self.harm or event.level.value
        review = Review.objects.create(
            event=event,
            findings=self.findings.strip(),
            state=state,
            harm=harm,
            reviewed_by=self.user,
            reviewed_at=timezone.now(),
        )
        SafetyEvent.objects.filter(pk=event.pk).update(state=state, harm_reviewed=harm)
        return review, self.told(state=state, harm=harm)


@dataclass(frozen=True, kw_only=True)
class AddAction(EventAct[SafetyAction]):
    """Say what is done so that it does not happen again, by whom and until when."""

    verb = "quality.review"
    words: str
    owner: User
    due: date

    def validate(self) -> None:
        """Words, somebody of the staff, a day that is still to come."""
        if not self.words.strip():
            raise InvalidActError("say what is to be done")
        if self.owner.kind != Kind.STAFF or not self.owner.is_active:
            raise InvalidActError("choose an owner among the staff")
        if self.due < timezone.localdate():
            raise InvalidActError(f"{self.due} is over; give a day from today on")

    def write(self) -> tuple[SafetyAction, Told]:
        """The action; an event with something to do is in review."""
        event = self.fresh()
        action = SafetyAction.objects.create(
            event=event,
            words=self.words.strip()[:300],
            owner=self.owner,
            due=self.due,
            added_by=self.user,
            added_at=timezone.now(),
        )
        SafetyEvent.objects.filter(pk=event.pk, state=EventState.FILED).update(state=EventState.REVIEW)
        return action, self.told(action=action.pk, owner=self.owner.audit_id)


@dataclass(frozen=True, kw_only=True)
class FinishAction(EventAct[SafetyAction]):
    """Say that it is done: its owner, or whoever reviews the event."""

    verb = "quality.finish"
    action: SafetyAction

    def authorize(self) -> bool:
        """The owner, or a reviewer of this event."""
        mine = self.action.owner_id == self.user.pk and super().authorize()
        return mine or allows(self.user, "quality.review", self.subject())

    def validate(self) -> None:
        """Done once."""
        if self.action.event_id != self.event.pk:
            raise InvalidActError("this belongs to another event")
        if self.action.done_at is not None:
            raise InvalidActError("this is done already")

    def write(self) -> tuple[SafetyAction, Told]:
        """Done, by whom and when."""
        self.fresh()
        action = SafetyAction.objects.select_for_update().get(pk=self.action.pk)
        action.done_at, action.done_by = timezone.now(), self.user
        action.save(update_fields=["done_at", "done_by"])
        return action, self.told(action=action.pk)
