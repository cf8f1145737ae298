"""The tab ``Referral`` of a chart: milestones and clocks, the referral, appointments, contacts, owner, surveillance."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.care.clocks import DEFAULT_CONDITIONS, Milestone, run_clocks
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.veil import before, veils
from westward.program.referral import calendar, forms, journey, queries, sources, watching
from westward.program.referral.actions.appointments import BookAppointment, BookSlot, Keep, NoShow, Release
from westward.program.referral.actions.assign import AssignChild
from westward.program.referral.actions.contact import LogChildContact
from westward.program.referral.actions.facts import RecordFact, WithdrawFact
from westward.program.referral.actions.surveillance import (
    CloseWatch,
    ListAtRisk,
    RecordEeg,
    SetDue,
    WithdrawEeg,
)
from westward.program.referral.choices import MILESTONES
from westward.program.referral.models import Appointment, AtRisk, ChildFact, Slot, SurveillanceEeg
from westward.program.referral.views.base import back, complain, do, done

_VERBS = (
    "child.own",
    "child.contact",
    "child.fact",
    "appointments.book",
    "appointments.change",
    "surveillance.change",
    "referral.read",
)
MOST_SLOTS = 40


@require_GET
@chart()
def page(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything referral knows of a child."""
    return _page(request, child)


def _page(request: HttpRequest, child: Child, *, status: int = 200, **bound: django_forms.Form) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    told = journey.facts([child.pk])[child.pk]
    days = before({**sources.facts([child.pk]).get(child.pk, {}), **told}, veils(user, [child.pk]).get(child.pk))
    flags = journey.conditions([child.pk]).get(child.pk)
    conditions = DEFAULT_CONDITIONS if flags is None else flags | (DEFAULT_CONDITIONS - {"red_flag"})
    clocks = run_clocks(days, on=timezone.localdate(), silence=child.silence, conditions=conditions)
    every = list(ChildFact.objects.filter(child=child).select_related("recorded_by"))
    current = {fact.milestone: fact for fact in every if fact.superseded_at is None}
    entries = list(AtRisk.objects.filter(child=child).select_related("added_by", "closed_by"))
    watch = next(iter(watching.watched(watching.listed(children=[child.pk]), on=timezone.localdate())), None)
    context = {
        "child": child,
        "moment": now,
        "clocks": [clock for clock in clocks if clock.state.value != "not started"],
        "milestones": [(words, days.get(Milestone(code)), current.get(code), code) for code, words in MILESTONES],
        "history": [fact for fact in every if fact.superseded_at is not None],
        "referrals": [(one, queries.clock(one, now)) for one in child.referrals.select_related("owner", "site")],
        "appointments": calendar.appointments(child),
        "contacts": child.contacts.select_related("by", "withdrawn_by"),
        "owner": journey.owners([child.pk]).get(child.pk),
        "watch": watch,
        "past_watches": [entry for entry in entries if entry.closed_on is not None],
        "can": {verb.rpartition(".")[2]: allows(user, verb, subject(child)) for verb in _VERBS},
        "watch_can": allows(user, "surveillance.change", subject(child)),
        "silent": child.silent(timezone.localdate()),
        "fact_form": forms.FactForm(),
        "owner_form": forms.OwnerForm(people=queries.answering(user), initial={"to": user}),
        "appointment_form": forms.AppointmentForm(),
        "contact_form": forms.ContactForm(initial={"with_whom": "parent"}),
        "watch_form": forms.WatchForm(initial={"risks": watch.entry.risks if watch else []}),
        "eeg_form": forms.EegForm(),
        "due_form": forms.DueForm(),
        "close_watch_form": forms.CloseWatchForm(),
        **bound,
        "bound": next(iter(bound), ""),
    }
    return render(request, "referral/child.html", context, status=status)


def _act(request: HttpRequest, child: Child, name: str, form: django_forms.Form, act: Any, words: str) -> HttpResponse:
    """Do the act of a form, or show the form again with what is wrong."""
    if form.is_valid():
        if done(request, act(**asking(request), child=child, **form.cleaned_data), words) is not None:
            return back("child-referral", child.pk)
    else:
        complain(request, form)
    return _page(request, child, status=422, **{name: form})


@require_POST
@chart()
def fact(request: HttpRequest, child: Child) -> HttpResponse:
    """Record a milestone."""

    def act(**given: Any) -> RecordFact:
        for name in ("precision", "day", "until"):
            given.pop(name)
        return RecordFact(**given)

    return _act(request, child, "fact_form", forms.FactForm(request.POST), act, "The day is recorded.")


