"""Verbs of follow-up."""

from __future__ import annotations

from westward.program.accounts.choices import Role
from westward.program.accounts.policies import Rule, add
from westward.program.people.policies import CHART, cares_for

CARERS = frozenset({Role.PHYSICIAN, Role.NURSE, Role.COORDINATOR})


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("followup.read", Rule(roles=CHART, breakable=True))
    add("followup.diary_own", Rule(anyone=True, conditions=(cares_for,)))
    add("followup.answer", Rule(roles=CARERS))
    add("followup.call", Rule(roles=CARERS))
    add("followup.adverse", Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE, Role.PHARMACIST})))
    add("followup.assess", Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE})))
    add("followup.outcome", Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE})))
    add("followup.following", Rule(roles=CARERS))
    add("followup.worklist", Rule(roles=CHART))
