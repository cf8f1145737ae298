"""Tab EEG of a chart: orders, sheets, studies, EEGs from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.core.errors import InputError
from westward.program.accounts.actions.base import asking
from westward.program.diagnosis import ages, forms, queries, receiving, sight
from westward.program.diagnosis.actions.attach import AttachUpload
from westward.program.diagnosis.actions.order import CancelOrder, MarkDone, OrderEeg
from westward.program.diagnosis.actions.outside import CloseOutside, OutsideArrived, RequestOutside
from westward.program.diagnosis.actions.sheet import WriteSheet
from westward.program.diagnosis.choices import Missing, OrderState, OutsideState, StudyState
from westward.program.diagnosis.inspecting import inspect
from westward.program.diagnosis.models import EegOrder, OutsideEeg, Study, TechnologistSheet
from westward.program.diagnosis.receiving import RecordingHandler
from westward.program.diagnosis.standing import in_force
from westward.program.diagnosis.views.base import do, may, sentence, wrong
from westward.program.people.access import chart
from westward.program.people.models import Child

BOTH = ["GET", "HEAD", "POST"]


@require_GET
@chart("diagnosis.read")
def eeg(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything of the EEG on one page; no figure of the engine stands here."""
    written = TechnologistSheet.objects.filter(replaced_by=None).select_related("written_by")
    orders = list(
        queries.orders(child).prefetch_related(
            Prefetch("studies", queryset=Study.objects.on_charts(), to_attr="attached"),
            Prefetch("sheets", queryset=written, to_attr="current"),
        )
    )
    studies = list(queries.studies(child).prefetch_related("reads__reader", "analyses"))
    seen = sight.of_all([one.pk for one in studies], asking(request)["user"])
    told = sight.orders_told(orders, studies, seen)
    studies = _told(request, studies, seen)
    outside = list(child.outside_eegs.select_related("recording"))
    for one in outside:
        one.lacks = [Missing(code).label for code in one.missing]  # type: ignore[attr-defined]
        one.ask = ask_text(child, one) if one.state == OutsideState.EXPORT else ""  # type: ignore[attr-defined]
    return render(
        request,
        "diagnosis/eeg.html",
        {
            "child": child,
            "open": [one for one in told if one.state == OrderState.OPEN],
            "closed": [one for one in told if one.state != OrderState.OPEN],
            "studies": studies,
            "booked": queries.booked([child.pk]).get(child.pk),
            "outside": outside,
            "reason_form": forms.ReasonForm(auto_id=False),
            "done_form": forms.DoneForm(auto_id=False),
            "can": may(request, child, "order", "cancel_order", "mark_done", "write_sheet", "attach", "outside"),
        },
    )


def _told(request: HttpRequest, studies: list[Study], seen: Mapping[int, sight.Sight]) -> list[Study]:
    user: Any = request.user
    for one in studies:
        reads = [read for read in one.reads.all() if seen[one.pk].reads or read.reader_id == user.pk]
        one.read = in_force(reads) or (reads[-1] if reads else None)  # type: ignore[attr-defined]
        one.corrected = ages.of_read(one.read, one) if one.read else None  # type: ignore[attr-defined]
        one.blind = seen[one.pk].blind  # type: ignore[attr-defined]
        one.running = next(iter(one.analyses.all()), None)  # type: ignore[attr-defined]
    return studies


@require_http_methods(BOTH)
@chart("diagnosis.order")
def order(request: HttpRequest, child: Child) -> HttpResponse:
    """Order a video-EEG."""
    form = forms.OrderForm(request.POST if request.method == "POST" else None, readers=queries.readers(child))
    if form.is_valid() and do(
        request, lambda: OrderEeg(**asking(request), child=child, **form.cleaned_data), "The EEG is ordered."
    ):
        return redirect("child-eeg", child.pk)
    title, button = "Order a video-EEG", "Order EEG"
    return render(request, "diagnosis/form.html", {"child": child, "form": form, "title": title, "button": button})


