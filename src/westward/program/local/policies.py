"""Verbs of local values."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.policies import Rule, add

STANDING_FOR = frozenset({Role.PHYSICIAN, Role.PHARMACIST})
"""Who enters a value and who approves it: the same as of protocols, and never one person alone."""


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("local.read", Rule(roles=frozenset(CLINICAL)))
    add("local.enter", Rule(roles=STANDING_FOR))
    add("local.approve", Rule(roles=STANDING_FOR))
    add("local.end", Rule(roles=STANDING_FOR))
    add("local.supply", Rule(roles=frozenset({Role.PHYSICIAN, Role.PHARMACIST, Role.NURSE, Role.COORDINATOR})))
