"""Verbs of the journey."""

from __future__ import annotations

from westward.program.accounts.policies import Rule, add
from westward.program.people.policies import CHART


def register() -> None:
    """Add the verbs to the table; called once when the app is ready. The timeline of a child is ``people.read``."""
    add("journey.board", Rule(roles=CHART))
