"""What people tells the board and the timeline: birth, and when the child left the program's care or came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.models import User
from westward.program.people.choices import ChildState
from westward.program.people.marks import Mark, NextAct, Track
from westward.program.people.models import Child

_WORDS = {
    ChildState.ACTIVE: "Back in care",
    ChildState.DECEASED: "Died",
    ChildState.TRANSFERRED: "Transferred to another program",
}


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """No milestone: who a child is starts no clock."""
    return {key: {} for key in children}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Nothing to do."""
    return {key: [] for key in children}


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """No line of state."""
    return {}


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Birth and changes of state."""
    address = reverse("child-person", args=[child.pk])
    early = f", at {child.gestation_d // 7} wk {child.gestation_d % 7} d" if child.gestation_d is not None else ""
    found = [Mark(at=child.birth_date, track=Track.EVENTS, words=f"Born{early}", address=address)]
    for change in child.states.order_by("on", "pk"):
        words = _WORDS[ChildState(change.state)]
        found.append(Mark(at=change.on, track=Track.EVENTS, words=words, address=address))
    return found
