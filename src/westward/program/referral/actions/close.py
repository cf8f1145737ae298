"""Close a referral without a decision about the child; a red flag nobody was reached about takes two people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.evidence.loader import load
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.people.likeness import Person, Verdict, compare
from westward.program.referral import queries
from westward.program.referral.actions.base import ReferralAct, decided, must_be_open
from westward.program.referral.choices import CloseReason, ReferralState
from westward.program.referral.models import Closing, Referral

BY_TWO = frozenset({CloseReason.WITHDRAWN, CloseReason.MISTAKE})
"""Reasons that nobody but the sender can confirm."""


def by_two(referral: Referral, why: str, other: Referral | None = None) -> bool:
    """Whether closing it for this reason takes a second person: a red flag, and nobody was reached.

    A duplicate takes none if ``other`` is surely of the same child and was answered.
    """
    if why == CloseReason.DUPLICATE and other is not None and other.contacted_at is not None:
        return not same_child(referral, other) and queries.unanswered_red_flag(referral)
    return why in BY_TWO | {CloseReason.DUPLICATE} and queries.unanswered_red_flag(referral)


def same_child(one: Referral, other: Referral) -> bool:
    """Whether two referrals are surely of one child: the same chart, or the same name and birth date.

    A twin, a similar name or a birth date that is not told is not sure; two charts are two children.
    """
    if one.child_id is not None and other.child_id is not None:
        return one.child_id == other.child_id
    first, second = _person(one), _person(other)
    likeness = compare(first, second) if first and second else None
    return likeness is not None and likeness.verdict is Verdict.SAME


def _person(referral: Referral) -> Person | None:
    if referral.birth_date is None:
        return None
    return Person(referral.family_name, referral.given_name, referral.birth_date, referral.sex)


def other_of(user: User, referral: Referral, number: str) -> Referral | None:
    """The referral of this number within the user's reach, of the same kind as ``referral``."""
    number = number.strip().upper()
    found = queries.referrals(user).filter(number=number) if number else Referral.objects.none()
    return found.filter(simulated=referral.simulated).first()


def check_other(referral: Referral, other: Referral | None) -> None:
    """Somebody still answers for the child, or has: the other one is open, or was answered, and is as urgent."""
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
        other = self._other()
        if self.why == CloseReason.DUPLICATE:
            check_other(referral, other)
        elif self.why != CloseReason.WITHDRAWN and not self.words.strip():
            raise InvalidActError("say in a few words what was found")
        if by_two(referral, self.why, other):
            if other is not None and other.contacted_at is not None:
                raise InvalidActError(
                    f"{other.number} is not surely of the same child: name or birth date differ or are not told, and "
                    "this one has a red flag; call first and log the contact, or ask a second person to agree"
                )
            raise InvalidActError(
                "nobody has been reached about this referral, which has a red flag; "
                "call first and log the contact, or ask a second person to agree"
            )
        if self.why == CloseReason.UNREACHABLE:
            least = load("triage").integer("unreachable.attempts")
            tried = referral.contacts.filter(withdrawn_at=None).order_by().values("at").distinct().count()
            if tried < least:
                raise InvalidActError(
                    f"the log holds {tried or 'no'} attempt{'' if tried == 1 else 's'} to reach anybody; "
                    f"{least} at different times are needed, log them first"
                )

    def _other(self) -> Referral | None:
        """The other referral of a duplicate, within one's reach."""
        return other_of(self.user, self.referral, self.of) if self.why == CloseReason.DUPLICATE else None

    def write(self) -> tuple[Referral, Told]:
        """Closed."""
        referral = self.fresh()
        other = self._other()
        words = ", ".join(part for part in (other.number if other else "", self.words.strip()) if part)
        decided(referral, ReferralState.CLOSED, self.user, said(self.why, words))
        referral.save()
        return referral, self.told(referral, {"why": self.why} | ({"of": other.audit_id} if other else {}))


def said(why: str, words: str) -> str:
    """The reason as it stands with the referral."""
    label = CloseReason(why).label
    return f"{label}: {words}" if words else label


