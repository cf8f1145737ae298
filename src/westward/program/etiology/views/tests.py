"""One test: order, counseling, samples, result, talk with the family."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.care.workup import Test
from westward.program.accounts.actions.base import asking
from westward.program.etiology import forms, queries, rules
from westward.program.etiology.actions.counsel import RecordCounseling
from westward.program.etiology.actions.order_test import CancelOrder, OrderTest, RecordExamination
from westward.program.etiology.actions.result import Disclose, RecordResult
from westward.program.etiology.actions.sample import RecordSample, RejectSample, ShipSample
from westward.program.etiology.models import Sample, TestOrder
from westward.program.etiology.views.common import attempt, may, upload
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet

VARIANTS = formset_factory(forms.VariantForm, extra=forms.VARIANT_ROWS, max_num=40)


@require_POST
@chart("etiology.order")
def order_test(request: HttpRequest, child: Child) -> HttpResponse:
    """Order a test."""
    form = forms.OrderForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "child-cause", child.pk)
    act = OrderTest(**asking(request), child=child, **form.cleaned_data)
    return do(request, act, "The test is ordered.", "child-cause", child.pk)


@require_http_methods(["GET", "POST"])
@chart("etiology.result")
def examination(request: HttpRequest, child: Child) -> HttpResponse:
    """What history and examination say of the cause."""
    form = forms.ExaminationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = RecordExamination(**asking(request), child=child, **form.cleaned_data)
        if attempt(form, act, None):
            return redirect("child-cause", child.pk)
    context = {"child": child, "form": form, "title": "Examination", "button": "Store examination"}
    return render(request, "etiology/form.html", context)


@require_http_methods(["GET", "POST"])
@chart("etiology.counsel")
def counseling(request: HttpRequest, child: Child) -> HttpResponse:
    """The talk before genetic tests."""
    form = forms.CounselForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = RecordCounseling(**asking(request), child=child, **form.cleaned_data)
        if attempt(form, act, None):
            return redirect("child-cause", child.pk)
    context = {"child": child, "form": form, "title": "Counseling before genetic tests", "button": "Store talk"}
    return render(request, "etiology/form.html", context)


@require_GET
@chart("etiology.read")
def order(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """One order with its samples, its result and the talk with the family."""
    one = _order(child, pk)
    test = Test(one.test)
    missing = rules.no_consent(queries.talks(child), test, on=timezone.localdate())
    results = list(one.results.all())
    holds = next((result for result in results if result.superseded_by_id is None), None)
    context = {
        "child": child,
        "order": one,
        "genetic": test.genetic,
        "sampled": test not in (Test.MRI, Test.EXAMINATION),
        "may": may(request, child),
        "missing": missing,
        "samples": one.samples.select_related("collected_by"),
        "result": holds,
        "earlier": [result for result in results if result is not holds],
        "sample_form": forms.SampleForm(consent_missing=bool(missing)),
        "ship_form": forms.ShipForm(),
        "reject_form": forms.RejectForm(),
        "reason_form": forms.ReasonForm(),
        "talk_form": forms.TalkForm(),
    }
    return render(request, "etiology/order.html", context)


@require_POST
@chart("etiology.order")
def cancel(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Cancel an order."""
    one, form = _order(child, pk), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "test-order", child.pk, one.pk)
    act = CancelOrder(**asking(request), child=child, order=one, reason=form.cleaned_data["reason"])
    return do(request, act, "The order is canceled.", "child-cause", child.pk)


@require_POST
@chart("etiology.sample")
def sample(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """A sample was collected."""
    one = _order(child, pk)
    missing = rules.no_consent(queries.talks(child), Test(one.test), on=timezone.localdate())
    form = forms.SampleForm(request.POST, consent_missing=bool(missing))
    if not form.is_valid():
        return complain(request, form, "test-order", child.pk, one.pk)
    act = RecordSample(**asking(request), child=child, order=one, **form.cleaned_data)
    return do(request, act, "The sample is recorded.", "test-order", child.pk, one.pk)


@require_POST
@chart("etiology.sample")
def ship(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """A sample left for the laboratory."""
    one, form = _sample(child, pk), forms.ShipForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "test-order", child.pk, one.order_id)
    act = ShipSample(**asking(request), child=child, order=one.order, sample=one, **form.cleaned_data)
    return do(request, act, "The sample is on its way.", "test-order", child.pk, one.order_id)


@require_POST
@chart("etiology.sample")
def reject(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The laboratory cannot use a sample."""
    one, form = _sample(child, pk), forms.RejectForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "test-order", child.pk, one.order_id)
    act = RejectSample(**asking(request), child=child, order=one.order, sample=one, **form.cleaned_data)
    return do(request, act, "The sample is rejected; collect another.", "test-order", child.pk, one.order_id)


@require_http_methods(["GET", "POST"])
@chart("etiology.result")
def result(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The report of the laboratory."""
    one = _order(child, pk)
    test = Test(one.test)
    if test in (Test.MRI, Test.EXAMINATION):
        return redirect("imaging-new" if test is Test.MRI else "cause-examination", child.pk)
    amends = any(r.superseded_by_id is None for r in one.results.all())
    lab = next((s.lab for s in reversed(one.samples.all()) if s.lab), "")
    posted: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = forms.ResultForm(**posted, amends=amends, genetic=test.genetic, initial={"lab": lab})
    variants = VARIANTS(request.POST or None, prefix="variant") if test.genetic else None
    analytes = (
        forms.AnalytesForm(request.POST or None, prefix="analyte", sheet=sheet("workup"))
        if test is Test.METABOLIC
        else None
    )
    checked = [part.is_valid() for part in (form, variants, analytes) if part is not None]
    if request.method == "POST" and all(checked):
        stored = upload(form)
        if form.is_valid():
            rows = [row for part in variants for row in [part.row()] if row] if variants is not None else []
            data = {name: value for name, value in form.cleaned_data.items() if name != "file"}
            act = RecordResult(
                **asking(request),
                child=child,
                order=one,
                variants=rows,
                analytes=analytes.rows() if analytes is not None else (),
                report=stored,
                **data,
            )
            if attempt(form, act, stored):
                return redirect("test-order", child.pk, one.pk)
    context = {"child": child, "order": one, "form": form, "variants": variants, "analytes": analytes}
    return render(request, "etiology/result.html", context)


@require_POST
@chart("etiology.disclose")
def disclose(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The family was told."""
    one, form = _order(child, pk), forms.TalkForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "test-order", child.pk, one.pk)
    act = Disclose(**asking(request), child=child, order=one, **form.cleaned_data)
    return do(request, act, "The talk is recorded.", "test-order", child.pk, one.pk)


def _order(child: Child, pk: int) -> TestOrder:
    found = queries.order(child, pk)
    if found is None:
        raise Http404
    return found


def _sample(child: Child, pk: int) -> Sample:
    found = Sample.objects.select_related("order__child__site").filter(pk=pk, order__child=child).first()
    if found is None:
        raise Http404
    return found
