"""What later apps tell the overdue page and the surveillance list: days of milestones, and acts with a due date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from westward.care.clocks import Milestone
from westward.care.overdue import Act
from westward.care.when import When
from westward.program.people.marks import NextAct

Facts = Callable[[Sequence[int]], Mapping[int, Mapping[Milestone, When]]]
Acts = Callable[[Sequence[int]], Mapping[int, Sequence[Act]]]

Days = Callable[[Sequence[int]], Iterable[tuple[int, date]]]

NextActs = Callable[[Sequence[int], datetime], Mapping[int, Sequence[NextAct]]]
RuledOut = Callable[[Sequence[int]], Collection[int]]

_NEXT: list[NextActs] = []
_RULED_OUT: list[RuledOut] = []
_FACTS: list[Facts] = []
_ACTS: list[Acts] = []
_EEGS: list[Days] = []


def add_facts(read: Facts) -> None:
    """Add a reader of milestones by key of the child: EEG, diagnosis, treatment ..."""
    if read not in _FACTS:
        _FACTS.append(read)


def add_acts(read: Acts) -> None:
    """Add a reader of acts with a due date, by key of the child; ``done`` and ``owner`` filled in."""
    if read not in _ACTS:
        _ACTS.append(read)


def add_eegs(read: Days) -> None:
    """Add a reader of the days on which a child had an EEG, as pairs of key and day."""
    if read not in _EEGS:
        _EEGS.append(read)


def add_next(read: NextActs, ruled_out: RuledOut) -> None:
    """Add what reads the open acts of children who are late, and who has no infantile spasms: the journey does."""
    if read not in _NEXT:
        _NEXT.append(read)
        _RULED_OUT.append(ruled_out)


def next_acts(children: Sequence[int], now: datetime) -> dict[int, list[NextAct]]:
    """Open acts of those children who are late with anything, of every app."""
    found: dict[int, list[NextAct]] = {}
    for read in _NEXT:
        for key, acts in read(children, now).items():
            found.setdefault(key, []).extend(acts)
    return found


def ruled_out(children: Sequence[int]) -> set[int]:
    """Children of whom it was decided that they have no infantile spasms: no clock runs for them."""
    return {key for read in _RULED_OUT for key in read(children)}


def eegs(children: Sequence[int]) -> dict[int, set[date]]:
    """Days of every EEG that the other apps know."""
    found: dict[int, set[date]] = {}
    for read in _EEGS:
        for key, day in read(children):
            found.setdefault(key, set()).add(day)
    return found


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """Milestones of the other apps."""
    found: dict[int, dict[Milestone, When]] = {key: {} for key in children}
    for read in _FACTS:
        for key, days in read(children).items():
            found.setdefault(key, {}).update(days)
    return found


def acts(children: Sequence[int]) -> list[Act]:
    """Acts of the other apps."""
    return [act for read in _ACTS for found in read(children).values() for act in found]
