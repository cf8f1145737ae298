"""Edit a draft, or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.letters.actions.base import LetterAct, reason_of
from westward.program.letters.blocks import from_data, to_data
from westward.program.letters.choices import LetterState, Origin
from westward.program.letters.models import Letter, Version

TEXT_MAX = 8_000
"""Longest text of one block, in characters; ours."""


def same_version(letter: Letter, seen: int) -> None:
    """Refuse to act on a text that is no longer the latest."""
    if letter.latest != seen:
        raise InvalidActError(f"the letter was edited since you opened it (version {letter.latest}); read it again")


@dataclass(frozen=True, kw_only=True)
class Edit(LetterAct[Version]):
    """Change the text of a draft; the version before stays.

    Attributes
    ----------
    seen : int
        Number of the version that was edited.
    texts : mapping of int to str
        New text by the place of its block, from 0; blocks not named stay.
    """

    verb = "letters.edit"
    seen: int
    texts: Mapping[int, str]

    def validate(self) -> None:
        """Texts that fit."""
        if any(len(text) > TEXT_MAX for text in self.texts.values()):
            raise InvalidActError(f"a part of the letter is longer than {TEXT_MAX} characters; shorten it")

    def write(self) -> tuple[Version, Told]:
        """The next version."""
        letter = self.locked(LetterState.DRAFT)
        same_version(letter, self.seen)
        before = letter.versions.get(number=letter.latest)
        old = from_data(before.blocks)
        new = tuple(b.with_text(self.texts[i]) if i in self.texts else b for i, b in enumerate(old))
        if new == old:
            raise InvalidActError("nothing was changed")
        version = Version.objects.create(
            letter=letter,
            number=letter.latest + 1,
            origin=Origin.EDITED,
            blocks=to_data(new),
            by=self.user,
            at=timezone.now(),
        )
        letter.latest = version.number
        letter.save(update_fields=["latest"])
        return version, self.told({"version": version.number, "blocks": [i for i, b in enumerate(new) if b != old[i]]})


@dataclass(frozen=True, kw_only=True)
class Withdraw(LetterAct[Letter]):
    """Set a draft aside that is not to be signed; it stays in the chart with the reason."""

    verb = "letters.withdraw"
    reason: str

    def write(self) -> tuple[Letter, Told]:
        """The letter, withdrawn."""
        reason = reason_of(self.reason, "withdrawing a draft")
        letter = self.locked(LetterState.DRAFT)
        letter.state, letter.reason = LetterState.WITHDRAWN, reason
        letter.withdrawn_at, letter.withdrawn_by = timezone.now(), self.user
        letter.save(update_fields=["state", "reason", "withdrawn_at", "withdrawn_by"])
        return letter, self.told()
