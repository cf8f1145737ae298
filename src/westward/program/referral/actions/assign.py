"""Say who owns a referral, or the next step of a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child
from westward.program.people.policies import subject as child_subject
from westward.program.referral import policies
from westward.program.referral.actions.base import ReferralAct
from westward.program.referral.models import Ownership, Referral, Takeover


@dataclass(frozen=True, kw_only=True)
class Assign(ReferralAct[Referral]):
    """Give a referral to an owner, and to a site if it has none or belongs to another.

    Who takes it oneself answers for it: it escalates to nobody further until the time for that has passed once more.
    That holds once for each person, so that taking turns gives no more time. Being given it by somebody else stops
    nothing.

    Attributes
    ----------
    to : User
        Who owns it from now on; oneself to take it.
    site : Site or None
        Which site answers; None leaves it.
    """

    verb = "referral.assign"
    to: User
    site: Site | None = None

    def check(self, referral: Referral) -> None:
        """An owner who may answer it there; a site one may give it to."""
        if self.site is not None and self.site.closed_at is not None:
            raise InvalidActError("this site is closed; choose another")
        if self.site is not None and not allows(self.user, self.verb, policies.at(self.site)):
            raise InvalidActError("your roles do not reach that site; ask somebody of all sites to move the referral")
        there = policies.at(self.site) if self.site else policies.subject(referral)
        if not allows(self.to, "referral.read", there):
            raise InvalidActError(f"{self.to.name} has no role of intake at the site of this referral; choose another")

    def write(self) -> tuple[Referral, Told]:
        """Owner and site."""
        referral = self.fresh()
        mine = self.to.pk == self.user.pk
        if referral.owner_id != self.to.pk or (mine and referral.taken_at is None):
            referral.taken_at = self._taken(referral) if mine else None
        referral.owner = self.to
        if self.site is not None:
            referral.site = self.site
        referral.save(update_fields=["owner", "site", "taken_at"])
        if referral.child is not None:
            give_child(referral.child, to=self.to, by=self.user)
        return referral, self.told(referral, {"owner": self.to.audit_id, "taken": mine})

    def _taken(self, referral: Referral) -> datetime | None:
        """When the time to call begins; None for somebody who had it before."""
        now = timezone.now()
        _, first = Takeover.objects.get_or_create(referral=referral, user=self.user, defaults={"at": now})
        return now if first else None


@dataclass(frozen=True, kw_only=True)
class AssignChild(ChildAct[Ownership]):
    """Say who owns a child's next step."""

    verb = "child.own"
    to: User

    def validate(self) -> None:
        """Somebody who may open the chart."""
        if not allows(self.to, "people.read", child_subject(self.child)):
            raise InvalidActError(f"{self.to.name} may not open this chart; choose somebody who may")

    def write(self) -> tuple[Ownership, Told]:
        """The owner before ends, the new one begins."""
        owned = give_child(self.child, to=self.to, by=self.user)
        return owned, self.told(detail={"owner": self.to.audit_id})


def give_child(child: Child, *, to: User, by: User) -> Ownership:
    """Make ``to`` the owner; nothing changes if that is so already."""
    Child.objects.select_for_update().get(pk=child.pk)
    now = timezone.now()
    held = Ownership.objects.filter(child=child, ended_at=None).first()
    if held is not None and held.user_id == to.pk:
        return held
    Ownership.objects.filter(child=child, ended_at=None).update(ended_at=now)
    return Ownership.objects.create(child=child, user=to, since=now, given_by=by)
