"""Open the search for the cause, or change the day or the order it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.etiology.actions.base import happened, one_of, reason_of
from westward.program.etiology.choices import OrderKind
from westward.program.etiology.models import Workup
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class OpenWorkup(ChildAct[Workup]):
    """Open the search: from now on each test has its tier and its day.

    Attributes
    ----------
    diagnosed_on : date
        From which the first tier counts.
    order : str
        A code of :class:`~westward.program.etiology.choices.OrderKind`.
    reason : str
        Why the day or the order changes; needed when the search is open already.
    """

    verb = "etiology.open"
    diagnosed_on: date
    order: str
    reason: str = ""

    def validate(self) -> None:
        """A day that can be, an order that exists."""
        happened(self.diagnosed_on, "the diagnosis", child=self.child)
        one_of(self.order, OrderKind.values, "order of tests")

    def write(self) -> tuple[Workup, Told]:
        """The work-up."""
        found = Workup.objects.select_for_update().filter(child=self.child).first()
        if found is None:
            found = Workup.objects.create(
                child=self.child,
                diagnosed_on=self.diagnosed_on,
                order=self.order,
                opened_by=self.user,
                opened_at=timezone.now(),
            )
            return found, self.told(detail={"order": self.order})
        was = {"day": found.diagnosed_on.isoformat(), "order": found.order}
        if (found.diagnosed_on, found.order) == (self.diagnosed_on, self.order):
            raise InvalidActError("the search is open with this day and this order already")
        found.reason = reason_of(self.reason, "a change of the day or the order")
        found.diagnosed_on, found.order = self.diagnosed_on, self.order
        found.save(update_fields=["diagnosed_on", "order", "reason"])
        return found, self.told(detail={"order": self.order, "was": was})
