"""Correct the facts of a chart; what stood before is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.add_child import check_facts
from westward.program.people.actions.base import ChildAct
from westward.program.people.choices import ChildState, Sex
from westward.program.people.models import ChildChange

FACTS = (
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "gestation_d",
    "multiple_birth",
    "record_number",
    "language",
    "interpreter",
)
"""What may be corrected."""


def as_text(value: Any) -> str:
    """How history keeps a value: codes and ISO dates; empty for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, kw_only=True)
class CorrectChild(ChildAct[tuple[ChildChange, ...]]):
    """Set facts to new values. Facts that are left out, or are the same, stay; returns what was changed.

    ``facts`` are named as in :data:`FACTS`. The audit row names the facts, not their values.
    """

    verb = "people.correct"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def _new(self) -> dict[str, Any]:
        clean = {name: value.strip() if isinstance(value, str) else value for name, value in self.facts.items()}
        return {name: value for name, value in clean.items() if value != getattr(self.child, name)}

    def validate(self) -> None:
        """Known facts that together can be, on a chart that is not merged."""
        if unknown := sorted(set(self.facts) - set(FACTS)):
            raise InvalidActError(f"{unknown[0]!r} is no fact of a chart", remedy=f"use {', '.join(FACTS)}")
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; correct the one it was merged into")
        now = {name: getattr(self.child, name) for name in FACTS} | self._new()
        if now["sex"] not in Sex.values:
            raise InvalidActError(f"{now['sex']!r} is no code for sex", remedy=f"use {', '.join(Sex.values)}")
        check_facts(
            site=self.child.site,
            family_name=now["family_name"],
            birth_date=now["birth_date"],
            gestation_d=now["gestation_d"],
            record_number=now["record_number"],
            besides=self.child.pk,
        )
        if not self._new():
            raise InvalidActError("nothing was changed")

    def write(self) -> tuple[tuple[ChildChange, ...], Told]:
        """The chart with its new facts, and one row of history for each."""
        new, now = self._new(), timezone.now()
        changes = []
        for name in FACTS:
            if name not in new:
                continue
            old = as_text(getattr(self.child, name))
            changes.append(
                ChildChange(child=self.child, field=name, old=old, new=as_text(new[name]), at=now, by=self.user)
            )
            setattr(self.child, name, new[name])
        self.child.save(update_fields=[*new, "name_key"])
        ChildChange.objects.bulk_create(changes)
        return tuple(changes), self.told(detail={"fields": [one.field for one in changes]})
