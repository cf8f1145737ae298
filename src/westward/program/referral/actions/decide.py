"""Decline a referral, send it elsewhere, or bring it back."""

from __future__ import annotations

from dataclasses import dataclass

from westward.program.acts import InvalidActError, Told
from westward.program.referral import queries
from westward.program.referral.actions.base import ReferralAct, decided, must_be_open
from westward.program.referral.choices import ReferralState
from westward.program.referral.models import Referral


def _answered(referral: Referral, reason: str, advice: str) -> None:
    must_be_open(referral)
    if not reason.strip():
        raise InvalidActError("say why the program does not take this child")
    if not advice.strip():
        raise InvalidActError("say what advice was given: what to watch for, whom to call, when to come back")
    if queries.unanswered_red_flag(referral):
        raise InvalidActError(
            "nobody has been reached about this referral, which has a red flag; call first and log the contact"
        )


@dataclass(frozen=True, kw_only=True)
class Decline(ReferralAct[Referral]):
    """Decline; the sender still gets advice, and a red flag is answered by a call before."""

    verb = "referral.decline"
    reason: str
    advice: str

    def check(self, referral: Referral) -> None:
        """Open, with a reason and the advice given."""
        _answered(referral, self.reason, self.advice)

    def write(self) -> tuple[Referral, Told]:
        """Declined."""
        referral = self.fresh()
        decided(referral, ReferralState.DECLINED, self.user, self.reason.strip())
        referral.advice = self.advice.strip()
        referral.save()
        return referral, self.told(referral)


@dataclass(frozen=True, kw_only=True)
class Redirect(ReferralAct[Referral]):
    """Send it elsewhere; the sender still gets advice, and a red flag is answered by a call before."""

    verb = "referral.redirect"
    reason: str
    advice: str
    to: str

    def check(self, referral: Referral) -> None:
        """Open, with a place, a reason and the advice given."""
        if not self.to.strip():
            raise InvalidActError("say where the child is sent")
        _answered(referral, self.reason, self.advice)

    def write(self) -> tuple[Referral, Told]:
        """Sent elsewhere."""
        referral = self.fresh()
        decided(referral, ReferralState.REDIRECTED, self.user, self.reason.strip())
        referral.advice, referral.redirected_to = self.advice.strip(), self.to.strip()
        referral.save()
        return referral, self.told(referral)


@dataclass(frozen=True, kw_only=True)
class Reopen(ReferralAct[Referral]):
    """Bring back what was declined, sent elsewhere or closed; its clock is that of the receipt."""

    verb = "referral.reopen"
    reason: str

    def check(self, referral: Referral) -> None:
        """Decided, not accepted, with a reason."""
        if referral.state in (ReferralState.OPEN, ReferralState.ACCEPTED):
            raise InvalidActError(f"the referral is {referral.get_state_display().lower()}; there is nothing to reopen")
        if not self.reason.strip():
            raise InvalidActError("say why the referral is opened again")

    def write(self) -> tuple[Referral, Told]:
        """Open."""
        referral = self.fresh()
        before = referral.state
        decided(referral, ReferralState.OPEN, self.user, f"Opened again: {self.reason.strip()}")
        referral.save()
        return referral, self.told(referral, {"from": before})
