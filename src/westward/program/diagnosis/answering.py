"""Which order a recording answers, and what becomes of the order when the recording leaves the chart."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import OrderState, OutsideState, Source
from westward.program.diagnosis.inspecting import day_of
from westward.program.diagnosis.models import EegOrder, OutsideEeg, Recording, Study
from westward.program.diagnosis.rules.identity import NIGHT_D
from westward.program.people.models import Child

NIGHT = timedelta(days=NIGHT_D)


def order_for(child: Child, recording: Recording, *, day: date | None = None) -> EegOrder | None:
    """The one order of a child that a recording answers; None if there is none, or a person has to choose.

    It has no recording yet, and was recorded on that day or, still open, was given before it. An EEG from elsewhere
    answers no order of this program. ``day`` is what a person says where the file has none.
    """
    if recording.source == Source.OUTSIDE:
        return None
    day = day_of(recording.header_start) or day
    waiting = [
        order
        for order in child.eeg_orders.exclude(state=OrderState.CANCELED)
        if _fits(order, day) and not order.studies.on_charts().exists()
    ]
    recorded = [order for order in waiting if order.state == OrderState.DONE]
    return next(iter(chosen), None) if len(chosen := recorded or waiting) == 1 else None


def _fits(order: EegOrder, day: date | None) -> bool:
    if day is None:
        return True
    if order.state == OrderState.DONE:
        return order.done_on is not None and abs(order.done_on - day) <= NIGHT
    return day >= timezone.localtime(order.ordered_at).date() - NIGHT


def close(order: EegOrder, on: date, *, by: User | None, through: Study | None = None) -> None:
    """Write that an order was recorded: by ``through``, a study, or by the word of a person.

    Where a person says so, a recording of that day that came without an order is taken for it.
    """
    _write(order, OrderState.DONE, on, at=timezone.now(), by=by, through=through)
    if through is None and not order.studies.on_charts().exists():
        loose = order.child.studies.sure().filter(order=None, recorded_on__range=(on - NIGHT, on + NIGHT))
        found = list(loose.exclude(recording__source=Source.OUTSIDE)[:2])
        if len(found) == 1:
            Study.objects.filter(pk=found[0].pk).update(order=order)


def answer(study: Study, *, by: User | None) -> None:
    """A study that is in no doubt and has its day closes the open order it is for."""
    order = study.order
    if order is None or study.stopped or study.recorded_on is None:
        return
    if order.state == OrderState.OPEN:
        close(order, study.recorded_on, by=by, through=study)


def release(study: Study) -> None:
    """A study left its chart: what it answered waits again, unless another study answers it.

    An order that a sheet or a person calls recorded stays so, and lacks its recording again.
    """
    OutsideEeg.objects.filter(child=study.child_id, recording=study.recording_id).exclude(
        state=OutsideState.CLOSED
    ).update(state=OutsideState.REQUESTED, recording=None, arrived_on=None, changed_at=timezone.now())
    for order in EegOrder.objects.filter(done_through=study, state=OrderState.DONE):
        other = order.studies.sure().exclude(pk=study.pk).filter(recorded_on__isnull=False).last()
        if other is not None and other.recorded_on is not None:
            _write(order, OrderState.DONE, other.recorded_on, at=order.ended_at, by=order.ended_by, through=other)
        else:
            _write(order, OrderState.OPEN, None, at=None, by=None, through=None)


def _write(
    order: EegOrder, state: str, on: date | None, *, at: datetime | None, by: User | None, through: Study | None
) -> None:
    order.state, order.done_on, order.done_through = state, on, through
    order.ended_at, order.ended_by = at, by
    order.save(update_fields=["state", "done_on", "done_through", "ended_at", "ended_by"])
