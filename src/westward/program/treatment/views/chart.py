"""The treatment of one child: what is given, what has to be done, the calendar, the history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.care.answer import Answer
from westward.care.limits import Limit, lacking
from westward.evidence.safety import load as safety_rules
from westward.look.words import coded
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import staff
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.letters.choices import LetterKind
from westward.program.letters.forms import draft_here
from westward.program.letters.queries import recipients
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet
from westward.program.treatment import forms, hooks, overdue, queries, vaccines, weighing, wording
from westward.program.treatment.actions.again import CancelRun, ProposeAgain, due_again
from westward.program.treatment.actions.answer_safety import AnswerSafety
from westward.program.treatment.actions.base import RunAct
from westward.program.treatment.actions.change import AdjustDays, StopRun, TakeBranch
from westward.program.treatment.actions.day_zero import FinishTask, OpenDayZero, RecordAccess
from westward.program.treatment.actions.dispense import RecordBottle, RecordTeachBack
from westward.program.treatment.actions.escalate import escalate_due
from westward.program.treatment.actions.give import RecordFirstDose, RecordMissed
from westward.program.treatment.actions.measure import ConfirmMeasurement, RecordMeasurement
from westward.program.treatment.actions.monitor import AnswerAlert, RecordCheck, values_of
from westward.program.treatment.actions.product import ChangeProduct, several_products
from westward.program.treatment.actions.sign import CheckPlan, DeclinePlan, SignPlan, latest_day, takes_effect
from westward.program.treatment.actions.start import StartRun
from westward.program.treatment.actions.switch import SwitchRun
from westward.program.treatment.actions.wean import BeginWean, weanable
from westward.program.treatment.at_hand import at_hand
from westward.program.treatment.choices import AccessStage
from westward.program.treatment.expiry import short
from westward.program.treatment.exposure import recorded, totals
from westward.program.treatment.limits import limits, measurable
from westward.program.treatment.models import AccessStep, CheckDone, DayZeroTask, Measurement, Plan, Run
from westward.program.treatment.planning import protocol_of, structural
from westward.program.treatment.steps import lines

PAGE = "child-treatment"
SOON_D = 3
"""Checks further ahead are not shown yet; the calendar holds them."""
VERBS = ("measure", "confirm_measure", "answer_safety", "start", "sign", "check", "change", "stop", "bottle",
         "teach", "alert", "print", "first_dose", "missed", "monitor", "access", "day_zero", "day_zero_done",
         "surgery")  # fmt: skip


@require_GET
@chart("treatment.read")
def treatment(request: HttpRequest, child: Child) -> HttpResponse:
    """The page."""
    user: Any = request.user
    today = timezone.localdate()
    runs = list(queries.runs(child))
    answers = queries.safety_answers(child)
    shelved = queries.all_shelved()
    access_steps = _access_steps(child)
    now = timezone.now()
    if escalate_due(now, steps=[one for one in access_steps if one.closed_at is None and one.due_at <= now]):
        access_steps = _access_steps(child)
    context = {
        "child": child,
        "today": today,
        "closed": child.silent(today),
        "may": {verb: allows(user, f"treatment.{verb}", subject(child)) for verb in VERBS},
        "open": [_open(run, today) for run in runs if run.open],
        "past": [run for run in runs if not run.open],
        "vaccines": _vaccines(runs, today),
        "measurements": list(child.measurements.select_related("by", "confirmed_by")[:8]),
        "measure_form": forms.MeasureForm(),
        "start_form": forms.StartForm(shelf=shelved),
        "at_hand": at_hand(child, runs, shelved, answers, access_steps),
        "override_form": forms.OverrideForm(),
        "safety_form": _safety_form(answers),
        "to_weigh": weighing.present(answers),
        "day_zero": list(child.day_zero.select_related("owner", "done_by")),
        "done_form": forms.DoneForm(),
        "access": access_steps,
        "access_time": sheet("day_zero")["access.step_h"],
        "access_letters": _letters(access_steps),
        "access_form": forms.AccessForm(owners=staff()),
        "proposed": hooks.proposed(child),
        "may_draft": allows(user, "letters.draft", subject(child)),
        **draft_here(LetterKind.TREATMENT_START, recipients(child)),
    }
    return render(request, "treatment/child.html", context)


def _access_steps(child: Child) -> list[AccessStep]:
    return list(child.access_steps.select_related("child__site", "owner", "by").prefetch_related(overdue.told()))


def _letters(steps: Sequence[AccessStep]) -> list[tuple[str, str]]:
    """Letters to a payer: of necessity always, an appeal once something was denied."""
    kinds = [LetterKind.NECESSITY]
    if any(one.stage == AccessStage.DENIED for one in steps):
        kinds.append(LetterKind.APPEAL)
    return [(kind.value, kind.label.lower()) for kind in kinds]


def _open(run: Run, today: date) -> dict[str, Any]:
    protocol = protocol_of(run)
    versions = list(run.versions)  # type: ignore[attr-defined]
    current = next((plan for plan in versions if plan.in_force), None)
    newest = versions[0] if versions else None
    proposed = newest if newest is not None and newest.waits else None
    shown = current or proposed
    warned = weighing.warned_of(run) if proposed is not None else ()
    due = [one for one in queries.checks(run, shown) if one.done is None and (one.on - today).days <= SOON_D]
    taken = queries.branches_taken(run, versions)
    branches = [
        (b.id, f"{b.words} (day {b.first_day}-{b.last_day}, {b.status})")
        for b in protocol.branches
        if b.id not in taken
    ]
    drugs, bottles = protocol.drugs, queries.bottles(run)
    day = (today - run.start).days + 1
    kinds = weanable(run, queries.standing_of(versions))
    agreed = queries.agreed_of(versions)
    moved = current is not None and current.moved
    known = limits(run.child, on=today)
    return {
        "run": run,
        "protocol": protocol,
        "current": current,
        "proposed": proposed,
        "lines": lines(shown) if shown else [],
        "proposed_lines": lines(proposed) if proposed is not None and current is not None else [],
        "late": proposed is not None and agreed is not None and proposed.late(today),
        "structural": proposed is not None and structural(proposed, agreed),
        "agreed": agreed,
        "takes_effect": takes_effect(proposed, agreed) if proposed is not None else None,
        "latest_day": latest_day(agreed) if proposed is not None and agreed is not None else None,
        "moved": moved,
        "unrecorded": current is not None and run.first_dose_at is None and run.start < today,
        "today": _in_order(current.day(today)) if current and not moved else None,
        "exposures": totals(run, shown, until=today) if shown and not moved else (),
        "recorded": recorded(run),
        "day": day,
        "length": (shown.last_day - run.start).days + 1 if shown else 0,
        "checks": [{"due": one, "overdue": one.overdue(today), "measured": _measured(one.check, known)} for one in due],
        "alerts": [one for one in run.checks_done.all() if one.alert],
        "answered": sorted(run.checks_done.all(), key=lambda one: one.done_on, reverse=True),
        "bottles": bottles,
        "short": [(one, one.expired(today)) for one in short(shown, run.bottles.all(), today=today)] if shown else [],
        "versions": versions,
        "bottle_form": forms.BottleForm(drugs=drugs),
        "teach_form": forms.TeachForm(),
        "first_dose_form": forms.MomentForm(),
        "missed_form": forms.MissedForm(drugs=drugs),
        "wean_form": forms.WeanForm(kinds=list(kinds)),
        "has_wean": agreed is not None and bool(kinds),
        "product_form": forms.ProductForm(drugs=drugs),
        "has_product": agreed is not None and several_products(drugs),
        "branch_form": forms.BranchForm(branches=branches),
        "has_branch": bool(branches),
        "adjust_form": forms.AdjustForm(),
        "stop_form": forms.StopForm(),
        "again": proposed is None and due_again(run, versions, bottles),
        "warned": warned,
        "unseen": weighing.to_acknowledge(warned, run),
        "warnings": _warnings(current, drugs),
        "proposed_warnings": _warnings(proposed, drugs),
    }


def _in_order(day: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A day whose doses stand in the order in which they are given, whatever the drug."""
    if day is None:
        return None
    times = list(wording.words(wording.ORIGINAL)["times"])
    return {**day, "doses": sorted(day["doses"], key=lambda dose: times.index(dose["time_of_day"]))}