@require_POST
@chart()
def withdraw_fact(request: HttpRequest, child: Child, fact: int) -> HttpResponse:
    """Withdraw a milestone."""
    found = get_object_or_404(ChildFact, pk=fact, child=child)
    act = WithdrawFact(**asking(request), child=child, fact=found)
    return do(request, act, "The entry is withdrawn.", "child-referral", child.pk)


@require_POST
@chart()
def own(request: HttpRequest, child: Child) -> HttpResponse:
    """Say who owns the next step."""
    user: Any = request.user
    form = forms.OwnerForm(request.POST, people=queries.answering(user))
    return _act(request, child, "owner_form", form, AssignChild, "The owner is set.")


@require_POST
@chart()
def contact(request: HttpRequest, child: Child) -> HttpResponse:
    """Log a contact."""
    return _act(
        request, child, "contact_form", forms.ContactForm(request.POST), LogChildContact, "The contact is logged."
    )


@require_POST
@chart()
def appointment(request: HttpRequest, child: Child) -> HttpResponse:
    """Book an appointment without a slot."""

    def act(**given: Any) -> BookAppointment:
        return BookAppointment(**{**given, "minutes": given["minutes"] or 0})

    form = forms.AppointmentForm(request.POST)
    return _act(request, child, "appointment_form", form, act, "The appointment is booked.")


@require_GET
@chart()
def slots(request: HttpRequest, child: Child) -> HttpResponse:
    """Free EEG slots for this child, the next first; those without a needed interpreter say so."""
    user: Any = request.user
    form = forms.FilterForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = calendar.available(
        user,
        now=timezone.now(),
        site=child.site,
        night={"day": False, "night": True}.get(data.get("night", "")),
        interpreter=bool(data.get("interpreter")),
        hours=data.get("hours") or 0,
    )
    context = {
        "child": child,
        "form": form,
        "slots": list(found[:MOST_SLOTS]),
        "can_book": allows(user, "appointments.book", subject(child)) and not child.silent(timezone.localdate()),
    }
    return render(request, "referral/choose_slot.html", context)


@require_POST
@chart()
def book(request: HttpRequest, child: Child, slot: int) -> HttpResponse:
    """Book an EEG slot."""
    found = get_object_or_404(Slot, pk=slot)
    form = forms.BookForm(request.POST)
    arranged = form.cleaned_data["interpreter"] if form.is_valid() else ""
    act = BookSlot(**asking(request), child=child, slot=found, interpreter=arranged)
    if done(request, act, "The EEG slot is booked.") is None:
        return back("child-slots", child.pk)
    return back("child-referral", child.pk)


@require_POST
@chart()
def change(request: HttpRequest, child: Child, appointment: int) -> HttpResponse:
    """Say what became of an appointment."""
    found = get_object_or_404(Appointment, pk=appointment, child=child)
    acts = {"release": Release, "no_show": NoShow, "keep": Keep}
    act = acts.get(request.POST.get("what", ""))
    if act is None:
        return back("child-referral", child.pk)
    reason = request.POST.get("reason", "")[:2000]
    words = {"release": "The appointment is released.", "no_show": "Stored: the child did not come."}
    said = words.get(request.POST["what"], "Stored: the child came.")
    return do(
        request,
        act(**asking(request), child=child, appointment=found, reason=reason),
        said,
        "child-referral",
        child.pk,
    )


@require_POST
@chart()
def watch(request: HttpRequest, child: Child) -> HttpResponse:
    """Put the child on the surveillance list, or change its risks."""
    form = forms.WatchForm(request.POST)
    return _act(request, child, "watch_form", form, ListAtRisk, "The child is on the surveillance list.")


@require_POST
@chart()
def watch_eeg(request: HttpRequest, child: Child) -> HttpResponse:
    """Record a surveillance EEG."""
    return _act(request, child, "eeg_form", forms.EegForm(request.POST), RecordEeg, "The EEG is recorded.")


@require_POST
@chart()
def withdraw_eeg(request: HttpRequest, child: Child, eeg: int) -> HttpResponse:
    """Withdraw a surveillance EEG."""
    found = get_object_or_404(SurveillanceEeg.objects.select_related("entry"), pk=eeg, entry__child=child)
    act = WithdrawEeg(**asking(request), child=child, eeg=found)
    return do(request, act, "The entry is withdrawn.", "child-referral", child.pk)


@require_POST
@chart()
def watch_due(request: HttpRequest, child: Child) -> HttpResponse:
    """Set the next EEG by hand."""
    return _act(request, child, "due_form", forms.DueForm(request.POST), SetDue, "The next EEG is set.")


@require_POST
@chart()
def watch_close(request: HttpRequest, child: Child) -> HttpResponse:
    """Take the child off the list."""
    form = forms.CloseWatchForm(request.POST)
    return _act(request, child, "close_watch_form", form, CloseWatch, "The child is off the surveillance list.")
