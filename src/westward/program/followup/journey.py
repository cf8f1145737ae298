"""What follow-up tells the board and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.evidence.loader import load
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.followup import queries
from westward.program.people.marks import Mark, Meaning, NextAct, Track
from westward.program.people.models import Child


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """None: the clocks end at the first dose."""
    return {}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Red flags first, then families that have gone silent."""
    sheet = load("diary")
    told: dict[int, list[NextAct]] = {}
    for flag in queries.open_flags(children):
        act = NextAct(
            words=f"Call now: {flag.get_red_flag_display().lower()}",
            due=flag.received_at + timedelta(hours=sheet.integer("red_flag.answer_h")),
            owner=Role.NURSE.label,
            address=reverse("child-response", args=[flag.child_id]),
            rank=0,
        )
        told.setdefault(flag.child_id, []).append(act)
    for child, since in queries.silent_since(children, now=now).items():
        act = NextAct(
            words="Call the family: diary silent",
            due=since + timedelta(hours=sheet.integer("silence.call_after_h")),
            owner=Role.NURSE.label,
            address=reverse("child-response", args=[child]),
            rank=25,
        )
        told.setdefault(child, []).append(act)
    return told


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Spasms as the family told them, adverse events, assessments, outcomes."""
    address = reverse("child-response", args=[child.pk])
    found = [
        Mark(
            at=day,
            track=Track.SPASMS,
            words=f"{count} told by the family" if count else "none seen by the family",
            address=address,
            value=Decimal(count),
        )
        for day, count in sorted(queries.witnessed(child).items())
    ]
    found += [
        Mark(
            at=event.began_on,
            until=event.ended_on,
            track=Track.EVENTS,
            words=f"{event.what} ({event.get_severity_display().lower()})",
            address=address,
            meaning=Meaning.UNSAFE,
        )
        for event in child.adverse_events.all()
    ]
    found += [
        Mark(
            at=one.on,
            track=Track.DEVELOPMENT,
            words=f"{one.get_instrument_display()} {_scores(one.scores)}",
            address=address,
        )
        for one in child.developmental_assessments.all()
    ]
    found += [
        Mark(at=one.on, track=Track.DEVELOPMENT, words=f"outcome at {one.months} months", address=address)
        for one in child.outcomes.all()
    ]
    return found


def _scores(scores: list[dict[str, str]]) -> str:
    return ", ".join(f"{one['domain']} {one['score']}" for one in scores)


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """Nothing: what the family tells is no state of the chart."""
    return {}
