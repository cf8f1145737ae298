"""Whose letter it is: the program's name, hospital, address and lines, from the site's details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from westward.program.letters.compose.said import Contact
from westward.program.people.models import Child


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
    details: Any = getattr(settings, "SITE_DETAILS", None)
    site = child.site.name if child.site else ""
    if details is None:
        return Letterhead(program="Infantile spasms program", hospital=site)
    return Letterhead(
        program=details.name,
        hospital=site or details.hospital,
        address=details.address,
        phone=details.urgent.number,
        fax=details.lines["fax"].number,
    )


def contact() -> Contact:
    """Whom to call, from the site's details; what is not set is a gap in the letter."""
    details: Any = getattr(settings, "SITE_DETAILS", None)
    if details is None:
        return Contact()
    line = details.urgent
    hours = str(line.hours) if line.hours else ""
    return Contact(who=details.name, phone=line.number, hours=hours, mail=line.mail, emergency=details.emergency_number)
