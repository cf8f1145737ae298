"""Response and follow-up of one child, and the work that is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.evidence.loader import load
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows, sites
from westward.program.audit.record import record_list
from westward.program.followup import compared, forms, queries
from westward.program.followup.actions.answer import AnswerFlag, ChangeFollowing
from westward.program.followup.actions.call import RecordCall
from westward.program.followup.actions.record import RecordAdverse, RecordAssessment, RecordOutcome
from westward.program.followup.models import DiaryEntry
from westward.program.followup.next_steps import proposed_for
from westward.program.followup.schedule import schedule_of
from westward.program.followup.trajectory import editions
from westward.program.letters.choices import LetterKind
from westward.program.letters.forms import draft_here
from westward.program.letters.queries import recipients
from westward.program.people import consents
from westward.program.people.access import chart
from westward.program.people.actions.base import ChildAct
from westward.program.people.choices import ChildState, ConsentPurpose
from westward.program.people.forms import Sheet
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.veil import veils
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet

PAGE = "child-response"
VERBS = ("answer", "call", "adverse", "assess", "outcome", "following")


@require_GET
@chart("followup.read")
def response(request: HttpRequest, child: Child) -> HttpResponse:
    """Every published definition side by side, the diary, adverse events, development, outcomes."""
    user: Any = request.user
    today = timezone.localdate()
    judged = queries.judged(child, on=today)
    assessments, outcomes = list(child.developmental_assessments.all()), list(child.outcomes.all())
    films = list(queries.diary(child).exclude(clip="")[:12])
    context = {
        "child": child,
        "today": today,
        "may": {verb: allows(user, f"followup.{verb}", subject(child)) for verb in VERBS}
        | {verb: allows(user, f"treatment.{verb}", subject(child)) for verb in ("change", "start", "surgery")},
        "judged": judged,
        "witnessed": queries.stretches(queries.witnessed(child)),
        "eegs": queries.eegs(child),
        "flags": list(queries.open_flags([child.pk])),
        "entries": list(queries.diary(child)[:30]),
        "films": films,
        "compared": compared.shown(child, user),
        "video_consent": consents.given(child, ConsentPurpose.VIDEO) if films else None,
        "silent": queries.silent([child.pk], now=timezone.now()).get(child.pk),
        "calls": list(queries.calls(child)[:12]),
        "call_form": forms.CallForm(),
        "why_zero": load("diary")["zero.why"],
        "adverse": list(child.adverse_events.select_related("by", "run")),
        "assessments": assessments,
        "editions": editions(assessments),
        "outcomes": outcomes,
        "schedule": None if child.silent(today) else schedule_of(child, assessments, outcomes, on=today),
        "sources": {
            "assessment": sheet("development")["assessment.first_months"],
            "outcome": sheet("development")["outcome.late_after_d"],
        },
        "following": queries.following(child),
        "adverse_form": forms.AdverseForm(),
        "assessment_form": forms.AssessmentForm(),
        "outcome_form": forms.OutcomeForm(),
        "following_form": forms.FollowingForm(),
        "proposed": proposed_for(child, judged),
        "may_draft": allows(user, "letters.draft", subject(child)),
        **draft_here(LetterKind.DAY_14, recipients(child)),
    }
    return render(request, "followup/child.html", context)


@require_POST
@chart("followup.answer")
def answer(request: HttpRequest, child: Child, entry: int) -> HttpResponse:
    """A red flag was answered."""
    one = get_object_or_404(DiaryEntry, pk=entry, child=child)
    act = AnswerFlag(**asking(request), child=child, entry=one, words=request.POST.get("words", ""))
    return do(request, act, "The red flag is answered.", PAGE, child.pk)


def _record(
    request: HttpRequest, child: Child, form: Sheet, act: type[ChildAct[Any]], words: str, **more: Any
) -> HttpResponse:
    """What a form of the page asks for."""
    if not form.is_valid():
        return complain(request, form, PAGE, child.pk)
    return do(request, act(**asking(request), child=child, **more, **form.cleaned_data), words, PAGE, child.pk)


@require_POST
@chart("followup.call")
def call(request: HttpRequest, child: Child) -> HttpResponse:
    """The family was called."""
    return _record(request, child, forms.CallForm(request.POST), RecordCall, "The call is recorded, unconfirmed.")


@require_POST
@chart("followup.adverse")
def adverse(request: HttpRequest, child: Child) -> HttpResponse:
    """An adverse event."""
    run = child.runs.order_by("-start", "-pk").first()
    words = "The adverse event is recorded."
    return _record(request, child, forms.AdverseForm(request.POST), RecordAdverse, words, run=run)


@require_POST
@chart("followup.assess")
def assess(request: HttpRequest, child: Child) -> HttpResponse:
    """A developmental assessment."""
    return _record(request, child, forms.AssessmentForm(request.POST), RecordAssessment, "The assessment is recorded.")


@require_POST
@chart("followup.outcome")
def outcome(request: HttpRequest, child: Child) -> HttpResponse:
    """An outcome."""
    return _record(request, child, forms.OutcomeForm(request.POST), RecordOutcome, "The outcome is recorded.")


@require_POST
@chart("followup.following")
def following(request: HttpRequest, child: Child) -> HttpResponse:
    """Lost, or reached again."""
    return _record(request, child, forms.FollowingForm(request.POST), ChangeFollowing, "The change is recorded.")


@require_GET
@needs("followup.worklist")
def worklist(request: HttpRequest) -> HttpResponse:
    """Red flags, silent families, families that were lost: whom to call."""
    asked = asking(request)
    within = sites(asked["user"], "followup.worklist")
    children = Child.objects.filter(state=ChildState.ACTIVE)
    if within is not None:
        children = children.filter(site__in=within)
    names = {child.pk: child for child in children}
    flags = [(names[flag.child_id], flag) for flag in queries.open_flags(list(names))]
    hidden = veils(asked["user"])  # silence under treatment tells that there is one
    silent = queries.silent([key for key in names if key not in hidden], now=timezone.now())
    lost = list(queries.lost(asked["user"]))
    shown = [child.audit_id for child, _ in flags] + [names[key].audit_id for key in silent]
    record_list(asked["who"], "followup.worklist", shown + [child.audit_id for child in lost])
    rows = sorted(((names[key], one) for key, one in silent.items()), key=lambda row: row[1].due)
    return render(request, "followup/worklist.html", {"flags": flags, "silent": rows, "lost": lost})
