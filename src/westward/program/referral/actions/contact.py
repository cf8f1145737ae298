"""Log whom one tried to reach, and take back a wrong entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.referral import queries
from westward.program.referral.actions.base import ReferralAct, decided
from westward.program.referral.choices import Channel, InterpreterUse, ReferralState, WithWhom
from westward.program.referral.models import Contact, Referral


def _check(at: datetime, codes: dict[str, tuple[str, list[str]]]) -> None:
    if at > timezone.now():
        raise InvalidActError("a contact cannot be logged before it happens; check its time")
    for words, (code, known) in codes.items():
        if code not in known:
            raise InvalidActError(f"{words} is {code!r}; give {', '.join(known)}")


@dataclass(frozen=True, kw_only=True)
class LogContact(ReferralAct[Contact]):
    """Log an attempt to reach somebody about a referral.

    The first that reached a person stops the contact clock; one that reached nobody does not.

    Attributes
    ----------
    at : datetime
        When it was.
    channel, with_whom, interpreter : str
        Codes of :class:`Channel`, :class:`WithWhom`, :class:`InterpreterUse`.
    reached : bool
        Whether somebody was spoken to, not a machine.
    """

    verb = "referral.contact"
    at: datetime
    channel: str = Channel.PHONE
    with_whom: str = WithWhom.SENDER
    reached: bool
    interpreter: str = InterpreterUse.NOT_NEEDED
    words: str = ""

    def check(self, referral: Referral) -> None:
        """After the receipt, not in the future; codes that exist."""
        _check(
            self.at,
            {
                "the channel": (self.channel, Channel.values),
                "the person": (self.with_whom, WithWhom.values),
                "the use of an interpreter": (self.interpreter, InterpreterUse.values),
            },
        )
        if self.at < referral.received_at.replace(second=0, microsecond=0):  # a form tells whole minutes
            raise InvalidActError("the contact lies before the referral was received; check its time")

    def write(self) -> tuple[Contact, Told]:
        """The entry; the referral's clock if somebody was reached."""
        referral = self.fresh()
        contact = Contact.objects.create(
            referral=referral,
            child=referral.child,
            at=max(self.at, referral.received_at),
            channel=self.channel,
            with_whom=self.with_whom,
            reached=self.reached,
            interpreter=self.interpreter,
            words=self.words.strip(),
            by=self.user,
        )
        first_contact(referral)
        detail = {
            "contact": contact.pk,
            "channel": self.channel,
            "reached": self.reached,
            "interpreter": self.interpreter,
        }
        return contact, self.told(referral, detail)


@dataclass(frozen=True, kw_only=True)
class WithdrawContact(ReferralAct[Contact]):
    """Withdraw a wrong entry; it stays to be seen, and the clock runs again if it was the only one that reached.

    A red flag that was decided by one person because of that entry is open again.
    """

    verb = "referral.withdraw_contact"
    contact: Contact
    reason: str

    def check(self, referral: Referral) -> None:
        """An entry of this referral that is in force, and a reason."""
        if self.contact.referral_id != referral.pk or self.contact.withdrawn_at is not None:
            raise InvalidActError("this entry is not in force; reload the page")
        if not self.reason.strip():
            raise InvalidActError("say why the entry is wrong")

    def write(self) -> tuple[Contact, Told]:
        """Withdrawn, with who and why."""
        referral = self.fresh()
        contact = Contact.objects.get(pk=self.contact.pk)
        contact.withdrawn_at, contact.withdrawn_by = timezone.now(), self.user
        contact.withdrawn_reason = self.reason.strip()
        contact.save()
        first_contact(referral)
        again = contact.reached and _rested_on_it(referral)
        if again:
            decided(referral, ReferralState.OPEN, self.user, "Opened again: nobody was reached after all")
            referral.save()
        return contact, self.told(referral, {"contact": contact.pk} | ({"opened_again": True} if again else {}))


@dataclass(frozen=True, kw_only=True)
class LogChildContact(ChildAct[Contact]):
    """Log an attempt to reach somebody about a child of the program."""

    verb = "child.contact"
    at: datetime
    channel: str = Channel.PHONE
    with_whom: str = WithWhom.PARENT
    reached: bool
    interpreter: str = InterpreterUse.NOT_NEEDED
    words: str = ""

    def validate(self) -> None:
        """Not in the future; codes that exist."""
        _check(
            self.at,
            {
                "the channel": (self.channel, Channel.values),
                "the person": (self.with_whom, WithWhom.values),
                "the use of an interpreter": (self.interpreter, InterpreterUse.values),
            },
        )

    def write(self) -> tuple[Contact, Told]:
        """The entry."""
        contact = Contact.objects.create(
            child=self.child,
            at=self.at,
            channel=self.channel,
            with_whom=self.with_whom,
            reached=self.reached,
            interpreter=self.interpreter,
            words=self.words.strip(),
            by=self.user,
        )
        detail = {"contact": contact.pk, "reached": self.reached, "interpreter": self.interpreter}
        return contact, self.told(detail=detail)


def _rested_on_it(referral: Referral) -> bool:
    if referral.state in (ReferralState.OPEN, ReferralState.ACCEPTED):
        return False
    by_two = referral.closings.filter(agreed=True, answered_at=referral.state_at).exists()
    return not by_two and queries.unanswered_red_flag(referral)


def first_contact(referral: Referral) -> None:
    """Set the time of the first entry in force that reached somebody, or none."""
    reached = Contact.objects.filter(referral=referral, reached=True, withdrawn_at=None)
    referral.contacted_at = reached.aggregate(first=Min("at"))["first"]
    referral.save(update_fields=["contacted_at"])
