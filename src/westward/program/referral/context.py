"""What every page of staff says while a referral waits for an answer of theirs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.referral.waiting import Waits, waits

MOST = 3
"""Escalated referrals named in the strip; what is beyond, or has time yet, is counted."""


def waiting(request: HttpRequest) -> dict[str, Any]:
    """``waits``: asked by the frame of a page alone, once; numbers and times, nothing of a child."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.kind != Kind.STAFF:
        return {}

    @cache
    def asked() -> dict[str, Any] | None:
        found: list[Waits] = waits(user, now=timezone.now())
        if not found:
            return None
        late = sum(one.late for one in found)
        shown = max(min(late, MOST), 1)
        return {"shown": found[:shown], "more": len(found) - shown, "late": bool(late)}

    return {"waits": asked}
