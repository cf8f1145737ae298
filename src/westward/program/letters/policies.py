"""Verbs of letters."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.policies import Rule, add

WRITERS = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN, Role.GENETIC_COUNSELOR})
SENDERS = frozenset({Role.COORDINATOR, Role.NURSE, Role.PHYSICIAN})


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("letters.list", Rule(roles=frozenset(CLINICAL)))
    add("letters.read", Rule(roles=frozenset(CLINICAL), breakable=True))
    add("letters.draft", Rule(roles=WRITERS))
    add("letters.edit", Rule(roles=WRITERS))
    add("letters.withdraw", Rule(roles=WRITERS))
    add("letters.correct", Rule(roles=WRITERS))
    add("letters.sign", Rule(roles=frozenset({Role.PHYSICIAN})))
    add("letters.send", Rule(roles=SENDERS))
    add("letters.confirm", Rule(roles=SENDERS))
