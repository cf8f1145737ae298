"""Invite a member of staff: an account, a role and a one-time link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.actions.grant import check_role
from westward.program.accounts.choices import Kind, Role
from westward.program.accounts.models import Grant, SetupLink, Site, User
from westward.program.accounts.policies import NOTHING, Subject
from westward.program.accounts.queries import digest_of
from westward.program.acts import InvalidActError, Told
from westward.program.audit.record import Who, record

LINK_FOR = timedelta(hours=72)
"""How long a set-up link works (policy of ours)."""


FIRST = "administrator"
"""User name of the account that the first set-up link opens."""


def new_link(user: User) -> str:
    """Store a link and withdraw those before it; returns its secret, which is stored nowhere."""
    secret, now = secrets.token_urlsafe(32), timezone.now()
    user.links.filter(used_at=None, revoked_at=None).update(revoked_at=now)
    SetupLink.objects.create(user=user, digest=digest_of(secret), created_at=now, expires_at=now + LINK_FOR)
    return secret


def check_identity(username: str, email: str, name: str) -> None:
    """Refuse names and addresses that are empty, odd or taken."""
    if not name.strip():
        raise InvalidActError("the name is empty")
    if not username or not all(letter.isalnum() or letter in "._-" for letter in username):
        raise InvalidActError(f"{username!r} is no user name", remedy="use letters, digits, dots and hyphens")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise InvalidActError(f"{email!r} is no e-mail address") from None
    taken = Q(username__iexact=username)
    if email:
        taken |= Q(email__iexact=email)
    if User.objects.filter(taken).exists():
        raise InvalidActError("the user name or e-mail address is taken")


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the secret of its link, shown once."""

    user: User
    secret: str


@dataclass(frozen=True, kw_only=True)
class Invite(PersonAct[Invited]):
    """Open an account for a colleague and give it its first role."""

    verb = "accounts.invite"
    username: str
    name: str
    email: str = ""
    role: str
    site: Site | None = None
    purpose: str = "care"

    def subject(self) -> Subject:
        """The site; an account for all sites needs a role for all sites."""
        return Subject(site=self.site.pk) if self.site else Subject(id="site:all")

    def validate(self) -> None:
        """Name, address, role."""
        check_identity(self.username, self.email, self.name)
        check_role(self.role, self.purpose, self.site, Kind.STAFF)

    def write(self) -> tuple[Invited, Told]:
        """Account, role, link."""
        invited = User.objects.make(self.username, name=self.name.strip(), email=self.email, kind=Kind.STAFF)
        Grant.objects.create(user=invited, role=self.role, site=self.site, purpose=self.purpose)
        secret = new_link(invited)
        detail = {"role": self.role}
        return Invited(invited, secret), Told(invited.audit_id, code(self.site), self.purpose, detail)


@dataclass(frozen=True, kw_only=True)
class RenewLink(PersonAct[str]):
    """Give somebody a fresh link: they lost the first, or their password or second factor.

    The account keeps its password and factors until the link is used; using it takes both away.
    """

    verb = "accounts.link"
    colleague: User

    def subject(self) -> Subject:
        """The colleague."""
        return Subject(id=self.colleague.audit_id)

    def validate(self) -> None:
        """Only for active accounts."""
        if not self.colleague.is_active:
            raise InvalidActError("the account is closed")

    def write(self) -> tuple[str, Told]:
        """The secret of the link."""
        return new_link(self.colleague), Told(self.colleague.audit_id)


@dataclass(frozen=True, kw_only=True)
class AddSite(PersonAct[Site]):
    """Add a hospital or clinic to the program."""

    verb = "accounts.add_site"
    site_code: str
    name: str

    def subject(self) -> Subject:
        """No site yet."""
        return NOTHING

    def validate(self) -> None:
        """A code of its own."""
        if not self.name.strip():
            raise InvalidActError("the name of the site is empty")
        if not self.site_code or not all(letter.isalnum() or letter == "-" for letter in self.site_code):
            raise InvalidActError(f"{self.site_code!r} is no code", remedy="use letters, digits and hyphens")
        if Site.objects.filter(code__iexact=self.site_code).exists():
            raise InvalidActError(f"there is a site {self.site_code!r} already")

    def write(self) -> tuple[Site, Told]:
        """The site."""
        site = Site.objects.create(code=self.site_code.lower(), name=self.name.strip())
        return site, Told(f"site:{site.pk}", site.code)


def first_administrator() -> str:
    """Make the first administrator for all sites, or renew the link; returns the secret, shown once."""
    with transaction.atomic():
        user = User.objects.filter(username=FIRST).first()
        if user is None:
            user = User.objects.make(FIRST, name="Program administrator", kind=Kind.STAFF)
            for role in (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER):
                Grant.objects.create(user=user, role=role)
        record(Who(), "accounts.first_link", user.audit_id)
        return new_link(user)
