"""The picker of features: search on the server, note as present or absent, all by keyboard and without script."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from westward.evidence import hpo
from westward.program.accounts.actions.base import asking
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record
from westward.program.etiology import queries
from westward.program.etiology.actions.phenotype import RecordFeature, WithdrawFeature
from westward.program.etiology.forms import FeatureForm, SearchForm
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.shell.doing import do

LIMIT = 12


@require_http_methods(["GET", "POST"])
@chart("etiology.phenotype")
def phenotype(request: HttpRequest, child: Child) -> HttpResponse:
    """Features of the child, and a search; its words travel in the body, never in an address."""
    return _page(request, child, _words(request))


@require_POST
@chart("etiology.phenotype")
def terms(request: HttpRequest, child: Child) -> HttpResponse:
    """Terms that match, as a piece of the page; nothing of the chart, so no read of it."""
    words = _words(request)
    hits = hpo.search(words, limit=LIMIT)
    return render(request, "etiology/hits.html", {"child": child, "words": words, "hits": hits})


@require_POST
@chart("etiology.phenotype")
def note(request: HttpRequest, child: Child) -> HttpResponse:
    """Note a feature as present or absent; the search stays open."""
    form = FeatureForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a feature from the list.")
        return redirect("phenotype", child.pk)
    term, _, present = form.cleaned_data["note"].partition(" ")
    try:
        feature = RecordFeature(**asking(request), child=child, term=term, present=present == "1").execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{feature.label}: {'present' if feature.present else 'absent'}.")
    return _page(request, child, form.cleaned_data["words"])


@require_POST
@chart("etiology.phenotype")
def withdraw(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Take a note back."""
    found = queries.features(child).filter(pk=pk).first()
    if found is None:
        raise Http404
    act = WithdrawFeature(**asking(request), child=child, feature=found)
    return do(request, act, "The note is taken back.", "phenotype", child.pk)


def _words(request: HttpRequest) -> str:
    form = SearchForm(request.POST)
    return str(form.cleaned_data["words"]).strip() if request.method == "POST" and form.is_valid() else ""


def _page(request: HttpRequest, child: Child, words: str) -> HttpResponse:
    if request.method == "POST":  # a GET left its row at the door
        with transaction.atomic():
            site = child.site.code if child.site else ""
            record(asking(request)["who"], "etiology.phenotype", child.audit_id, site=site)
    features = list(queries.features(child))
    context = {
        "child": child,
        "form": SearchForm(initial={"words": words}),
        "words": words,
        "hits": hpo.search(words, limit=LIMIT),
        "present": [one for one in features if one.present],
        "absent": [one for one in features if not one.present],
        "release": hpo.slice_().version,
        "terms": len(hpo.slice_().terms),
        "citation": hpo.CITATION,
    }
    return render(request, "etiology/phenotype.html", context)
