"""What the pages share: do an act and say how it went; a study of this chart or nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from westward.core.errors import InputError
from westward.program.accounts.policies import allows
from westward.program.acts import Act, NotAllowedError
from westward.program.diagnosis import queries
from westward.program.diagnosis.choices import StudyState
from westward.program.diagnosis.models import Study
from westward.program.people.models import Child
from westward.program.people.policies import subject


def do(request: HttpRequest, make: Callable[[], Act[Any]], success: str) -> Any:
    """Do an act; its result, or None with one line of what is wrong.

    Raises
    ------
    PermissionDenied
        If the actor may not.
    """
    try:
        result = make().execute()
    except NotAllowedError as error:
        raise PermissionDenied from error
    except InputError as error:
        messages.error(request, sentence(str(error)))
        return None
    if success:
        messages.success(request, success)
    return result


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"


def wrong(request: HttpRequest, form: Any) -> None:
    """Say the first thing that is wrong with a form."""
    for name, errors in form.errors.items():
        label = form.fields[name].label or name.replace("_", " ").capitalize() if name in form.fields else "Form"
        messages.error(request, f"{label}: {errors[0]}")
        return


def one_study(child: Child, pk: int) -> Study:
    """A study on this very chart.

    Raises
    ------
    Http404
        If it is on another, or was withdrawn.
    """
    found = queries.study(child, pk)
    if found is None:
        raise Http404
    return found


def on_chart(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view ``(request, child, pk)`` of a study; of one that was taken off this chart it leads back with one line."""

    @wraps(view)
    def shown(request: HttpRequest, child: Child, pk: int, **named: Any) -> HttpResponse:
        if Study.objects.filter(child=child, pk=pk, state=StudyState.WITHDRAWN).exists():
            messages.error(request, "This recording was taken off this chart; nothing was changed.")
            return redirect("child-eeg", child.pk)
        return view(request, child, pk, **named)

    return shown


def may(request: HttpRequest, child: Child, *verbs: str) -> dict[str, bool]:
    """Which of the acts somebody may do on this chart, by the last part of the verb."""
    user: Any = request.user
    return {verb: allows(user, f"diagnosis.{verb}", subject(child)) for verb in verbs}
