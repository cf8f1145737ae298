"""Correct the facts of a chart; what stood before is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.add_child import check_facts
from westward.program.people.actions.base import ChildAct
from westward.program.people.actions.history import correct, new_facts
from westward.program.people.choices import ChildState, Sex
from westward.program.people.models import Change

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


@dataclass(frozen=True, kw_only=True)
class CorrectChild(ChildAct[list[Change]]):
    """Set facts to new values. Facts that are left out, or are the same, stay; returns what was changed.

    ``facts`` are named as in :data:`FACTS`. The audit row names the facts, not their values.
    """

    verb = "people.correct"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def validate(self) -> None:
        """Known facts that together can be, on a chart that is not merged."""
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; correct the one it was merged into")
        new = new_facts(self.child, self.facts, FACTS)
        if not new:
            raise InvalidActError("nothing was changed")
        then = {name: getattr(self.child, name) for name in FACTS} | new
        if then["sex"] not in Sex.values:
            raise InvalidActError(f"{then['sex']!r} is no code for sex", remedy=f"use {', '.join(Sex.values)}")
        check_facts(
            site=self.child.site,
            family_name=then["family_name"],
            birth_date=then["birth_date"],
            gestation_d=then["gestation_d"],
            record_number=then["record_number"],
            besides=self.child.pk,
        )

    def write(self) -> tuple[list[Change], Told]:
        """The chart with its new facts, and one row of history for each."""
        new = new_facts(self.child, self.facts, FACTS)
        changes = correct(self.child, new, by=self.user, kind="child", also=("name_key", "record_key"))
        return changes, self.told(detail={"fields": sorted(new)})
