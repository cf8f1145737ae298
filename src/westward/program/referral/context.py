"""What every page of staff says while a referral waits for an answer of theirs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.referral.waiting import Waits, waits

MOST = 3
"""Referrals named in the strip; what is beyond is counted."""


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
        return {"shown": found[:MOST], "more": max(len(found) - MOST, 0), "late": any(one.late for one in found)}

    return {"waits": asked}
