"""What acts on one letter share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError, Told
from westward.program.letters.choices import LetterState
from westward.program.letters.models import Letter
from westward.program.people import policies

T = TypeVar("T")

REASON_MAX = 400


@dataclass(frozen=True, kw_only=True)
class LetterAct(PersonAct[T]):
    """An act of a signed-in person on a letter about a child."""

    letter: Letter

    def subject(self) -> Subject:
        """The child, at its site."""
        return policies.subject(self.letter.child)

    def target(self) -> str:
        """The letter."""
        return self.letter.audit_id

    def told(self, detail: Mapping[str, Any] | None = None, *, target: str = "") -> Told:
        """The audit row: the letter, of the child."""
        child = self.letter.child
        return Told(target or self.letter.audit_id, code(child.site), detail=detail or {}, children=(child.pk,))

    def locked(self, *states: LetterState) -> Letter:
        """The letter as it is now, kept from others until the act is done.

        Raises
        ------
        InvalidActError
            If it is in none of the states.
        """
        letter = Letter.objects.select_for_update().get(pk=self.letter.pk)
        if letter.state not in states:
            word = LetterState(letter.state).label.lower()
            remedy = "correct it with a new letter" if letter.state == LetterState.SIGNED else "draft a new letter"
            raise InvalidActError(f"this letter is {word}; {remedy}")
        return letter


def reason_of(words: str, what: str) -> str:
    """A reason that says something, in one line that fits."""
    said = " ".join(words.split())
    if not said:
        raise InvalidActError(f"{what} needs a reason in a few words")
    if len(said) > REASON_MAX:
        raise InvalidActError(f"the reason is longer than {REASON_MAX} characters; shorten it")
    return said
