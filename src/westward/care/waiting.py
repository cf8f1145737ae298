"""Times to an event when some children are still waiting: medians that count them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from westward.care.clocks import Clock, State


@dataclass(frozen=True, slots=True)
class Wait:
    """Days of one child; ``ended`` is False while the child is still waiting or was lost to sight."""

    days: float
    ended: bool
    approximate: bool = False


def wait_of(clock: Clock) -> Wait | None:
    """The wait that a clock shows; None if it shows none (not started, silenced or not assessable).

    An approximate time counts by its middle.
    """
    if clock.days is None or clock.state not in (State.RUNNING, State.STOPPED):
        return None
    return Wait(clock.days.middle, clock.state is State.STOPPED, not clock.days.exact)


def median(waits: Iterable[Wait]) -> float | None:
    """Median days by the product-limit estimate; None if fewer than half have ended in the time seen.

    Children still waiting count as waiting at least so long; leaving them out would make the program look faster
    than it is. Without any it is the ordinary lower median, and with an even number of children the mean of the two
    in the middle where the curve is flat at one half. Source: Kaplan and Meier, J Am Stat Assoc 1958 (recalled).
    """
    waiting = list(waits)
    if not waiting:
        return None
    # The share still waiting is kept as a fraction of whole numbers, so that one half is met exactly.
    top, bottom, flat_from = 1, 1, None
    times = sorted({w.days for w in waiting if w.ended})
    for day in times:
        at_risk = sum(w.days >= day for w in waiting)
        ended = sum(w.ended and w.days == day for w in waiting)
        top, bottom = top * (at_risk - ended), bottom * at_risk
        if flat_from is not None:
            return (flat_from + day) / 2
        if 2 * top < bottom:
            return day
        if 2 * top == bottom:
            flat_from = day
    return flat_from
