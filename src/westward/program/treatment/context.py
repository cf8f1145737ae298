"""What every page of staff says while a step to a drug is late that is theirs, or that they were told of."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.treatment import overdue

MOST = 3
"""Steps named in the strip; what is beyond is counted."""


def late_steps(request: HttpRequest) -> dict[str, Any]:
    """``late_steps``: asked by the frame of a page alone, once; times and whom it went to, nothing of a child."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.kind != Kind.STAFF:
        return {}

    @cache
    def asked() -> dict[str, Any] | None:
        found = overdue.concerning(user, now=timezone.now())
        return {"shown": found[:MOST], "more": len(found[MOST:])} if found else None

    return {"late_steps": asked}
