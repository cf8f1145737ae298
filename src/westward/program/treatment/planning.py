"""Make the next plan of a run: the calendar of its protocol for the measures, bottles and branches it has now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils import timezone

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.calendar_document import carried_on, document, measures_since
from westward.care.dosing import Body
from westward.care.exposure import Lessened
from westward.care.strength import Strength, strength
from westward.care.wean import Wean
from westward.core.errors import RefusedError, UsageError
from westward.evidence.protocol import USABLE, Course, Protocol
from westward.evidence.shelf import from_texts
from westward.look.words import coded
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
from westward.program.treatment.tapers import rises


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


def course_of(protocol: Protocol, drug: str) -> Course:
    """The course that gives a drug of a protocol."""
    return next(course for course in protocol.courses if course.drug == drug)


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
    in the words of the one that is signed. Strengths are those of the bottles of the planned products; until the day
    on which a product changes, the one of before stands with its own bottle.

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
    base = waiting or last
    rests["strengths"] = _held(run, protocol, base, rests) | dispensed(run, protocol, rests["products"])
    begins = run.start
    if agreed is not None:
        days = [from_on or today]
        if waiting is not None and waiting.from_on is not None and not late and not redated:
            days.append(waiting.from_on)
        if (wrong := mislabeled(agreed, today=today)) is not None:
            days.append(wrong)
        begins = today if agreed.moved else max(min(days), today, run.start)
    body = Body(weight_g=rests["weight_g"], length_mm=rests["length_mm"])
    approved = run.approved or approved_text(run.protocol, run.texts)

    def written(products: Mapping[str, str], strengths: Mapping[str, str]) -> dict[str, Any]:
        made = calendar(
            protocol,
            start=run.start,
            body=body,
            approved=approved,
            strengths=strengths,
            products=products,
            branches=rests["branches"],
            weans=rests["weans"],
            adjustments=rests["adjustments"],
            lessened=lessened(run),
            from_day=(begins - run.start).days + 1,
        )
        return document(
            made,
            body=body,
            start=run.start,
            products=products,
            strengths=[f"{drug}={words_}" for drug, words_ in sorted(strengths.items())],
            branches=[f"{one['branch']}@{one['day']}" for one in rests["branches"]],
            weans=[f"{one['kind']}@{one['day']}" for one in rests["weans"]],
        )

    content = written(rests["products"], rests["strengths"])
    if agreed is not None:
        moved_from = waiting.from_on if redated and waiting is not None else None
        later = _later(base, rests["products"], after=max(begins, moved_from or begins))
        content = _in_turn(run, protocol, agreed, rests, later, on=begins, written=written, last=content)
    if not approved:
        content["warnings"] += not_approved(protocol)
    dosed = [date.fromisoformat(day["date"]) for day in content["days"] if day["doses"]]
    now = timezone.now()
    told = [words, *_also(last, waiting, rests, changes, words, weighed=protocol.needs_weight)]
    told += rises(protocol, content, on=begins) if agreed is not None else []
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


def _later(base: Plan | None, products: Mapping[str, str], *, after: date) -> dict[str, date]:
    """Drugs whose product was planned to change on a day after another one, and still is, with that day."""
    found = {}
    for drug in products:
        if base is not None and base.products.get(drug) == products[drug]:
            day = product_from(base, drug)
            if day is not None and day > after:
                found[drug] = day
    return found


def _in_turn(
    run: Run,
    protocol: Protocol,
    agreed: Plan,
    rests: Mapping[str, Any],
    later: Mapping[str, date],
    *,
    on: date,
    written: Callable[[Mapping[str, str], Mapping[str, str]], dict[str, Any]],
    last: dict[str, Any],
) -> dict[str, Any]:
    """What was agreed until a day, then each drug's product of before until the day of its change, then the new one."""
    usual = protocol.usual
    standing = [words for words in agreed.document["warnings"] if words not in not_approved(protocol)]
    content: Mapping[str, Any] = {**agreed.document, "warnings": standing}
    answered = {(one.check_id, one.due_on.isoformat()) for one in run.checks_done.all()}
    for first in sorted({on, *later.values()}):
        ahead = {drug: product_on(agreed, drug, first) or usual[drug] for drug, day in later.items() if day > first}
        if not ahead:
            content = carried_on(content, last, on=first, answered=answered)
            continue
        labels = labels_of(run, protocol)
        held = {drug: words for drug, words in rests["strengths"].items() if drug not in ahead}
        held |= {drug: labels[drug, product] for drug, product in ahead.items() if (drug, product) in labels}
        content = carried_on(content, written({**rests["products"], **ahead}, held), on=first, answered=answered)
    return dict(content)


def product_on(plan: Plan, drug: str, on: date) -> str:
    """The product of a drug that a plan gives on a day; empty where it does not say."""
    found = ""
    for one in measures_since(plan.document):
        if not found or one["from"] <= on.isoformat():
            found = str(one["products"].get(drug, ""))
    return found


def mislabeled(plan: Plan, *, today: date) -> date | None:
    """The first day to come whose milliliters are of another strength than the latest bottle of its product.

    None where every day agrees with its bottle, has no milliliters, or no bottle of the product was recorded.
    """
    since = measures_since(plan.document)
    labels = labels_of(plan.run, protocol_of(plan.run))
    for day in plan.document["days"]:
        if day["date"] < today.isoformat():
            continue
        held = [one["strengths"] for one in since if one["from"] <= day["date"]] or [since[0]["strengths"]]
        words = dict(one.split("=", 1) for one in held[-1])
        for dose in day["doses"]:
            held_by, label = words.get(dose["drug"]), labels.get((dose["drug"], dose["product"]))
            if held_by is not None and label is not None and per_ml(held_by) != per_ml(label):
                return date.fromisoformat(day["date"])
    return None


def per_ml(words: str) -> Fraction | None:
    """What is in a milliliter; None for a strength of before that is no longer understood."""
    try:
        return strength(words).per_ml
    except UsageError:
        return None


def labels_of(run: Run, protocol: Protocol) -> dict[tuple[str, str], str]:
    """The strength on the latest bottle of each drug and product; bottles of before are of the usual product."""
    usual = protocol.usual
    read = sorted(run.bottles.all(), key=lambda one: (one.at, one.pk))
    return {(one.drug, one.product or usual.get(one.drug, "")): one.strength for one in read}


def _held(run: Run, protocol: Protocol, base: Plan | None, rests: Mapping[str, Any]) -> dict[str, str]:
    """Strengths of products that begin after the latest bottle, which is a refill of what is given until then."""
    usual, labels, found = protocol.usual, bottles(run), {}
    for drug, words in rests["strengths"].items():
        product = rests["products"].get(drug, usual.get(drug))
        same = base is not None and base.products.get(drug, usual.get(drug)) == product
        begun = product_from(base, drug) if base is not None and same else None
        if begun is not None and drug in labels and timezone.localdate(labels[drug].at) < begun:
            found[drug] = words
    return found


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
    usual = protocol.usual
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
            f"{coded(drug)}: {coded(product)}"
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
            told.append(f"{coded(drug)}: {label}" + (f", before {before}" if before else ""))
    return told
