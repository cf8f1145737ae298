"""The letter at the start of a treatment: what is given until when, what must not be done, whom to call.

It is about the latest run that goes on; another beside it is named, and what must not be done holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils import timezone

from westward.evidence.loader import load
from westward.look import words
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Reader, row, sentence, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.treatment import hormone_words, queries
from westward.program.treatment.exposure import HORMONES
from westward.program.treatment.hormone_words import Cover
from westward.program.treatment.models import Plan, Run

CHECKS_TOLD = 10
"""Checks named with their first day; the calendar holds every one."""


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """The latest open run with its plan in force; a gap where a fact is missing, but no warning less."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    call = whom_to_call(contact(), reader=reader)
    going_on = list(queries.open_runs(child).order_by("-start", "-pk"))
    run = going_on[0] if going_on else child.runs.order_by("-start", "-pk").first()
    since = run.start if run is not None else timezone.localdate()
    standing = [(one, plan) for one in going_on if (plan := queries.standing_plan(one)) and _drugs(plan, since)]
    never = _never(child, [plan for _, plan in standing], since, reader)
    plan = queries.plan_in_force(run) if run is not None else None
    if run is None or plan is None or plan.moved:
        said = f"This letter is about the treatment of {child.name}."
        missing = "the protocol; no calendar is in force"
        if plan is not None:
            missing = "the calendar; its days move with the first dose, and the next one is not signed and checked yet"
        return (
            Block(slot=Slot.OPENING, lines=(said,)),
            Block(slot=Slot.FOUND, heading="Treatment", lines=(gap(missing),)),
            *never,
            Block(slot=Slot.NEXT, heading="What is next", lines=(gap("what is next"),)),
            call,
        )
    return (
        _opening(run),
        _treatment(run, plan),
        *(_beside(other, its, since=since) for other, its in standing if other != run),
        *never,
        _next(run, plan),
        call,
    )


def _opening(run: Run) -> Block:
    if run.first_dose_at is None:
        said = f"{run.child.name} is to begin treatment for infantile spasms on {words.day(run.start)}."
    else:
        given = timezone.localtime(run.first_dose_at).date()
        said = f"{run.child.name} began treatment for infantile spasms on {words.day(given)}."
    return Block(slot=Slot.OPENING, lines=(said,), sources=(run.audit_id,))


def _treatment(run: Run, plan: Plan) -> Block:
    lines = [
        row("Medicine", _medicines(_drugs(plan, run.start))),
        row("Protocol", f"{run.title} ({run.protocol}, version {run.version})"),
        row("First day", words.day(run.start)),
        row("Last dose as planned", words.day(plan.last_day)),
        row("Doses", f"as in calendar {plan.number}; a calendar with a lower number is void"),
    ]
    if plan.weight_g:
        lines.append(row("Weight used", f"{plan.weight_g} g"))
    sources = (run.audit_id, f"plan:{plan.pk}")
    return Block(slot=Slot.FOUND, heading="Treatment", shape=Shape.TABLE, lines=tuple(lines), sources=sources)


def _beside(run: Run, plan: Plan, *, since: date) -> Block:
    """Another treatment that goes on."""
    lines = (
        row("Medicine", _medicines(_drugs(plan, since))),
        row("Protocol", f"{run.title} ({run.protocol}, version {run.version})"),
        row("Last dose as planned", words.day(plan.last_day)),
    )
    return Block(
        slot=Slot.FOUND, heading="Goes on beside it", shape=Shape.TABLE, lines=lines,
        sources=(run.audit_id, f"plan:{plan.pk}"),
    )  # fmt: skip


def _drugs(plan: Plan, since: date) -> tuple[str, ...]:
    """Those with doses from a day on."""
    days = [day for day in plan.document["days"] if day["date"] >= since.isoformat()]
    return tuple(dict.fromkeys(dose["drug"] for day in days for dose in day["doses"]))


def _medicines(drugs: Iterable[str]) -> str:
    return ", ".join(map(words.coded, drugs))


def _never(child: Child, plans: Sequence[Plan], since: date, reader: Reader) -> tuple[Block, ...]:
    """What must not be done, for every treatment that goes on; and after a hormone that has ended."""
    family, drugs = reader is Reader.FAMILY, dict.fromkeys(drug for plan in plans for drug in _drugs(plan, since))
    others = [drug for drug in drugs if drug not in HORMONES]
    lines = [hormone_words.never_suddenly(family=family)] if len(others) < len(drugs) else []
    if others:
        which = "the medicine" if len(drugs) == 1 else _medicines(others)
        lines.append(f"Do not stop {which} or change {'its' if len(others) == 1 else 'their'} dose without us.")
    lines += hormone_words.vaccine_lines(child, since, family=family)
    sources = tuple(f"plan:{plan.pk}" for plan in plans)
    never = Block(slot=Slot.MORE, heading="Do not", shape=Shape.LIST, lines=tuple(lines), sources=sources)
    card = hormone_words.cover(child, since)
    return (*([never] if lines else []), *([_stress(card, family=family)] if card else []))


def _stress(card: Cover, *, family: bool) -> Block:
    carried = f"Steroid card: carried until {hormone_words.carried(card, family=family)}."
    lines = (carried, hormone_words.in_illness(family=family))
    return Block(slot=Slot.MORE, heading="Stress dose", shape=Shape.LIST, lines=lines, sources=(card.run.audit_id,))


def _next(run: Run, plan: Plan) -> Block:
    rules = load("escalation")
    start = timezone.localtime(run.first_dose_at).date() if run.first_dose_at else run.start
    first, second = (start + timedelta(days=rules.integer(f"checkpoint.{one}") - 1) for one in ("first_d", "second_d"))
    lines = [
        f"Day {rules.integer('checkpoint.first_d')}, {words.day(first)}: we ask about spasms.",
        f"Day {rules.integer('checkpoint.second_d')}, {words.day(second)}: video-EEG with sleep; it decides "
        "whether the treatment goes on.",
    ]
    told: dict[str, tuple[date, str]] = {}
    for one in queries.checks(run, plan):
        if one.done is None and one.on >= start:
            told.setdefault(one.check["id"], (one.on, one.check["what"]))
    due = sorted(told.values())[:CHECKS_TOLD]
    lines += [sentence(f"{words.day(on)}: {what[:1].upper()}{what[1:]}") for on, what in due]
    return Block(
        slot=Slot.NEXT, heading="What is next", shape=Shape.LIST, lines=tuple(lines), sources=(f"plan:{plan.pk}",)
    )
