"""Decline a referral, send it elsewhere, close it, or bring it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.care.triage import Level
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.referral.actions.base import ReferralAct, must_be_open
from westward.program.referral.choices import CloseReason, ReferralState
from westward.program.referral.models import Referral


def _decided(referral: Referral, state: ReferralState, user: User, reason: str) -> None:
    referral.state, referral.state_at, referral.state_by = state, timezone.now(), user
    referral.state_reason = reason


def _answered(referral: Referral, reason: str, advice: str) -> None:
    must_be_open(referral)
    if not reason.strip():
        raise InvalidActError("say why the program does not take this child")
    if not advice.strip():
        raise InvalidActError("say what advice was given: what to watch for, whom to call, when to come back")
    if referral.urgency >= Level.SAME_DAY and referral.contacted_at is None:
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
        _decided(referral, ReferralState.DECLINED, self.user, self.reason.strip())
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
        _decided(referral, ReferralState.REDIRECTED, self.user, self.reason.strip())
        referral.advice, referral.redirected_to = self.advice.strip(), self.to.strip()
        referral.save()
        return referral, self.told(referral)


@dataclass(frozen=True, kw_only=True)
class Close(ReferralAct[Referral]):
    """Close without a decision about the child: a duplicate, withdrawn, no referral, or nobody reachable.

    Attributes
    ----------
    why : str
        Code of :class:`CloseReason`.
    words : str
        What else is to be said; required if nobody could be reached or it was no referral.
    """

    verb = "referral.close"
    why: str
    words: str = ""

    def check(self, referral: Referral) -> None:
        """Open, with a known reason; nobody reachable only after attempts in the log."""
        must_be_open(referral)
        if self.why not in CloseReason.values:
            raise InvalidActError(f"there is no reason {self.why!r}; use {', '.join(CloseReason.values)}")
        if self.why == CloseReason.UNREACHABLE and not referral.contacts.filter(withdrawn_at=None).exists():
            raise InvalidActError("the log holds no attempt to reach anybody; log the attempts first")
        if self.why != CloseReason.WITHDRAWN and not self.words.strip():
            raise InvalidActError("say in a few words what was found, such as the number of the other referral")

    def write(self) -> tuple[Referral, Told]:
        """Closed."""
        referral = self.fresh()
        words = self.words.strip()
        label = CloseReason(self.why).label
        _decided(referral, ReferralState.CLOSED, self.user, f"{label}: {words}" if words else label)
        referral.save()
        return referral, self.told(referral, {"why": self.why})


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
        _decided(referral, ReferralState.OPEN, self.user, f"Opened again: {self.reason.strip()}")
        referral.save()
        return referral, self.told(referral, {"from": before})
