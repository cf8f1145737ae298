"""What acts on a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError, Told
from westward.program.people.models import Child
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

    def require_open(self, *, ends: bool = False) -> None:
        """Raise InvalidActError on a run that has ended, or in a chart that is closed.

        Parameters
        ----------
        ends : bool
            Whether the act ends the treatment, or records what was given: that is done in a closed chart as well.
        """
        if not self.run.open:
            raise InvalidActError("this treatment has ended; start a new one")
        if not ends and (why := closed(self.run.child, today=timezone.localdate())):
            raise InvalidActError(why)


def closed(child: Child, *, today: date) -> str:
    """Why nothing of a treatment is changed, dispensed or handed out in the chart of a child; empty if it is open."""
    if not child.silent(today):
        return ""
    return f"the chart is closed ({child.get_state_display().lower()}): end the treatment, or open the chart again"


def need_words(text: str, what: str) -> str:
    """The text, stripped; raises InvalidActError if there is none."""
    if not text.strip():
        raise InvalidActError(f"say {what}")
    return text.strip()
