"""What acts on the search for the cause share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils import timezone

from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError
from westward.program.etiology.choices import InterpreterKind
from westward.program.etiology.models import Result, TestOrder, Workup
from westward.program.people import policies
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child

T = TypeVar("T")

REASON_MAX = 400


@dataclass(frozen=True, kw_only=True)
class OrderAct(ChildAct[T]):
    """An act on an order of a test; the child is that of the order."""

    order: TestOrder

    def subject(self) -> Subject:
        """The child of the order, whatever child was named."""
        return policies.subject(self.order.child)

    def validate(self) -> None:
        """The order belongs to the child."""
        if self.order.child_id != self.child.pk:
            raise InvalidActError("the order belongs to another child")

    def locked(self) -> TestOrder:
        """The order as it is now, kept from others until the act is done; refused if it was canceled."""
        order = TestOrder.objects.select_for_update().get(pk=self.order.pk)
        if order.canceled_at is not None:
            raise InvalidActError("the order was canceled; order the test again")
        return order


def locked_child(child: Child) -> None:
    """Keep others from writing versions of this child's facts until the act is done."""
    Child.objects.select_for_update().get(pk=child.pk)


def reason_of(words: str, what: str) -> str:
    """A reason that says something, in one line that fits."""
    said = " ".join(words.split())
    if not said:
        raise InvalidActError(f"{what} needs a reason in a few words")
    return fits(said, "the reason")


def fits(words: str, what: str, *, most: int = REASON_MAX) -> str:
    """One line that fits, or a refusal."""
    said = " ".join(words.split())
    if len(said) > most:
        raise InvalidActError(f"{what} is longer than {most} characters; shorten it")
    return said


def one_of(value: str, known: Iterable[str], what: str) -> None:
    """Refuse a code that does not exist."""
    if value not in known:
        raise InvalidActError(f"{value!r} is no {what}")


def happened(on: date, what: str, *, child: Child) -> None:
    """Refuse a day in the future or before birth."""
    if on > timezone.localdate():
        raise InvalidActError(f"{what} lies in the future")
    if on < child.birth_date:
        raise InvalidActError(f"{what} lies before the birth of the child")


def opened(child: Child) -> Workup:
    """The work-up of the child, or a refusal."""
    found = Workup.objects.filter(child=child).first()
    if found is None:
        raise InvalidActError("the search for the cause is not open; open it first")
    return found


def in_force(order: TestOrder) -> Result | None:
    """The result that holds; None if there is none yet."""
    return order.results.filter(superseded_by=None).first()


def spoken(told: str, interpreter: str, note: str, *, child: Child) -> None:
    """Refuse a talk with nobody, or one without an interpreter where one is needed and no word on why."""
    if not told.strip():
        raise InvalidActError("say who was spoken with")
    fits(told, "who was spoken with", most=200)
    one_of(interpreter, InterpreterKind.values, "answer about the interpreter")
    needed = child.interpreter or child.caregivers.filter(revoked_at=None, interpreter=True).exists()
    if needed and interpreter != InterpreterKind.USED and not note.strip():
        raise InvalidActError("the chart asks for an interpreter; note why none took part")