def _warnings(plan: Plan | None, drugs: Sequence[str]) -> list[str]:
    """What a calendar itself warns of, each beside the calendar it belongs to."""
    return [] if plan is None else [_named(one, drugs) for one in plan.document["warnings"]]


_DRUG = re.compile(r"(day [\d toand]+: |)(\w+)(?=[,:])")
"""The drug that a warning begins with, after the days for which it holds."""


def _named(warning: str, drugs: Sequence[str]) -> str:
    """A warning of the plan with its drug, which the plan holds as a code, in words."""
    found = _DRUG.match(warning)
    if found is None or found[2] not in drugs:
        return warning
    return f"{found[1]}{coded(found[2])}{warning[found.end() :]}"


def _measured(check: Mapping[str, Any], known: Sequence[Limit]) -> list[dict[str, Any]]:
    """What a check measures, each with its limits for this child today."""
    units, found = measurable(), []
    for name in values_of(check):
        words, unit = units[name]
        mine = [limit for limit in known if limit.what == name]
        found.append({"name": name, "words": words, "unit": unit, "limits": mine, "lacking": lacking(mine)})
    return found


def _vaccines(runs: Sequence[Run], today: date) -> dict[str, Any] | None:
    """Until when live vaccines wait after everything that was given or is planned; None once that is over."""
    found = vaccines.longest((run, run.versions) for run in runs)  # type: ignore[attr-defined]
    if found is None or found[0].until is None or found[0].until < today:
        return None
    block, run = found
    return {"until": block.until, "rules": block.rules, "conflict": block.conflict, "run": run, "planned": run.open}


