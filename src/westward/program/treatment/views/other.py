"""Diet, surgery, devices and what families use besides: one page of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.care.answer import Answer
from westward.care.candidacy import Item, item
from westward.care.diet import Macros, meal
from westward.care.safety import Finding, Verdict, assess, to_ask
from westward.core.errors import InputError, UsageError
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.people.access import chart
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet
from westward.program.treatment import hooks, queries
from westward.program.treatment import other_forms as forms
from westward.program.treatment.actions.alternative import EndAlternative, RecordAlternative
from westward.program.treatment.actions.diet import CheckDiet, PrescribeDiet, RecordDietValue, StopDiet
from westward.program.treatment.actions.stimulation import EndStimulator, RecordSetting, RecordStimulator
from westward.program.treatment.actions.surgery import (
    AnswerCandidacy,
    CloseSurgeryReferral,
    RecordConference,
    RecordOperation,
    RecordSurgeryOutcome,
    ReferToSurgery,
)
from westward.program.treatment.choices import Finding as Checked
from westward.program.treatment.foods import foods
from westward.program.treatment.forms import ReasonForm
from westward.program.treatment.models import Alternative, Diet, Operation, Stimulator, SurgeryReferral
from westward.program.treatment.planning import protocol_of

PAGE = "child-other"
VERBS = ("diet", "diet_check", "diet_value", "surgery", "stimulation", "alternative", "answer_safety")


@require_GET
@chart("treatment.read")
def other(request: HttpRequest, child: Child) -> HttpResponse:
    """The page."""
    return render(request, "treatment/other.html", _context(request, child))


@require_POST
@chart("treatment.read")
def reckon(request: HttpRequest, child: Child) -> HttpResponse:
    """What a meal of the site's foods holds, beside what the prescription asks for; nothing is stored."""
    try:
        table = foods()
    except InputError:
        table = {}
    form = forms.MealForm(request.POST, foods=tuple(table))
    context = _context(request, child) | {"meal_form": form}
    if form.is_valid():
        try:
            held = meal(form.portions_mg(), table)
        except UsageError as error:
            context["meal_problem"] = str(error)
        else:
            context["held"] = _macros(held)
    return render(request, "treatment/other.html", context)


def _context(request: HttpRequest, child: Child) -> dict[str, Any]:
    user: Any = request.user
    diets = list(child.diets.select_related("ordered_by", "checked_by").prefetch_related("values__by"))
    standing = next((diet for diet in diets if diet.standing), None)
    try:
        table, problem = foods(), ""
    except InputError as error:
        table, problem = {}, str(error)
    checked = _checklist(child)
    alternatives = list(child.alternatives.select_related("by"))
    return {
        "child": child,
        "today": timezone.localdate(),
        "may": {verb: allows(user, f"treatment.{verb}", subject(child)) for verb in VERBS},
        "diet": standing,
        "diet_day": _macros(Macros(**standing.day)) if standing else None,
        "diet_meal": _macros(Macros(**standing.meal)) if standing else None,
        "past_diets": [diet for diet in diets if not diet.standing],
        "speaks_against": _against(child, {"diet"}),
        "to_ask": [fact.replace("_", " ") for fact in to_ask({"diet"})],
        "foods": table,
        "foods_problem": problem,
        "diet_form": forms.DietForm(),
        "diet_value_form": forms.DietValueForm(),
        "meal_form": forms.MealForm(foods=tuple(table)),
        "end_form": forms.EndForm(),
        "reason_form": ReasonForm(),
        "referrals": list(child.surgery_referrals.select_related("opened_by", "closed_by")),
        "referral_form": forms.SurgeryReferralForm(),
        "candidacy": checked,
        "candidacy_form": forms.CandidacyForm(answers=_initial(checked)),
        "lesion_since": _lesion_since(checked) if not child.surgery_referrals.exists() else None,
        "conferences": list(child.conferences.select_related("by")),
        "conference_form": forms.ConferenceForm(),
        "operations": list(child.operations.prefetch_related("outcomes")),
        "operation_form": forms.OperationForm(),
        "outcome_form": forms.SurgeryOutcomeForm(),
        "stimulators": list(child.stimulators.prefetch_related("settings__by")),
        "stimulator_form": forms.StimulatorForm(),
        "site_settings": list(sheet("stimulation")),
        "setting_form": forms.SettingForm(),
        "alternatives": alternatives,
        "interactions": _against(child, {"alternative"}) if any(not a.until_on for a in alternatives) else (),
        "alternative_form": forms.AlternativeForm(),
    }


@dataclass(frozen=True, slots=True)
class Checkable:
    """An item of the checklist with what the chart says of it and what a person last answered."""

    item: Checked
    found: Item
    words: str
    by: str


