"""The letter at the start of a treatment: what is given until when, what must not be done, whom to call.

It is about the latest run; another that goes on beside it is named, and what must not be done holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils import timezone

from westward.core.ages import days_from_months
from westward.evidence.loader import Sheet, load
from westward.look import words
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Reader, row, sentence, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.shell.values import sheet
from westward.program.treatment import queries, vaccines
from westward.program.treatment.ending import hormone_ends
from westward.program.treatment.exposure import HORMONES
from westward.program.treatment.models import Plan, Run

CHECKS_TOLD = 10
"""Checks named with their first day; the calendar holds every one."""


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """The latest run with its plan in force; a gap where a fact is missing."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    run = child.runs.order_by("-start", "-pk").first()
    plan = queries.plan_in_force(run) if run is not None else None
    call = whom_to_call(contact(), reader=reader)
    if run is None or plan is None or plan.moved:
        said = f"This letter is about the treatment of {child.name}."
        missing = "the protocol; no calendar is in force"
        if plan is not None:
            missing = "the calendar; its days move with the first dose, and the next one is not signed and checked yet"
        return (
            Block(slot=Slot.OPENING, lines=(said,)),
            Block(slot=Slot.FOUND, heading="Treatment", lines=(gap(missing),)),
            Block(slot=Slot.NEXT, heading="What is next", lines=(gap("what is next"),)),
            call,
        )
    beside = tuple(
        (other, standing)
        for other in queries.open_runs(child).exclude(pk=run.pk).order_by("-start", "-pk")
        if (standing := queries.standing_plan(other)) is not None and _drugs(standing, run.start)
    )
    return (
        _opening(run),
        _treatment(run, plan),
        *(_beside(other, standing, since=run.start) for other, standing in beside),
        *_never(child, ((run, plan), *beside), reader),
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


def _never(child: Child, treatments: Sequence[tuple[Run, Plan]], reader: Reader) -> tuple[Block, ...]:
    """What must not be done, for every treatment that goes on; and after a hormone that has ended."""
    family, begins = reader is Reader.FAMILY, treatments[0][0].start
    drugs = dict.fromkeys(drug for _, plan in treatments for drug in _drugs(plan, begins))
    hormone, others = any(drug in HORMONES for drug in drugs), [drug for drug in drugs if drug not in HORMONES]
    lines = []
    if hormone:
        lines.append(
            "Never stop the hormone suddenly, and do not leave out its last, smaller doses: "
            + ("your child's body needs time to make its own." if family else "the adrenal axis is suppressed.")
        )
    if others:
        which = "the medicine" if len(drugs) == 1 else _medicines(others)
        lines.append(f"Do not stop {which} or change {'its' if len(others) == 1 else 'their'} dose without us.")
    found = vaccines.latest(child)
    if found is not None and found[0].until is not None and found[0].until >= begins:
        block, until = found[0], words.day(found[0].until)
        several = " (sources differ; the longest wait counts)" if block.conflict else ""
        rules = "; ".join(f"{rule.words} ({rule.status})" for rule in block.rules)
        lines.append(
            f"No live vaccines until {until}, if the last hormone dose is on the day planned{several}."
            + ("" if family else f" Rules: {rules}.")
        )
        lines.append("Inactivated vaccines are not affected by this.")
    sources = tuple(f"plan:{plan.pk}" for _, plan in treatments)
    never = Block(slot=Slot.MORE, heading="Do not", shape=Shape.LIST, lines=tuple(lines), sources=sources)
    return (never, *_steroid_card(child, begins, family=family))


def _steroid_card(child: Child, begins: date, *, family: bool) -> tuple[Block, ...]:
    """As long as a hormone of any treatment asks for it."""
    ends = {end: run for run in child.runs.all() if (end := _last_hormone(run)) is not None}
    if not ends:
        return ()
    stress = sheet("stress")
    most = stress["card.most_months"]
    until = max(ends) + timedelta(days=days_from_months(stress.number("card.most_months")))
    if until < begins:
        return ()
    card = [
        f"Steroid card: carried until {words.day(until)}"
        + ("." if family else f" ({most.value} months after the last dose; {most.status}, local rule may differ).")
    ]
    if family:
        card.append("Fever, vomiting, an injury, an operation: call us at once, your child may need more hormone.")
    else:
        card.append(
            f"Fever, vomiting, injury or surgery: stress dose {_stress_dose(stress)}, "
            "and a call to us the same day. Infection can be masked."
        )
    run = ends[max(ends)]
    return (Block(slot=Slot.MORE, heading="Stress dose", shape=Shape.LIST, lines=tuple(card), sources=(run.audit_id,)),)


def _last_hormone(run: Run) -> date | None:
    """As planned; where the run was stopped earlier, no later than that."""
    end = hormone_ends(run)
    return end if end is None or run.stopped_on is None else min(end, run.stopped_on)


def _stress_dose(stress: Sheet) -> str:
    """Hydrocortisone by the site's own rule; a gap to fill where the site has entered none."""
    given = [fact for key in stress.blanks if (fact := stress.given(key)) is not None]
    if not given:
        return gap("stress dose by the rule of the site")
    told = [f"{fact.meaning.split(',')[0]}: {fact.value} {fact.unit} ({fact.status}: {fact.source})" for fact in given]
    return f"by the rule of this site ({'; '.join(told)})"


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