def _safety_form(answers: Mapping[str, Answer], data: Any = None) -> forms.SafetyForm:
    asked = weighing.questions()
    facts = {fact: str(answers.get(fact, "unknown")) for fact in asked}
    reasons: dict[str, list[str]] = {}
    for rule in safety_rules().rules:
        named = ", ".join(map(coded, rule.applies_to))
        reasons.setdefault(rule.when, []).append(f"{named}: {rule.reason} ({rule.status})")
    return forms.SafetyForm(data, facts=facts, reasons={fact: "; ".join(said) for fact, said in reasons.items()})


def _run(child: Child, run: int) -> Run:
    return get_object_or_404(Run.objects.select_related("child", "child__site"), pk=run, child=child)


def _plan(run: Run, plan: int) -> Plan:
    return get_object_or_404(Plan, pk=plan, run=run)


@require_POST
@chart("treatment.measure")
def measure(request: HttpRequest, child: Child) -> HttpResponse:
    """Record a weight or a length."""
    form = forms.MeasureForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    act = RecordMeasurement(**asking(request), child=child, **form.cleaned_data)
    try:
        made = act.execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        if made.doubts:
            doubts = "; ".join(made.doubts)
            messages.warning(
                request, f"Recorded, but doubted and not dosed by: {doubts}. Measure again, or confirm it."
            )
        else:
            messages.success(request, "The measurement is recorded.")
    return redirect(PAGE, child.pk)


@require_POST
@chart("treatment.confirm_measure")
def confirm(request: HttpRequest, child: Child, measurement: int) -> HttpResponse:
    """Confirm a doubted measurement."""
    one = get_object_or_404(Measurement, pk=measurement, child=child)
    act = ConfirmMeasurement(**asking(request), child=child, measurement=one, why=request.POST.get("why", ""))
    return do(request, act, "The measurement is confirmed.", PAGE, child.pk)


