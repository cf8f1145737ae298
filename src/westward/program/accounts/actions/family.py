"""Accounts of caregivers: opened with a one-time link, shut and opened again by staff of the child's site.

These are parts of the acts of :mod:`westward.program.people`, which say who may and write the audit row.
"""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator

from westward.program.accounts.actions.invite import new_link
from westward.program.accounts.choices import Kind
from westward.program.accounts.models import User
from westward.program.accounts.queries import forget_grants

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def fresh_username() -> str:
    """``family-7k3m9q``: says nothing of the family, and is not guessed."""
    while True:
        username = "family-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not User.objects.filter(username=username).exists():
            return username


def open_account(name: str, user: User | None = None) -> tuple[User, str]:
    """An account for a caregiver, a new one or ``user`` opened again; and the secret of its link, shown once."""
    if user is None:
        user = User.objects.make(fresh_username(), name=name, kind=Kind.CAREGIVER)
    elif not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    return user, new_link(user)


def shut_account(user: User, *, at: object) -> None:
    """Close a caregiver's account: its sessions end with the next request, PIN, passkeys and links are void."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    user.links.filter(used_at=None, revoked_at=None).update(revoked_at=at)
    Authenticator.objects.filter(user=user).delete()
    forget_grants(user)
