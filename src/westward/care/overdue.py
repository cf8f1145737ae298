"""What is overdue on a day: a query over dates, not a timer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import Clock, State
from westward.care.silence import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something somebody must do by a day.

    Attributes
    ----------
    child : str
        The caller's key of the child; never a name.
    what : str
        The act in a few words, such as ``EEG`` or a clock's name.
    due : date
        Last day that is in time.
    owner : str
        Who owns it; empty if nobody does.
    done : date or None
        The day it was done.
    silence : Silence or None
        Death or transfer of the child.
    """

    child: str
    what: str
    due: date
    owner: str
    done: date | None = None
    silence: Silence | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An act past its day and by how many days."""

    act: Act
    days: int


def overdue(acts: Iterable[Act], *, on: date) -> tuple[Overdue, ...]:
    """Acts past their day that nobody has done, longest first, then those without an owner, then by child.

    An act done after ``on`` counts as not done yet; acts of silenced children never appear.
    """
    late = [
        Overdue(act, (on - act.due).days)
        for act in acts
        if act.due < on
        and (act.done is None or act.done > on)
        and not (act.silence is not None and act.silence.holds(on))
    ]
    return tuple(sorted(late, key=lambda o: (-o.days, bool(o.act.owner), o.act.child, o.act.what)))


def acts_of_clocks(child: str, clocks: Iterable[Clock], *, owner: str) -> tuple[Act, ...]:
    """The running clocks of a child as acts, due by their strictest standard with the start at its earliest."""
    return tuple(
        Act(child=child, what=clock.name.value, due=strictest.due, owner=owner)
        for clock in clocks
        if clock.state is State.RUNNING
        if (strictest := clock.strictest) is not None and strictest.due is not None
    )
