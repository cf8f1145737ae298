"""Order a test of the work-up; cancel an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.workup import Test
from westward.program.acts import InvalidActError, Told
from westward.program.etiology.actions.base import OrderAct, fits, happened, in_force, one_of, opened, reason_of
from westward.program.etiology.choices import FindingKind, TestKind
from westward.program.etiology.models import Imaging, Result, TestOrder
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child


def waiting(child: Child, test: str) -> TestOrder | None:
    """The order of a test that waits for its result; None if none does."""
    orders = TestOrder.objects.filter(child=child, test=test, canceled_at=None)
    for order in orders:
        done = in_force(order) or order.imagings.filter(withdrawn_at=None).first()
        if done is None:
            return order
    return None


@dataclass(frozen=True, kw_only=True)
class OrderTest(ChildAct[TestOrder]):
    """Order a test.

    Attributes
    ----------
    reason : str
        Why it is ordered again, or out of its tier; may be empty otherwise.
    """

    verb = "etiology.order"
    test: str
    ordered_on: date
    reason: str = ""

    def validate(self) -> None:
        """A test that exists, a day that can be, a search that is open."""
        one_of(self.test, TestKind.values, "test of the work-up")
        happened(self.ordered_on, "the order", child=self.child)
        fits(self.reason, "the reason")
        opened(self.child)
        if self.test == Test.EXAMINATION:
            raise InvalidActError("the examination is not ordered; record what was found")

    def write(self) -> tuple[TestOrder, Told]:
        """The order."""
        Child.objects.select_for_update().get(pk=self.child.pk)
        if waiting(self.child, self.test) is not None:
            raise InvalidActError("this test is ordered and waits for its result; cancel that order first")
        again = Result.objects.filter(order__child=self.child, order__test=self.test, superseded_by=None).exists() or (
            self.test == Test.MRI and Imaging.objects.filter(child=self.child, kind="mri", withdrawn_at=None).exists()
        )
        if again:
            reason_of(self.reason, "a test that has a result already")
        order = TestOrder.objects.create(
            child=self.child,
            test=self.test,
            ordered_on=self.ordered_on,
            reason=fits(self.reason, "the reason"),
            by=self.user,
            at=timezone.now(),
        )
        return order, self.told(order.audit_id, {"test": self.test, "again": again})


@dataclass(frozen=True, kw_only=True)
class CancelOrder(OrderAct[TestOrder]):
    """Cancel an order that has no result."""

    verb = "etiology.order"
    reason: str

    def write(self) -> tuple[TestOrder, Told]:
        """The order, canceled."""
        reason = reason_of(self.reason, "canceling an order")
        order = self.locked()
        if in_force(order) is not None or order.imagings.filter(withdrawn_at=None).exists():
            raise InvalidActError("the order has a result; it cannot be canceled")
        order.canceled_at, order.canceled_by, order.cancel_reason = timezone.now(), self.user, reason
        order.save(update_fields=["canceled_at", "canceled_by", "cancel_reason"])
        return order, self.told(order.audit_id, {"canceled": True})


@dataclass(frozen=True, kw_only=True)
class RecordExamination(ChildAct[Result]):
    """History and examination, skin under Wood's lamp, head size, eyes: what they say of the cause."""

    verb = "etiology.result"
    on: date
    finding: str
    summary: str

    def validate(self) -> None:
        """A finding with words."""
        happened(self.on, "the examination", child=self.child)
        one_of(self.finding, FindingKind.values, "finding")
        opened(self.child)
        if not self.summary.strip():
            raise InvalidActError("say in words what was examined and found")

    def write(self) -> tuple[Result, Told]:
        """The result; one before is superseded."""
        Child.objects.select_for_update().get(pk=self.child.pk)
        now = timezone.now()
        order = TestOrder.objects.filter(child=self.child, test=Test.EXAMINATION, canceled_at=None).first()
        if order is None:
            order = TestOrder.objects.create(
                child=self.child, test=Test.EXAMINATION, ordered_on=self.on, by=self.user, at=now
            )
        return replace_result(
            self, order, finding=self.finding, reported_on=self.on, summary=self.summary.strip(), amendment=""
        )


def replace_result(act: ChildAct[Result], order: TestOrder, **fields: object) -> tuple[Result, Told]:
    """Store a result of an order; the one in force before is superseded by it."""
    old = in_force(order)
    if old is not None:
        old.superseded_by = old
        old.save(update_fields=["superseded_by"])  # leaves its place free; points to the new one below
    result = Result.objects.create(order=order, by=act.user, at=timezone.now(), **fields)
    if old is not None:
        old.superseded_by = result
        old.save(update_fields=["superseded_by"])
    detail = {"finding": result.finding, "test": order.test, "supersedes": old.pk if old else None}
    return result, act.told(f"result:{result.pk}", detail)
