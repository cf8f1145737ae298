"""What later apps tell the overdue page and the surveillance list: days of milestones, and acts with a due date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from westward.care.clocks import Milestone
from westward.care.overdue import Act
from westward.care.when import When
from westward.program.people.marks import NextAct

Facts = Callable[[Sequence[int]], Mapping[int, Mapping[Milestone, When]]]
Acts = Callable[[Sequence[int]], Mapping[int, Sequence[Act]]]

Days = Callable[[Sequence[int]], Iterable[tuple[int, date]]]


@dataclass(frozen=True, slots=True)
class Known:
    """Where a child stands by all apps, as the board keeps it.

    Attributes
    ----------
    facts : mapping of Milestone to When
        What has happened.
    conditions : frozenset of str
        Conditions of its standards.
    ruled_out : bool
        It was decided that there are no infantile spasms: no clock runs.
    acts : tuple of NextAct
        Open acts of a child who is late with anything; empty for one who is not.
    """

    facts: Mapping[Milestone, When]
    conditions: frozenset[str]
    ruled_out: bool
    acts: tuple[NextAct, ...] = ()


Standings = Callable[[Sequence[int], datetime], Mapping[int, Known]]

_KNOWN: list[Standings] = []
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


def add_known(read: Standings) -> None:
    """Add what knows where children stand: the journey does."""
    if read not in _KNOWN:
        _KNOWN.append(read)


def known(children: Sequence[int], now: datetime) -> dict[int, Known]:
    """Where each child stands, from the rows of the board; children nobody knows are left out."""
    return {key: found for read in _KNOWN for key, found in read(children, now).items()}


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
