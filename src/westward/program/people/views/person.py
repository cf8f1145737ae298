"""The page of the person: facts, corrections, state; and the broken glass that opens a chart of another site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts import policies
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.actions.break_glass import BreakGlass
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.people import consents, queries
from westward.program.people.access import chart
from westward.program.people.actions.change_state import ChangeState
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.chart import routes
from westward.program.people.choices import ChildState
from westward.program.people.forms import CaregiverForm, ConsentForm, FactsForm, GlassForm, MergeForm, StateForm
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.shell.doing import complain, do

VERBS = {
    "can_correct": "people.correct",
    "can_change_state": "people.change_state",
    "can_add_caregiver": "people.add_caregiver",
    "can_invite": "people.invite_caregiver",
    "can_revoke": "people.revoke_caregiver",
    "can_consent": "people.consent",
    "can_tie": "people.tie_clinician",
    "can_merge": "people.merge",
}


def _may(request: HttpRequest, child: Child) -> dict[str, bool]:
    user: Any = request.user
    if child.state == ChildState.MERGED:
        return {}
    return {name: policies.allows(user, verb, subject(child)) for name, verb in VERBS.items()}


@require_GET
@chart()
def person(request: HttpRequest, child: Child) -> HttpResponse:
    """Who the child is, who cares for it, what was consented to."""
    caregivers = queries.caregivers(child)
    user: Any = request.user
    link = request.session.get("family_link_once")
    if link and link["child"] == child.pk:
        del request.session["family_link_once"]
    context = {
        "child": child,
        "caregivers": caregivers,
        "shares": queries.accounts_to_share(user, caregivers),
        "caregiver_form": CaregiverForm(initial={"language": child.language, "interpreter": child.interpreter}),
        "link": link if link and link["child"] == child.pk else None,
        "answers": consents.answers(child),
        "consent_form": ConsentForm(child=child),
        "ties": queries.ties(child),
        "merges": queries.merges(child),
        "merge_form": MergeForm(),
        "alike": _alike(user, child),
        "age": queries.age(child),
        "changes": queries.changes(child),
        "states": list(child.states.select_related("by")),
        "state_form": StateForm(child=child),
        **_may(request, child),
    }
    return render(request, "people/person.html", context)


def _alike(user: User, child: Child) -> list[queries.Likely]:
    """Charts that this user may merge, and that look like the same child."""
    if child.state == ChildState.MERGED or not policies.allows(user, "people.merge", subject(child)):
        return []
    within = policies.sites(user, "people.merge")
    found = queries.likely(queries.person_of(child), besides=child)
    return [one for one in found if one.stops and (within is None or one.child.site_id in within)]


@require_http_methods(["GET", "POST"])
@chart("people.correct")
def correct(request: HttpRequest, child: Child) -> HttpResponse:
    """Set facts right."""
    form = FactsForm(request.POST) if request.method == "POST" else FactsForm.of(child)
    if form.is_valid():
        try:
            CorrectChild(**asking(request), child=child, facts=form.cleaned_data).execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
            child.refresh_from_db()
        else:
            messages.success(request, "The chart is corrected; what stood before is kept below.")
            return redirect("child-person", child.pk)
    return render(request, "people/correct.html", {"child": child, "form": form})


@require_POST
@chart("people.change_state")
def change_state(request: HttpRequest, child: Child) -> HttpResponse:
    """Deceased, transferred or back."""
    form = StateForm(request.POST, child=child)
    if not form.is_valid():
        return complain(request, form, "child-person", child.pk)
    act = ChangeState(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The state is stored.", "child-person", child.pk)


@require_POST
@needs("access.break_glass")
def break_glass(request: HttpRequest, key: int) -> HttpResponse:
    """Open a chart of another site, with a reason, for a short time; a privacy officer reviews it."""
    form = GlassForm(request.POST)
    page = form.data.get("page", "")
    page = page if page in routes() else "child-person"
    if not form.is_valid():
        return complain(request, form, page, key)
    child = queries.child(key)
    return do(
        request,
        BreakGlass(**asking(request), opened=child.audit_id, reason=form.cleaned_data["reason"]),
        "The chart is open to you for a short time; a privacy officer reviews your reason.",
        page,
        key,
    )