def _checklist(child: Child) -> list[Checkable]:
    rows = hooks.findings(child)
    latest = {one.item: one for one in child.candidacy.select_related("by").order_by("at", "pk")}
    told = []
    for code in Checked:
        mine = latest.get(code.value)
        person = Answer(mine.answer) if mine else None
        on = timezone.localtime(mine.at).date() if mine else None
        found = item(rows.get(code.value, ()), person=person, person_on=on)
        told.append(Checkable(code, found, mine.words if mine else "", mine.by.name if mine else ""))
    return told


def _initial(checked: list[Checkable]) -> dict[str, tuple[str, str]]:
    """The form opens with the answer in force; what is left as it is stays the chart's."""
    return {one.item.value: (str(one.found.answer), one.words) for one in checked}


def _lesion_since(checked: list[Checkable]) -> date | None:
    """Day of the first lesion on one side, if that is what the chart or a person says."""
    one = next(found for found in checked if found.item == Checked.LESION)
    days = [row.on for row in one.found.evidence if row.says is Answer.YES and row.on is not None]
    return min(days, default=None) if one.found.answer is Answer.YES else None


def _against(child: Child, mine: set[str]) -> list[Finding]:
    running = queries.treatments(protocol_of(run) for run in queries.open_runs(child))
    found = assess({*mine, *running}, queries.safety_answers(child))
    about = [f for f in found if mine & set(f.rule.applies_to) or (f.rule.when == "ketogenic_diet" and "diet" in mine)]
    return sorted(about, key=lambda f: list(Verdict).index(f.verdict))


def _macros(one: Macros) -> dict[str, Any]:
    ratio: Fraction | None = one.ratio
    return {
        "fat": one.fat_mg / 1000,
        "protein": one.protein_mg / 1000,
        "carbohydrate": one.carbohydrate_mg / 1000,
        "kcal": round(float(one.kcal)),
        "ratio": None if ratio is None else round(float(ratio), 2),
    }


def _fields(form: Any) -> dict[str, Any]:
    return dict(form.cleaned_data)


Kind = tuple[type[Form], type[ChildAct[Any]], tuple[str, type[Model]] | None, str]

_ACTS: dict[str, Kind] = {
    "diet": (forms.DietForm, PrescribeDiet, None, "The diet is prescribed; it waits for a second person's check."),
    "diet-check": (Form, CheckDiet, ("diet", Diet), "The diet is checked."),
    "diet-stop": (forms.EndForm, StopDiet, ("diet", Diet), "The diet is ended."),
    "diet-value": (forms.DietValueForm, RecordDietValue, ("diet", Diet), "The value is recorded."),
    "refer": (forms.SurgeryReferralForm, ReferToSurgery, None, "The surgical referral is open; treatment goes on."),
    "refer-close": (ReasonForm, CloseSurgeryReferral, ("referral", SurgeryReferral), "The referral is closed."),
    "conference": (forms.ConferenceForm, RecordConference, None, "The conference is recorded."),
    "operation": (forms.OperationForm, RecordOperation, None, "The operation is recorded."),
    "operation-outcome": (
        forms.SurgeryOutcomeForm,
        RecordSurgeryOutcome,
        ("operation", Operation),
        "The outcome is recorded.",
    ),
    "stimulator": (forms.StimulatorForm, RecordStimulator, None, "The device is recorded."),
    "setting": (forms.SettingForm, RecordSetting, ("stimulator", Stimulator), "The settings are recorded."),
    "stimulator-end": (forms.EndForm, EndStimulator, ("stimulator", Stimulator), "The device is ended."),
    "alternative": (forms.AlternativeForm, RecordAlternative, None, "It is recorded."),
    "alternative-end": (forms.OnForm, EndAlternative, ("alternative", Alternative), "It is ended."),
}
"""Form, act and what it is about, by the last part of the address; each act asks for itself whether the user may."""


@require_POST
@chart("treatment.read")
def act(request: HttpRequest, child: Child, act: str, on: int = 0) -> HttpResponse:
    """One of the acts of the page."""
    if act == "candidacy":
        return _candidacy(request, child)
    if act not in _ACTS:
        raise Http404
    make_form, make_act, about, words = _ACTS[act]
    form = make_form(request.POST)
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    data = form.asked() if isinstance(form, forms.DietForm) else dict(form.cleaned_data)
    if about is not None:
        name, model = about
        data[name] = get_object_or_404(model, pk=on, child=child)
    return do(request, make_act(**asking(request), child=child, **data), words, PAGE, child.pk)


def _candidacy(request: HttpRequest, child: Child) -> HttpResponse:
    form = forms.CandidacyForm(request.POST, answers=_initial(_checklist(child)))
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    made = AnswerCandidacy(**asking(request), child=child, answers=form.answered())
    return do(request, made, "The answers are stored.", PAGE, child.pk)
