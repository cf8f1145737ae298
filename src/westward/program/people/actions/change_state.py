"""A child died, went to another program, or came back: everything falls silent, or speaks again, at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.choices import ChildState
from westward.program.people.models import StateChange


@dataclass(frozen=True, kw_only=True)
class ChangeState(ChildAct[StateChange]):
    """Deceased, transferred, or active again, from a day on.

    Attributes
    ----------
    on : date
        The day it happened, today or before: silence is never planned ahead.
    note : str
        Where to, or why the child is back; required to come back.
    """

    verb = "people.change_state"
    state: str
    on: date
    note: str = ""

    def validate(self) -> None:
        """A state that a chart may be set to, another than now, from a day that can be."""
        if self.state not in (ChildState.ACTIVE, ChildState.DECEASED, ChildState.TRANSFERRED):
            raise InvalidActError(f"{self.state!r} is no state to set", remedy="use active, deceased or transferred")
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; change the one it was merged into")
        if self.child.state == self.state:
            raise InvalidActError(f"the chart says {self.child.get_state_display().lower()} already")
        if self.on > timezone.localdate():
            raise InvalidActError(f"{self.on} lies in the future", remedy="record it on the day it happens")
        if self.on < self.child.birth_date:
            raise InvalidActError(f"{self.on} lies before the birth date")
        if self.state == ChildState.ACTIVE and not self.note.strip():
            raise InvalidActError("say in a few words why the chart is opened again")

    def write(self) -> tuple[StateChange, Told]:
        """The state, and its row of history."""
        change = StateChange.objects.create(
            child=self.child, state=self.state, on=self.on, note=self.note.strip(), at=timezone.now(), by=self.user
        )
        self.child.state = self.state
        self.child.state_on = None if self.state == ChildState.ACTIVE else self.on
        self.child.save(update_fields=["state", "state_on"])
        return change, self.told(detail={"state": str(self.state)})
