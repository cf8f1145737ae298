"""Imaging: record an examination, withdraw one."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.etiology import forms
from westward.program.etiology.actions.imaging import RecordImaging, WithdrawImaging
from westward.program.etiology.views.common import attempt, upload
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.shell.doing import complain, do
from westward.program.shell.values import sheet

FINDINGS = formset_factory(forms.FindingForm, extra=forms.FINDING_ROWS, max_num=40)


@require_http_methods(["GET", "POST"])
@chart("etiology.imaging")
def new(request: HttpRequest, child: Child) -> HttpResponse:
    """Record an examination with its findings and its report."""
    posted: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = forms.ImagingForm(**posted)
    findings = FINDINGS(request.POST or None, prefix="finding")
    if request.method == "POST" and form.is_valid() and findings.is_valid():
        stored = upload(form)
        if form.is_valid():
            rows = [row for part in findings for row in [part.row()] if row]
            data = {name: value for name, value in form.cleaned_data.items() if name != "file"}
            act = RecordImaging(**asking(request), child=child, findings=rows, report=stored, **data)
            if attempt(form, act, stored):
                return redirect("child-cause", child.pk)
    sequences = sheet("workup")["mri.sequences"]
    context = {"child": child, "form": form, "findings": findings, "sequences": sequences}
    return render(request, "etiology/imaging.html", context)


@require_POST
@chart("etiology.imaging")
def withdraw(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Take an examination back that was recorded in error."""
    found = child.imagings.filter(pk=pk).first()
    if found is None:
        raise Http404
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "child-cause", child.pk)
    act = WithdrawImaging(**asking(request), child=child, imaging=found, reason=form.cleaned_data["reason"])
    return do(request, act, "The examination is withdrawn.", "child-cause", child.pk)
