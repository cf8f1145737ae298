"""What the pages share: permissions, acts of a page with a form, uploads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

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
