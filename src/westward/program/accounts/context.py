"""What every template may ask about permissions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from westward.program.accounts.menu import entries
from westward.program.accounts.policies import allows


def verbs(request: HttpRequest) -> dict[str, Any]:
    """``menu``: the pages somebody finds there; ``may.staff`` and ``may.audit``: those that accounts itself adds."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    may = {"staff": allows(user, "accounts.list"), "audit": allows(user, "audit.read")}
    return {"menu": entries(user), "may": may}
