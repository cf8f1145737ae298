"""What every composer is given: facts that name where they stand, who reads, whom to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from westward.look import words
from westward.program.letters.blocks import ROW, Block, Shape, Slot, gap

T = TypeVar("T")


class Reader(StrEnum):
    """Who reads: a clinician, or the family, who get everyday words with the clinical term in brackets."""

    CLINICIAN = "clinician"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A fact with the id of where it stands in the chart, such as ``study:12``."""

    value: T
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call.

    Attributes
    ----------
    who, phone, hours : str
        Empty where the site has not said; the letter then shows a gap.
    mail, emergency : str
        Left out where empty.
    """

    who: str = ""
    phone: str = ""
    hours: str = ""
    mail: str = ""
    emergency: str = ""


NO_CONTACT = Contact()


def sources(*facts: Known[Any] | Iterable[Known[Any]] | None) -> tuple[str, ...]:
    """Ids of the facts that are there, each once."""
    found: dict[str, None] = {}
    for fact in facts:
        for one in (fact,) if isinstance(fact, Known) else fact or ():
            found[one.source] = None
    return tuple(found)


def row(term: str, value: str) -> str:
    """One row of a table."""
    return f"{term}{ROW}{value}"


def at(moment: datetime) -> str:
    """``Tue 1 Dec 2026, 14:05``, in the zone the moment is given in."""
    return f"{words.day(moment.date())}, {moment:%H:%M}"


def on(fact: Known[date] | None, what: str) -> str:
    """The day, or a gap for it."""
    return words.day(fact.value) if fact else gap(what)


def sentence(text: str) -> str:
    """With a period at its end."""
    text = text.strip()
    return text if text.endswith((".", "?", ":")) else f"{text}."


def whom_to_call(contact: Contact, *, reader: Reader, source: str = "site") -> Block:
    """The block that no letter goes without."""
    lines = [
        row("Name", contact.who or gap("who answers")),
        row("Phone", contact.phone or gap("phone number")),
        row("Hours", contact.hours or gap("hours")),
    ]
    if contact.mail:
        lines.append(row("Mail", contact.mail))
    if contact.emergency:
        family = "if your child struggles to breathe, cannot be woken, or has a seizure that does not stop"
        clinician = "trouble breathing, a child who cannot be woken, or a seizure that does not stop"
        lines.append(row("Emergency", f"{contact.emergency} \u2013 {family if reader is Reader.FAMILY else clinician}"))
    return Block(slot=Slot.CALL, heading="Whom to call", shape=Shape.TABLE, lines=tuple(lines), sources=(source,))
