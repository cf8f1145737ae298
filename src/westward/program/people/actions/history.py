"""Set facts of a row and keep what stood before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.people.models import Change


def as_text(value: Any) -> str:
    """How history keeps a value: codes and ISO dates; empty for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def new_facts(row: models.Model, facts: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Facts that differ from those of the row, without spaces around.

    Raises
    ------
    InvalidActError
        If a fact is none of ``known``.
    """
    if unknown := sorted(set(facts) - set(known)):
        raise InvalidActError(f"{unknown[0]!r} is no fact that can be corrected", remedy=f"use {', '.join(known)}")
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    return {name: value for name, value in clean.items() if value != getattr(row, name)}


def correct(
    row: models.Model, new: Mapping[str, Any], *, by: User, kind: str, also: Iterable[str] = ()
) -> list[Change]:
    """Store new facts; ``kind`` is the name of the row in :class:`~westward.program.people.models.Change`.

    ``also`` names columns that follow the facts by themselves.
    """
    now = timezone.now()
    changes = [
        Change(**{kind: row}, field=name, old=as_text(getattr(row, name)), new=as_text(value), at=now, by=by)
        for name, value in new.items()
    ]
    for name, value in new.items():
        setattr(row, name, value)
    row.save(update_fields=[*new, *also])
    Change.objects.bulk_create(changes)
    return changes
