"""What a caregiver's page shows; each app adds its own sections when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from westward.program.accounts.models import User
from westward.program.people.models import Child

Context = Callable[[Child, User], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    order : int
        Place from the top: 5 medicines and what goes with them, 10 next appointment, 20 whom to call, 30 interpreter,
        40 and on for what comes later.
    template : str
        Rendered with ``child``, ``language`` (en or es) and what ``context`` gives.
    context : callable
        Takes the child and the caregiver's account; None leaves the section out. It must read what concerns this
        child alone, and nothing that the family may not see yet.
    """

    order: int
    template: str
    context: Context


_SECTIONS: list[Section] = []


def add_section(order: int, template: str, context: Context) -> None:
    """Add a section, once."""
    section = Section(order, template, context)
    if section not in _SECTIONS:
        _SECTIONS.append(section)
        _SECTIONS.sort(key=lambda one: one.order)


def sections(child: Child, user: User) -> list[tuple[str, dict[str, Any]]]:
    """Templates and their contexts for one child, from the top."""
    asked = [(one.template, one.context(child, user)) for one in _SECTIONS]
    return [(template, context) for template, context in asked if context is not None]


def has_appointment() -> bool:
    """Whether an app tells of appointments; without one the page says that nothing is booked here."""
    return any(one.order == APPOINTMENT for one in _SECTIONS)


APPOINTMENT = 10
"""Order of the section that tells of the next appointment."""
