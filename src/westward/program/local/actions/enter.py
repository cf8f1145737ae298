"""Enter a site's own value for an empty field of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from westward.care import local
from westward.core.errors import InputError, UsageError
from westward.evidence.blank import Blank
from westward.evidence.local import LocalValue, of_plain, plain
from westward.program.accounts.actions.base import PersonAct
from westward.program.acts import InvalidActError, Told
from westward.program.local.choices import State
from westward.program.local.models import LocalEntry
from westward.program.local.queries import next_number


@dataclass(frozen=True, kw_only=True)
class EnterValue(PersonAct[LocalEntry]):
    """A value with unit, source and year; it is used by nothing until somebody else has approved it.

    Attributes
    ----------
    field : str
        Of :class:`westward.evidence.blank.Blank`.
    value : object
        Plain data of its shape.
    """

    verb = "local.enter"
    field: str
    value: Any
    unit: str
    source: str
    year: int
    note: str = ""

    def target(self) -> str:
        """The field."""
        return self.field

    def _made(self) -> tuple[Blank, LocalValue]:
        blank = local.blank(self.field)
        entered = LocalValue(
            field=self.field,
            value=of_plain(blank, self.value),
            unit=self.unit.strip(),
            source=" ".join(self.source.split())[:400],
            year=self.year,
        )
        return blank, entered

    def validate(self) -> None:
        """An empty field, a value that can be, and none that waits already."""
        try:
            blank, entered = self._made()
            local.check(blank, entered, this_year=timezone.localdate().year)
        except (InputError, UsageError) as error:
            raise InvalidActError(str(error)) from None
        if LocalEntry.objects.filter(field=self.field, state=State.WAITING).exists():
            raise InvalidActError("a value waits for a second person already; approve it or turn it down first")

    def write(self) -> tuple[LocalEntry, Told]:
        """The entry, waiting."""
        _, entered = self._made()
        made = LocalEntry.objects.create(
            field=self.field,
            number=next_number(self.field),
            value=plain(entered.value),
            unit=entered.unit,
            source=entered.source,
            year=entered.year,
            note=self.note.strip(),
            entered_by=self.user,
            entered_at=timezone.now(),
        )
        return made, Told(self.field, detail={"entry": made.pk, "number": made.number})
