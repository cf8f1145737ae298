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
    """

    order: int
    label: str
    route: str
    verb: str = ""
    kind: str = Kind.STAFF


_ENTRIES: list[MenuEntry] = []


def add_entry(entry: MenuEntry) -> None:
    """Add an entry, once."""
    if entry not in _ENTRIES:
        _ENTRIES.append(entry)
        _ENTRIES.sort()


def entries(user: User) -> tuple[MenuEntry, ...]:
    """Entries that this user may open, from the left."""
    mine = (entry for entry in _ENTRIES if entry.kind == user.kind)
    return tuple(entry for entry in mine if not entry.verb or allows(user, entry.verb))
