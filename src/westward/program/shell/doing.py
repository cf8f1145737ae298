"""Do an act from a page, and say on the page that follows what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from westward.program.acts import Act, InvalidActError, NotAllowedError


def attempt(request: HttpRequest, act: Act[Any], done: str) -> None:
    """Do it; a message says ``done``, or in one line why not."""
    try:
        act.execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def do(request: HttpRequest, act: Act[Any], done: str, page: str, *args: Any) -> HttpResponse:
    """Do it and go to ``page``, with ``done`` or with the one line that says why not."""
    attempt(request, act, done)
    return redirect(page, *args)


def blame(request: HttpRequest, form: BaseForm) -> None:
    """One message for each thing that was not understood."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label or name.replace('_', ' ').capitalize()}: {error}")


def complain(request: HttpRequest, form: BaseForm, page: str, *args: Any) -> HttpResponse:
    """Go to ``page`` with one line for each field that was not understood."""
    blame(request, form)
    return redirect(page, *args)
