"""Lists over all children: the reading queue, the technologist's room, recordings on no chart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows, sites
from westward.program.audit.record import DONE, REFUSED, record, record_list
from westward.program.diagnosis import forms, inbox, pointing, queries, sight
from westward.program.diagnosis.actions.attach import AttachRecording, RejectRecording
from westward.program.diagnosis.choices import OrderState, RecordingState, StudyState
from westward.program.diagnosis.models import Recording
from westward.program.diagnosis.studies import compare
from westward.program.diagnosis.views.base import do, wrong
from westward.program.people.policies import subject


@require_GET
@needs("diagnosis.queue")
def queue(request: HttpRequest) -> HttpResponse:
    """Studies that wait for a read."""
    user: Any = request.user
    mine = request.GET.get("of") == "me"
    waiting = queries.reading_queue(user, mine=mine)
    ids = [one.study.audit_id for one in waiting]
    record_list(asking(request)["who"], "diagnosis.queue", ids, chosen={"mine": mine})
    context = {"waiting": waiting, "mine": mine, "now": timezone.now(), "stopped": queries.stopped(user).count()}
    return render(request, "diagnosis/queue.html", context)


@require_GET
@needs("diagnosis.room")
def room(request: HttpRequest) -> HttpResponse:
    """Orders to record, and recorded ones that lack their sheet or their file."""
    user: Any = request.user
    orders = queries.room(user)
    hidden = sight.orders_hidden(orders, user)
    orders = [one for one in orders if one.pk not in hidden]
    booked = queries.booked([one.child_id for one in orders])
    for one in orders:
        one.booked = booked.get(one.child_id) if one.state == OrderState.OPEN else None  # type: ignore[attr-defined]
    record_list(asking(request)["who"], "diagnosis.room", [one.audit_id for one in orders])
    return render(request, "diagnosis/room.html", {"orders": orders})


@require_GET
@needs("diagnosis.unassigned")
def unassigned(request: HttpRequest) -> HttpResponse:
    """Recordings on no chart, and studies that were stopped."""
    user: Any = request.user
    recordings, stopped = list(queries.unassigned(user)), list(queries.stopped(user))
    ids = [*(one.audit_id for one in recordings), *(one.audit_id for one in stopped)]
    record_list(asking(request)["who"], "diagnosis.unassigned", ids)
    waiting = [one for one in recordings if one.state == RecordingState.UNASSIGNED]
    rejected = [one for one in recordings if one.state == RecordingState.REJECTED]
    _point(waiting, user)
    context = {"waiting": waiting, "rejected": rejected, "stopped": stopped, "left": inbox.left()}
    return render(request, "diagnosis/unassigned.html", context)


@require_GET
@needs("diagnosis.unassigned")
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """One recording on no chart; with a chart named it is compared before it is attached."""
    found = _recording(request, pk, done=True)
    if found is None:
        return redirect("eeg-unassigned")
    _point([found], request.user)
    context = {"recording": found, "form": forms.AttachForm(), "reject": forms.ReasonForm(auto_id="reject_%s")}
    return render(request, "diagnosis/recording.html", context)


def _point(recordings: list[Recording], user: Any) -> None:
    """Say of each which charts its file points to: those somebody may open, and how many more there are."""
    within, found = sites(user, "people.read"), pointing.charts_of(recordings)
    for one in recordings:
        charts = found.get(one.pk, []) if one.state == RecordingState.UNASSIGNED else []
        one.near = [child for child in charts if within is None or child.site_id in within]  # type: ignore[attr-defined]
        one.far = len(charts) - len(one.near)  # type: ignore[attr-defined]


@require_POST
@needs("diagnosis.unassigned")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare with the chart that is named; attach when that was seen."""
    found, form = _recording(request, pk), forms.AttachForm(request.POST)
    if found is None:
        return redirect("eeg-unassigned")
    if not form.is_valid():
        wrong(request, form)
        return redirect("eeg-recording", pk)
    user: Any = request.user
    child = form.child()
    if child is None or not allows(user, "diagnosis.attach", subject(child)):
        messages.error(request, "No chart that you may open, or more than one, has this pseudonym or record number.")
        return redirect("eeg-recording", pk)
    if request.POST.get("sure") != str(child.pk):
        with transaction.atomic():
            record(asking(request)["who"], "diagnosis.read", child.audit_id, site=child.site.code if child.site else "")
        compared = compare(child, found, expected=form.cleaned_data["recorded_on"])
        near, far = queries.meant(compared.others, user)
        context = {
            "recording": found, "form": form, "child": child, "compared": compared, "near": near, "far": far,
        }  # fmt: skip
        return render(request, "diagnosis/recording.html", context)
    day, seen = form.cleaned_data["recorded_on"], request.POST.get("seen", "")
    study = do(
        request,
        lambda: AttachRecording(**asking(request), child=child, recording=found, recorded_on=day, seen=seen),
        "",
    )
    if study is None:
        return redirect("eeg-recording", pk)
    if study.state == StudyState.STOPPED:
        messages.warning(request, "Attached and stopped: say whose it is before it is analyzed.")
    else:
        messages.success(request, "The recording is attached.")
    return redirect("eeg-study", child.pk, study.pk)


@require_POST
@needs("diagnosis.reject")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """It belongs to nobody here."""
    found, form = _recording(request, pk), forms.ReasonForm(request.POST)
    if found is None:
        return redirect("eeg-unassigned")
    if form.is_valid():
        do(
            request,
            lambda: RejectRecording(**asking(request), recording=found, **form.cleaned_data),
            "The recording is rejected and kept.",
        )
    else:
        wrong(request, form)
    return redirect("eeg-unassigned")


def _recording(request: HttpRequest, pk: int, *, done: bool = False) -> Recording | None:
    """A recording that is on no chart and that somebody may see; each look is one row.

    None, with one line for the person, if somebody put it on a chart meanwhile.
    """
    user: Any = request.user
    found = Recording.objects.filter(pk=pk).select_related("site").first()
    within = sites(user, "diagnosis.unassigned")
    if found is None or (found.state == RecordingState.ATTACHED and within is not None and found.site_id not in within):
        raise Http404
    if found.state == RecordingState.ATTACHED:
        messages.error(request, "This recording is on a chart already; nothing was changed.")
        return None
    allowed = queries.unassigned(user).filter(pk=pk).exists()
    if done or not allowed:
        with transaction.atomic():
            record(asking(request)["who"], "diagnosis.unassigned", found.audit_id, outcome=DONE if allowed else REFUSED)
    if not allowed:
        raise PermissionDenied
    return found
