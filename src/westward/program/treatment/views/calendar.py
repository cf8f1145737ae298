"""The family's calendar: page, PDF, iCalendar; each print is logged with the number of its plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.people.access import chart
from westward.program.people.models import Child
from westward.program.shell import pdf
from westward.program.treatment import family_pdf
from westward.program.treatment.actions.dispense import PrintCalendar, TakeOffPhone, unfit
from westward.program.treatment.family import family_calendar
from westward.program.treatment.icalendar_file import ended, icalendar
from westward.program.treatment.models import Run
from westward.program.treatment.queries import plan_in_force, reviewed
from westward.program.treatment.wording import LANGUAGES, words


def _run(child: Child, run: int) -> Run:
    return get_object_or_404(Run.objects.select_related("child", "child__site"), pk=run, child=child)


def _refused(request: HttpRequest, child: Child, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("child-treatment", child.pk)


def _asked(child: Child, run: int, language: str) -> tuple[Run, Any]:
    if language not in LANGUAGES or not reviewed(language):
        raise Http404
    one = get_object_or_404(Run, pk=run, child=child)
    plan = plan_in_force(one)
    if plan is None:
        raise Http404
    return one, plan


@require_GET
@chart("treatment.read")
def family(request: HttpRequest, child: Child, run: int, language: str) -> HttpResponse:
    """The calendar as the family gets it, ready to print; none while its days will move or its bottle is wrong."""
    one, plan = _asked(child, run, language)
    today = timezone.localdate()
    context = {"child": child, "run": one, "plan": plan, "language": language}
    wrong = None if plan.moved else unfit(plan, today=today)
    if plan.moved or wrong is not None:
        said = words(language)
        context |= {"words": said, "wrong": wrong, "told": said["moved"] if wrong is None else said["why"][wrong.kind]}
        return render(request, "treatment/family_moved.html", context, status=409)
    context |= {
        "made": family_calendar(plan, language=language, today=today),
        "languages": [(code, words(code)["language"]) for code in LANGUAGES if code != language and reviewed(code)],
        "complete": plan.in_milliliters(today),
        "pdf": pdf.available(),
        "unrecorded": one.first_dose_at is None and one.start < today,
    }
    return render(request, "treatment/family.html", context)


@require_POST
@chart("treatment.read")
def printed(request: HttpRequest, child: Child, run: int, language: str) -> HttpResponse:
    """Log the print, then show the page that prints."""
    one = _run(child, run)
    try:
        PrintCalendar(**asking(request), run=one, language=language).execute()
    except (InvalidActError, NotAllowedError) as error:
        return _refused(request, child, str(error))
    messages.success(request, "The print is logged. Print this page now.")
    return redirect("family-calendar", child.pk, run, language)


@require_POST
@chart("treatment.read")
def paper(request: HttpRequest, child: Child, run: int, language: str, size: str) -> HttpResponse:
    """The calendar as PDF, logged as a print."""
    if size not in pdf.PAPERS:
        raise Http404
    one = _run(child, run)
    if not pdf.available():
        return _refused(request, child, pdf.MISSING)
    try:
        made = PrintCalendar(**asking(request), run=one, language=language).execute()
    except (InvalidActError, NotAllowedError) as error:
        return _refused(request, child, str(error))
    answer = HttpResponse(
        family_pdf.render(request, made.plan, language=language, paper=size), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'attachment; filename="calendar-{made.plan.number}.pdf"'
    return answer


@require_POST
@chart("treatment.read")
def ics(request: HttpRequest, child: Child, run: int, language: str) -> HttpResponse:
    """The calendar for the family's phone, logged as a print; of an ended treatment, what takes it off the phone."""
    one = _run(child, run)
    try:
        if not one.open:
            TakeOffPhone(**asking(request), run=one, language=language).execute()
            return _file(ended(one, language=language), "calendar-ended.ics")
        made = PrintCalendar(**asking(request), run=one, language=language, medium="phone").execute()
    except (InvalidActError, NotAllowedError) as error:
        return _refused(request, child, str(error))
    return _file(icalendar(made.plan, language=language), f"calendar-{made.plan.number}.ics")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
