"""Make the next plan of a run: the calendar of its protocol for the measures, bottles and branches it has now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.calendar_document import document
from westward.care.dosing import Body
from westward.care.strength import Strength, strength
from westward.core.errors import RefusedError, UsageError
from westward.evidence.protocol import USABLE, Protocol, from_texts
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.treatment.choices import MeasuredKind, PlanReason
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import (
    approved_text,
    bottles,
    latest_usable,
    newest_plan,
    standing_plan,
    waiting_plan,
)


def protocol_of(run: Run) -> Protocol:
    """The very version that the run keeps."""
    return from_texts(run.protocol, run.texts)


def calendar(
    protocol: Protocol,
    *,
    start: date,
    body: Body,
    approved: bool,
    strengths: Mapping[str, str] | None = None,
    branches: Sequence[Mapping[str, Any]] = (),
    adjustments: Sequence[Mapping[str, Any]] = (),
) -> Calendar:
    """The calendar, with days put in.

    Raises
    ------
    InvalidActError
        If it cannot be made, in the words of the rule.
    """
    try:
        made = build(
            protocol,
            body,
            start=start,
            strengths=read(strengths or {}),
            chosen=[Chosen(branch=str(b["branch"]), day=int(b["day"])) for b in branches],
            approved=approved,
        )
        return adjust(made, [Adjustment(Kind(a["kind"]), int(a["day"]), int(a["days"])) for a in adjustments])
    except (UsageError, RefusedError) as error:
        raise InvalidActError(str(error)) from None


def read(strengths: Mapping[str, str]) -> dict[str, Strength]:
    """Strengths as they stand on the bottles."""
    return {drug: strength(words) for drug, words in strengths.items()}


def protocol_day(adjustments: Sequence[Mapping[str, Any]], day: int) -> int:
    """The day of the protocol that stands on a day of the calendar after days were put in.

    Raises
    ------
    InvalidActError
        If nothing of the protocol begins on that day, because it is a pause or repeats the day before.
    """
    found = day
    for one in reversed(adjustments):
        at, days = int(one["day"]), int(one["days"])
        first = at if Kind(one["kind"]) is Kind.PAUSE else at + 1  # of the days put in
        if found >= first + days:
            found -= days
        elif found >= first:
            what = "is in a pause" if Kind(one["kind"]) is Kind.PAUSE else f"repeats day {at}"
            raise InvalidActError(f"day {day} of the calendar {what}; choose the day after the days that were put in")
    return found


def next_plan(run: Run, *, user: User, reason: str, words: str = "", **changes: Any) -> Plan:
    """Store the next version: what was last agreed, what waits, and ``changes``; unsigned.

    It rests on :func:`westward.program.treatment.queries.standing_plan`, so that nothing that was turned down comes
    back. A plan that still waits is taken up, with its words, and void: each difference from the plan in force stands
    in the words of the one that is signed. Strengths are those of the bottles.

    Parameters
    ----------
    **changes
        ``weight_g``, ``length_mm``, ``branches`` or ``adjustments`` in place of the last plan's.

    Raises
    ------
    InvalidActError
        If the calendar cannot be made.
    """
    last, waiting = standing_plan(run), waiting_plan(run)
    rests = _rests(run, waiting or last) | changes
    rests["strengths"] = {**rests["strengths"], **{drug: one.strength for drug, one in bottles(run).items()}}
    protocol, body = protocol_of(run), Body(weight_g=rests["weight_g"], length_mm=rests["length_mm"])
    approved = run.approved or approved_text(run.protocol, run.texts)
    made = calendar(
        protocol,
        start=run.start,
        body=body,
        approved=approved,
        strengths=rests["strengths"],
        branches=rests["branches"],
        adjustments=rests["adjustments"],
    )
    content = document(
        made,
        body=body,
        start=run.start,
        strengths=[f"{drug}={words_}" for drug, words_ in sorted(rests["strengths"].items())],
        branches=[f"{one['branch']}@{one['day']}" for one in rests["branches"]],
    )
    if not approved:
        content["warnings"] += not_approved(protocol)
    dosed = [day.date for day in made.days if day.doses]
    now = timezone.now()
    told = [words, *_also(last, waiting, rests, changes, words)]
    if waiting is not None:
        waiting.voided_at, waiting.voided_why = now, f"taken up in calendar {waiting.number + 1}"
        waiting.save(update_fields=["voided_at", "voided_why"])
    newest = newest_plan(run)
    return Plan.objects.create(
        run=run,
        number=(newest.number if newest else 0) + 1,
        reason=reason,
        words=" · ".join(part for part in told if part),
        document=content,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        last_day=max(dosed, default=run.start),
        made_by=user,
        made_at=now,
        **rests,
    )


def not_approved(protocol: Protocol) -> list[str]:
    """What is told of each step that cannot be taken before two named people have approved the protocol."""
    loose = {s.branch for course in protocol.courses for s in course.steps if s.status not in USABLE}
    return [
        f"not approved here yet: {branch.words} ({branch.status}); two named people have to approve this version "
        "before the step can be taken"
        for branch in protocol.branches
        if branch.id in loose
    ]


def _rests(run: Run, plan: Plan | None) -> dict[str, Any]:
    if plan is not None:
        names = ("weight_g", "length_mm", "branches", "adjustments", "strengths")
        return {name: getattr(plan, name) for name in names}
    measures = {MeasuredKind.WEIGHT: "weight_g", MeasuredKind.LENGTH: "length_mm"}
    usable = {name: latest_usable(run.child, kind) for kind, name in measures.items()}
    return {name: one.value if one else None for name, one in usable.items()} | {
        "branches": [],
        "adjustments": [],
        "strengths": {},
    }


def _also(
    last: Plan | None, waiting: Plan | None, rests: Mapping[str, Any], changes: Mapping[str, Any], words: str
) -> list[str]:
    """Differences from what was last agreed that ``words`` do not tell."""
    told = []
    retold = {PlanReason.STRENGTH: True, PlanReason.WEIGHT: "weight_g" in changes}
    if waiting is not None and waiting.words and not retold.get(PlanReason(waiting.reason), False):
        told.append(f"with calendar {waiting.number}, not signed: {waiting.words}")
    if last is None or (waiting is not None and last.pk == waiting.pk):
        return told
    so_far = " ".join([words, *told])
    for name, unit in (("weight_g", "g"), ("length_mm", "mm")):
        was, now = getattr(last, name), rests[name]
        if name not in changes and was != now and f"{now} {unit}" not in so_far:
            told.append(f"{was} {unit} to {now} {unit}")
    reason = waiting.reason if waiting is not None else ""
    if "branches" not in changes and reason != PlanReason.BRANCH:
        new = [one for one in rests["branches"] if one not in last.branches]
        told += [f"{one['branch'].replace('_', ' ')} from day {one['day']} of the protocol" for one in new]
    if "adjustments" not in changes and reason != PlanReason.ADJUST:
        told += [
            f"{one['kind']} of {one['days']} d at day {one['day']}"
            for one in rests["adjustments"][len(last.adjustments) :]
        ]
    for drug, label in sorted(rests["strengths"].items()):
        before = last.strengths.get(drug)
        if before != label and label not in so_far:
            told.append(f"{drug.replace('_', ' ')}: {label}" + (f", before {before}" if before else ""))
    return told
