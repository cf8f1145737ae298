"""What a family's own page says of treatment: until when live vaccines wait."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment import vaccines
from westward.program.treatment.family import no_live_vaccines
from westward.program.treatment.wording import LANGUAGES, words


def vaccines_section(child: Child, user: User) -> dict[str, Any] | None:
    """The day by language, as long as it lies ahead and the chart is open."""
    today = timezone.localdate()
    found = None if child.silent(today) else vaccines.latest(child)
    if found is None or found[0].until is None or found[0].until < today:
        return None
    block, run = found
    return {"no_live_vaccines": {code: no_live_vaccines(block, words(code), ended=not run.open) for code in LANGUAGES}}
