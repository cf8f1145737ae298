"""The frame of a child's chart: which tabs it has. Each app adds its own when it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.people.models import Child
from westward.program.people.policies import subject


@dataclass(frozen=True, slots=True, order=True)
class Tab:
    """One page of the chart.

    Attributes
    ----------
    order : int
        Place from the left: 10 timeline, 20 person, 30 referral, 40 EEG, 50 cause, 60 letters.
    label : str
        A word or two.
    route : str
        Name of the route, which takes the child's key alone.
    verb : str
        Who sees it.
    under : tuple of str
        Pages beside it that belong to it, by their part of the address: ``("tests", "samples")``.
    """

    order: int
    label: str
    route: str
    verb: str = "people.read"
    under: tuple[str, ...] = ()


_TABS: list[Tab] = []


def add_tab(tab: Tab) -> None:
    """Add a tab, once."""
    if tab not in _TABS:
        _TABS.append(tab)
        _TABS.sort()


def tabs(user: User, child: Child) -> tuple[Tab, ...]:
    """Tabs that this user may open on this child, from the left."""
    return tuple(tab for tab in _TABS if allows(user, tab.verb, subject(child)))


def routes() -> frozenset[str]:
    """Names of the routes of all tabs."""
    return frozenset(tab.route for tab in _TABS)
