"""A film of the phone that belongs to an entry of the diary."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.followup.models import DiaryEntry
from westward.program.people.actions.base import ChildAct
from westward.program.referral.uploads import Stored

FOLDER = "diary"
"""Below ``MEDIA_ROOT``."""


@dataclass(frozen=True, kw_only=True)
class AttachClip(ChildAct[bool]):
    """Make a stored film part of an entry of the own child; gives whether it is new.

    The same film may be sent any number of times; it is kept once. If the act fails or the film was known, discard
    what was stored. It is for care: teaching and research ask for their own consent.

    Attributes
    ----------
    entry : str
        The entry's own id, as the phone gave it.
    """

    verb = "followup.diary_own"
    entry: str
    stored: Stored

    def validate(self) -> None:
        """An entry of this child, told by this caregiver, without another film; a chart that is open."""
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("this chart is closed; nothing is collected any more")
        found = self._found()
        if found is None:
            raise InvalidActError("there is no such entry of yours; send the entry first")
        if found.clip and found.clip_sha256 != self.stored.sha256:
            raise InvalidActError("this entry has a film already; write another entry for another film")

    def _found(self) -> DiaryEntry | None:
        try:
            key = uuid.UUID(self.entry)
        except ValueError:
            return None
        mine = DiaryEntry.objects.select_for_update().filter(child=self.child, told_by=self.user, withdrawn_at=None)
        return mine.filter(client_id=key).first()

    def write(self) -> tuple[bool, Told]:
        """Whether the film is new."""
        found = self._found()
        if found is None:  # pragma: no cover  validate has seen it in this transaction
            raise InvalidActError("there is no such entry of yours; send the entry first")
        new = not found.clip
        if new:
            one = self.stored
            found.clip, found.clip_sha256, found.clip_name = one.path, one.sha256, one.name
            found.clip_type, found.clip_size, found.clip_at = one.content_type, one.size, timezone.now()
            found.save(update_fields=["clip", "clip_sha256", "clip_name", "clip_type", "clip_size", "clip_at"])
        return new, self.told(detail={"clip": found.pk, "new": new})
