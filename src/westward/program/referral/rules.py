"""From what a referral says to the answers of triage, and from its result to what is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.triage import Triage, TriageAnswers, triage
from westward.care.when import Days, When, days_from, month_of, on_day, week_of
from westward.core.errors import InputError
from westward.evidence.loader import Fact
from westward.look.words import THIN
from westward.program.referral.choices import Precision

QUESTIONS: tuple[str, ...] = tuple(f.name for f in fields(TriageAnswers) if f.name not in ("onset_age_d", "age_d"))
"""Names of the questions answered yes, no or unknown, in the order in which they are asked."""


def answers_of(codes: Mapping[str, str]) -> dict[str, Answer]:
    """Every question with its answer; what is left out is unknown.

    Raises
    ------
    InputError
        If there is no such question or answer.
    """
    if strange := sorted(set(codes) - set(QUESTIONS)):
        raise InputError(f"there is no question {strange[0]!r}; known: {', '.join(QUESTIONS)}")
    found = {}
    for name in QUESTIONS:
        code = codes.get(name) or Answer.UNKNOWN
        if code not in set(Answer):
            raise InputError(f"the answer to {name!r} is {code!r}; give yes, no or unknown")
        found[name] = Answer(code)
    return found


def when(precision: str, day: date | None = None, until: date | None = None) -> When:
    """The span of an approximate day: the day, its week, its month, from ``day`` to ``until``, or not known.

    Raises
    ------
    InputError
        If the day is missing.
    """
    if precision == Precision.UNKNOWN:
        return When()
    if day is None:
        raise InputError("an approximate day needs a day in it; give one, or say that it is not known")
    if precision == Precision.WEEK:
        return week_of(day)
    if precision == Precision.MONTH:
        return month_of(day.year, day.month)
    if precision == Precision.RANGE:
        if until is None or until < day:
            raise InputError("a span of days needs its last day, not before the first")
        return When(day, until)
    return on_day(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a referral says that triage asks.

    Attributes
    ----------
    received : datetime
        When it came in.
    birth : date or None
        The child's birth date; without it ``age_d`` counts.
    onset : When
        Day of the first event.
    """

    codes: Mapping[str, str]
    received: datetime
    birth: date | None
    age_d: int | None
    onset: When


def answers(said: Said) -> TriageAnswers:
    """What triage asks, with ages from the dates."""
    on = timezone.localtime(said.received).date()
    age_d, onset = said.age_d, None
    if said.birth is not None:
        age_d = max((on - said.birth).days, 0)
        span = days_from(on_day(said.birth), said.onset)
        onset = Days(max(span.low, 0), max(span.high, 0)) if span else None
    elif said.age_d is not None and (ago := days_from(said.onset, on_day(on))) is not None:
        onset = Days(max(said.age_d - ago.high, 0), max(said.age_d - ago.low, 0))
    return TriageAnswers(**answers_of(said.codes), onset_age_d=onset, age_d=age_d)


def triaged(said: Said, *, emergency_number: str) -> Triage:
    """The level, by :mod:`westward.care.triage`."""
    return triage(answers(said), received=said.received, emergency_number=emergency_number)


def stored(result: Triage, codes: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a stored run."""
    return {
        "answers": {name: answer.value for name, answer in answers_of(codes).items()},
        "level": result.level.value,
        "fired": [
            {"rule": one.rule, "level": one.level.value, "assumed": one.assumed, **_told(one.fact)}
            for one in result.fired
        ],
        "ask": [{"rule": fact.key, "question": str(fact.value), **_told(fact)} for fact in result.ask],
        "times": [{"key": fact.key, "value": fact.value, "unit": fact.unit, **_told(fact)} for fact in result.times],
        "contact_by": result.contact_by,
        "escalate_at": result.escalate_at,
        "emergency_number": result.emergency_number,
    }


def _told(fact: Fact) -> dict[str, str]:
    return {"meaning": fact.meaning, "status": fact.status.value, "source": fact.source}


_RULES = {"untreated": "treated", "at_risk": "known_cause"}


def question_of(rule: str) -> str:
    """The question behind a rule: ``treated`` for ``same_day.untreated``."""
    name = rule.rpartition(".")[2]
    return "onset" if name.startswith("onset") else _RULES.get(name, name)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of escalation that was done."""

    number: int
    at: datetime


def step_due(
    received: datetime,
    escalate_at: datetime,
    *,
    last: Step | None,
    taken: datetime | None = None,
    now: datetime | None = None,
) -> datetime:
    """When the next step of escalation is due: at the set time, then again each time as long after the last step.

    Whoever takes the referral over (``taken``) has as long again. A time that lies ahead of ``now`` was told by a clock
    that was set back since: a step then counts as done when it was planned, a takeover not at all.
    """
    interval, due = escalate_at - received, escalate_at
    if last is not None:
        done = last.at if now is None or last.at <= now else escalate_at + (last.number - 1) * interval
        due = max(done + interval, escalate_at)
    if taken is not None and (now is None or taken <= now):
        due = max(due, taken + interval)
    return due


def next_on_duty(on_duty: Sequence[int], asked: Collection[int]) -> int | None:
    """The first on duty, by rank, who has not been asked yet; None if nobody further is there."""
    return next((user for user in on_duty if user not in asked), None)


class ClockState(StrEnum):
    """How a contact clock stands."""

    DONE = "done"
    RUNNING = "running"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class ContactClock:
    """The clock from receipt to the first contact.

    Attributes
    ----------
    words : str
        ``2 h 10 min left``, ``35 min overdue``, ``reached after 1 h 5 min``.
    late : bool or None
        For one that stopped: whether that was after the limit.
    """

    state: ClockState
    words: str
    late: bool | None = None


def contact_clock(
    *, received: datetime, contact_by: datetime, escalate_at: datetime, contacted: datetime | None, now: datetime
) -> ContactClock:
    """The clock at ``now``, from the dates alone: ``due`` from the time of escalation, or the last quarter, on."""
    if contacted is not None and contacted <= now:
        took = (contacted - received).total_seconds()
        return ContactClock(ClockState.DONE, f"reached after {span(took)}", contacted > contact_by)
    left = (contact_by - now).total_seconds()
    if left < 0:
        return ContactClock(ClockState.OVERDUE, f"{span(-left)} overdue")
    soon = min(escalate_at, contact_by - (contact_by - received) / 4)
    state = ClockState.DUE if now >= soon else ClockState.RUNNING
    return ContactClock(state, f"{span(left)} left")


def span(seconds: float) -> str:
    """The two largest parts: ``3 d 4 h``, ``2 h 10 min``, ``less than 1 min``."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return f"less than 1{THIN}min"
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}{THIN}d {hours}{THIN}h" if hours else f"{days}{THIN}d"
    return f"{hours}{THIN}h {rest}{THIN}min" if hours and rest else f"{hours}{THIN}h" if hours else f"{rest}{THIN}min"
