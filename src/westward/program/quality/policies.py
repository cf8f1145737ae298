"""Verbs of quality."""

from __future__ import annotations

from westward.program.accounts.choices import Kind, Purpose, Role
from westward.program.accounts.models import User
from westward.program.accounts.policies import Rule, Subject, add
from westward.program.quality.models import SafetyEvent


def is_staff(user: User, subject: Subject) -> bool:
    """Whether somebody works here; caregivers do not."""
    return user.kind == Kind.STAFF


def subject(event: SafetyEvent) -> Subject:
    """The event as the table of policies sees it."""
    return Subject(id=event.audit_id, site=event.site_id)


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    board = frozenset({Role.QUALITY, Role.PHYSICIAN, Role.COORDINATOR})
    add("quality.board", Rule(roles=board, purpose=Purpose.QUALITY))
    add("quality.file", Rule(anyone=True, conditions=(is_staff,)))
    add("quality.own", Rule(anyone=True, conditions=(is_staff,)))
    add("quality.review", Rule(roles=frozenset({Role.QUALITY}), purpose=Purpose.QUALITY))
    add("quality.finish", Rule(anyone=True, conditions=(is_staff,)))
