"""What the frame of every page asks about permissions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from westward.program.accounts.menu import in_two


def verbs(request: HttpRequest) -> dict[str, Any]:
    """``menu`` and ``menu_more``: the pages somebody finds on the line of the menu, and behind *More*."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    line, more = in_two(user)
    return {"menu": line, "menu_more": more}
