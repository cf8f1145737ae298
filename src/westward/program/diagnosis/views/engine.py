"""What the engine made: shown after a read is stored, its report in a sandbox; and the raw recording."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.audit.record import REFUSED, record
from westward.program.diagnosis import ages, files, sight
from westward.program.diagnosis.actions.read import SeeEngine
from westward.program.diagnosis.models import EngineResult, Study
from westward.program.diagnosis.standing import in_force
from westward.program.diagnosis.views.base import do, on_chart, one_study
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.shell.streaming import stream

FRAME_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The report is a page of its own with inline styles: no script, no form, no link out, an origin of its own."""


@require_POST
@chart("diagnosis.see_engine")
@on_chart
def see(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Show the engine's result to this reader, with the moment."""
    found = one_study(child, pk)
    do(request, lambda: SeeEngine(**asking(request), child=child, study=found), "")
    return redirect("eeg-study", child.pk, pk)


@require_GET
@chart("diagnosis.report")
@on_chart
def report(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The frame around the engine's report."""
    found, result = one_study(child, pk), _result(request, child, pk)
    user: Any = request.user
    seen = sight.of(found, user)
    reads = list(found.reads.select_related("reader")) if seen.reads else []
    context = {
        "child": child,
        "study": found,
        "result": result,
        "in_force": in_force(reads),
        "regraded": ages.of_result(result, found),
    }
    return render(request, "diagnosis/report.html", context)


@require_GET
@xframe_options_sameorigin
@chart("diagnosis.report")
@on_chart
def frame(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The report itself."""
    path = files.root() / _result(request, child, pk).bundle / "report.html"
    try:
        body = path.read_bytes()
    except OSError:
        raise Http404 from None
    answer = HttpResponse(body, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    return answer


@require_GET
@chart("diagnosis.download")
@on_chart
def raw(request: HttpRequest, child: Child, pk: int) -> Any:
    """The recording as it came; of a set its files one after the other are asked for by number."""
    found = one_study(child, pk)
    folder = files.root() / found.recording.folder
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    asked = request.GET.get("part", "")
    name = (
        names[int(asked)] if asked.isdecimal() and len(asked) < 5 and int(asked) < len(names) else found.recording.main
    )
    path = folder / name
    if not path.is_file():
        raise Http404
    with transaction.atomic():
        record(
            asking(request)["who"], "diagnosis.download", found.recording.audit_id,
            site=child.site.code if child.site else "", detail={"children": [child.pk]},
        )  # fmt: skip
    shown = found.recording.original_name if found.recording.n_files == 1 else name
    answer = stream(request, path, range(path.stat().st_size), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, shown) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _result(request: HttpRequest, child: Child, pk: int) -> EngineResult:
    """The result, or a refusal that is audited."""
    found: Study = one_study(child, pk)
    user: Any = request.user
    result = sight.result(found, user, sight.of(found, user))
    if result is None:
        with transaction.atomic():
            record(asking(request)["who"], "diagnosis.report", found.audit_id, outcome=REFUSED)
        raise PermissionDenied
    return result
