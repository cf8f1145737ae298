"""Verbs of people, and how a child is a subject of permissions."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Kind, Role
from westward.program.accounts.models import User
from westward.program.accounts.policies import Rule, Subject, add
from westward.program.people.models import Caregiver, Child

CHART = frozenset(CLINICAL)
"""Roles that open charts of their sites."""

DESK = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN})
"""Roles that open charts and keep their facts true."""


def subject(child: Child) -> Subject:
    """The child as the table of policies sees it."""
    return Subject(id=child.audit_id, site=child.site_id)


def cares_for(user: User, subject: Subject) -> bool:
    """Whether the subject is a child whose caregiver this is now."""
    kind, _, key = subject.id.partition(":")
    if kind != "child" or user.kind != Kind.CAREGIVER or not user.pk:
        return False
    return Caregiver.objects.filter(user=user.pk, child=int(key), revoked_at=None).exists()


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("people.list", Rule(roles=CHART))
    add("people.read", Rule(roles=CHART, breakable=True))
    add("people.add", Rule(roles=DESK))
    for verb in (
        "people.correct",
        "people.change_state",
        "people.add_caregiver",
        "people.correct_caregiver",
        "people.invite_caregiver",
        "people.revoke_caregiver",
        "people.add_clinician",
        "people.correct_clinician",
        "people.tie_clinician",
        "people.end_tie",
    ):
        add(verb, Rule(roles=DESK))
    add("people.consent", Rule(roles=DESK | {Role.GENETIC_COUNSELOR}))
    add("people.merge", Rule(roles=frozenset({Role.COORDINATOR, Role.PHYSICIAN})))
    add("people.undo_merge", Rule(roles=frozenset({Role.COORDINATOR, Role.PHYSICIAN})))
    add("people.read_own", Rule(anyone=True, conditions=(cares_for,)))
