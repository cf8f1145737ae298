"""Order a video-EEG, cancel the order, say that it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis.actions.base import hold, need_reason, not_future, open_chart
from westward.program.diagnosis.answering import close
from westward.program.diagnosis.choices import Length, OrderState, Urgency
from westward.program.diagnosis.models import EegOrder
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class OrderEeg(ChildAct[EegOrder]):
    """One open order at a time is enough for most children; a second one is allowed and shown."""

    verb = "diagnosis.order"
    reason: str
    urgency: str = Urgency.DAYS
    length: str = Length.OVERNIGHT
    sleep_required: bool = True
    limb_emg: bool = True
    owner: User | None = None

    def validate(self) -> None:
        """Coded values, a reason, an owner of the staff."""
        open_chart(self.child)
        need_reason(self.reason, "an order")
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("the chart is closed (deceased or transferred); nothing is ordered on it")
        if self.urgency not in Urgency.values or self.length not in Length.values:
            raise InvalidActError("urgency or length is not one of the list")
        if self.owner is not None and (not self.owner.is_active or self.owner.kind != Kind.STAFF):
            raise InvalidActError("the owner must be an active member of the staff")

    def write(self) -> tuple[EegOrder, Told]:
        """The order."""
        order = EegOrder.objects.create(
            child=self.child,
            urgency=self.urgency,
            length=self.length,
            sleep_required=self.sleep_required,
            limb_emg=self.limb_emg,
            reason=self.reason.strip(),
            owner=self.owner,
            ordered_at=timezone.now(),
            ordered_by=self.user,
        )
        return order, self.told(order.audit_id, {"urgency": self.urgency, "length": self.length})


@dataclass(frozen=True, kw_only=True)
class CancelOrder(ChildAct[EegOrder]):
    """Close an open order with a reason."""

    verb = "diagnosis.cancel_order"
    order: EegOrder
    reason: str

    def validate(self) -> None:
        """An open order of this child."""
        check_open(self.order, self.child.pk)
        need_reason(self.reason, "canceling")

    def write(self) -> tuple[EegOrder, Told]:
        """Closed."""
        order = self.order
        order.state, order.canceled_because = OrderState.CANCELED, self.reason.strip()
        order.ended_at, order.ended_by = timezone.now(), self.user
        order.save(update_fields=["state", "canceled_because", "ended_at", "ended_by"])
        return order, self.told(order.audit_id)


@dataclass(frozen=True, kw_only=True)
class MarkDone(ChildAct[EegOrder]):
    """The EEG was recorded on a day, whether or not its file is here yet."""

    verb = "diagnosis.mark_done"
    order: EegOrder
    on: date

    def validate(self) -> None:
        """An open order, a day that can be."""
        check_open(self.order, self.child.pk)
        not_future(self.on, "the recording day")
        if self.on < self.child.birth_date:
            raise InvalidActError(f"the recording day {self.on} lies before the birth")

    def write(self) -> tuple[EegOrder, Told]:
        """Recorded."""
        close(self.order, self.on, by=self.user)
        return self.order, self.told(self.order.audit_id)


def check_open(order: EegOrder, child: int) -> None:
    """Refuse an order of another chart, or one that is closed.

    Raises
    ------
    InvalidActError
        If it is.
    """
    hold(order)
    if order.child_id != child:
        raise InvalidActError("this order is on another chart")
    if order.state != OrderState.OPEN:
        raise InvalidActError(f"this order is closed already ({order.get_state_display().lower()})")
