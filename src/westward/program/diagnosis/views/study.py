"""One study: identity, progress, reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts.actions.base import asking
from westward.program.diagnosis import ages, forms, queries, sight, standing
from westward.program.diagnosis.actions.analysis import AskAnalysis
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import AmendRead, ChangeRead, ConfirmRead, SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead, GiveUpSecondRead, OwnStudy
from westward.program.diagnosis.actions.take_over import HandOverRead, TakeOverRead, marked, may_be_taken_over
from westward.program.diagnosis.choices import ReadSide, Resolution, StudyState
from westward.program.diagnosis.models import Read
from westward.program.diagnosis.rules.reading import FIELDS, ICTAL, INTERICTAL, ITEMS, SIDES
from westward.program.diagnosis.standing import in_force
from westward.program.diagnosis.views.base import do, may, on_chart, one_study, wrong
from westward.program.people.access import chart
from westward.program.people.models import Child

BOTH = ["GET", "HEAD", "POST"]
VERBS = ("resolve_identity", "analyze", "download", "own_study", "store_read", "see_engine", "sign_read", "ask_second")
RUNNING = frozenset({StudyState.WAITING, StudyState.ANALYZING})


@require_GET
@chart("diagnosis.read")
@on_chart
def study(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """The study with what this viewer may see of it."""
    found, user = one_study(child, pk), _user(request)
    seen = sight.of(found, user)
    reads = list(found.reads.select_related("reader", "takes_over__reader", "handover"))
    own = [read for read in reads if read.reader_id == user.pk]
    shown = [read for read in reads if seen.reads or read.reader_id == user.pk]
    result = sight.result(found, user, seen)
    for read in reads:
        read.corrected = ages.of_read(read, found)  # type: ignore[attr-defined]
    can = may(request, child, *VERBS)
    to_confirm = standing.to_confirm(reads, found)
    readers = queries.readers(child) if can["ask_second"] or can["own_study"] else []
    near, far = queries.meant(found.identity.get("others", ()), user)
    context = {
        "child": child,
        "study": found,
        "near": near,
        "far": far,
        "analysis": queries.last_analysis(found),
        "running": found.state in RUNNING,
        "can": can,
        "own": own[-1] if own else None,
        "rows": side_by_side(_newest(shown), result),
        "reads": _newest(shown),
        "versions": shown,
        "hidden": not seen.reads and len(shown) < len(reads),
        "in_force": in_force(shown),
        "result": result,
        "regraded": ages.of_result(result, found),
        "disagree": result is not None
        and result.score is not None
        and any(read.based is not None and read.based != result.score for read in _newest(shown)),
        "unseen": seen.engine is False,
        "to_see": seen.engine and result is None and found.results.exists(),
        "sight": seen,
        "to_take": to_confirm
        if to_confirm is not None and can["store_read"] and may_be_taken_over(to_confirm, found, by=user)
        else None,
        "to_hand": to_confirm is not None and to_confirm.reader_id == user.pk and not hasattr(to_confirm, "handover"),
        "resolutions": found.resolutions.select_related("resolved_by", "other"),
        "identity_form": forms.IdentityForm(),
        "again_form": forms.AgainForm(),
        "reader_form": forms.PersonForm(readers=readers),
        "asked": found.second_reads.select_related("reader"),
        "duration_min": round((found.recording.duration_s or 0) / 60),
    }
    return render(request, "diagnosis/study.html", context)


def side_by_side(reads: list[Read], result: Any) -> list[tuple[str, list[str], str]]:
    """Rows of the table: question, answer of each reader, what the engine says."""
    engine = _engine_words(result)
    rows = [("BASED grade", [_grade(read) for read in reads], engine.get("based", ""))]
    for name in (*ITEMS, *INTERICTAL, "sleep_recorded", *ICTAL):
        values = [str(getattr(read, name)) for read in reads]
        said = [{"yes": "Yes", "no": "No"}.get(value, "Not known") for value in values]
        rows.append((forms.LABELS[name], said, engine.get(name, "")))
    rows += [(forms.LABELS[name], [ReadSide(getattr(read, name)).label for read in reads], "") for name in SIDES]
    rows += [("Spasms", ["–" for _ in reads], engine["spasms"])] if engine else []
    rows.append(("Quality", [read.get_quality_display() for read in reads], ""))
    return rows


def _engine_words(result: Any) -> dict[str, str]:
    if result is None:
        return {}
    grade = "Not graded" if result.score is None else f"{'At least ' if result.lower_bound else ''}{result.score}"
    share = result.spike_bin_fraction
    sleep = "not assessable" if result.sleep_min is None else f"{result.sleep_min:.0f} min of sleep"
    spasms = "not assessable"
    if result.spasms is not None:
        clusters = "no cluster" if not result.clusters else f"{result.clusters} clusters"
        spasms = f"{result.spasms} candidates, {clusters}" if result.spasms else "none found, which excludes none"
    return {
        "based": grade,
        "spikes_in_half": "not assessable" if share is None else f"{100 * share:.0f} % of the seconds",
        "sleep_recorded": sleep,
        "spasms": spasms,
    }


def _grade(read: Read) -> str:
    return f"Not assessable: {read.not_assessable_because}" if read.based is None else str(read.based)


def _newest(reads: list[Read]) -> list[Read]:
    """The newest version of each reader, in the order of first reading."""
    out: dict[int, Read] = {}
    for read in reads:
        out[read.reader_id] = read
    return list(out.values())


@require_GET
@chart("diagnosis.read")
@on_chart
def progress(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """How far the analysis is, as a piece of the page."""
    found = one_study(child, pk)
    context = {
        "child": child,
        "study": found,
        "analysis": queries.last_analysis(found),
        "running": found.state in RUNNING,
    }
    return render(request, "diagnosis/progress.html", context)


@require_POST
@chart("diagnosis.resolve_identity")
@on_chart
def identity(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Say whose recording it is."""
    found, form = one_study(child, pk), forms.IdentityForm(request.POST)
    if not form.is_valid():
        wrong(request, form)
        return redirect("eeg-study", child.pk, pk)
    other = form.child()
    choice, reason = form.cleaned_data["resolution"], form.cleaned_data["reason"]
    if choice == Resolution.OTHER and other is None:
        messages.error(request, "No chart, or more than one, has this pseudonym or record number.")
        return redirect("eeg-study", child.pk, pk)
    done = do(
        request,
        lambda: ResolveIdentity(
            **asking(request), child=child, study=found, resolution=choice, reason=reason, other=other
        ),
        {
            Resolution.THIS: "It is this child's. The analysis is queued.",
            Resolution.OTHER: "The recording is on the other chart now.",
            Resolution.REJECT: "The recording is rejected and kept among the unassigned ones.",
        }[Resolution(choice)],
    )
    if done is None or choice == Resolution.THIS:
        return redirect("eeg-study", child.pk, pk)
    return redirect("child-eeg", child.pk)


