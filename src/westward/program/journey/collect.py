"""Ask every app below what it knows of children; an app that tells nothing has no ``journey`` module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from westward.care.clocks import DEFAULT_CONDITIONS, Milestone
from westward.care.when import When
from westward.program.accounts.models import User
from westward.program.journey import veiled
from westward.program.people.marks import Mark, NextAct
from westward.program.people.models import Child
from westward.program.people.reading import having
from westward.program.people.veil import Veil
from westward.program.referral.journey import BOOK_EEG

APPS = ("people", "letters", "referral", "diagnosis", "etiology", "treatment", "followup")
"""From the first to the last step; a fact told twice is taken from the first."""
ORDERED, BOOKED = "EEG ordered", "EEG booked"
"""An order says less than the appointment that was made for it."""
RECORD_EEG = "Record EEG"
"""The act of diagnosis that waits for a slot."""
EARLY = frozenset({"people", "letters", "referral"})
"""Apps whose line of state gives way to what is clinical."""
FIRST, CONFIRMED = "treatment", "spasms confirmed"
"""The app whose line stands first, and what goes without saying under a treatment."""


@lru_cache(maxsize=1)
def tellers() -> tuple[Any, ...]:
    """Modules ``journey`` of the apps that have one, in order."""
    names = (f"westward.program.{app}.journey" for app in APPS)
    return tuple(import_module(name) for name in names if find_spec(name) is not None)


def _each(name: str, children: Sequence[int]) -> Iterator[tuple[str, Callable[..., Any], Sequence[int]]]:
    """Each app, what it has under a name, and the children it is asked about: those with a row in its ``TABLES``."""
    for module in tellers():
        found = getattr(module, name, None)
        mine = having(module.TABLES, children) if found is not None and hasattr(module, "TABLES") else children
        if found is not None and mine:
            yield _app(module), found, mine


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """What has happened to each child, and when."""
    told: dict[int, dict[Milestone, When]] = {key: {} for key in children}
    for _, ask, mine in _each("facts", children):
        for key, found in ask(mine).items():
            told[key] = {**found, **told[key]}
    return told


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """What has to be done for each child, as the apps tell it; :func:`standing.ordered` says what comes first."""
    told: dict[int, list[NextAct]] = {key: [] for key in children}
    for _, ask, mine in _each("next_acts", children):
        for key, found in ask(mine, now=now).items():
            told[key].extend(found)
    return {key: _booked_first(acts) for key, acts in told.items()}


def _booked_first(acts: list[NextAct]) -> list[NextAct]:
    """What is ordered and not booked is booked before it is recorded, however urgent the order is."""
    book = next((act for act in acts if act.words == BOOK_EEG), None)
    if book is None or not any(act.words == RECORD_EEG for act in acts):
        return acts
    ahead = min(act.rank for act in acts if act.words == RECORD_EEG)
    return [replace(act, rank=ahead - 1) if act is book else act for act in acts]


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """One line of state of each child: what is clinical, joined; of the way there only as long as nothing is.

    Without a viewer it holds what every reader may see.
    """
    early: dict[int, str] = {}
    late: dict[int, list[str]] = {}
    first: dict[int, str] = {}
    for app, ask, mine in _each("lines", children):
        found: Mapping[int, str] = ask(mine, viewer=viewer)
        for key, words in found.items():
            if words and app in EARLY:
                early[key] = words
            elif words and app == FIRST:
                first[key] = words
            elif words and not (words.startswith(ORDERED) and BOOKED in early.get(key, "")):
                late.setdefault(key, []).append(words)
    for key, words in first.items():  # whoever is treated has the diagnosis
        rest = [one.removesuffix(f"; {CONFIRMED}") for one in late.get(key, ()) if one != CONFIRMED.capitalize()]
        late[key] = [words, *rest]
    return early | {key: "; ".join(words) for key, words in late.items()}


def conditions(children: Sequence[int]) -> dict[int, frozenset[str]]:
    """Conditions of standards of each child: what triage said of red flags, else what is assumed until it has."""
    told = dict.fromkeys(children, DEFAULT_CONDITIONS)
    for _, ask, mine in _each("conditions", children):
        told.update({key: (DEFAULT_CONDITIONS - {"red_flag"}) | found for key, found in ask(mine).items()})
    return told


def ruled_out(children: Sequence[int]) -> frozenset[int]:
    """Children of whom it was decided that they have no infantile spasms: nothing waits for a treatment any more."""
    return frozenset(key for _, ask, mine in _each("ruled_out", children) for key in ask(mine))


def marks(child: Child, *, viewer: User, of: Veil | None = None) -> list[Mark]:
    """Everything on one child's time axis that this reader may see, in order of time."""
    told: list[Mark] = []
    for module in tellers():
        ask = getattr(module, "marks", None)
        found = ask(child, viewer=viewer) if ask else []
        told += found if of is None else veiled.marks(_app(module), found, of)
    return sorted(told, key=lambda mark: (mark.at, mark.until or mark.at, mark.track, mark.words))


def _app(module: Any) -> str:
    return str(getattr(module, "__name__", "").split(".")[-2:][0])
