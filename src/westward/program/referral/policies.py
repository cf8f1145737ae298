"""Verbs of referral, and how a referral is a subject of permissions."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.models import Site
from westward.program.accounts.policies import NOTHING, Rule, Subject, add
from westward.program.referral.models import Referral

CARE = frozenset(CLINICAL)
"""Roles that open charts."""

INTAKE = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN})
"""Roles that take referrals in and answer them."""

DECIDE = frozenset({Role.COORDINATOR, Role.PHYSICIAN})
"""Roles that send a referral away, bring it back, and make the roster."""

BOOK = INTAKE | {Role.TECHNOLOGIST}
"""Roles that book, release and close appointments."""

VERBS: dict[str, frozenset[Role]] = {
    "referral.list": INTAKE,
    "referral.read": INTAKE,
    "referral.take_in": INTAKE,
    "referral.answer": INTAKE,
    "referral.assign": INTAKE,
    "referral.contact": INTAKE,
    "referral.withdraw_contact": INTAKE,
    "referral.accept": INTAKE,
    "referral.decline": DECIDE,
    "referral.redirect": DECIDE,
    "referral.close": INTAKE,
    "referral.ask_close": INTAKE,
    "referral.agree_close": INTAKE,
    "referral.refuse_close": INTAKE,
    "referral.reopen": DECIDE,
    "child.own": INTAKE,
    "child.contact": CARE,
    "child.fact": INTAKE,
    "child.withdraw_fact": INTAKE,
    "roster.list": CARE,
    "roster.change": DECIDE,
    "slots.list": CARE,
    "slots.make": frozenset({Role.COORDINATOR, Role.TECHNOLOGIST}),
    "slots.withdraw": frozenset({Role.COORDINATOR, Role.TECHNOLOGIST}),
    "appointments.book": BOOK,
    "appointments.change": BOOK,
    "overdue.list": CARE,
    "surveillance.list": CARE,
    "surveillance.change": INTAKE,
}
"""Every verb of this app with the roles that may."""


def subject(referral: Referral) -> Subject:
    """The referral as the table of policies sees it.

    One without a site is open to the intake of every site, so that it cannot lie where nobody sees it.
    """
    return Subject(id=referral.audit_id, site=referral.site_id) if referral.site_id else NOTHING


def at(site: Site | None) -> Subject:
    """What concerns a site and nothing in it yet."""
    return Subject(site=site.pk) if site else NOTHING


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    for verb, roles in VERBS.items():
        add(verb, Rule(roles=roles))
