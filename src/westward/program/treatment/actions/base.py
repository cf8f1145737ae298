"""What acts on a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError, Told
from westward.program.people.policies import subject
from westward.program.treatment.models import Run

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class RunAct(PersonAct[T]):
    """An act of a signed-in person on one run of one child."""

    run: Run

    def subject(self) -> Subject:
        """The child, at its site."""
        return subject(self.run.child)

    def told(self, detail: Mapping[str, Any] | None = None) -> Told:
        """The audit row: the run, in the chart of its child."""
        return Told(self.run.audit_id, code(self.run.child.site), detail=detail or {}, children=(self.run.child_id,))

    def require_open(self) -> None:
        """Raise InvalidActError on a run that has ended."""
        if not self.run.open:
            raise InvalidActError("this treatment has ended; start a new one")


def need_words(text: str, what: str) -> str:
    """The text, stripped; raises InvalidActError if there is none."""
    if not text.strip():
        raise InvalidActError(f"say {what}")
    return text.strip()
