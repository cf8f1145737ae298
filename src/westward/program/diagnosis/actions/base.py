"""What acts of diagnosis share: a fact on the chart of one child, reasons in words, system acts of the worker."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import models
from django.utils import timezone

from westward.program.acts import InvalidActError
from westward.program.people.choices import ChildState
from westward.program.people.models import Child

T = TypeVar("T")

REASON_AT_LEAST = 4
"""Letters that a reason has at least (policy of ours)."""


def need_reason(reason: str, what: str) -> str:
    """The reason without blanks at its ends.

    Raises
    ------
    InvalidActError
        If it is too short to be one.
    """
    words = reason.strip()
    if len(words) < REASON_AT_LEAST:
        raise InvalidActError(f"{what} needs a reason in words")
    return words


def not_future(day: date | None, what: str) -> None:
    """Refuse a day that has not come yet.

    Raises
    ------
    InvalidActError
        If it lies in the future.
    """
    if day is not None and day > timezone.localdate():
        raise InvalidActError(f"{what} {day} lies in the future")


def open_chart(child: Child) -> None:
    """Refuse new work on a chart that was merged into another.

    Raises
    ------
    InvalidActError
        If it was.
    """
    if child.state == ChildState.MERGED:
        raise InvalidActError("this chart was merged into another; open that one")


def hold(row: models.Model) -> None:
    """Wait for whoever works on this very row, and see it as it is now; two clicks at once become one after the other.

    SQLite lets one writer in at a time anyway.
    """
    type(row)._base_manager.select_for_update().filter(pk=row.pk).values_list("pk").first()
    row.refresh_from_db()
