"""The letter of necessity to a payer, for prior authorization and as an appeal of a denial, from rows of the chart.

It says what the chart says and cites what was published, with status; where a fact is missing stands a gap that keeps
the letter from being signed. Nothing of it is sent by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.care import necessity
from westward.care.known import populations_of
from westward.evidence.protocol import USABLE
from westward.look import words
from westward.program.diagnosis import standing as diagnosis
from westward.program.etiology import diagnosis_letter
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.diagnosis import Outcome
from westward.program.letters.compose.said import Reader, on, row, sentence, sources, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.treatment import queries
from westward.program.treatment.choices import AccessStage, RunState, StopReason
from westward.program.treatment.models import AccessStep, Run
from westward.program.treatment.planning import protocol_of


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """For prior authorization: the treatment that was ordered last, or the one that runs."""
    run = _run(child)
    asked = _drugs(run) if run is not None else gap("which drug: no treatment is ordered")
    said = f"I ask you to authorize {asked} for {child.name}, born {words.day(child.birth_date)}, today."
    opening = Block(slot=Slot.OPENING, lines=(said,), sources=_run_source(run))
    return (opening, *_body(child, run), _ask(run, None), _call())


def appeal(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """Against a denial: what was denied, when and why stands first."""
    run = _run(child)
    denied = _denied(child, run)
    asked = _drugs(run) if run is not None else gap("which drug: no treatment is ordered")
    if run is not None and denied is not None:
        asked = words.coded(denied.drug)
    born = words.day(child.birth_date)
    opening = f"I appeal the denial of {asked} for {child.name}, born {born}, and ask that it be decided today."
    if denied is None:
        rows = [row("Denied", gap("day of the denial; none is recorded"))]
    else:
        rows = [
            row("Denied", words.day(timezone.localtime(denied.at).date())),
            row("Drug", words.coded(denied.drug)),
            row("Reason given", denied.words or gap("the reason of the denial")),
            row("Our answer", gap("the answer to this reason")),
        ]
    found = Block(
        slot=Slot.MORE,
        heading="The denial",
        shape=Shape.TABLE,
        lines=tuple(rows),
        sources=(f"access:{denied.pk}",) if denied is not None else (),
    )
    return (
        Block(slot=Slot.OPENING, lines=(opening,), sources=_run_source(run)),
        found,
        *_body(child, run),
        _ask(run, denied),
        _call(),
    )


def _body(child: Child, run: Run | None) -> tuple[Block, ...]:
    return (_diagnosis(child), *_asked(run), *_before(child, run), *_urgent(child), *_published(child, run))


def _call() -> Block:
    return whom_to_call(contact(), reader=Reader.CLINICIAN)


def _run(child: Child) -> Run | None:
    """The treatment that is asked for: one whose first dose was not given, else the one that runs."""
    open_ = list(queries.open_runs(child).order_by("-ordered_at", "-pk"))
    waits = next((run for run in open_ if run.first_dose_at is None), None)
    return waits or next(iter(open_), None)


def _run_source(run: Run | None) -> tuple[str, ...]:
    return (run.audit_id,) if run is not None else ()


def _drugs(run: Run) -> str:
    return " and ".join(words.coded(drug) for drug in protocol_of(run).drugs)


def _denied(child: Child, run: Run | None) -> AccessStep | None:
    """The last denial of a drug of the run; of any drug only where nothing is ordered."""
    found = child.access_steps.filter(stage=AccessStage.DENIED)
    if run is not None:
        found = found.filter(drug__in=protocol_of(run).drugs)
    return found.order_by("-at", "-pk").first()


def _diagnosis(child: Child) -> Block:
    decision = diagnosis.decision(child)
    if decision is None:
        lines: tuple[str, ...] = (row("Diagnosis", gap("a decision on the diagnosis")),)
        return Block(slot=Slot.FOUND, heading="Diagnosis", shape=Shape.TABLE, lines=lines)
    told = diagnosis_letter.facts(child, decision, Reader.CLINICIAN)
    confirmed = told.outcome.value is Outcome.CONFIRMED
    name = "Infantile epileptic spasms syndrome (infantile spasms)"
    rows = [
        row("Diagnosis", name if confirmed else gap("a confirmed diagnosis; it is open or was not confirmed")),
        row("Decided", on(told.decided_on, "day of the diagnosis")),
        row("Video-EEG", on(told.eeg_on, "day of the video-EEG")),
    ]
    if told.grade:
        rows.append(row("Grade, signed", told.grade.value))
    if told.findings:
        rows.append(row("Findings", "; ".join(one.value for one in told.findings)))
    met = [item for item, present in (one.value for one in told.criteria) if present == "yes"]
    if met:
        rows.append(row("Criteria met (ILAE 2022)", "; ".join(met)))
    facts = sources(told.outcome, told.eeg_on, told.grade, told.findings, told.criteria)
    return Block(slot=Slot.FOUND, heading="Diagnosis", shape=Shape.TABLE, lines=tuple(rows), sources=facts)


def _asked(run: Run | None) -> tuple[Block, ...]:
    if run is None:
        return ()
    plan = queries.plan_in_force(run)
    if plan is not None and plan.moved:
        plan = None
    rows = [
        row("Drug", _drugs(run)),
        row("Protocol", f"{run.title} ({run.protocol}, version {run.version})"),
    ]
    if run.approved:
        rows.append(row("Approved here", "by two named people"))
    if plan is None:
        rows.append(row("Weight and doses", gap("a calendar in force, signed and checked, with its weight and doses")))
    else:
        if plan.weight_g:
            rows.append(row("Weight", f"{plan.weight_g} g"))
        rows.append(row("From", f"{words.day(run.start)} to {words.day(plan.last_day)}"))
        rows += [row("In all", total) for total in _totals(plan.document)]
        loose = sorted({f"{d['status']}" for day in plan.document["days"] for d in day["doses"]} - set(USABLE))
        if loose:
            rows.append(row("Status of its doses", f"some are {', '.join(loose)}, used by approval of this program"))
    ids = (run.audit_id, *((f"plan:{plan.pk}",) if plan is not None else ()))
    return (Block(slot=Slot.MORE, heading="Treatment asked for", shape=Shape.TABLE, lines=tuple(rows), sources=ids),)


def _totals(document: dict[str, object]) -> list[str]:
    totals = document["cumulative"]
    assert isinstance(totals, list)
    return [
        f"{words.coded(one['drug'])} {words.thousandths(one['amount'])} {'mg' if one['unit'] == 'ug' else 'U'} on "
        f"{one['days']} days"
        for one in totals
    ]


def _before(child: Child, run: Run | None) -> tuple[Block, ...]:
    """Treatments that were given before, and how each ended."""
    given = child.runs.filter(first_dose_at__isnull=False)
    if run is not None:
        given = given.exclude(pk=run.pk)
    lines, ids = [], []
    for one in given.order_by("start", "pk"):
        end = f" to {words.day(one.stopped_on)}" if one.stopped_on else ""
        how = one.get_stop_reason_display() if one.stop_reason else one.get_state_display()
        lines.append(sentence(f"{one.title}: {words.day(one.start)}{end}. {how}"))
        ids.append(one.audit_id)
    if not lines:
        return ()
    shape = Shape.LIST
    return (Block(slot=Slot.MORE, heading="Given before", shape=shape, lines=tuple(lines), sources=tuple(ids)),)


def _urgent(child: Child) -> tuple[Block, ...]:
    """How long it waits already, and what was published on waiting."""
    today, decision = timezone.localdate(), diagnosis.decision(child)
    lines = []
    if decision is not None and not child.runs.filter(first_dose_at__isnull=False).exists():
        lines.append(sentence(f"{_days((today - decision.on).days)} since the diagnosis; no dose has been given"))
    lines += [sentence(one.line) for one in (*necessity.standards(), *necessity.delay())]
    return (Block(slot=Slot.MORE, heading="Why it cannot wait", shape=Shape.LIST, lines=tuple(lines)),)


def _days(count: int) -> str:
    return "The same day" if count <= 0 else "1 day" if count == 1 else f"{count} days"


def _published(child: Child, run: Run | None) -> tuple[Block, ...]:
    if run is None:
        return ()
    failed = child.runs.filter(stop_reason__in=(StopReason.FAILURE, StopReason.SWITCH), state=RunState.STOPPED).exists()
    like = populations_of(queries.safety_answers(child), failed=failed)
    rows = necessity.results(protocol_of(run).drugs, [one.population for one in like])
    if not rows:
        return ()
    lines = tuple(sentence(one.line) for one in rows)
    return (Block(slot=Slot.MORE, heading="Published results, not pooled", shape=Shape.LIST, lines=lines),)


def _ask(run: Run | None, denied: AccessStep | None) -> Block:
    first = words.day(run.start) if run is not None and run.start >= timezone.localdate() else "today"
    what = "Reverse the denial" if denied is not None else "Authorize the drug"
    lines = (
        f"{what} so that the first dose is given on {first}." if first != "today" else f"{what} today.",
        "If you need anything else, or deny it, call us today with the name of the physician who decides: we talk to "
        "them the same day.",
    )
    return Block(slot=Slot.NEXT, heading="What we ask", lines=lines, sources=_run_source(run))
