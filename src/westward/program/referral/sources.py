"""What later apps tell the overdue page and the surveillance list: days of milestones, and acts with a due date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from westward.care.clocks import Milestone
from westward.care.overdue import Act
from westward.care.when import When

Facts = Callable[[Sequence[int]], Mapping[int, Mapping[Milestone, When]]]
Acts = Callable[[Sequence[int]], Mapping[int, Sequence[Act]]]

_FACTS: list[Facts] = []
_ACTS: list[Acts] = []


def add_facts(read: Facts) -> None:
    """Add a reader of milestones by key of the child: EEG, diagnosis, treatment ..."""
    if read not in _FACTS:
        _FACTS.append(read)


def add_acts(read: Acts) -> None:
    """Add a reader of acts with a due date, by key of the child; ``done`` and ``owner`` filled in."""
    if read not in _ACTS:
        _ACTS.append(read)


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
