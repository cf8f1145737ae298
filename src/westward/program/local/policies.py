"""Verbs of local values."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.policies import Rule, add

STANDING_FOR = frozenset({Role.PHYSICIAN, Role.PHARMACIST})
"""Who enters a value and who approves it, with a role for all sites, since it holds at all; never one person alone."""


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("local.read", Rule(roles=frozenset(CLINICAL)))
    add("local.enter", Rule(roles=STANDING_FOR, everywhere=True))
    add("local.approve", Rule(roles=STANDING_FOR, everywhere=True))
    add("local.end", Rule(roles=STANDING_FOR, everywhere=True))
    add("local.supply", Rule(roles=frozenset({Role.PHYSICIAN, Role.PHARMACIST, Role.NURSE, Role.COORDINATOR})))