@require_POST
@chart("treatment.answer_safety")
def answer(request: HttpRequest, child: Child) -> HttpResponse:
    """Answer what a treatment asks."""
    form = _safety_form(queries.safety_answers(child), request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    return do(
        request,
        AnswerSafety(**asking(request), child=child, answers=form.cleaned_data),
        "The answers are stored.",
        PAGE,
        child.pk,
    )


@require_POST
@chart("treatment.start")
def start(request: HttpRequest, child: Child) -> HttpResponse:
    """Start a protocol."""
    form, override = forms.StartForm(request.POST, shelf=queries.all_shelved()), forms.OverrideForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    set_aside = {}
    if override.is_valid() and override.cleaned_data["rule"]:
        set_aside = {override.cleaned_data["rule"]: override.cleaned_data["why"]}
    act = StartRun(**asking(request), child=child, overrides=set_aside, **form.cleaned_data)
    words = "The protocol is ordered; its calendar waits for a signature and a second person's check."
    return do(request, act, words, PAGE, child.pk)


@require_POST
@chart("treatment.sign")
def sign(request: HttpRequest, child: Child, run: int, plan: int) -> HttpResponse:
    """Sign a plan."""
    one, form = _run(child, run), forms.SignForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    act = SignPlan(**asking(request), run=one, plan=_plan(one, plan), **form.cleaned_data)
    return do(request, act, "The calendar is signed.", PAGE, child.pk)


@require_POST
@chart("treatment.check")
def check(request: HttpRequest, child: Child, run: int, plan: int) -> HttpResponse:
    """Check a plan."""
    one = _run(child, run)
    return do(
        request,
        CheckPlan(**asking(request), run=one, plan=_plan(one, plan)),
        "The calendar is checked.",
        PAGE,
        child.pk,
    )


@require_POST
@chart("treatment.sign")
def decline(request: HttpRequest, child: Child, run: int, plan: int) -> HttpResponse:
    """Turn a plan down."""
    one = _run(child, run)
    act = DeclinePlan(**asking(request), run=one, plan=_plan(one, plan), why=request.POST.get("why", ""))
    return do(request, act, "The proposal is turned down.", PAGE, child.pk)


@require_POST
@chart("treatment.start")
def switch(request: HttpRequest, child: Child, run: int) -> HttpResponse:
    """End a run and order the next protocol."""
    one = _run(child, run)
    form = forms.SwitchForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    asked = dict(form.cleaned_data)
    rule, why = asked.pop("rule"), asked.pop("why")
    asked["overrides"] = {rule: why} if rule else {}
    words = "The old treatment is ended; the next calendar waits for a signature and a second person's check."
    return do(request, SwitchRun(**asking(request), run=one, **asked), words, PAGE, child.pk)


_ACTS: dict[str, tuple[Any, type[RunAct[Any]], str]] = {
    "bottle": (forms.BottleForm, RecordBottle, "The bottle is recorded."),
    "teach": (forms.TeachForm, RecordTeachBack, "The teach-back is recorded."),
    "first_dose": (forms.MomentForm, RecordFirstDose, "The first dose is recorded; the treatment clock has stopped."),
    "missed": (forms.MissedForm, RecordMissed, "The missed dose is recorded."),
    "branch": (forms.BranchForm, TakeBranch, "The next step is planned; it waits for a signature and a check."),
    "adjust": (forms.AdjustForm, AdjustDays, "The calendar is changed; it waits for a signature and a check."),
    "stop": (forms.StopForm, StopRun, "The treatment is ended."),
    "cancel": (forms.ReasonForm, CancelRun, "The order is cancelled; its calendars are void."),
    "wean": (forms.WeanForm, BeginWean, "The wean is planned; it waits for a signature and a check."),
    "product": (
        forms.ProductForm,
        ChangeProduct,
        "The product is changed; the calendar waits for signature and check.",
    ),
    "again": (forms.AgainForm, ProposeAgain, "The calendar is proposed again; it waits for a signature and a check."),
    "monitor": (forms.CheckForm, RecordCheck, "The check is answered."),
}
"""Acts on a run by the last part of their address."""


@require_POST
@chart("treatment.read")
def on_run(request: HttpRequest, child: Child, run: int, act: str) -> HttpResponse:
    """One of the acts on a run; the act itself asks whether the user may."""
    if act not in _ACTS:
        raise Http404
    one = _run(child, run)
    make_form, make_act, words = _ACTS[act]
    protocol = protocol_of(one)
    extra: dict[str, Any] = {}
    if act in ("bottle", "missed", "product"):
        extra["drugs"] = protocol.drugs
    if act == "branch":
        extra["branches"] = [(branch.id, branch.words) for branch in protocol.branches]
    if act == "wean":
        extra["kinds"] = list(weanable(one))
    form = make_form(request.POST, **extra)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    return do(request, make_act(**asking(request), run=one, **form.cleaned_data), words, PAGE, child.pk)


@require_POST
@chart("treatment.alert")
def decide(request: HttpRequest, child: Child, run: int, check: int) -> HttpResponse:
    """Say what was decided about a value beyond its limit."""
    one = _run(child, run)
    done = get_object_or_404(CheckDone, pk=check, run=one)
    act = AnswerAlert(**asking(request), run=one, check=done, decided=request.POST.get("decided", ""))
    return do(request, act, "The alert is answered.", PAGE, child.pk)


@require_POST
@chart("treatment.day_zero")
def day_zero(request: HttpRequest, child: Child) -> HttpResponse:
    """Open day 0."""
    return do(request, OpenDayZero(**asking(request), child=child), "Everything of day 0 is open.", PAGE, child.pk)


@require_POST
@chart("treatment.day_zero_done")
def finish(request: HttpRequest, child: Child, task: int) -> HttpResponse:
    """A step of day 0 is done."""
    one = get_object_or_404(DayZeroTask, pk=task, child=child)
    form = forms.DoneForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    act = FinishTask(**asking(request), child=child, task=one, **form.cleaned_data)
    return do(request, act, "The step is done.", PAGE, child.pk)


@require_POST
@chart("treatment.access")
def access(request: HttpRequest, child: Child) -> HttpResponse:
    """A step on the way to the drug."""
    form = forms.AccessForm(request.POST, owners=staff())
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    act = RecordAccess(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The step is recorded.", PAGE, child.pk)
