"""Reads of local values."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from westward.care import local
from westward.core.errors import InputError
from westward.evidence.blank import Blank
from westward.evidence.local import LocalValue, of_plain, plain
from westward.look import words
from westward.look.words import coded
from westward.program.local.choices import State
from westward.program.local.models import LocalEntry
from westward.program.shell import values


def value(entry: LocalEntry, blank: Blank) -> LocalValue:
    """The entry as the evidence reads it."""
    approved = ""
    if entry.approved_by is not None and entry.approved_at is not None:
        approved = f"{entry.approved_by.name}, {words.day(timezone.localtime(entry.approved_at).date())}"
    return LocalValue(
        field=entry.field,
        value=of_plain(blank, entry.value),
        unit=entry.unit,
        source=entry.source,
        year=entry.year,
        number=entry.number,
        entered=f"{entry.entered_by.name}, {words.day(timezone.localtime(entry.entered_at).date())}",
        approved=approved,
    )


def in_force() -> dict[str, LocalValue]:
    """What two people stand for, by field; a field that the evidence fills by now is left out."""
    entries = LocalEntry.objects.filter(state=State.IN_FORCE).select_related("entered_by", "approved_by")
    known = {one.field: one for one in local.blanks()}
    return {entry.field: value(entry, known[entry.field]) for entry in entries if entry.field in known}


def history(field: str) -> list[LocalEntry]:
    """Every version of a field, the latest first."""
    found = LocalEntry.objects.filter(field=field).select_related("entered_by", "approved_by", "ended_by")
    return list(found.order_by("-number"))


def next_number(field: str) -> int:
    """The number of the next version."""
    last = LocalEntry.objects.filter(field=field).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


@dataclass(frozen=True, slots=True)
class Line:
    """A version for a reader.

    Attributes
    ----------
    lines : tuple of str
        The value in words.
    """

    entry: LocalEntry
    lines: tuple[str, ...]


def line(entry: LocalEntry, blank: Blank) -> Line:
    """A version with its value in words; one that the field takes no more says so."""
    try:
        return Line(entry, local.words(blank, of_plain(blank, entry.value)))
    except InputError:
        return Line(entry, ("of a form that this field takes no more",))


@dataclass(frozen=True, slots=True)
class Field:
    """One empty field as it stands here.

    Attributes
    ----------
    holds, waits : Line or None
        The version in force, and the one that waits for a second person.
    file : LocalValue or None
        What ``values.toml`` says; it is used by nothing.
    file_lines : tuple of str
        The same in words.
    """

    blank: Blank
    holds: Line | None
    waits: Line | None
    file: LocalValue | None
    file_lines: tuple[str, ...]

    @property
    def filled(self) -> bool:
        """Whether readers of the evidence get a value."""
        return self.holds is not None

    @property
    def offered(self) -> bool:
        """Whether the file says something that nobody has entered here yet."""
        if self.file is None or self.waits is not None:
            return False
        return self.holds is None or self.holds.entry.value != plain(self.file.value)

    @property
    def address(self) -> str:
        """Of its page."""
        return reverse("local-value", args=[self.blank.kind, "/".join(self.blank.place)])

    @property
    def part(self) -> str:
        """Drug or section in words."""
        place = self.blank.place
        return coded(place[1] if len(place) > 2 else place[1].partition(".")[0])


def fields() -> tuple[Field, ...]:
    """Every empty field of the evidence, in its order."""
    current: dict[tuple[str, str], LocalEntry] = {}
    entries = LocalEntry.objects.filter(state__in=(State.IN_FORCE, State.WAITING))
    for entry in entries.select_related("entered_by", "approved_by"):
        current[entry.field, entry.state] = entry
    file = values.of_file()
    return tuple(_field(blank, current, file.get(blank.field)) for blank in local.blanks())


def field(blank: Blank) -> tuple[Field, tuple[Line, ...]]:
    """One field, with every version."""
    versions = history(blank.field)
    current = {(one.field, str(one.state)): one for one in versions if one.state in (State.IN_FORCE, State.WAITING)}
    found = _field(blank, current, values.of_file().get(blank.field))
    return found, tuple(line(one, blank) for one in versions)


def _field(blank: Blank, current: dict[tuple[str, str], LocalEntry], file: LocalValue | None) -> Field:
    holds, waits = (current.get((blank.field, state)) for state in (State.IN_FORCE, State.WAITING))
    return Field(
        blank,
        line(holds, blank) if holds else None,
        line(waits, blank) if waits else None,
        file,
        local.words(blank, file.value) if file else (),
    )
