"""What the pages share: doing an act and saying how it went, permissions, uploads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from westward.core.errors import InputError
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.acts import Act, InvalidActError, NotAllowedError
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.referral.choices import UploadKind
from westward.program.referral.uploads import Stored, discard, store

FOLDER = "etiology"
VERBS = (
    "open",
    "order",
    "counsel",
    "sample",
    "collect_without_consent",
    "result",
    "imaging",
    "disclose",
    "phenotype",
    "treatable",
    "classify",
)


def may(request: HttpRequest, child: Child) -> dict[str, bool]:
    """Which acts the user may do on this child, by the last word of the verb."""
    user = request.user
    if not isinstance(user, User):
        return {}
    return {verb: allows(user, f"etiology.{verb}", subject(child)) for verb in VERBS}


def do(request: HttpRequest, act: Act[Any], done: str, page: str, *args: Any) -> HttpResponse:
    """Do it, say how it went, and go to a page."""
    try:
        act.execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(page, *args)


def complain(request: HttpRequest, form: Any, page: str, *args: Any) -> HttpResponse:
    """Say what is wrong with a short form, and go back."""
    for name, errors in form.errors.items():
        for error in errors:
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"{label or name.capitalize()}: {error}")
    return redirect(page, *args)


def attempt(form: Any, act: Act[Any], stored: Stored | None) -> bool:
    """Do an act of a page with a form; a refusal stands in the form, and a file that came with it is not kept."""
    try:
        act.execute()
    except (InvalidActError, NotAllowedError) as error:
        form.add_error(None, str(error))
    except BaseException:
        discard([stored] if stored else [])
        raise
    else:
        return True
    discard([stored] if stored else [])
    return False


def upload(form: Any) -> Stored | None:
    """The file of a form, kept; None if there is none or it is refused, which the form then says."""
    sent = form.cleaned_data.get("file")
    if sent is None:
        return None
    try:
        return store(sent, kinds=frozenset({UploadKind.DOCUMENT}), folder=FOLDER)
    except InputError as error:
        form.add_error("file", str(error))
        return None
