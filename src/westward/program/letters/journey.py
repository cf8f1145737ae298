"""What letters tell the board and the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.letters import queries
from westward.program.letters.choices import LetterState
from westward.program.letters.models import Letter
from westward.program.people.marks import Mark, Meaning, NextAct, Track, end_of
from westward.program.people.models import Child

TABLES = (Letter,)
"""Of a child with a row in none of these nothing is told."""


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """None: a letter is no milestone."""
    return {}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Sign, send, confirm."""
    work = queries.waiting(children=list(children))
    parts = (
        ("Sign letter", Role.PHYSICIAN, 40, work.to_sign),
        ("Send letter", Role.COORDINATOR, 41, work.to_send),
        ("Confirm that the letter arrived", Role.COORDINATOR, 42, work.to_confirm),
    )
    told: dict[int, list[NextAct]] = {}
    for words, role, rank, part in parts:
        for one in part:
            letter = one.letter
            act = NextAct(
                words=f"{words}: {letter.get_kind_display().lower()}",
                due=end_of(one.due),
                owner=role.label,
                address=reverse("letter", args=[letter.child_id, letter.pk]),
                rank=rank,
            )
            told.setdefault(letter.child_id, []).append(act)
    return told


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Each signed letter on the day of its signature, and whether it arrived."""
    found = queries.of_child(child).filter(state=LetterState.SIGNED)
    return [mark for letter in found for mark in _marks(letter)]


def _marks(letter: Letter) -> Iterator[Mark]:
    if letter.signed_at is None:
        return
    arrived = [d for d in letter.dispatches.all() if d.confirmed_at]
    sent = [d for d in letter.dispatches.all() if not d.failed_at]
    state = "received" if arrived else "sent" if sent else "signed, not sent"
    corrected = ", corrected later" if letter.superseded_by_id else ""
    yield Mark(
        at=timezone.localtime(letter.signed_at).date(),
        track=Track.EVENTS,
        words=f"Letter: {letter.get_kind_display().lower()} ({state}{corrected})",
        address=reverse("letter", args=[letter.child_id, letter.pk]),
        meaning=Meaning.DONE if arrived else Meaning.NONE,
    )


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """None: what waits is among the next acts, and the line of state belongs to what is clinical."""
    return {}
