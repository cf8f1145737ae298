"""Caregivers: added, corrected, invited to an account of their own, and shut out at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from westward.program.accounts.actions.family import open_account, shut_account
from westward.program.accounts.actions.invite import Invited
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.people import policies
from westward.program.people.actions.base import ChildAct
from westward.program.people.actions.history import correct, new_facts
from westward.program.people.choices import ChildState, Relation
from westward.program.people.models import Caregiver, Change
from westward.program.people.rules import same_person

FACTS = ("name", "relation", "phone", "email", "language", "interpreter", "decides")
"""What may be corrected of a caregiver."""


def check_person(name: str, relation: str, email: str) -> None:
    """Refuse a caregiver without name, with a relation that does not exist or an address that is none."""
    if not name.strip():
        raise InvalidActError("a caregiver needs a name")
    if relation not in Relation.values:
        raise InvalidActError(f"{relation!r} is no relation", remedy=f"use {', '.join(Relation.values)}")
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            raise InvalidActError("the e-mail address is none", remedy="correct it or leave it empty") from None


@dataclass(frozen=True, kw_only=True)
class AddCaregiver(ChildAct[Caregiver]):
    """Write down a parent or guardian; an account comes with an invitation alone.

    Attributes
    ----------
    decides : bool
        Whether this person may consent for the child.
    """

    verb = "people.add_caregiver"
    name: str
    relation: str
    phone: str = ""
    email: str = ""
    language: str = "en"
    interpreter: bool = False
    decides: bool = True

    def validate(self) -> None:
        """A chart in use; a name, a relation, an address that can be."""
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; use the one it was merged into")
        check_person(self.name, self.relation, self.email)

    def write(self) -> tuple[Caregiver, Told]:
        """The caregiver."""
        caregiver = Caregiver.objects.create(
            child=self.child,
            name=self.name.strip(),
            relation=self.relation,
            phone=self.phone.strip(),
            email=self.email.strip(),
            language=self.language,
            interpreter=self.interpreter,
            decides=self.decides,
        )
        return caregiver, self.told(detail={"caregiver": caregiver.pk, "relation": str(self.relation)})


@dataclass(frozen=True, kw_only=True)
class _CaregiverAct(ChildAct[Any]):
    caregiver: Caregiver

    def validate(self) -> None:
        """A caregiver of this child whose access was not revoked."""
        if self.caregiver.child_id != self.child.pk:
            raise InvalidActError("this is a caregiver of another child")
        if self.caregiver.revoked_at is not None:
            raise InvalidActError("this caregiver was revoked", remedy="invite them again, which makes a new entry")


@dataclass(frozen=True, kw_only=True)
class CorrectCaregiver(_CaregiverAct):
    """Set facts of a caregiver right; what stood before is kept."""

    verb = "people.correct_caregiver"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def validate(self) -> None:
        """Known facts that can be."""
        super().validate()
        new = new_facts(self.caregiver, self.facts, FACTS)
        if not new:
            raise InvalidActError("nothing was changed")
        then = {name: getattr(self.caregiver, name) for name in FACTS} | new
        check_person(then["name"], then["relation"], then["email"])

    def write(self) -> tuple[list[Change], Told]:
        """The new facts, and their history."""
        new = new_facts(self.caregiver, self.facts, FACTS)
        changes = correct(self.caregiver, new, by=self.user, kind="caregiver")
        return changes, self.told(detail={"caregiver": self.caregiver.pk, "fields": sorted(new)})


@dataclass(frozen=True, kw_only=True)
class InviteCaregiver(ChildAct[Invited]):
    """Give a caregiver an account and a one-time link, shown once; a second time, a fresh link.

    A caregiver who was revoked comes back as a new entry with the same account; the old entry stays as it was.
    """

    verb = "people.invite_caregiver"
    caregiver: Caregiver

    def validate(self) -> None:
        """A caregiver of this child, who is not back already under a newer entry."""
        if self.caregiver.child_id != self.child.pk:
            raise InvalidActError("this is a caregiver of another child")
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; use the one it was merged into")
        if self.caregiver.revoked_at is not None and self._newer() is not None:
            raise InvalidActError("this caregiver has a newer entry that is in force; use that one")

    def _newer(self) -> Caregiver | None:
        if self.caregiver.user_id is None:
            return None
        return Caregiver.objects.filter(child=self.child, user=self.caregiver.user_id, revoked_at=None).first()

    def write(self) -> tuple[Invited, Told]:
        """The account and the secret of its link."""
        caregiver = self.caregiver
        if caregiver.revoked_at is not None:
            copied = {name: getattr(caregiver, name) for name in FACTS}
            caregiver = Caregiver.objects.create(child=self.child, user=caregiver.user, **copied)
        user, secret = open_account(caregiver.name, caregiver.user)
        if caregiver.user_id is None:
            caregiver.user = user
            caregiver.save(update_fields=["user"])
        return Invited(user, secret), self.told(detail={"caregiver": caregiver.pk, "account": user.audit_id})


@dataclass(frozen=True, kw_only=True)
class ShareAccount(_CaregiverAct):
    """Let a caregiver of two children, such as twins, see both with one account."""

    verb = "people.invite_caregiver"
    account_of: Caregiver

    def authorize(self) -> bool:
        """For both children."""
        return super().authorize() and allows(self.user, self.verb, policies.subject(self.account_of.child))

    def validate(self) -> None:
        """An account in use of somebody with the same name, and of a child that the actor's roles open."""
        super().validate()
        other = self.account_of
        if other.user is None or other.revoked_at is not None or not other.user.is_active:
            raise InvalidActError("there is no account in use to share")
        if self.caregiver.user_id is not None:
            raise InvalidActError("this caregiver has an account already")
        if not same_person(self.caregiver, other):
            raise InvalidActError("name and phone or e-mail differ", remedy="correct them first if it is one person")

    def write(self) -> tuple[Caregiver, Told]:
        """The caregiver, with the account."""
        self.caregiver.user = self.account_of.user
        self.caregiver.save(update_fields=["user"])
        account = self.account_of.user.audit_id if self.account_of.user else ""
        return self.caregiver, self.told(detail={"caregiver": self.caregiver.pk, "account": account})


@dataclass(frozen=True, kw_only=True)
class RevokeCaregiver(_CaregiverAct):
    """Shut a caregiver out of this chart at once; their sessions end unless they care for another child."""

    verb = "people.revoke_caregiver"
    why: str

    def validate(self) -> None:
        """In force, and a reason."""
        super().validate()
        if not self.why.strip():
            raise InvalidActError("say in a few words why")

    def write(self) -> tuple[Caregiver, Told]:
        """The entry, ended now; the account, closed if nothing is left that it opens."""
        now = timezone.now()
        self.caregiver.revoked_at, self.caregiver.revoked_by = now, self.user
        self.caregiver.revoked_why = self.why.strip()[:200]
        self.caregiver.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        user, closed = self.caregiver.user, False
        if user is not None and not Caregiver.objects.filter(user=user, revoked_at=None).exists():
            shut_account(user, at=now)
            closed = True
        return self.caregiver, self.told(detail={"caregiver": self.caregiver.pk, "account_closed": closed})
