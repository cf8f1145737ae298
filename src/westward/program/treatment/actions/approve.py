"""Approve a version of a protocol, or take one's signature back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.core.errors import InputError
from westward.program.accounts.actions.base import PersonAct
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.models import Approval
from westward.program.treatment.queries import shelved


@dataclass(frozen=True, kw_only=True)
class ApproveProtocol(PersonAct[Approval]):
    """Put one's name under this very text of a protocol; two different people make it usable.

    Attributes
    ----------
    digest : str
        SHA-256 of the text that was read: a text that has changed since is not signed.
    """

    verb = "treatment.approve"
    protocol: str
    digest: str
    note: str = ""

    def target(self) -> str:
        """The protocol."""
        return f"protocol:{self.protocol}"

    def validate(self) -> None:
        """A shipped protocol without empty steps, unchanged, not signed by the same person already."""
        try:
            found = shelved(self.protocol)
        except InputError as error:
            raise InvalidActError(str(error)) from None
        if found.digest != self.digest:
            raise InvalidActError("the protocol has changed since the page was opened; read it again")
        if found.protocol.empty:
            empty = ", ".join(found.protocol.empty)
            raise InvalidActError(f"steps without a number cannot be approved ({empty}); enter the site's local value")
        if any(approval.by_id == self.user.pk for approval in found.approvals):
            raise InvalidActError("your name stands under this version already; a second person has to sign")

    def write(self) -> tuple[Approval, Told]:
        """The signature."""
        found = shelved(self.protocol)
        approval = Approval.objects.create(
            protocol=self.protocol,
            version=found.protocol.version,
            digest=self.digest,
            by=self.user,
            at=timezone.now(),
            note=self.note.strip(),
        )
        detail = {"version": found.protocol.version, "digest": self.digest, "signatures": len(found.approvals) + 1}
        return approval, Told(self.target(), detail=detail)


@dataclass(frozen=True, kw_only=True)
class WithdrawApproval(PersonAct[Approval]):
    """Take one's own signature back; runs that have begun keep going."""

    verb = "treatment.approve"
    approval: Approval

    def target(self) -> str:
        """The protocol."""
        return f"protocol:{self.approval.protocol}"

    def validate(self) -> None:
        """One's own, in force."""
        if self.approval.by_id != self.user.pk or self.approval.withdrawn_at is not None:
            raise InvalidActError("only your own signature in force can be taken back")

    def write(self) -> tuple[Approval, Told]:
        """The signature, withdrawn."""
        self.approval.withdrawn_at = timezone.now()
        self.approval.save(update_fields=["withdrawn_at"])
        return self.approval, Told(self.target(), detail={"withdrawn": self.approval.pk})
