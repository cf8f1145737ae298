"""A read that was made at another age, and whose reader is gone or asks: another reader confirms it or reads anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis import ages, sight
from westward.program.diagnosis.actions.base import need_reason
from westward.program.diagnosis.actions.read import Reading, check_said
from westward.program.diagnosis.choices import ReadKind
from westward.program.diagnosis.models import Handover, Read, Study
from westward.program.diagnosis.rules.reading import FIELDS
from westward.program.diagnosis.standing import to_confirm
from westward.program.people import policies as people


def gone(reader: User, study: Study) -> bool:
    """Whether a reader cannot confirm a read on this chart any more: no account, no role, or none at the site."""
    return not allows(reader, "diagnosis.confirm_age", people.subject(study.child))


def may_be_taken_over(read: Read, study: Study, *, by: User) -> bool:
    """Whether somebody else may confirm a marked read: its reader is gone or asks, and ``by`` is not to read blind."""
    if read.reader_id == by.pk or sight.of(study, by).blind:
        return False
    return gone(read.reader, study) or Handover.objects.filter(read=read).exists()


def marked(study: Study) -> Read | None:
    """The read of a study that waits to be confirmed at the corrected age."""
    return to_confirm(list(study.reads.select_related("reader")), study)


@dataclass(frozen=True, kw_only=True)
class HandOverRead(Reading[Handover]):
    """Ask that another reader confirm the own read at the corrected age."""

    verb = "diagnosis.hand_over_read"

    def validate(self) -> None:
        """The own read is the one that waits, and it was not asked yet."""
        super().validate()
        read = marked(self.study)
        if read is None or read.reader_id != self.user.pk:
            raise InvalidActError("no read of yours waits to be confirmed at another age")
        if Handover.objects.filter(read=read).exists():
            raise InvalidActError("another reader is asked already")

    def write(self) -> tuple[Handover, Told]:
        """Asked."""
        read = marked(self.study)
        assert read is not None
        made = Handover.objects.create(read=read, asked_at=timezone.now())
        return made, self.told(read.audit_id, {"study": self.study.pk})


@dataclass(frozen=True, kw_only=True)
class TakeOverRead(Reading[Read]):
    """Confirm another reader's marked read at the corrected age, or read the study in its place; both names stay.

    It counts where the first read counted, and is signed by whoever takes over if that one was. The first stays.

    Attributes
    ----------
    said : mapping
        What whoever takes over says; the same answers confirm, others read anew.
    """

    verb = "diagnosis.take_over_read"
    read: Read
    reason: str
    said: Mapping[str, Any] = field(default_factory=dict)

    def validate(self) -> None:
        """The read that waits, of somebody who is gone or asks, with a reason."""
        super().validate()
        read = marked(self.study)
        if read is None or read.pk != self.read.pk:
            raise InvalidActError("this read does not wait to be confirmed; reload the page")
        if read.reader_id == self.user.pk:
            raise InvalidActError("this is your own read; confirm it at this age")
        if sight.of(self.study, self.user).blind:
            raise InvalidActError("you are asked for a second read; store your own first")
        if not may_be_taken_over(read, self.study, by=self.user):
            raise InvalidActError(f"{read.reader.name} can confirm this read; ask for it")
        check_said(self.said)
        need_reason(self.reason, "taking a read over")

    def write(self) -> tuple[Read, Told]:
        """A version of whoever takes over, in the place of the first."""
        before = {name: getattr(self.read, name) for name in FIELDS}
        same = before == {**before, **self.said}
        corrected = ages.of_read(self.read, self.study)
        assert corrected is not None
        reason = (
            f"in place of {self.read.reader.name}; the age was corrected from {corrected.then_d} to "
            f"{corrected.now_d} days: {self.reason.strip()}"
        )
        read = self.store(
            before | dict(self.said),
            kind=ReadKind.AGE if same else ReadKind.TAKEN,
            reason=reason,
            signed=self.read.signed_at is not None,
            takes_over=self.read,
        )
        detail = {"study": self.study.pk, "version": read.version, "takes_over": self.read.pk, "same": same}
        return read, self.told(read.audit_id, detail)
