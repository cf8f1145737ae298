"""Give and withdraw roles; close an account."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.choices import Kind, Purpose, Role, purposes
from westward.program.accounts.models import Grant, Site, User
from westward.program.accounts.policies import Subject
from westward.program.accounts.queries import administrators, forget_grants
from westward.program.acts import InvalidActError, Told


def check_role(role: str, purpose: str, site: Site | None, kind: str) -> None:
    """Refuse roles and purposes that do not exist or do not go together."""
    if role not in Role.values:
        raise InvalidActError(f"{role!r} is no role")
    if purpose not in Purpose.values or purpose not in purposes(role):
        raise InvalidActError(f"the role {role!r} is not given for the purpose {purpose!r}")
    if (role == Role.CAREGIVER) != (kind == Kind.CAREGIVER):
        raise InvalidActError(f"the role {role!r} does not suit a {kind} account")
    if site is not None and site.closed_at is not None:
        raise InvalidActError(f"the site {site.code!r} is closed")


def keep_an_administrator(leaving: User) -> None:
    """Refuse what would leave the program without an administrator for all sites."""
    if not administrators().exclude(pk=leaving.pk).exists() and administrators().filter(pk=leaving.pk).exists():
        raise InvalidActError(
            "this is the only administrator for all sites", remedy="give the role to somebody else first"
        )


@dataclass(frozen=True, kw_only=True)
class GiveRole(PersonAct[Grant]):
    """Give a colleague a role at a site for a purpose."""

    verb = "accounts.grant"
    colleague: User
    role: str
    site: Site | None = None
    purpose: str = "care"

    def subject(self) -> Subject:
        """The colleague, at the site of the role."""
        return Subject(id=self.colleague.audit_id, site=self.site.pk if self.site else None)

    def validate(self) -> None:
        """An open account, a role that exists and is not held yet."""
        if not self.colleague.is_active:
            raise InvalidActError("the account is closed")
        check_role(self.role, self.purpose, self.site, self.colleague.kind)
        held = Grant.objects.filter(user=self.colleague, role=self.role, site=self.site, purpose=self.purpose)
        if held.filter(revoked_at=None).exists():
            raise InvalidActError("the role is held already")

    def write(self) -> tuple[Grant, Told]:
        """The grant."""
        grant = Grant.objects.create(user=self.colleague, role=self.role, site=self.site, purpose=self.purpose)
        forget_grants(self.colleague)
        return grant, Told(self.colleague.audit_id, code(self.site), self.purpose, {"role": self.role})


@dataclass(frozen=True, kw_only=True)
class WithdrawRole(PersonAct[Grant]):
    """Withdraw a role; the row stays, with the time."""

    verb = "accounts.revoke"
    grant: Grant

    def subject(self) -> Subject:
        """The colleague, at the site of the role."""
        return Subject(id=self.grant.user.audit_id, site=self.grant.site_id)

    def validate(self) -> None:
        """A role in force, and not the last administrator's."""
        if self.grant.revoked_at is not None:
            raise InvalidActError("the role was withdrawn already")
        if self.grant.role == Role.ADMINISTRATOR and self.grant.site_id is None:
            keep_an_administrator(self.grant.user)

    def write(self) -> tuple[Grant, Told]:
        """The grant, ended now."""
        self.grant.revoked_at = timezone.now()
        self.grant.save(update_fields=["revoked_at"])
        forget_grants(self.grant.user)
        detail = {"role": self.grant.role, "grant": self.grant.pk}
        return self.grant, Told(self.grant.user.audit_id, code(self.grant.site), self.grant.purpose, detail)


@dataclass(frozen=True, kw_only=True)
class CloseAccount(PersonAct[User]):
    """Close an account: its sessions end with the next request, its roles and links are withdrawn."""

    verb = "accounts.deactivate"
    colleague: User

    def subject(self) -> Subject:
        """The colleague."""
        return Subject(id=self.colleague.audit_id)

    def validate(self) -> None:
        """An open account, and not the last administrator's."""
        if not self.colleague.is_active:
            raise InvalidActError("the account is closed already")
        keep_an_administrator(self.colleague)

    def write(self) -> tuple[User, Told]:
        """The closed account."""
        now = timezone.now()
        self.colleague.is_active = False
        self.colleague.save(update_fields=["is_active"])
        withdrawn = self.colleague.grants.filter(revoked_at=None).update(revoked_at=now)
        self.colleague.links.filter(used_at=None, revoked_at=None).update(revoked_at=now)
        forget_grants(self.colleague)
        return self.colleague, Told(self.colleague.audit_id, detail={"roles_withdrawn": withdrawn})
