"""Verbs of diagnosis."""

from __future__ import annotations

from westward.program.accounts.choices import Role
from westward.program.accounts.policies import Rule, add
from westward.program.people.policies import CHART

_ORDER = frozenset({Role.PHYSICIAN, Role.NURSE, Role.COORDINATOR})
_ROOM = frozenset({Role.TECHNOLOGIST, Role.PHYSICIAN, Role.COORDINATOR})
_DESK = _ROOM | {Role.NURSE}
_PHYSICIAN = frozenset({Role.PHYSICIAN})

RULES: dict[str, Rule] = {
    "diagnosis.read": Rule(roles=CHART, breakable=True),
    "diagnosis.report": Rule(roles=CHART, breakable=True),
    "diagnosis.queue": Rule(roles=_DESK),
    "diagnosis.room": Rule(roles=_DESK),
    "diagnosis.unassigned": Rule(roles=_DESK),
    "diagnosis.order": Rule(roles=_ORDER),
    "diagnosis.cancel_order": Rule(roles=_ORDER),
    "diagnosis.mark_done": Rule(roles=_ORDER | {Role.TECHNOLOGIST}),
    "diagnosis.write_sheet": Rule(roles=frozenset({Role.TECHNOLOGIST, Role.PHYSICIAN})),
    "diagnosis.attach": Rule(roles=_DESK),
    "diagnosis.reject": Rule(roles=_ROOM),
    "diagnosis.resolve_identity": Rule(roles=_ROOM),
    "diagnosis.analyze": Rule(roles=_ROOM),
    "diagnosis.download": Rule(roles=frozenset({Role.TECHNOLOGIST, Role.PHYSICIAN})),
    "diagnosis.own_study": Rule(roles=_ROOM),
    "diagnosis.store_read": Rule(roles=_PHYSICIAN),
    "diagnosis.see_engine": Rule(roles=_PHYSICIAN),
    "diagnosis.change_read": Rule(roles=_PHYSICIAN),
    "diagnosis.sign_read": Rule(roles=_PHYSICIAN),
    "diagnosis.confirm_age": Rule(roles=_PHYSICIAN),
    "diagnosis.hand_over_read": Rule(roles=_PHYSICIAN),
    "diagnosis.take_over_read": Rule(roles=_PHYSICIAN),
    "diagnosis.amend_read": Rule(roles=_PHYSICIAN),
    "diagnosis.ask_second": Rule(roles=_PHYSICIAN),
    "diagnosis.give_up_second": Rule(roles=_PHYSICIAN),
    "diagnosis.outside": Rule(roles=_DESK),
    "diagnosis.assess": Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE})),
    "diagnosis.decide": Rule(roles=_PHYSICIAN),
    "diagnosis.revise": Rule(roles=_PHYSICIAN),
    "diagnosis.treatment": Rule(roles=frozenset({Role.PHYSICIAN, Role.NURSE, Role.PHARMACIST, Role.COORDINATOR})),
}
"""Every verb of diagnosis with its rule."""


def register() -> None:
    """Add the verbs to the table; called once when the app is ready."""
    for verb, rule in RULES.items():
        add(verb, rule)
