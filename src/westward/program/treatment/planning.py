"""Make the next plan of a run: the calendar of its protocol for the measures, bottles and branches it has now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.calendar_document import carried_on, document
from westward.care.dosing import Body
from westward.care.exposure import Lessened
from westward.care.strength import Strength, strength
from westward.care.wean import Wean
from westward.core.errors import RefusedError, UsageError
from westward.evidence.protocol import USABLE, Course, Protocol, from_texts
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.shell.values import sheet
from westward.program.treatment.choices import MeasuredKind, PlanReason
from westward.program.treatment.exposure import lessened
from westward.program.treatment.models import Bottle, Plan, Run
from westward.program.treatment.queries import (
    agreed_plan,
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
    products: Mapping[str, str] | None = None,
    branches: Sequence[Mapping[str, Any]] = (),
    weans: Sequence[Mapping[str, Any]] = (),
    adjustments: Sequence[Mapping[str, Any]] = (),
    lessened: Sequence[Lessened] = (),
    from_day: int = 1,
) -> Calendar:
    """The calendar, with days put in.

    Parameters
    ----------
    from_day : int
        Day of the calendar from which on the measures hold; see :func:`westward.care.calendar.build`.

    Raises
    ------
    InvalidActError
        If it cannot be made, in the words of the rule.
    """
    limits = sheet("ceilings")
    try:
        made = build(
            protocol,
            body,
            start=start,
            strengths=read(strengths or {}),
            products=products,
            chosen=[Chosen(branch=str(b["branch"]), day=int(b["day"])) for b in branches],
            weans=[Wean(kind=str(w["kind"]), day=int(w["day"])) for w in weans],
            from_day=_read_back(adjustments, from_day)[0],
            approved=approved,
            sheet=sheet("products"),
            limits=limits,
        )
        put_in = [Adjustment(Kind(a["kind"]), int(a["day"]), int(a["days"])) for a in adjustments]
        return adjust(made, put_in, lessened=lessened, limits=limits)
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
    found, what = _read_back(adjustments, day)
    if what:
        raise InvalidActError(f"day {day} of the calendar {what}; choose the day after the days that were put in")
    return found


def _read_back(adjustments: Sequence[Mapping[str, Any]], day: int) -> tuple[int, str]:
    """The first day of the protocol that stands on a day of the calendar or later, and what was put in there, if so."""
    found, inside = day, ""
    for one in reversed(adjustments):
        at, days = int(one["day"]), int(one["days"])
        pause = Kind(one["kind"]) is Kind.PAUSE
        first = at if pause else at + 1  # of the days put in
        if found >= first + days:
            found -= days
        elif found >= first:
            inside = inside or ("is in a pause" if pause else f"repeats day {at}")
            found = first
    return found, inside


_STRUCTURE = ("branches", "weans", "adjustments")
"""What moves steps; each of them belongs to the day it was asked for."""


def structural(plan: Plan, agreed: Plan | None) -> bool:
    """Whether a plan moves steps of the one that was last agreed, and not only reckons them anew."""
    return agreed is not None and any(getattr(plan, name) != getattr(agreed, name) for name in _STRUCTURE)


def product_of(plan: Plan, course: Course) -> str:
    """The product of a course that a plan gives."""
    return str(plan.products.get(course.drug, course.product))


def product_from(plan: Plan, drug: str) -> date | None:
    """The day from which on a plan gives its product of a drug; None in versions from before it was kept."""
    since = plan.document["inputs"].get("since", [])
    found = None
    for one in reversed(since):
        if one["products"].get(drug) != since[-1]["products"].get(drug):
            break
        found = date.fromisoformat(one["from"])
    return found


def next_dose_day(plan: Plan, *, after: date) -> date:
    """The first day after a day on which a plan gives a dose; the very next day where it gives none."""
    days = (date.fromisoformat(day["date"]) for day in plan.document["days"] if day["doses"])
    return min((on for on in days if on > after), default=after + timedelta(days=1))


def next_plan(
    run: Run,
    *,
    user: User,
    reason: str,
    words: str = "",
    from_on: date | None = None,
    redated: bool = False,
    **changes: Any,
) -> Plan:
    """Store the next version: what was last agreed, what waits, and ``changes``; unsigned.

    It rests on :func:`westward.program.treatment.queries.standing_plan`, so that nothing that was turned down comes
    back. A plan that still waits is taken up, with its words, and void: each difference from the plan in force stands
    in the words of the one that is signed. Strengths are those of the bottles of the planned products.

    Days that have passed never change: before ``from_on`` every day stands line by line as it was last agreed. What
    waited until its day had passed is taken up from today on, but for steps that it would have moved: those are to be
    planned again.

    Parameters
    ----------
    from_on : date, optional
        First day that changes, today at the earliest; by default today. The earlier day of a plan that is taken up
        counts. Before anything was agreed it is day 1.
    redated : bool
        Whether ``from_on`` counts even if the plan that is taken up was for an earlier day.
    **changes
        ``weight_g``, ``length_mm``, ``branches``, ``weans``, ``products`` or ``adjustments`` in place of the last
        plan's.

    Raises
    ------
    InvalidActError
        If the calendar cannot be made.
    """
    today = timezone.localdate()
    agreed, last, waiting = agreed_plan(run), standing_plan(run), waiting_plan(run)
    protocol = protocol_of(run)
    rests = _rests(run, protocol, waiting or last) | changes
    late = agreed is not None and waiting is not None and waiting.late(today)
    untaken = late and waiting is not None and structural(waiting, agreed)
    if untaken:
        rests |= {name: getattr(agreed, name) for name in _STRUCTURE if name not in changes}
    rests["strengths"] = rests["strengths"] | dispensed(run, protocol, rests["products"])
    begins = run.start
    if agreed is not None:
        days = [from_on or today]
        if waiting is not None and waiting.from_on is not None and not late and not redated:
            days.append(waiting.from_on)
        begins = max(min(days), today, run.start)
    body = Body(weight_g=rests["weight_g"], length_mm=rests["length_mm"])
    approved = run.approved or approved_text(run.protocol, run.texts)
    made = calendar(
        protocol,
        start=run.start,
        body=body,
        approved=approved,
        strengths=rests["strengths"],
        products=rests["products"],
        branches=rests["branches"],
        weans=rests["weans"],
        adjustments=rests["adjustments"],
        lessened=lessened(run),
        from_day=(begins - run.start).days + 1,
    )
    content = document(
        made,
        body=body,
        start=run.start,
        products=rests["products"],
        strengths=[f"{drug}={words_}" for drug, words_ in sorted(rests["strengths"].items())],
        branches=[f"{one['branch']}@{one['day']}" for one in rests["branches"]],
        weans=[f"{one['kind']}@{one['day']}" for one in rests["weans"]],
    )
    if agreed is not None:
        content = carried_on(agreed.document, content, on=begins)
    if not approved:
        content["warnings"] += not_approved(protocol)
    dosed = [date.fromisoformat(day["date"]) for day in content["days"] if day["doses"]]
    now = timezone.now()
    told = [words, *_also(last, waiting, rests, changes, words, weighed=protocol.needs_weight)]
    if untaken and waiting is not None:
        told.append(f"steps moved in calendar {waiting.number} were not signed in time: plan them again")
    if waiting is not None:
        waiting.voided_at, waiting.voided_why = now, f"taken up in calendar {waiting.number + 1}"
        waiting.save(update_fields=["voided_at", "voided_why"])
    newest = newest_plan(run)
    return Plan.objects.create(
        run=run,
        number=(newest.number if newest else 0) + 1,
        reason=reason,
        words=" · ".join(part for part in told if part),
        from_on=begins,
        document=content,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        last_day=max(dosed, default=run.start),
        made_by=user,
        made_at=now,
        **rests,
    )


def dispensed(
    run: Run, protocol: Protocol, products: Mapping[str, str], labels: Mapping[str, Bottle] | None = None
) -> dict[str, str]:
    """Strengths by drug, of the latest bottle where it is of the planned product; bottles of before name none.

    Parameters
    ----------
    labels : mapping of str to Bottle, optional
        The latest bottle of each drug, if they were read already.
    """
    labels = bottles(run) if labels is None else labels
    usual = {course.drug: course.product for course in protocol.courses}
    planned = usual | dict(products)
    return {drug: one.strength for drug, one in labels.items() if (one.product or usual.get(drug)) == planned.get(drug)}


def not_approved(protocol: Protocol) -> list[str]:
    """What is told of each step that cannot be taken before two named people have approved the protocol."""
    loose = {s.branch for course in protocol.courses for s in course.steps if s.status not in USABLE}
    return [
        f"not approved here yet: {branch.words} ({branch.status}); two named people have to approve this version "
        "before the step can be taken"
        for branch in protocol.branches
        if branch.id in loose
    ]


def _rests(run: Run, protocol: Protocol, plan: Plan | None) -> dict[str, Any]:
    """What a next plan rests on; the newest weight where no dose hangs on it, so that ceilings are held against it."""
    measures = {MeasuredKind.WEIGHT: "weight_g", MeasuredKind.LENGTH: "length_mm"}
    usable = {name: latest_usable(run.child, kind) for kind, name in measures.items()}
    newest = {name: one.value if one else None for name, one in usable.items()}
    if plan is None:
        return newest | {"branches": [], "weans": [], "adjustments": [], "products": {}, "strengths": {}}
    names = ("weight_g", "length_mm", "branches", "weans", "adjustments", "products", "strengths")
    rests = {name: getattr(plan, name) for name in names}
    if not protocol.needs_weight and newest["weight_g"] is not None:
        rests["weight_g"] = newest["weight_g"]
    return rests


def _also(
    last: Plan | None,
    waiting: Plan | None,
    rests: Mapping[str, Any],
    changes: Mapping[str, Any],
    words: str,
    *,
    weighed: bool,
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
        if weighed and name not in changes and was != now and f"{now} {unit}" not in so_far:
            told.append(f"{was} {unit} to {now} {unit}")
    reason = waiting.reason if waiting is not None else ""
    if "branches" not in changes and reason != PlanReason.BRANCH:
        new = [one for one in rests["branches"] if one not in last.branches]
        told += [f"{one['branch'].replace('_', ' ')} from day {one['day']} of the protocol" for one in new]
    if "weans" not in changes and reason != PlanReason.WEAN:
        new = [one for one in rests["weans"] if one not in last.weans]
        told += [f"wean of {one['kind'].replace('_', ' ')} from day {one['day']} of the protocol" for one in new]
    if "products" not in changes and reason != PlanReason.PRODUCT:
        told += [
            f"{drug.replace('_', ' ')}: {product.replace('_', ' ')}"
            for drug, product in sorted(rests["products"].items())
            if last.products.get(drug) != product
        ]
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
