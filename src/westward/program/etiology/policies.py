"""Verbs of etiology."""

from __future__ import annotations

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.policies import Rule, add

ORDERERS = frozenset({Role.PHYSICIAN, Role.GENETIC_COUNSELOR})
COLLECTORS = frozenset({Role.PHYSICIAN, Role.GENETIC_COUNSELOR, Role.NURSE, Role.COORDINATOR})


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("etiology.list", Rule(roles=frozenset(CLINICAL)))
    add("etiology.read", Rule(roles=frozenset(CLINICAL), breakable=True))
    add("etiology.shares", Rule(roles=frozenset(CLINICAL)))
    add("etiology.open", Rule(roles=ORDERERS | {Role.COORDINATOR}))
    add("etiology.order", Rule(roles=ORDERERS))
    add("etiology.counsel", Rule(roles=ORDERERS))
    add("etiology.sample", Rule(roles=COLLECTORS))
    add("etiology.collect_without_consent", Rule(roles=frozenset({Role.PHYSICIAN})))
    add("etiology.result", Rule(roles=ORDERERS))
    add("etiology.imaging", Rule(roles=ORDERERS))
    add("etiology.disclose", Rule(roles=ORDERERS))
    add("etiology.phenotype", Rule(roles=ORDERERS))
    add("etiology.treatable", Rule(roles=ORDERERS))
    add("etiology.classify", Rule(roles=frozenset({Role.PHYSICIAN})))
