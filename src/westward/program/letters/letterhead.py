"""Whose letter it is: the program's name, hospital, address and lines, from the site's details."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from westward.program.letters.compose.said import Contact
from westward.program.people.models import Child
from westward.program.shell.hours import Hours
from westward.program.shell.site import details

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands at the top; empty where the site has not said."""

    program: str
    hospital: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    fax: str = ""


def letterhead(child: Child) -> Letterhead:
    """The letterhead for a child: the hospital of the child's site, the program's own lines."""
    site = details()
    return Letterhead(
        program=site.name,
        hospital=child.site.name if child.site else site.hospital,
        address=site.address,
        phone=site.urgent.number,
        fax=site.lines["fax"].number,
    )


def contact() -> Contact:
    """Whom to call, from the site's details; what is not set is a gap in the letter."""
    site, line = details(), details().urgent
    return Contact(
        who=site.name,
        phone=line.number,
        hours=hours_in_words(line.hours) if line.hours else "",
        mail=line.mail,
        emergency=site.emergency_number,
    )


def hours_in_words(hours: Hours) -> str:
    """``Mon-Fri 8:00-17:00``: equal days in one stretch, days without hours left out."""
    if hours.always:
        return "day and night, every day"
    stretches = []
    for spans, days in groupby(range(7), key=lambda d: hours.week[d]):
        if not spans:
            continue
        run = list(days)
        name = _DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}\u2013{_DAYS[run[-1]]}"
        stretches.append(f"{name} {', '.join(map(str, spans))}")
    return "; ".join(stretches)
