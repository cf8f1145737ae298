"""Whether two entries are one person."""

from __future__ import annotations

from westward.program.people.models import Caregiver


def same_person(one: Caregiver, other: Caregiver) -> bool:
    """Whether two caregivers may be one person: the same name, and a phone or address in common."""
    if one.name.strip().casefold() != other.name.strip().casefold():
        return False
    first, second = (_digits(entry.phone) for entry in (one, other))
    return (first == second != "") or (one.email.casefold() == other.email.casefold() != "")


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())