@dataclass(frozen=True, kw_only=True)
class AskToClose(ReferralAct[Closing]):
    """Ask that a red flag nobody was reached about be closed; it stays open and escalates until another agrees.

    Attributes
    ----------
    of : str
        As in :class:`Close`.
    """

    verb = "referral.ask_close"
    why: str
    words: str
    of: str = ""

    def check(self, referral: Referral) -> None:
        """Open, a reason that takes two, words, and not asked already."""
        must_be_open(referral)
        other = self._other()
        if self.why == CloseReason.DUPLICATE:
            check_other(referral, other)
        if not by_two(referral, self.why, other):
            raise InvalidActError("this needs no second person; close it")
        if not self.words.strip():
            raise InvalidActError("say how you know it, for the second person who has to agree")
        pending = queries.closing_asked(referral)
        if pending is not None:
            raise InvalidActError(f"{pending.asked_by.name} has asked for it already; agree, or say no, first")

    def _other(self) -> Referral | None:
        return other_of(self.user, self.referral, self.of) if self.why == CloseReason.DUPLICATE else None

    def write(self) -> tuple[Closing, Told]:
        """Asked; nothing else changes."""
        referral, other = self.fresh(), self._other()
        made = Closing.objects.create(
            referral=referral,
            why=self.why,
            other=other,
            words=self.words.strip(),
            asked_by=self.user,
            asked_at=timezone.now(),
        )
        detail = {"closing": made.pk, "why": self.why} | ({"of": other.audit_id} if other else {})
        return made, self.told(referral, detail)


@dataclass(frozen=True, kw_only=True)
class AgreeToClose(ReferralAct[Referral]):
    """Agree, as a second person and with a reason, that it is closed."""

    verb = "referral.agree_close"
    closing: Closing
    reason: str

    def check(self, referral: Referral) -> None:
        """Open, still asked for, by somebody else, with a reason; a duplicate of one that somebody answers still."""
        pending = _asked(referral, self.closing)
        if pending.why == CloseReason.DUPLICATE:
            check_other(referral, pending.other)
        if self.closing.asked_by_id == self.user.pk:
            raise InvalidActError("you asked for it yourself; somebody else has to agree")
        if not self.reason.strip():
            raise InvalidActError("say why you agree: what you have seen or heard yourself")

    def write(self) -> tuple[Referral, Told]:
        """Closed, with both names."""
        referral, closing = self.fresh(), _answered(self.closing, self, agreed=True)
        of = f"{closing.other.number}, " if closing.other else ""
        words = f"{of}{closing.words}. {closing.asked_by.name} asked; {self.user.name} agreed: {closing.reason}"
        decided(referral, ReferralState.CLOSED, self.user, said(closing.why, words))
        referral.state_at = closing.answered_at
        referral.save()
        detail = {"closing": closing.pk, "why": closing.why, "asked_by": closing.asked_by.audit_id}
        detail |= {"of": closing.other.audit_id} if closing.other else {}
        return referral, self.told(referral, detail)


@dataclass(frozen=True, kw_only=True)
class RefuseToClose(ReferralAct[Closing]):
    """Say no, or take one's own asking back; the referral stays open."""

    verb = "referral.refuse_close"
    closing: Closing
    reason: str

    def check(self, referral: Referral) -> None:
        """Still asked for, with a reason."""
        _asked(referral, self.closing)
        if not self.reason.strip():
            raise InvalidActError("say why it is not closed")

    def write(self) -> tuple[Closing, Told]:
        """Answered; the referral is as it was."""
        referral, closing = self.fresh(), _answered(self.closing, self, agreed=False)
        return closing, self.told(referral, {"closing": closing.pk})


def _asked(referral: Referral, closing: Closing) -> Closing:
    must_be_open(referral)
    pending = queries.closing_asked(referral)
    if pending is None or pending.pk != closing.pk:
        raise InvalidActError("this was answered already; reload the page")
    return pending


def _answered(closing: Closing, act: AgreeToClose | RefuseToClose, *, agreed: bool) -> Closing:
    closing.answered_by, closing.answered_at = act.user, timezone.now()
    closing.agreed, closing.reason = agreed, act.reason.strip()
    closing.save()
    return closing
