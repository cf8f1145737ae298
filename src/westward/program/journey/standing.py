"""What a row of the board says of a child, from facts and open acts: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from westward.care.clocks import DEFAULT_CONDITIONS, Clock, ClockName, Milestone, run_clocks
from westward.care.overdue import to_meet
from westward.care.silence import Silence
from westward.care.when import UNKNOWN_DAY, When
from westward.program.journey.choices import Stage
from westward.program.people.marks import NextAct

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where children sort for whom nothing is due."""
ALWAYS = date(1, 1, 1)
"""Since when a child is silent if the day is not known."""


def stage(facts: Collection[Milestone]) -> Stage:
    """The step that is under way; the furthest fact decides, as earlier ones may never have been recorded."""
    if Milestone.TREATMENT in facts:
        return Stage.FOLLOW_UP
    if Milestone.DIAGNOSIS in facts:
        return Stage.TREATMENT
    if Milestone.EEG in facts:
        return Stage.DIAGNOSIS
    return Stage.EEG if Milestone.CONTACT in facts else Stage.REFERRED


def running(clocks: Sequence[Clock]) -> tuple[Clock, ...]:
    """Clocks that run and can still be met, the one to work by first.

    A clock whose end was overtaken by a later fact is left out: contact is no aim any more once the EEG is recorded.
    First come the clocks of the program by their due day, then those that count from the onset, then those without a
    standard that has a number.
    """
    names = list(ClockName)

    def order(clock: Clock) -> tuple[Any, ...]:
        due = clock.strictest.due if clock.strictest else None
        return due is None, clock.name.ends[0] is Milestone.ONSET, due or date.max, names.index(clock.name)

    return tuple(sorted(to_meet(clocks), key=order))


def ordered(acts: Sequence[NextAct], clocks: Sequence[Clock], *, now: datetime, zone: tzinfo) -> list[NextAct]:
    """Open acts, the next one first: what is late by its rank, then the rest by due moment.

    An act without a moment of its own is bounded by the clock to work by, the first of ``clocks``; so is one of rank 0,
    which no other act of that clock goes before.
    """
    limit = clocks[0].strictest.due if clocks and clocks[0].strictest else None
    bound = end_of(limit, zone) if limit else NEVER

    def order(act: NextAct) -> tuple[Any, ...]:
        due = act.due or bound
        by = due if act.rank else min(due, bound)
        late = by <= now
        return not late, act.rank if late else 0, by, act.due is None, act.rank, act.words

    return sorted(acts, key=order)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last moment of a day, as the first of the next."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def row(
    *,
    facts: Mapping[Milestone, When],
    acts: Sequence[NextAct],
    line: str,
    silence: Silence | None,
    today: date,
    now: datetime,
    zone: tzinfo,
    conditions: frozenset[str] = DEFAULT_CONDITIONS,
    ruled_out: bool = False,
) -> dict[str, Any]:
    """The columns of a :class:`~westward.program.journey.models.Standing`, without the child and its site.

    Silence is stored as the day from which it holds; what reads the row asks whether that day has come.
    """
    told: dict[str, Any] = {
        "stage": stage(facts),
        "facts": stored(facts),
        "line": line[:200],
        "silent_from": (silence.since or ALWAYS) if silence else None,
        "acts": len(acts),
        "ruled_out": ruled_out,
        "conditions": sorted(conditions),
        **_NOTHING,
    }
    moments = [NEVER]
    clocks = () if ruled_out else running(run_clocks(facts, on=today, conditions=conditions))
    found = next(iter(clocks), None)
    if found is not None:
        told |= _clock(found, facts[found.name.ends[0]])
        if told["clock_due"]:
            moments.append(end_of(told["clock_due"], zone))
    in_order = ordered(acts, clocks, now=now, zone=zone)
    told["open"] = [kept(act) for act in in_order]
    if in_order:
        first = in_order[0]
        told |= {
            "act": first.words[:200],
            "act_due": first.due,
            "act_owner": first.owner[:200],
            "act_owner_key_id": first.owner_key,
            "act_address": first.address[:200],
        }
        moments += [act.due for act in acts if act.due]
    return told | {"sort_at": min(moments)}


_NOTHING: dict[str, Any] = {
    "clock": "",
    "clock_since": None,
    "clock_since_latest": None,
    "clock_due": None,
    "clock_limit": "",
    "clock_source": "",
    "clock_status": "",
    "clock_conflict": False,
    "act": "",
    "act_due": None,
    "act_owner": "",
    "act_owner_key_id": None,
    "act_address": "",
}


def _clock(clock: Clock, start: When) -> dict[str, Any]:
    told: dict[str, Any] = {
        "clock": clock.name.value,
        "clock_since": start.earliest,
        "clock_since_latest": start.latest,
        "clock_conflict": bool(clock.conflict),
    }
    judged = clock.strictest
    if judged is not None:
        told |= {
            "clock_due": judged.due,
            "clock_limit": judged.standard.words,
            "clock_source": judged.standard.fact.source[:400],
            "clock_status": judged.standard.fact.status.value,
        }
    return told


def kept(act: NextAct) -> list[Any]:
    """An open act as JSON."""
    due = act.due.astimezone(UTC).isoformat() if act.due else None
    return [act.words[:200], due, act.owner[:200], act.owner_key, act.address[:200], act.rank]


def act_of(kept: Sequence[Any]) -> NextAct:
    """An open act from JSON."""
    words, due, owner, owner_key, address, rank = kept
    at = datetime.fromisoformat(due) if due else None
    return NextAct(words=words, due=at, owner=owner, owner_key=owner_key, address=address, rank=rank)


def stored(facts: Mapping[Milestone, When]) -> dict[str, list[str]]:
    """Facts as JSON: first and last possible day, nothing where the day is not known."""
    return {
        milestone.value: [when.earliest.isoformat(), when.latest.isoformat()] if when.earliest and when.latest else []
        for milestone, when in sorted(facts.items())
    }


def read(stored: Mapping[str, Sequence[str]]) -> dict[Milestone, When]:
    """Facts from JSON."""
    return {
        Milestone(name): When(date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else UNKNOWN_DAY
        for name, days in stored.items()
    }