@require_POST
@chart("diagnosis.analyze")
@on_chart
def again(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Try again, or give the recording day."""
    found, form = one_study(child, pk), forms.AgainForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["recorded_on"]
        do(
            request,
            lambda: AskAnalysis(**asking(request), child=child, study=found, recorded_on=day),
            "The analysis is queued.",
        )
    else:
        wrong(request, form)
    return redirect("eeg-study", child.pk, pk)


@require_POST
@chart("diagnosis.own_study")
@on_chart
def owner(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Say who reads it."""
    found, form = one_study(child, pk), forms.PersonForm(request.POST, readers=queries.readers(child))
    if form.is_valid():
        reader = form.cleaned_data["reader"]
        do(
            request,
            lambda: OwnStudy(**asking(request), child=child, study=found, owner=reader),
            "The reader is noted.",
        )
    else:
        wrong(request, form)
    return redirect("eeg-study", child.pk, pk)


@require_http_methods(BOTH)
@chart("diagnosis.store_read")
@on_chart
def read(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Store a read; after the engine's result was seen change it, after signing amend it, both with a reason."""
    found, user = one_study(child, pk), _user(request)
    own = found.reads.filter(reader=user).order_by("-version").first()
    saw = sight.has_seen(found, user)
    amending = own is not None and own.signed_at is not None
    changing = saw and not amending and (own is not None or sight.read_elsewhere(found, user))
    initial = {name: getattr(own, name) for name in FIELDS} if own else {}
    if own is not None and own.based is None:
        initial["based"] = "none"
    form = forms.ReadForm(
        request.POST if request.method == "POST" else None, initial=initial, reason=amending or changing
    )
    if form.is_valid():
        said, reason = form.said(), form.cleaned_data.get("reason", "")
        asked = {**asking(request), "child": child, "study": found, "said": said}

        def act() -> Any:
            if amending:
                return AmendRead(**asked, reason=reason)
            return ChangeRead(**asked, reason=reason) if changing else StoreRead(**asked)

        if do(request, act, "The read is amended and signed." if amending else "The read is stored."):
            return redirect("eeg-study", child.pk, pk)
    context = {
        "child": child,
        "study": found,
        "form": form,
        "amending": amending,
        "changing": changing,
        "own": own,
        "groups": _groups(form),
    }
    return render(request, "diagnosis/read.html", context)


def _groups(form: forms.ReadForm) -> list[tuple[str, list[Any]]]:
    return [
        ("The grade's items", [form[name] for name in ITEMS]),
        ("Interictal", [*(form[name] for name in INTERICTAL), form["discharge_side"]]),
        ("Sleep and events", [form["sleep_recorded"], *(form[name] for name in ICTAL), form["ictal_side"]]),
    ]


@require_POST
@chart("diagnosis.sign_read")
@on_chart
def sign(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Sign the own read."""
    found = one_study(child, pk)
    do(request, lambda: SignRead(**asking(request), child=child, study=found), "The read is signed.")
    return redirect("eeg-study", child.pk, pk)


@require_POST
@chart("diagnosis.confirm_age")
@on_chart
def confirm_age(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Say that the own read holds at the corrected age."""
    found = one_study(child, pk)
    do(
        request,
        lambda: ConfirmRead(**asking(request), child=child, study=found),
        "Your read is confirmed at the corrected age.",
    )
    return redirect("eeg-study", child.pk, pk)


@require_POST
@chart("diagnosis.hand_over_read")
@on_chart
def hand_over(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Ask that another reader confirm the own read."""
    found = one_study(child, pk)
    do(
        request,
        lambda: HandOverRead(**asking(request), child=child, study=found),
        "Another reader may confirm your read now.",
    )
    return redirect("eeg-study", child.pk, pk)


@require_http_methods(BOTH)
@chart("diagnosis.take_over_read")
@on_chart
def take_over(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Confirm the read of somebody who is gone or asks, or read in its place."""
    found, user = one_study(child, pk), _user(request)
    first = marked(found)
    if first is None or not may_be_taken_over(first, found, by=user):
        messages.error(request, "No read of this study waits for another reader.")
        return redirect("eeg-study", child.pk, pk)
    initial = {name: getattr(first, name) for name in FIELDS}
    initial["based"] = "none" if first.based is None else first.based
    form = forms.ReadForm(request.POST if request.method == "POST" else None, initial=initial, reason=True)
    if form.is_valid():
        asked = {**asking(request), "child": child, "study": found, "read": first}
        said = {"said": form.said(), "reason": form.cleaned_data["reason"]}
        if do(request, lambda: TakeOverRead(**asked, **said), "Your read counts in the place of the first; both stay."):
            return redirect("eeg-study", child.pk, pk)
    context = {"child": child, "study": found, "form": form, "first": first, "corrected": ages.of_read(first, found)}
    return render(request, "diagnosis/read.html", context | {"groups": _groups(form)})


@require_POST
@chart("diagnosis.ask_second")
@on_chart
def second(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Ask a second reader."""
    found, form = one_study(child, pk), forms.PersonForm(request.POST, readers=queries.readers(child))
    if form.is_valid() and form.cleaned_data["reader"]:
        reader = form.cleaned_data["reader"]
        do(
            request,
            lambda: AskSecondRead(**asking(request), child=child, study=found, reader=reader),
            "The second reader is asked.",
        )
    else:
        messages.error(request, "Choose a reader.")
    return redirect("eeg-study", child.pk, pk)


@require_POST
@chart("diagnosis.give_up_second")
@on_chart
def give_up(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Give up the second read."""
    found = one_study(child, pk)
    do(
        request,
        lambda: GiveUpSecondRead(**asking(request), child=child, study=found),
        "The second read is given up. Everything is open to you.",
    )
    return redirect("eeg-study", child.pk, pk)


def _user(request: HttpRequest) -> Any:
    return request.user
