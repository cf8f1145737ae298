"""Verbs of treatment."""

from __future__ import annotations

from westward.program.accounts.choices import Role
from westward.program.accounts.policies import Rule, add
from westward.program.people.policies import CHART

PRESCRIBERS = frozenset({Role.PHYSICIAN})
CHECKERS = frozenset({Role.PHYSICIAN, Role.PHARMACIST, Role.NURSE})
CARERS = frozenset({Role.PHYSICIAN, Role.NURSE, Role.PHARMACIST, Role.COORDINATOR})


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    add("treatment.read", Rule(roles=CHART, breakable=True))
    add("treatment.protocols", Rule(roles=CHART))
    add("treatment.approve", Rule(roles=frozenset({Role.PHYSICIAN, Role.PHARMACIST})))
    add("treatment.measure", Rule(roles=CHECKERS))
    add("treatment.confirm_measure", Rule(roles=CHECKERS))
    add("treatment.answer_safety", Rule(roles=CHECKERS))
    add("treatment.start", Rule(roles=PRESCRIBERS))
    add("treatment.sign", Rule(roles=PRESCRIBERS))
    add("treatment.check", Rule(roles=CHECKERS))
    add("treatment.change", Rule(roles=PRESCRIBERS))
    add("treatment.stop", Rule(roles=PRESCRIBERS))
    add("treatment.bottle", Rule(roles=CHECKERS))
    add("treatment.teach", Rule(roles=CHECKERS))
    add("treatment.print", Rule(roles=CARERS))
    add("treatment.first_dose", Rule(roles=CHECKERS))
    add("treatment.missed", Rule(roles=CARERS))
    add("treatment.monitor", Rule(roles=CHECKERS))
    add("treatment.alert", Rule(roles=PRESCRIBERS))
    add("treatment.access", Rule(roles=CARERS))
    add("treatment.day_zero", Rule(roles=PRESCRIBERS))
    add("treatment.day_zero_done", Rule(roles=CARERS))
    add("treatment.diet", Rule(roles=PRESCRIBERS))
    add("treatment.diet_check", Rule(roles=CHECKERS))
    add("treatment.diet_value", Rule(roles=CHECKERS))
    add("treatment.surgery", Rule(roles=PRESCRIBERS))
    add("treatment.stimulation", Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE})))
    add("treatment.alternative", Rule(roles=CARERS))
