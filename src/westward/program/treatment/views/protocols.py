"""The shelf of protocols: every step with status and source, who approved which version."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from westward.evidence import shelf
from westward.evidence.protocol import Basis, Step
from westward.interchange.plan_definition import plan_definition
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.shell.doing import do
from westward.program.treatment import queries, wording
from westward.program.treatment.actions.approve import ApproveProtocol
from westward.program.treatment.actions.review_words import ReviewWords


@require_GET
@needs("treatment.protocols")
def protocols(request: HttpRequest) -> HttpResponse:
    """All of them."""
    translations = [
        {"code": code, "name": wording.words(code)["language"], "reviewed": queries.reviewed(code)}
        for code in wording.LANGUAGES
        if code != wording.ORIGINAL
    ]
    context = {"shelf": queries.all_shelved(), "translations": translations}
    return render(request, "treatment/protocols.html", context)


@require_GET
@needs("treatment.protocols")
def protocol(request: HttpRequest, name: str) -> HttpResponse:
    """One, step by step."""
    if name not in shelf.names():
        raise Http404
    one = queries.shelved(name)
    courses = [
        (course, [(step, _rate(step, str(course.unit))) for step in course.steps]) for course in one.protocol.courses
    ]
    user = asking(request)["user"]
    mine = any(approval.by_id == user.pk for approval in one.approvals)
    may = allows(user, "treatment.approve") and not mine and not one.protocol.empty
    return render(request, "treatment/protocol.html", {"one": one, "courses": courses, "may_approve": may})


@require_GET
@needs("treatment.protocols")
def fhir(request: HttpRequest, name: str) -> HttpResponse:
    """This version as a FHIR R4 PlanDefinition, with the values of this site."""
    if name not in shelf.names():
        raise Http404
    one = queries.shelved(name)
    answer = JsonResponse(plan_definition(one.protocol, approved=one.approved), json_dumps_params={"indent": 1})
    answer["Content-Type"] = "application/fhir+json"
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


def _rate(step: Step, unit: str) -> str:
    """The rate in the large unit, as the source gives it."""
    if step.share is not None:
        return f"{step.share} of the first dose"
    if step.rate is None:
        return ""
    large = f"{float(step.rate / 1000):g} {'mg' if unit == 'ug' else 'U'}"
    per = {Basis.FIXED: "a dose", Basis.WEIGHT: "per kg and day", Basis.AREA: "per m² and dose"}
    cap = f", at most {step.max_day / 1000:g} a day" if step.max_day else ""
    return f"{large} {per[step.basis]}{cap}"


@require_POST
@needs("treatment.protocols")
def approve(request: HttpRequest, name: str) -> HttpResponse:
    """Sign this version."""
    act = ApproveProtocol(
        **asking(request), protocol=name, digest=request.POST.get("digest", ""), note=request.POST.get("note", "")
    )
    return do(request, act, "Your name stands under this version.", "protocol", name)


@require_POST
@needs("treatment.protocols")
def review(request: HttpRequest, language: str) -> HttpResponse:
    """Review a translation."""
    act = ReviewWords(**asking(request), language=language, digest=request.POST.get("digest", ""))
    return do(request, act, "The translation is reviewed.", "protocols")


@require_GET
@needs("treatment.protocols")
def translation(request: HttpRequest, language: str) -> HttpResponse:
    """Every word of a translation beside the original."""
    if language not in wording.LANGUAGES or language == wording.ORIGINAL:
        raise Http404
    original, translated = wording.words(wording.ORIGINAL), wording.words(language)
    rows = list(_pairs(original, translated))
    context = {
        "rows": rows,
        "code": language,
        "name": translated["language"],
        "digest": wording.digest(language),
        "reviewed": queries.reviewed(language),
        "may_approve": allows(asking(request)["user"], "treatment.approve"),
    }
    return render(request, "treatment/translation.html", context)


def _pairs(original: dict[str, object], translated: dict[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in original.items():
        other = translated.get(key, "")
        if isinstance(value, dict) and isinstance(other, dict):
            found.extend(_pairs(value, other))
        elif isinstance(value, list) and isinstance(other, list):
            found.append((", ".join(map(str, value)), ", ".join(map(str, other))))
        else:
            found.append((str(value), str(other)))
    return found
