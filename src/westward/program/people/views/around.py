"""The people around a child: caregivers with their accounts, consents, outside clinicians."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.people.access import chart
from westward.program.people.actions.caregivers import (
    AddCaregiver,
    CorrectCaregiver,
    InviteCaregiver,
    RevokeCaregiver,
    ShareAccount,
)
from westward.program.people.actions.clinicians import AddClinician, CorrectClinician, EndTie, TieClinician
from westward.program.people.actions.record_consent import RecordConsent
from westward.program.people.forms import CaregiverForm, ClinicianForm, ConsentForm, NewTieForm, RevokeForm, TieForm
from westward.program.people.models import Caregiver, Child, ClinicianTie
from westward.program.shell.doing import complain, do

PERSON = "child-person"


@require_POST
@chart("people.add_caregiver")
def add_caregiver(request: HttpRequest, child: Child) -> HttpResponse:
    """Write down a caregiver."""
    form = CaregiverForm(request.POST)
    if not form.is_valid():
        return complain(request, form, PERSON, child.pk)
    act = AddCaregiver(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The caregiver is added.", PERSON, child.pk)


def _caregiver(child: Child, key: int) -> Caregiver:
    return get_object_or_404(Caregiver.objects.select_related("user"), pk=key, child=child)


@require_http_methods(["GET", "POST"])
@chart("people.correct_caregiver")
def correct_caregiver(request: HttpRequest, child: Child, caregiver: int) -> HttpResponse:
    """Set facts of a caregiver right."""
    person = _caregiver(child, caregiver)
    initial = {name: getattr(person, name) for name in CaregiverForm.base_fields}
    form = CaregiverForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            CorrectCaregiver(**asking(request), child=child, caregiver=person, facts=form.cleaned_data).execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The caregiver is corrected; what stood before is kept.")
            return redirect(PERSON, child.pk)
    context = {"child": child, "form": form, "title": "Correct a caregiver", "button": "Store"}
    return render(request, "people/sheet.html", context)


@require_POST
@chart("people.invite_caregiver")
def invite_caregiver(request: HttpRequest, child: Child, caregiver: int) -> HttpResponse:
    """Open or renew a caregiver's account; the link is shown once on the page that follows."""
    person = _caregiver(child, caregiver)
    try:
        invited = InviteCaregiver(**asking(request), child=child, caregiver=person).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        address = request.build_absolute_uri(reverse("set-up", args=[invited.secret]))
        shown = {"name": person.name, "address": address, "username": invited.user.username, "child": child.pk}
        request.session["family_link_once"] = shown
    return redirect(PERSON, child.pk)


@require_POST
@chart("people.invite_caregiver")
def share_account(request: HttpRequest, child: Child, caregiver: int, other: int) -> HttpResponse:
    """One account for a caregiver of two children."""
    person = _caregiver(child, caregiver)
    account_of = get_object_or_404(Caregiver.objects.select_related("user"), pk=other)
    act = ShareAccount(**asking(request), child=child, caregiver=person, account_of=account_of)
    return do(request, act, "The account now shows this child too.", PERSON, child.pk)


@require_http_methods(["GET", "POST"])
@chart("people.revoke_caregiver")
def revoke_caregiver(request: HttpRequest, child: Child, caregiver: int) -> HttpResponse:
    """Shut a caregiver out at once."""
    person = _caregiver(child, caregiver)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        act = RevokeCaregiver(**asking(request), child=child, caregiver=person, why=form.cleaned_data["why"])
        return do(request, act, "The caregiver no longer opens this chart.", PERSON, child.pk)
    words = (
        f"{person.name} loses access to this chart at once, sessions included. The entry stays in the history. "
        "They can be invited again."
    )
    context = {"child": child, "form": form, "title": "Revoke access", "words": words, "button": "Revoke", "harm": True}
    return render(request, "people/sheet.html", context)


@require_POST
@chart("people.consent")
def record_consent(request: HttpRequest, child: Child) -> HttpResponse:
    """An answer for one purpose."""
    form = ConsentForm(request.POST, child=child)
    if not form.is_valid():
        return complain(request, form, PERSON, child.pk)
    act = RecordConsent(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The answer is recorded.", PERSON, child.pk)


@require_http_methods(["GET", "POST"])
@chart("people.tie_clinician")
def tie_clinician(request: HttpRequest, child: Child) -> HttpResponse:
    """Choose a clinician from the address book, or add one, and say what they are to the child."""
    new = "practice" in request.POST
    forms: dict[str, Any] = {
        "form": TieForm(request.POST if request.POST and not new else None),
        "new": NewTieForm(request.POST if new else None),
    }
    form = forms["new" if new else "form"]
    if form.is_valid():
        facts = dict(form.cleaned_data)
        role = facts.pop("role")
        try:
            with transaction.atomic():
                clinician = AddClinician(**asking(request), **facts).execute() if new else facts["clinician"]
                TieClinician(**asking(request), child=child, clinician=clinician, role=role).execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Letters go to this clinician from now on.")
            return redirect(PERSON, child.pk)
    return render(request, "people/clinician.html", {"child": child, **forms})


def _tie(child: Child, key: int) -> ClinicianTie:
    return get_object_or_404(ClinicianTie.objects.select_related("clinician"), pk=key, child=child)


@require_http_methods(["GET", "POST"])
@chart("people.correct_clinician")
def correct_clinician(request: HttpRequest, child: Child, tie: int) -> HttpResponse:
    """Set a number or an address right."""
    clinician = _tie(child, tie).clinician
    initial = {name: getattr(clinician, name) for name in ClinicianForm.base_fields}
    form = ClinicianForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            CorrectClinician(**asking(request), clinician=clinician, facts=form.cleaned_data).execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The address book is corrected for every child of this clinician.")
            return redirect(PERSON, child.pk)
    words = "This is the program's address book: the correction holds for every child of this clinician."
    context = {"child": child, "form": form, "title": "Correct a clinician", "words": words, "button": "Store"}
    return render(request, "people/sheet.html", context)


@require_POST
@chart("people.end_tie")
def end_tie(request: HttpRequest, child: Child, tie: int) -> HttpResponse:
    """Letters stop going there."""
    act = EndTie(**asking(request), child=child, tie=_tie(child, tie))
    return do(request, act, "Letters no longer go there; the tie stays in the history.", PERSON, child.pk)
