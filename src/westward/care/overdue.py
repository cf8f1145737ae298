"""What is overdue on a day: a query over dates, not a timer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import Clock, Milestone, State
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


def to_meet(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """The clocks that run and can still be met: no clock that has stopped ends at a later fact than they do."""
    every, order = tuple(clocks), tuple(Milestone)
    reached = max((order.index(one.name.ends[1]) for one in every if one.state is State.STOPPED), default=-1)
    return tuple(one for one in every if one.state is State.RUNNING and order.index(one.name.ends[1]) > reached)


def acts_of_clocks(child: str, clocks: Iterable[Clock], *, owner: str) -> tuple[Act, ...]:
    """The running clocks of a child as acts, due by their strictest standard with the start at its earliest.

    A clock whose end was overtaken by a later fact is left out: nobody can meet it any more.
    """
    return tuple(
        Act(child=child, what=clock.name.value, due=strictest.due, owner=owner)
        for clock in to_meet(clocks)
        if (strictest := clock.strictest) is not None and strictest.due is not None
    )
