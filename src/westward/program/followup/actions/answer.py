"""A person has answered what the diary told, or what it did not tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.followup.choices import EntryKind, Following
from westward.program.followup.models import DiaryEntry, FollowingChange
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class AnswerFlag(ChildAct[DiaryEntry]):
    """Somebody called the family about a red flag."""

    verb = "followup.answer"
    entry: DiaryEntry
    words: str

    def validate(self) -> None:
        """A red flag of this child, not answered yet, with what was done."""
        if self.entry.child_id != self.child.pk or self.entry.kind != EntryKind.RED_FLAG:
            raise InvalidActError("there is no such red flag")
        if self.entry.answered_at is not None:
            raise InvalidActError("this red flag is answered already")
        if not self.words.strip():
            raise InvalidActError("say what was done")

    def write(self) -> tuple[DiaryEntry, Told]:
        """The entry, answered."""
        self.entry.answered_at, self.entry.answered_by = timezone.now(), self.user
        self.entry.answer = self.words.strip()[:300]
        self.entry.save(update_fields=["answered_at", "answered_by", "answer"])
        return self.entry, self.told(detail={"entry": self.entry.pk, "flag": self.entry.red_flag})


@dataclass(frozen=True, kw_only=True)
class ChangeFollowing(ChildAct[FollowingChange]):
    """The family was lost, or reached again."""

    verb = "followup.following"
    state: str
    on: date
    why: str

    def validate(self) -> None:
        """A change, with its reason, not in the future."""
        if self.state not in Following.values:
            raise InvalidActError(f"{self.state!r} is no state; known: {', '.join(Following.values)}")
        last = self.child.following.first()
        if (last.state if last else Following.REACHED) == self.state:
            raise InvalidActError(f"the family is {Following(self.state).label.lower()} already")
        if not self.why.strip():
            raise InvalidActError("say how it is known")
        if self.on > timezone.localdate():
            raise InvalidActError("a change of the future is not known yet")

    def write(self) -> tuple[FollowingChange, Told]:
        """The change."""
        made = FollowingChange.objects.create(
            child=self.child,
            state=self.state,
            on=self.on,
            why=self.why.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"state": self.state})
