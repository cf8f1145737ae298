"""Draft a letter; any app may, with blocks it composed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.letters.blocks import Block, to_data
from westward.program.letters.choices import LetterKind, LetterState, Origin
from westward.program.letters.models import Letter, Version
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Caregiver, Child, Clinician

LANGUAGE_MAX = 16


def store(
    *,
    user: User,
    child: Child,
    kind: str,
    recipient: Clinician | Caregiver,
    language: str,
    blocks: Sequence[Block],
    corrects: Letter | None = None,
    reason: str = "",
) -> Letter:
    """The letter with its first version."""
    now = timezone.now()
    letter = Letter.objects.create(
        child=child,
        kind=kind,
        language=language,
        clinician=recipient if isinstance(recipient, Clinician) else None,
        caregiver=recipient if isinstance(recipient, Caregiver) else None,
        drafted_by=user,
        drafted_at=now,
        corrects=corrects,
        reason=reason,
    )
    Version.objects.create(letter=letter, number=1, origin=Origin.DRAFTED, blocks=to_data(blocks), by=user, at=now)
    return letter


@dataclass(frozen=True, kw_only=True)
class Draft(ChildAct[Letter]):
    """Draft a letter about a child to one recipient. It is a draft: nothing leaves before a physician signs.

    Attributes
    ----------
    language : str
        BCP 47 tag of the text.
    blocks : sequence of Block
        The text, each block with the facts it came from.
    """

    verb = "letters.draft"
    kind: str
    recipient: Clinician | Caregiver
    blocks: Sequence[Block]
    language: str = "en"

    def validate(self) -> None:
        """A kind that exists, a recipient of this child, some text, and no draft of the kind waiting already."""
        if self.kind not in LetterKind.values:
            raise InvalidActError(f"{self.kind!r} is no kind of letter; known: {', '.join(LetterKind.values)}")
        if not self.language or len(self.language) > LANGUAGE_MAX:
            raise InvalidActError(f"{self.language!r} is no language tag; write en or es")
        if not any(block.lines for block in self.blocks):
            raise InvalidActError("a letter needs text")
        self._recipient()
        if drafts(self.child, self.kind, self.recipient).exists():
            raise InvalidActError(
                "a draft of this kind to this recipient waits already; edit, sign or withdraw that one"
            )

    def _recipient(self) -> None:
        if isinstance(self.recipient, Caregiver):
            if self.recipient.child_id != self.child.pk:
                raise InvalidActError("the recipient cares for another child")
            if self.recipient.revoked_at is not None:
                raise InvalidActError("the recipient is no longer a caregiver of this child")
        elif not self.child.clinicians.filter(clinician=self.recipient, ended_at=None).exists():
            raise InvalidActError("the recipient is not a clinician of this child; add them on the person page first")

    def write(self) -> tuple[Letter, Told]:
        """The letter."""
        letter = store(
            user=self.user,
            child=self.child,
            kind=self.kind,
            recipient=self.recipient,
            language=self.language,
            blocks=self.blocks,
        )
        return letter, self.told(letter.audit_id, {"kind": self.kind, "to": recipient_id(self.recipient)})


def recipient_id(recipient: Clinician | Caregiver) -> str:
    """``clinician:3`` or ``caregiver:5``."""
    return f"{'clinician' if isinstance(recipient, Clinician) else 'caregiver'}:{recipient.pk}"


def drafts(child: Child, kind: str, recipient: Clinician | Caregiver) -> QuerySet[Letter]:
    """Drafts of a kind to a recipient that wait; corrections of a signed letter do not count."""
    to: dict[str, Clinician | Caregiver] = {"clinician" if isinstance(recipient, Clinician) else "caregiver": recipient}
    return Letter.objects.filter(child=child, kind=kind, state=LetterState.DRAFT, corrects=None, **to)
