"""Decline a referral, send it elsewhere, close it, or bring it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.care.triage import Level
from westward.evidence.loader import load
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.referral import queries
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
    of : str
        Number of the other referral of the same child; required for a duplicate.
    """

    verb = "referral.close"
    why: str
    words: str = ""
    of: str = ""

    def check(self, referral: Referral) -> None:
        """Open, with a known reason; nobody reachable only after attempts, a duplicate only of one that is called."""
        must_be_open(referral)
        if self.why not in CloseReason.values:
            raise InvalidActError(f"there is no reason {self.why!r}; use {', '.join(CloseReason.values)}")
        if self.why == CloseReason.DUPLICATE:
            self._check_other(referral)
        elif self.why != CloseReason.WITHDRAWN and not self.words.strip():
            raise InvalidActError("say in a few words what was found")
        if self.why == CloseReason.UNREACHABLE:
            least = load("triage").integer("unreachable.attempts")
            tried = referral.contacts.filter(withdrawn_at=None).order_by().values("at").distinct().count()
            if tried < least:
                raise InvalidActError(
                    f"the log holds {tried or 'no'} attempt{'' if tried == 1 else 's'} to reach anybody; "
                    f"{least} at different times are needed, log them first"
                )

    def _check_other(self, referral: Referral) -> None:
        """Somebody still answers for the child, or has: the other one is open, or was answered, and is as urgent."""
        other = self._other()
        if other is None:
            raise InvalidActError("give the number of the other referral of this child, such as R-7K3M-Q9")
        if other.pk == referral.pk:
            raise InvalidActError(f"{other.number} is this very referral; give the number of the other one")
        if other.contacted_at is not None:
            return
        if other.state not in (ReferralState.OPEN, ReferralState.ACCEPTED):
            state = other.get_state_display().lower()
            raise InvalidActError(f"{other.number} was {state} and nobody was reached; reopen it, or answer this one")
        if other.level < referral.level:
            raise InvalidActError(
                f"{other.number} is less urgent than this one and not answered; answer its questions first, or call"
            )

    def _other(self) -> Referral | None:
        """The other referral, within one's reach."""
        number = self.of.strip().upper()
        found = queries.referrals(self.user).filter(number=number) if number else Referral.objects.none()
        return found.filter(simulated=self.referral.simulated).first()

    def write(self) -> tuple[Referral, Told]:
        """Closed."""
        referral = self.fresh()
        other = self._other() if self.why == CloseReason.DUPLICATE else None
        words = ", ".join(part for part in (other.number if other else "", self.words.strip()) if part)
        label = CloseReason(self.why).label
        _decided(referral, ReferralState.CLOSED, self.user, f"{label}: {words}" if words else label)
        referral.save()
        return referral, self.told(referral, {"why": self.why} | ({"of": other.audit_id} if other else {}))


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
