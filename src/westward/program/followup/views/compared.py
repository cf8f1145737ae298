"""The engine's comparison of two studies, whole, in a sandbox; for whoever may see both results."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from westward.core.errors import WestwardError
from westward.program.accounts.actions.base import asking
from westward.program.audit.record import REFUSED, record
from westward.program.diagnosis import sight
from westward.program.diagnosis.models import EngineResult, Study
from westward.program.diagnosis.views.engine import FRAME_POLICY
from westward.program.followup import compared
from westward.program.people.access import chart
from westward.program.people.models import Child


def _both(request: HttpRequest, child: Child, before: int, after: int) -> tuple[Study, Study]:
    mine = Study.objects.sure().filter(child=child).select_related("child__site")
    return get_object_or_404(mine, pk=before), get_object_or_404(mine, pk=after)


def _results(request: HttpRequest, studies: tuple[Study, Study]) -> tuple[EngineResult, EngineResult]:
    """Both results, or a refusal that is audited."""
    user: Any = request.user
    found = tuple(sight.result(one, user, sight.of(one, user)) for one in studies)
    if found[0] is None or found[1] is None:
        with transaction.atomic():
            hidden = studies[0] if found[0] is None else studies[1]
            record(asking(request)["who"], "diagnosis.report", hidden.audit_id, outcome=REFUSED)
        raise PermissionDenied
    return found[0], found[1]


@require_GET
@chart("diagnosis.report")
def whole(request: HttpRequest, child: Child, before: int, after: int) -> HttpResponse:
    """The frame around it."""
    studies = _both(request, child, before, after)
    _results(request, studies)
    return render(request, "followup/compared.html", {"child": child, "before": studies[0], "after": studies[1]})


@require_GET
@xframe_options_sameorigin
@chart("diagnosis.report")
def frame(request: HttpRequest, child: Child, before: int, after: int) -> HttpResponse:
    """The comparison itself; made now if the worker has not made it yet."""
    results = _results(request, _both(request, child, before, after))
    try:
        body = compared.page(*results)
    except WestwardError as error:
        return HttpResponse(f"These two cannot be compared: {error}", content_type="text/plain; charset=utf-8")
    except OSError:
        raise Http404 from None
    answer = HttpResponse(body, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    return answer
