"""The page of one referral, and the acts on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.core.errors import InputError
from westward.program.accounts.actions.base import asking
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.people.models import Child
from westward.program.referral import access, forms, queries, rules
from westward.program.referral.access import opened
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.answer import AnswerQuestions
from westward.program.referral.actions.assign import Assign
from westward.program.referral.actions.attach import Attach
from westward.program.referral.actions.close import AgreeToClose, AskToClose, Close, RefuseToClose, by_two, other_of
from westward.program.referral.actions.contact import LogContact, WithdrawContact
from westward.program.referral.actions.decide import Decline, Redirect, Reopen
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.choices import ReferralState
from westward.program.referral.films import answer as answer_file
from westward.program.referral.films import looks_anew, there
from westward.program.referral.models import Closing, Contact, Referral, Upload
from westward.program.referral.policies import subject
from westward.program.referral.uploads import discard, store
from westward.program.referral.views.base import back, complain, do, done, my_sites, sentence

_VERBS = (
    "referral.answer",
    "referral.assign",
    "referral.contact",
    "referral.withdraw_contact",
    "referral.accept",
    "referral.decline",
    "referral.close",
    "referral.agree_close",
    "referral.reopen",
)


@require_GET
@opened
def referral(request: HttpRequest, one: Referral) -> HttpResponse:
    """Everything about one referral; if it is due to escalate it does so now."""
    if escalate_due():
        one.refresh_from_db()
    return _page(request, one)


def _page(
    request: HttpRequest, one: Referral, *, status: int = 200, birth: date | None = None, **bound: django_forms.Form
) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    runs = list(one.triages.select_related("by"))
    run = runs[0]
    charts = queries.likely_charts(one, user, birth=birth) if one.open else []
    alike = queries.alike(one, birth=birth) if one.open else frozenset()
    people = queries.answering(user)
    had_time = one.takeovers.filter(user=user).exists()
    on_onset = {"precision": one.onset_precision, "day": one.onset_earliest, "until": one.onset_latest}
    context = {
        "one": one,
        "clock": queries.clock(one, now),
        "run": run,
        "runs": runs[1:],
        "answered_rules": [rule for rule in run.fired if not rule["assumed"]],
        "assumed_rules": [rule for rule in run.fired if rule["assumed"]],
        "answered": [(forms.wording(name), run.answers.get(name, "unknown")) for name in rules.QUESTIONS],
        "duty": queries.on_duty_for(one, now),
        "steps": one.escalations.select_related("to", "shift"),
        "notices": one.notices.select_related("to"),
        "hold": rules.step_due(one.received_at, one.escalate_at, last=None, taken=one.taken_at, now=now)
        if queries.held(one, now)
        else None,
        "can_take": one.owner_id != user.pk or (one.taken_at is None and one.contacted_at is None and not had_time),
        "had_time": had_time,
        "contacts": queries.contacts(one),
        "files": one.uploads.all(),
        "can": queries.may(user, one, _VERBS),
        "live": one.state in (ReferralState.OPEN, ReferralState.ACCEPTED),
        "likely": charts,
        "looked": sorted(alike | {chart.child.pk for chart in charts}),
        "elsewhere": len(alike - {chart.child.pk for chart in charts}),
        "answer_form": forms.AnswerForm(answers=run.answers, initial={**on_onset, "birth_date": one.birth_date}),
        "open_questions": {rules.question_of(asked["rule"]) for asked in run.ask},
        "contact_form": forms.ContactForm(),
        "assign_form": forms.AssignForm(
            people=people, sites=my_sites(user, "referral.assign"), initial={"to": one.owner or user}
        ),
        "accept_form": forms.AcceptForm(charts=_choices(charts), initial={"birth_date": one.birth_date}),
        "decline_form": forms.DeclineForm(),
        "close_form": forms.CloseForm(),
        "by_two": one.open and queries.unanswered_red_flag(one),
        "asked": queries.closing_asked(one),
        "owner_gone": one.owner_id is not None and not queries.owner_answers(one),
        "reopen_form": forms.ReasonForm(),
        **bound,
        "bound": next(iter(bound), ""),
    }
    return render(request, "referral/referral.html", context, status=status)


def _choices(charts: list[queries.Likely]) -> list[tuple[str, str]]:
    return [
        (str(one.child.pk), f"{one.child.name}, born {one.child.birth_date:%Y-%m-%d}, {one.child.pseudonym}: {one.why}")
        for one in charts
    ]


@require_POST
@opened
def answer(request: HttpRequest, one: Referral) -> HttpResponse:
    """Answer open questions; the level is computed anew."""
    form = forms.AnswerForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        act = AnswerQuestions(
            **asking(request),
            referral=one,
            answers=form.codes(),
            onset=data["when"],
            onset_precision=data["precision"],
            birth_date=data["birth_date"],
            reason=data["reason"],
        )
        run = done(request, act, "The answers are stored and the level is computed anew.")
        if run is not None:
            return back("referral", one.pk)
    else:
        complain(request, form)
    return _page(request, one, status=422, answer_form=form)


@require_POST
@opened
def assign(request: HttpRequest, one: Referral) -> HttpResponse:
    """Give the referral to somebody."""
    user: Any = request.user
    form = forms.AssignForm(request.POST, people=queries.answering(user), sites=my_sites(user, "referral.assign"))
    if not form.is_valid():
        complain(request, form)
        return _page(request, one, status=422, assign_form=form)
    to: User = form.cleaned_data["to"]
    act = Assign(**asking(request), referral=one, to=to, site=form.cleaned_data["site"])
    return do(request, act, f"{to.name} owns this referral.", "referral", one.pk)


@require_POST
@opened
def take(request: HttpRequest, one: Referral) -> HttpResponse:
    """Take the referral oneself, with one press."""
    asked = asking(request)
    return do(request, Assign(**asked, referral=one, to=asked["user"]), "You own this referral.", "referral", one.pk)


@require_POST
@opened
def contact(request: HttpRequest, one: Referral) -> HttpResponse:
    """Log a contact."""
    form = forms.ContactForm(request.POST)
    if form.is_valid():
        act = LogContact(**asking(request), referral=one, **form.cleaned_data)
        reached = form.cleaned_data["reached"]
        words = "The contact is logged; the clock has stopped." if reached else "The attempt is logged; the clock runs."
        if done(request, act, words) is not None:
            return back("referral", one.pk)
    else:
        complain(request, form)
    return _page(request, one, status=422, contact_form=form)


@require_POST
@opened
def withdraw_contact(request: HttpRequest, one: Referral, contact: int) -> HttpResponse:
    """Withdraw a wrong entry of the log."""
    entry = get_object_or_404(Contact, pk=contact, referral=one)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        complain(request, form)
        return back("referral", one.pk)
    act = WithdrawContact(**asking(request), referral=one, contact=entry, reason=form.cleaned_data["reason"])
    return do(request, act, "The entry is withdrawn.", "referral", one.pk)


@require_POST
@opened
def accept(request: HttpRequest, one: Referral) -> HttpResponse:
    """Accept into a chart."""
    user: Any = request.user
    birth = parse_birth(request.POST.get("birth_date", ""))
    form = forms.AcceptForm(request.POST, charts=_choices(queries.likely_charts(one, user, birth=birth)))
    if form.is_valid():
        key = form.cleaned_data["child"]
        act = Accept(
            **asking(request),
            referral=one,
            child=Child.objects.select_related("site").get(pk=int(key)) if key.isdigit() else None,
            birth_date=form.cleaned_data["birth_date"],
            record_number=form.cleaned_data["record_number"],
            not_the_same=form.looked_at(),
        )
        child = done(request, act, "The referral is accepted; this is the chart.")
        if child is not None:
            return back("child-referral", child.pk)
        # Nothing is chosen beforehand on the page that shows what was found since.
        charts = _choices(queries.likely_charts(one, user, birth=birth))
        form = forms.AcceptForm(charts=charts, initial={"birth_date": birth, "record_number": act.record_number})
    else:
        complain(request, form)
    return _page(request, one, status=422, birth=birth, accept_form=form)


def parse_birth(text: str) -> date | None:
    """The birth date that is decided with; None if none is given, or none that can be."""
    try:
        return forms.AcceptForm.base_fields["birth_date"].clean(text)  # type: ignore[no-any-return]
    except django_forms.ValidationError:
        return None


@require_POST
@opened
def decline(request: HttpRequest, one: Referral) -> HttpResponse:
    """Decline, or send elsewhere."""
    form = forms.DeclineForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        to = data.pop("to")
        act: Decline | Redirect
        if to:
            act = Redirect(**asking(request), referral=one, to=to, **data)
        else:
            act = Decline(**asking(request), referral=one, **data)
        if done(request, act, "The decision is stored.") is not None:
            return back("referral", one.pk)
    else:
        complain(request, form)
    return _page(request, one, status=422, decline_form=form)


@require_POST
@opened
def close(request: HttpRequest, one: Referral) -> HttpResponse:
    """Close without a decision about the child."""
    user: Any = request.user
    form = forms.CloseForm(request.POST)
    if not form.is_valid():
        complain(request, form)
    elif by_two(one, form.cleaned_data["why"], other_of(user, one, form.cleaned_data["of"])):
        ask = AskToClose(**asking(request), referral=one, **form.cleaned_data)
        if done(request, ask, "A second person has to agree. Until then it stays open and goes on escalating."):
            return back("referral", one.pk)
    elif done(request, Close(**asking(request), referral=one, **form.cleaned_data), "The referral is closed."):
        return back("referral", one.pk)
    return _page(request, one, status=422, close_form=form)


@require_POST
@opened
def agree(request: HttpRequest, one: Referral, closing: int) -> HttpResponse:
    """Agree to what somebody asked, or say no."""
    asked = get_object_or_404(Closing.objects.select_related("asked_by"), pk=closing, referral=one)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        complain(request, form)
        return back("referral", one.pk)
    given = {**asking(request), "referral": one, "closing": asked, "reason": form.cleaned_data["reason"]}
    if request.POST.get("say") == "agree":
        return do(request, AgreeToClose(**given), "The referral is closed.", "referral", one.pk)
    return do(request, RefuseToClose(**given), "The referral stays open.", "referral", one.pk)


@require_POST
@opened
def reopen(request: HttpRequest, one: Referral) -> HttpResponse:
    """Bring back what was decided."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        complain(request, form)
        return _page(request, one, status=422, reopen_form=form)
    act = Reopen(**asking(request), referral=one, reason=form.cleaned_data["reason"])
    return do(request, act, "The referral is open again.", "referral", one.pk)


