"""The family's calendar as PDF: large type, black and white safe, the number of its plan at the foot of every page."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from westward.look import tokens
from westward.program.shell import pdf
from westward.program.treatment.family import family_calendar
from westward.program.treatment.models import Plan


def lay_out(request: HttpRequest, plan: Plan, *, language: str, paper: str) -> Any:
    """Its pages; the request knows the numbers to call."""
    made = family_calendar(plan, language=language, today=timezone.localdate())
    context = {"child": plan.run.child, "plan": plan, "made": made, "language": language}
    html = render_to_string("treatment/family_pdf.html", context, request)
    return pdf.lay_out(html, css=_stylesheet(), paper=paper)


def render(request: HttpRequest, plan: Plan, *, language: str, paper: str) -> bytes:
    """The file; whether it may be handed out is for :class:`PrintCalendar` to say."""
    return bytes(lay_out(request, plan, language=language, paper=paper).write_pdf())


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    own = files("westward.program.treatment").joinpath("static", "westward", "family_paper.css").read_text("utf-8")
    return f"{tokens.stylesheet()}\n{own}"
