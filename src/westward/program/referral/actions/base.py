"""What acts on one referral share: permission for this very referral, and the row locked while they write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import User
from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError, Told
from westward.program.referral import policies
from westward.program.referral.choices import ReferralState
from westward.program.referral.models import Referral

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ReferralAct(PersonAct[T]):
    """An act of a signed-in person on one referral."""

    referral: Referral

    def subject(self) -> Subject:
        """The referral, at its site."""
        return policies.subject(self.referral)

    def target(self) -> str:
        """Id of the referral."""
        return self.referral.audit_id

    def validate(self) -> None:
        """Check against the referral as it stands now, locked until the act is written."""
        self.check(self.fresh())

    def check(self, referral: Referral) -> None:
        """Raise :class:`InvalidActError` if the act makes no sense for ``referral``."""

    def fresh(self) -> Referral:
        """The referral as it stands now; locked on databases that lock rows."""
        return Referral.objects.select_for_update().get(pk=self.referral.pk)

    def told(self, referral: Referral, detail: Mapping[str, Any] | None = None) -> Told:
        """The audit row: the referral, and its child if it has a chart."""
        return told_of(referral, detail)


def told_of(referral: Referral, detail: Mapping[str, Any] | None = None) -> Told:
    """The audit row of an act on a referral: the referral, and its child if it has a chart."""
    children = (referral.child_id,) if referral.child_id else ()
    return Told(referral.audit_id, code(referral.site), detail=detail or {}, children=children)


def must_be_open(referral: Referral) -> None:
    """Refuse what has been decided."""
    if not referral.open:
        raise InvalidActError(f"the referral was {referral.get_state_display().lower()} already; reopen it first")


def decided(referral: Referral, state: ReferralState, user: User, reason: str) -> None:
    """Set what was decided, by whom and why; saving is left to the act."""
    referral.state, referral.state_at, referral.state_by = state, timezone.now(), user
    referral.state_reason = reason
