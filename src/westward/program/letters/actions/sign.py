"""Sign a letter; correct a signed one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.letters.actions.base import LetterAct, reason_of
from westward.program.letters.actions.draft import store
from westward.program.letters.actions.edit import same_version
from westward.program.letters.blocks import canonical, from_data, gaps, unsaid
from westward.program.letters.choices import LetterState
from westward.program.letters.models import Letter
from westward.program.letters.sheet import draft_sheet


@dataclass(frozen=True, kw_only=True)
class Sign(LetterAct[Letter]):
    """Sign what was read. From then on the letter is never changed: its words, letterhead and recipient are sealed.

    Attributes
    ----------
    seen : int
        Number of the version that was read.
    """

    verb = "letters.sign"
    seen: int

    def write(self) -> tuple[Letter, Told]:
        """The letter, signed; the one that it corrects is superseded."""
        letter = self.locked(LetterState.DRAFT)
        same_version(letter, self.seen)
        version = letter.versions.get(number=letter.latest)
        blocks = from_data(version.blocks)
        if missing := gaps(blocks):
            raise InvalidActError(f"the letter has a gap: {missing[0]}; fill it in or take it out")
        if slots := unsaid(blocks):
            named = {"found": "what was found", "next": "what is next", "call": "whom to call"}
            raise InvalidActError(f"the letter does not say {named[slots[0]]}")
        now = timezone.now()
        sheet = draft_sheet(letter, version)
        letter.sealed = canonical(sheet.sealed(signer=self.user.name, signed_at=now))
        letter.sha256 = hashlib.sha256(letter.sealed.encode()).hexdigest()
        letter.state, letter.signer, letter.signed_at = LetterState.SIGNED, self.user, now
        letter.signed_version = version.number
        letter.save(update_fields=["sealed", "sha256", "state", "signer", "signed_at", "signed_version"])
        if letter.corrects_id:
            old = Letter.objects.select_for_update().get(pk=letter.corrects_id)
            if old.superseded_by_id is not None:
                raise InvalidActError("the letter that this one corrects was corrected by another meanwhile")
            old.superseded_by = letter
            old.save(update_fields=["superseded_by"])
        return letter, self.told({"version": version.number, "sha256": letter.sha256, "corrects": letter.corrects_id})


@dataclass(frozen=True, kw_only=True)
class Correct(LetterAct[Letter]):
    """Draft a new letter that takes the place of a signed one once it is signed itself, and says why."""

    verb = "letters.correct"
    reason: str

    def write(self) -> tuple[Letter, Told]:
        """The new draft, with the text of the old letter."""
        reason = reason_of(self.reason, "a correction")
        old = self.locked(LetterState.SIGNED)
        if old.superseded_by_id is not None:
            raise InvalidActError("this letter was corrected already; correct the newer one")
        if old.corrections.filter(state=LetterState.DRAFT).exists():
            raise InvalidActError("a correction of this letter waits already; edit, sign or withdraw that one")
        text = old.versions.get(number=old.signed_version or old.latest)
        letter = store(
            user=self.user,
            child=old.child,
            kind=old.kind,
            recipient=old.recipient,
            language=old.language,
            blocks=from_data(text.blocks),
            corrects=old,
            reason=reason,
        )
        return letter, self.told({"corrects": old.pk}, target=letter.audit_id)
