"""Ask every app below what it knows of children; an app that tells nothing has no ``journey`` module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.models import User
from westward.program.people.marks import Mark, NextAct
from westward.program.people.models import Child

APPS = ("people", "letters", "referral", "diagnosis", "etiology", "treatment", "followup")
"""From the first to the last step; a fact told twice is taken from the first, a line of state from the last."""


@lru_cache(maxsize=1)
def tellers() -> tuple[Any, ...]:
    """Modules ``journey`` of the apps that have one, in order."""
    names = (f"westward.program.{app}.journey" for app in APPS)
    return tuple(import_module(name) for name in names if find_spec(name) is not None)


def _each(name: str) -> Iterator[Callable[..., Any]]:
    return (found for module in tellers() if (found := getattr(module, name, None)) is not None)


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """What has happened to each child, and when."""
    told: dict[int, dict[Milestone, When]] = {key: {} for key in children}
    for ask in _each("facts"):
        for key, found in ask(children).items():
            told[key] = {**found, **told[key]}
    return told


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """What has to be done for each child, the most pressing first."""
    told: dict[int, list[NextAct]] = {key: [] for key in children}
    for ask in _each("next_acts"):
        for key, found in ask(children, now=now).items():
            told[key].extend(found)
    for acts in told.values():
        acts.sort(key=lambda act: (act.due is None, act.due.timestamp() if act.due else 0.0, act.rank, act.words))
    return told


def lines(children: Sequence[int]) -> dict[int, str]:
    """One line of state of each child that every reader may see; the furthest app that has one speaks."""
    told: dict[int, str] = {}
    for ask in _each("lines"):
        found: Mapping[int, str] = ask(children, viewer=None)
        told.update({key: words for key, words in found.items() if words})
    return told


def conditions(children: Sequence[int]) -> dict[int, frozenset[str]]:
    """Conditions of standards that an app knows to hold or not to hold; absent where nobody has said."""
    told: dict[int, frozenset[str]] = {}
    for ask in _each("conditions"):
        told.update(ask(children))
    return told


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Everything on one child's time axis that this reader may see, in order of time."""
    told = [mark for ask in _each("marks") for mark in ask(child, viewer=viewer)]
    return sorted(told, key=lambda mark: (mark.at, mark.until or mark.at, mark.track, mark.words))
