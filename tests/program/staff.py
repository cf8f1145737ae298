"""Accounts for tests."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from westward.program.accounts.actions.base import who
from westward.program.accounts.choices import Kind
from westward.program.accounts.models import Grant, Site, User
from westward.program.accounts.queries import forget_grants


def person(name: str, *roles: str, site: Site | None = None, purpose: str = "care", kind: str = Kind.STAFF) -> User:
    user = User.objects.make(name, name=name.title(), password="correct horse battery", kind=kind)
    for role in roles:
        Grant.objects.create(user=user, role=role, site=site, purpose=purpose)
    forget_grants(user)
    return user


def by(user: User) -> dict[str, Any]:
    return {"user": user, "who": who(user, "act")}


def signed_in(user: User, *, factor: bool = True) -> Client:
    """A browser with a session of this person; staff with a second factor."""
    if factor and user.kind == Kind.STAFF:
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    client = Client()
    client.force_login(user)
    return client
