"""What acts on one child share: permission for this very child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.policies import Subject
from westward.program.acts import Told
from westward.program.people import policies
from westward.program.people.models import Child

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ChildAct(PersonAct[T]):
    """An act of a signed-in person on the chart of one child."""

    child: Child

    def subject(self) -> Subject:
        """The child, at its site."""
        return policies.subject(self.child)

    def told(self, target: str = "", detail: Mapping[str, Any] | None = None) -> Told:
        """The audit row: the child, or ``target`` of the child's chart."""
        return Told(
            target or self.child.audit_id, code(self.child.site), detail=detail or {}, children=(self.child.pk,)
        )
