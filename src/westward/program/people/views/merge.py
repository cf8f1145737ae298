"""Charts that look alike: compared, merged, told apart, and a merge undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from westward.program.accounts import policies
from westward.program.accounts.actions.base import asking
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.people import consents, merging, queries
from westward.program.people.access import chart, read_chart
from westward.program.people.actions.merge_charts import DeclareDifferent, MergeCharts, UndoMerge
from westward.program.people.forms import FindForm, MergeForm
from westward.program.people.models import Child, Merge
from westward.program.shell.doing import complain, do

MOST = 20
FACTS = (
    ("Name", "name"),
    ("Born", "birth_date"),
    ("Sex", "get_sex_display"),
    ("Gestation, days", "gestation_d"),
    ("Multiple birth", "multiple_birth"),
    ("Record number", "record_number"),
    ("Site", "site"),
    ("State", "get_state_display"),
    ("Chart opened", "created_at"),
)


@require_http_methods(["GET", "POST"])
@chart("people.merge")
def find_other(request: HttpRequest, child: Child) -> HttpResponse:
    """Charts that look like this one, and a search; what is searched stays out of the address."""
    asked = asking(request)
    form = FindForm(request.POST if request.method == "POST" else None)
    within = policies.sites(asked["user"], "people.merge")
    words = form.cleaned_data["words"] if form.is_valid() else ""
    searched = list(queries.children(within, words=words).exclude(pk=child.pk)[:MOST]) if words.strip() else []
    searched = [one for one in searched if one.state != "merged"]
    alike = queries.likely(queries.person_of(child), besides=child)
    alike = [one for one in alike if within is None or one.child.site_id in within]
    shown = [one.audit_id for one in searched] + [one.child.audit_id for one in alike]
    record_list(asked["who"], "people.likely", shown, purpose="care", chosen={"search": bool(words)})
    context = {"child": child, "form": form, "searched": searched, "words": words, "alike": alike}
    return render(request, "people/merge_find.html", context)


@require_http_methods(["GET", "POST"])
@chart("people.merge")
def merge(request: HttpRequest, child: Child, other: int) -> HttpResponse:
    """The two charts side by side, and the merge."""
    second = read_chart(request, other, "people.merge", reads=request.method == "GET")
    form = MergeForm(request.POST or None)
    if form.is_valid():
        act = MergeCharts(**asking(request), keep=child, other=second, why=form.cleaned_data["why"])
        try:
            act.execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The chart {second.pseudonym} is merged into this one; it can be undone below.")
            return redirect("child-person", child.pk)
    context = {
        "child": child,
        "other": second,
        "form": form,
        "rows": [_row(label, name, child, second) for label, name in FACTS],
        "moves": merging.counts(second),
        "stays": merging.counts(child),
        "consents": _answers(child, second),
    }
    return render(request, "people/merge.html", context)


def _row(label: str, name: str, one: Child, other: Child) -> tuple[str, Any, Any, bool]:
    values = [getattr(child, name) for child in (one, other)]
    values = [value() if callable(value) else value for value in values]
    return label, values[0], values[1], values[0] != values[1] and name != "created_at"


def _answers(one: Child, other: Child) -> list[tuple[str, str, str]]:
    """Purposes for which the two charts say different things: after the merge the later answer is in force."""
    first, second = (consents.in_force(child) for child in (one, other))
    found = []
    for purpose, mine in first.items():
        theirs = second[purpose]
        if mine and theirs and mine.answer != theirs.answer:
            found.append((purpose.label, mine.get_answer_display(), theirs.get_answer_display()))
    return found


@require_POST
@chart("people.merge")
def different(request: HttpRequest, child: Child, other: int) -> HttpResponse:
    """Two children after all, from the start."""
    second = read_chart(request, other, "people.merge", reads=False)
    act = DeclareDifferent(**asking(request), child=child, other=second)
    return do(request, act, "They are two children; the pages stop asking.", "child-person", child.pk)


@require_POST
@chart("people.undo_merge")
def undo(request: HttpRequest, child: Child, merge: int) -> HttpResponse:
    """Give the other chart back what it had."""
    done = get_object_or_404(Merge.objects.select_related("keep__site", "other__site"), pk=merge, keep=child)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "child-person", child.pk)
    act = UndoMerge(**asking(request), merge=done, why=form.cleaned_data["why"])
    words = "The merge is undone; what came after it stayed with this chart."
    return do(request, act, words, "child-person", child.pk)
