"""Review a translation of the family calendar."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct
from westward.program.acts import InvalidActError, Told
from westward.program.treatment import wording
from westward.program.treatment.models import Approval
from westward.program.treatment.queries import reviewed


@dataclass(frozen=True, kw_only=True)
class ReviewWords(PersonAct[Approval]):
    """A clinician who speaks the language stands for these very words; until then no dose is printed in them."""

    verb = "treatment.approve"
    language: str
    digest: str

    def target(self) -> str:
        """The words."""
        return wording.name(self.language)

    def validate(self) -> None:
        """A translation that exists, unchanged, not reviewed yet."""
        if self.language not in wording.LANGUAGES or self.language == wording.ORIGINAL:
            raise InvalidActError(f"there is no translation into {self.language!r}")
        if self.digest != wording.digest(self.language):
            raise InvalidActError("the words have changed since the page was opened; read them again")
        if reviewed(self.language):
            raise InvalidActError("these words are reviewed already")

    def write(self) -> tuple[Approval, Told]:
        """The review."""
        made = Approval.objects.create(
            protocol=wording.name(self.language), version="1", digest=self.digest, by=self.user, at=timezone.now()
        )
        return made, Told(self.target(), detail={"digest": self.digest})
