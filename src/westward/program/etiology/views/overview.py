"""The tab: what the cause is, where each step stands, imaging, features, treatable causes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.care.workup import Order
from westward.core.errors import InputError
from westward.program.accounts.actions.base import asking
from westward.program.audit.record import record
from westward.program.etiology import queries, standing
from westward.program.etiology.actions.classify import AnswerTreatable, AssignCause
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.etiology.choices import OrderKind
from westward.program.etiology.diagnosed import diagnosed
from westward.program.etiology.forms import ChangeForm, ClassifyForm, OpenForm, OrderForm, TreatableForm
from westward.program.etiology.models import Workup
from westward.program.etiology.views.common import FOLDER, attempt, may
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.referral.uploads import open_stored
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet


@require_GET
@chart("etiology.read")
def overview(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything about the cause on one page."""
    today = timezone.localdate()
    opened = Workup.objects.filter(child=child).select_related("opened_by").first()
    steps = standing.of(child, on=today)
    scans = list(queries.imagings(child))
    features = list(queries.features(child))
    day = diagnosed([child.pk]).get(child.pk)
    first = {"diagnosed_on": day or "", "order": sheet("workup").text("order.default")}
    evidence = {one.id: one for one in queries.evidence(child)}
    causes = [(one, [evidence.get(key, key) for key in one.evidence]) for one in child.causes.select_related("by")]
    context = {
        "child": child,
        "may": may(request, child),
        "opened": opened,
        "order_words": OrderKind(Order(opened.order)).label if opened else "",
        "diagnosed_on": day,
        "open_form": ChangeForm(initial={"diagnosed_on": opened.diagnosed_on, "order": opened.order})
        if opened
        else OpenForm(initial=first),
        "order_form": OrderForm(),
        "steps": [(one, one.late(today)) for one in steps],
        "causes": causes,
        "talks": child.counselings.select_related("by"),
        "scans": scans,
        "mri_repeat": standing.repeat_of_mri(child, scans),
        "today": today,
        "present": [one for one in features if one.present],
        "absent": [one for one in features if not one.present],
        "treatables": queries.treatables(child),
        "treatable_states": TreatableForm().fields["state"].choices,  # type: ignore[attr-defined]
        "past": [one for one in queries.orders([child.pk]) if one not in [s.order for s in steps]],
    }
    return render(request, "etiology/overview.html", context)


@require_POST
@chart("etiology.open")
def open_workup(request: HttpRequest, child: Child) -> HttpResponse:
    """Open the search, or change its day or order."""
    again = Workup.objects.filter(child=child).exists()
    form = ChangeForm(request.POST) if again else OpenForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "child-cause", child.pk)
    act = OpenWorkup(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The search for the cause is open.", "child-cause", child.pk)


@require_http_methods(["GET", "POST"])
@chart("etiology.classify")
def classify(request: HttpRequest, child: Child) -> HttpResponse:
    """Class the cause on the evidence of the chart."""
    evidence = queries.evidence(child)
    held = queries.cause(child)
    first: dict[str, Any] = {"seen": held.pk if held else 0}
    if held:
        first |= {"cause": held.cause, "words": held.words, "evidence": held.evidence}
    form = ClassifyForm(request.POST or None, evidence=evidence, initial=first)
    if request.method == "POST" and form.is_valid():
        act = AssignCause(**asking(request), child=child, **form.cleaned_data)
        if attempt(form, act, None):
            return redirect("child-cause", child.pk)
    return render(request, "etiology/classify.html", {"child": child, "form": form, "held": held})


@require_POST
@chart("etiology.treatable")
def answer_treatable(request: HttpRequest, child: Child) -> HttpResponse:
    """Say where a treatable cause stands."""
    form = TreatableForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "child-cause", child.pk)
    act = AnswerTreatable(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The answer is stored.", "child-cause", child.pk)


@require_GET
@chart("etiology.read")
def report(request: HttpRequest, child: Child, pk: int) -> Any:
    """A report file as it came, as an attachment under a plain name."""
    found = queries.report(child, pk)
    if found is None:
        raise Http404
    try:
        opened = open_stored(found.path, folder=FOLDER)
    except InputError:
        raise Http404 from None
    with transaction.atomic():
        site = child.site.code if child.site else ""
        record(
            asking(request)["who"], "etiology.report", f"report:{found.pk}", site=site, detail={"children": [child.pk]}
        )
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif"}
    name = f"report-{found.pk}.{ending.get(found.content_type, 'bin')}"
    answer = FileResponse(opened, as_attachment=True, filename=name, content_type=found.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
