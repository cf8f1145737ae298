"""Verbs of referral, and how a referral is a subject of permissions."""

from __future__ import annotations

from westward.program.accounts.choices import Role
from westward.program.accounts.policies import NOTHING, Rule, Subject, add
from westward.program.referral.models import Referral

INTAKE = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN})
"""Roles that take referrals in and answer them."""


def subject(referral: Referral) -> Subject:
    """The referral as the table of policies sees it.

    One without a site is open to the intake of every site, so that it cannot lie where nobody sees it.
    """
    return Subject(id=referral.audit_id, site=referral.site_id) if referral.site_id else NOTHING


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("referral.list", Rule(roles=INTAKE))
    add("referral.read", Rule(roles=INTAKE))
    add("referral.take_in", Rule(roles=INTAKE))
