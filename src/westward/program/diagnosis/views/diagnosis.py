"""Tab Diagnosis of a chart: criteria, semiology, mimics, the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.diagnosis import forms, sight, standing
from westward.program.diagnosis.actions.decide import Assess, Decide, RecordFirstTreatment, Revise
from westward.program.diagnosis.choices import Part
from westward.program.diagnosis.rules.questions import SIGNS, TYPE, TYPES, mimic_questions, questions
from westward.program.diagnosis.views.base import do, may, wrong
from westward.program.people.access import chart
from westward.program.people.models import Child

BOTH = ["GET", "HEAD", "POST"]
TITLES = {
    Part.HISTORY: "History and onset",
    Part.SEMIOLOGY: "What the events look like",
    Part.MIMICS: "What it could be instead",
}


@require_GET
@chart("diagnosis.read")
def page(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything the diagnosis rests on; signed reads of others stay hidden from a blind second reader."""
    found = standing.of(child)
    treated = standing.first_treatment(child)
    decided = standing.decision(child)
    context = {
        "child": child,
        "can": may(request, child, "assess", "decide", "revise", "treatment"),
        "blind": _blind(request, child),
        "standing": found,
        "items": found.plain.get("items", []),
        "operational": found.plain.get("operational"),
        "semiology": _semiology(found),
        "mimics": _mimics(found),
        "decided": decided,
        "earlier": child.decisions.exclude(pk=decided.pk).select_related("decided_by") if decided else [],
        "treated": treated,
        "treated_on": standing.treated_on(child),
        "treatment_form": forms.TreatmentForm(correcting=treated is not None),
        "onset_ages": _ages(child, found),
    }
    return render(request, "diagnosis/diagnosis.html", context)


def _blind(request: HttpRequest, child: Child) -> bool:
    """Whether this reader is to read an EEG of the child blind: a decision would tell what the first reader saw."""
    user: Any = request.user
    return bool(sight.veils(user, [child.pk]))


def _ages(child: Child, found: standing.Standing) -> tuple[int, int] | None:
    first, last = found.onset
    return ((first - child.birth_date).days, (last - child.birth_date).days) if first and last else None


def _semiology(found: standing.Standing) -> Any:
    stored = found.assessments.get(Part.SEMIOLOGY)
    if stored is None:
        return None
    kind = dict(TYPES)[stored.answers.get(TYPE, "unknown")]
    said = {answer: [one.words for one in SIGNS if stored.answers.get(one.code) == answer] for answer in ("yes", "no")}
    unknown = [one.words for one in SIGNS if stored.answers.get(one.code, "unknown") == "unknown"]
    return {"type": kind, "yes": said["yes"], "no": said["no"], "unknown": unknown, "stored": stored}


def _mimics(found: standing.Standing) -> Any:
    stored = found.assessments.get(Part.MIMICS)
    answers = stored.answers if stored else {}
    by: dict[str, list[Any]] = {"yes": [], "no": [], "unknown": []}
    for one in mimic_questions():
        by[answers.get(one.code, "unknown")].append(one)
    return {"possible": by["yes"], "excluded": by["no"], "not_considered": by["unknown"], "stored": stored}


@require_http_methods(BOTH)
@chart("diagnosis.assess")
def assess(request: HttpRequest, child: Child, part: str) -> HttpResponse:
    """Answer one part."""
    if part not in Part.values:
        raise Http404
    asked = questions(part)
    last = standing.assessments(child).get(part)
    initial: dict[str, Any] = {}
    if last is not None:
        initial = {**last.answers, "words": last.words}
        initial |= {"onset_earliest": last.onset_earliest, "onset_latest": last.onset_latest}
    elif part == Part.HISTORY:
        first, latest, _ = standing.onset(child, {})
        initial = {"onset_earliest": first, "onset_latest": latest}
    form = forms.AssessForm(request.POST if request.method == "POST" else None, asked=asked, part=part, initial=initial)
    if form.is_valid():
        said = dict(form.cleaned_data)
        extra = {name: said.pop(name) for name in ("words", "onset_earliest", "onset_latest") if name in said}
        if do(request, lambda: Assess(**asking(request), child=child, part=part, answers=said, **extra), "Stored."):
            return redirect("child-diagnosis", child.pk)
    title = TITLES[Part(part)]
    return render(request, "diagnosis/assess.html", {"child": child, "form": form, "title": title, "part": part})


@require_http_methods(BOTH)
@chart("diagnosis.decide")
def decide(request: HttpRequest, child: Child) -> HttpResponse:
    """Decide, or revise what was decided."""
    decided = standing.decision(child)
    if _blind(request, child):
        messages.error(request, "Store your own read of the EEG first; it stays blind until then.")
        return redirect("child-diagnosis", child.pk)
    form = forms.DecisionForm(request.POST if request.method == "POST" else None, revising=decided is not None)
    if form.is_valid():
        asked = {**asking(request), "child": child, **form.cleaned_data}
        act = Revise if decided is not None else Decide
        if do(request, lambda: act(**asked), "The decision is stored."):
            return redirect("child-diagnosis", child.pk)
    context = {"child": child, "form": form, "standing": standing.of(child), "decided": decided}
    return render(request, "diagnosis/decide.html", context)


@require_POST
@chart("diagnosis.treatment")
def treatment(request: HttpRequest, child: Child) -> HttpResponse:
    """Record or correct the day of the first treatment."""
    form = forms.TreatmentForm(request.POST, correcting=standing.first_treatment(child) is not None)
    if form.is_valid():
        do(
            request,
            lambda: RecordFirstTreatment(**asking(request), child=child, **form.cleaned_data),
            "The first treatment is recorded.",
        )
    else:
        wrong(request, form)
    return redirect("child-diagnosis", child.pk)
