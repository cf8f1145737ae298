"""Answer what a treatment must know before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from westward.care.answer import Answer
from westward.evidence.safety import load
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.models import SafetyAnswer


@dataclass(frozen=True, kw_only=True)
class AnswerSafety(ChildAct[list[SafetyAnswer]]):
    """Answers by fact; earlier ones stay as history."""

    verb = "treatment.answer_safety"
    answers: Mapping[str, str]

    def validate(self) -> None:
        """Facts that are asked, answers that exist."""
        known = {rule.when for rule in load().rules if rule.when}
        if not self.answers:
            raise InvalidActError("nothing was answered")
        for fact, answer in self.answers.items():
            if fact not in known:
                raise InvalidActError(f"{fact!r} is not asked; known: {', '.join(sorted(known))}")
            if answer not in set(Answer):
                raise InvalidActError(f"{answer!r} is no answer; yes, no or unknown")

    def write(self) -> tuple[list[SafetyAnswer], Told]:
        """The answers."""
        now = timezone.now()
        made = [
            SafetyAnswer.objects.create(child=self.child, fact=fact, answer=answer, by=self.user, at=now)
            for fact, answer in self.answers.items()
        ]
        return made, self.told(detail={"facts": sorted(self.answers)})