@require_POST
@chart("diagnosis.cancel_order")
def cancel(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Cancel an order."""
    form = forms.ReasonForm(request.POST)
    found = _order(request, child, pk)
    if form.is_valid():
        do(
            request,
            lambda: CancelOrder(**asking(request), child=child, order=found, **form.cleaned_data),
            "The order is canceled.",
        )
    else:
        wrong(request, form)
    return redirect("child-eeg", child.pk)


@require_POST
@chart("diagnosis.mark_done")
def mark_done(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Say that an order was recorded."""
    form = forms.DoneForm(request.POST)
    found = _order(request, child, pk)
    if form.is_valid():
        do(
            request,
            lambda: MarkDone(**asking(request), child=child, order=found, **form.cleaned_data),
            "The order is marked as recorded.",
        )
    else:
        wrong(request, form)
    return redirect("child-eeg", child.pk)


@require_http_methods(BOTH)
@chart("diagnosis.write_sheet")
def sheet(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The technologist's sheet of an order; opened again it holds what was written last."""
    found = _order(request, child, pk)
    last = found.sheets.filter(replaced_by=None).first()
    form = forms.SheetForm(request.POST if request.method == "POST" else None, initial=_sheet_initial(last))
    if form.is_valid():
        said = dict(form.cleaned_data)
        said["impedances_kohm"] = said.pop("impedances")
        if do(request, lambda: WriteSheet(**asking(request), child=child, order=found, **said), "The sheet is stored."):
            return redirect("child-eeg", child.pk)
    return render(request, "diagnosis/sheet.html", {"child": child, "form": form, "order": found, "last": last})


def _sheet_initial(last: Any) -> dict[str, Any]:
    if last is None:
        return {}
    values = {name: getattr(last, name) for name in forms.SheetForm.base_fields if hasattr(last, name)}
    values["impedances"] = ", ".join(f"{name} {kohm}" for name, kohm in last.impedances_kohm.items())
    return values


@csrf_exempt
def upload(request: HttpRequest, key: int) -> HttpResponse:
    """Upload a recording: its files go to their place while they come; the token is checked after that is arranged."""
    handler = receiving.listen(request)
    try:
        answer: HttpResponse = _upload(request, key, handler=handler)
    finally:
        handler.abandon()
    return answer


@require_http_methods(BOTH)
@chart("diagnosis.attach")
@csrf_protect
def _upload(request: HttpRequest, child: Child, handler: RecordingHandler) -> HttpResponse:
    orders = queries.lacking(child)
    hidden = sight.orders_hidden(orders, asking(request)["user"])
    orders = [one for one in orders if one.pk not in hidden]
    form = forms.UploadForm(request.POST if request.method == "POST" else None, orders=orders)
    if request.method == "POST" and form.is_valid():
        try:
            came = receiving.arrival(request, handler)
        except InputError as error:
            messages.error(request, sentence(str(error)))
        else:
            chosen = next((one for one in orders if str(one.pk) == form.cleaned_data["order"]), None)
            day = form.cleaned_data["recorded_on"]
            study = do(
                request,
                lambda: AttachUpload(
                    **asking(request), child=child, arrival=came, inspected=inspect(came.path),
                    order=chosen, recorded_on=day,
                ),
                "",
            )  # fmt: skip
            if study is not None:
                _tell_attached(request, study)
                return redirect("eeg-study", child.pk, study.pk)
    elif request.method == "POST":
        wrong(request, form)
    return render(request, "diagnosis/upload.html", {"child": child, "form": form, "orders": orders})


def _tell_attached(request: HttpRequest, study: Study) -> None:
    if study.state == StudyState.STOPPED:
        messages.warning(request, "The recording is stored and stopped: say whose it is before it is analyzed.")
    elif study.state == StudyState.NO_AGE:
        messages.warning(request, "The recording is stored. The file holds no date: give the day it was recorded.")
    else:
        messages.success(request, "The recording is stored and waits for its analysis.")


@require_http_methods(BOTH)
@chart("diagnosis.outside")
def outside(request: HttpRequest, child: Child) -> HttpResponse:
    """Enter an EEG from elsewhere."""
    form = forms.OutsideForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and do(
        request, lambda: RequestOutside(**asking(request), child=child, **form.cleaned_data), "The EEG is asked for."
    ):
        return redirect("child-eeg", child.pk)
    title, button = "An EEG recorded elsewhere", "Ask for it"
    return render(request, "diagnosis/form.html", {"child": child, "form": form, "title": title, "button": button})


@csrf_exempt
def outside_arrived(request: HttpRequest, key: int, pk: int) -> HttpResponse:
    """It came; files go to their place while they come."""
    handler = receiving.listen(request)
    try:
        answer: HttpResponse = _arrived(request, key, pk=pk, handler=handler)
    finally:
        handler.abandon()
    return answer


@require_http_methods(BOTH)
@chart("diagnosis.outside")
@csrf_protect
def _arrived(request: HttpRequest, child: Child, pk: int, handler: RecordingHandler) -> HttpResponse:
    found = _outside(child, pk)
    form = forms.OutsideArrivedForm(
        request.POST if request.method == "POST" else None, initial={"missing": found.missing}
    )
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("arrived_on", "missing", "words")}
        try:
            came = receiving.arrival(request, handler) if request.FILES or handler.problem else None
        except InputError as error:
            messages.error(request, sentence(str(error)))
        else:
            looked = inspect(came.path) if came else None
            done = do(
                request,
                lambda: OutsideArrived(
                    **asking(request), child=child, outside=found, arrival=came, inspected=looked, **said
                ),
                "What came is stored.",
            )
            if done is not None:
                return redirect("child-eeg", child.pk)
    elif request.method == "POST":
        wrong(request, form)
    return render(request, "diagnosis/arrived.html", {"child": child, "form": form, "outside": found})


@require_POST
@chart("diagnosis.outside")
def outside_close(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Nothing more is waited for."""
    found = _outside(child, pk)
    do(request, lambda: CloseOutside(**asking(request), child=child, outside=found), "The outside EEG is closed.")
    return redirect(reverse("child-eeg", args=[child.pk]))


def ask_text(child: Child, one: OutsideEeg) -> str:
    """A text ready to send: what to export; no name in it, the sender adds whom it is about."""
    lacks = "; ".join(Missing(code).label.lower() for code in one.missing) or "a file that can be read"
    when = f" of {one.recorded_on.isoformat()}" if one.recorded_on else ""
    return (
        f"Request for an export of the video-EEG{when} recorded at {one.place}.\n\n"
        f"What we have lacks: {lacks}.\n\n"
        "Please export from the recorder's own software:\n"
        "1. the whole EEG as EDF+ (or BDF+), not filtered, in the recording reference, with all channels "
        "(EEG, EOG, ECG, limb EMG) at the rate of the recorder;\n"
        "2. annotations and push-buttons, inside the EDF+ or as a text file;\n"
        "3. the video with its clock, as MP4 or as recorded;\n"
        "4. the written report, and montage and electrode list if they are not the usual ones.\n\n"
        "Send it by the secure way you use for patient files; do not send it by plain e-mail."
    )


def _order(request: HttpRequest, child: Child, pk: int) -> EegOrder:
    found = queries.orders(child).filter(pk=pk).first()
    if found is None:
        raise Http404
    if sight.orders_hidden([found], asking(request)["user"]) and not found.studies.on_charts().exists():
        raise Http404
    return found


def _outside(child: Child, pk: int) -> OutsideEeg:
    found = child.outside_eegs.select_related("recording").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
