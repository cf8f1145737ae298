"""Entries of the menu at the top of every page; each app adds its own when it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from westward.program.accounts.choices import Kind
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows


@dataclass(frozen=True, slots=True, order=True)
class MenuEntry:
    """A page that has a place in the menu.

    Attributes
    ----------
    order : int
        Place from the left: 10 board, 20 children, 30 to 60 worklists, 70 quality, 80 staff, 90 audit.
    label : str
        A word or two.
    route : str
        Name of the route, which takes nothing.
    verb : str
        Who sees it; empty for everybody of ``kind``.
    kind : str
        Staff or caregivers.
    more : bool
        Whether it stands behind *More* where the menu would not fit on one line.
    """

    order: int
    label: str
    route: str
    verb: str = ""
    kind: str = Kind.STAFF
    more: bool = False


FIT = 10
"""So many entries stand on one line of a laptop."""

_ENTRIES: list[MenuEntry] = [
    MenuEntry(80, "Staff", "staff", "accounts.list", more=True),
    MenuEntry(90, "Audit", "audit", "audit.read", more=True),
    MenuEntry(91, "Reviews", "reviews", "audit.read", more=True),
]


def add_entry(entry: MenuEntry) -> None:
    """Add an entry, once."""
    if entry not in _ENTRIES:
        _ENTRIES.append(entry)
        _ENTRIES.sort()


def entries(user: User) -> tuple[MenuEntry, ...]:
    """Entries that this user may open, from the left."""
    mine = (entry for entry in _ENTRIES if entry.kind == user.kind)
    return tuple(entry for entry in mine if not entry.verb or allows(user, entry.verb))


def in_two(user: User) -> tuple[tuple[MenuEntry, ...], tuple[MenuEntry, ...]]:
    """Entries on the line, and those behind *More*: none if all of them fit."""
    found = entries(user)
    if len(found) <= FIT:
        return found, ()
    return tuple(one for one in found if not one.more), tuple(one for one in found if one.more)