@require_POST
@opened
def attach(request: HttpRequest, one: Referral) -> HttpResponse:
    """Add a file that came later."""
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        complain(request, form)
        return back("referral", one.pk)
    try:
        stored = store(form.cleaned_data["file"])
    except InputError as error:
        form.add_error("file", sentence(str(error)))
        complain(request, form)
        return back("referral", one.pk)
    act = Attach(**asking(request), referral=one, stored=stored)
    if done(request, act, "The file is stored.") is None:
        discard([stored])
    return back("referral", one.pk)


@require_GET
@login_required
def file(request: HttpRequest, key: int, upload: int) -> HttpResponseBase:
    """A stored file, whole or piece by piece; its type is the one its first bytes say, of a list without any text.

    One audit row a look, not one for each piece a player asks for.
    """
    user: Any = request.user
    found = Upload.objects.select_related("referral__site").filter(pk=upload, referral=key).first()
    if found is None:
        raise Http404
    allowed = allows(user, "referral.read", subject(found.referral))
    if allowed:
        there(found.path)
    if not allowed or looks_anew(request, found.audit_id):
        access.read(request, found.referral, target=found.audit_id)
    if not allowed:
        raise PermissionDenied
    return answer_file(request, path=found.path, name=found.name, content_type=found.content_type)
