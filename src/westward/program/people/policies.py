"""Verbs of people, and how a child is a subject of permissions."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.policies import Rule, Subject, add
from westward.program.people.models import Child

CHART = frozenset(CLINICAL)
"""Roles that open charts of their sites."""

DESK = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN})
"""Roles that open charts and keep their facts true."""


def subject(child: Child) -> Subject:
    """The child as the table of policies sees it."""
    return Subject(id=child.audit_id, site=child.site_id)


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("people.list", Rule(roles=CHART))
    add("people.read", Rule(roles=CHART, breakable=True))
    add("people.add", Rule(roles=DESK))
    add("people.correct", Rule(roles=DESK))
    add("people.change_state", Rule(roles=DESK))
