"""What every template may ask about permissions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from westward.program.accounts.policies import allows


def verbs(request: HttpRequest) -> dict[str, Any]:
    """``may.staff`` and ``may.audit``: which entries of the menu somebody sees."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"may": {"staff": allows(user, "accounts.list"), "audit": allows(user, "audit.read")}}
