"""The technologist's sheet of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis.actions.base import not_future, open_chart
from westward.program.diagnosis.answering import close
from westward.program.diagnosis.choices import Known, OrderState
from westward.program.diagnosis.models import EegOrder, TechnologistSheet
from westward.program.people.actions.base import ChildAct

MOST_KOHM = Decimal(99999)


@dataclass(frozen=True, kw_only=True)
class WriteSheet(ChildAct[TechnologistSheet]):
    """Write a sheet, or the next version of the one of this order; an open order counts as recorded then.

    Attributes
    ----------
    impedances_kohm : mapping of str to Decimal
        By electrode; what was not measured is left out.
    """

    verb = "diagnosis.write_sheet"
    order: EegOrder | None = None
    recorded_on: date
    deltoid_emg: str = Known.UNKNOWN
    impedance_least_kohm: Decimal | None = None
    impedance_most_kohm: Decimal | None = None
    impedances_kohm: Mapping[str, Decimal] = field(default_factory=dict)
    leads_missing: str = ""
    skin_before: str = ""
    skin_after: str = ""
    sleep_recorded: str = Known.UNKNOWN
    events_seen: str = Known.UNKNOWN
    events_words: str = ""
    handed_to: str = ""
    handed_at: datetime | None = None
    words: str = ""

    def validate(self) -> None:
        """A day that can be, impedances that can be, a hand-off with both who and when."""
        open_chart(self.child)
        not_future(self.recorded_on, "the recording day")
        if self.recorded_on < self.child.birth_date:
            raise InvalidActError(f"the recording day {self.recorded_on} lies before the birth")
        if self.order is not None:
            if self.order.child_id != self.child.pk:
                raise InvalidActError("this order is on another chart")
            if self.order.state == OrderState.CANCELED:
                raise InvalidActError("this order was canceled; write the sheet without it or order anew")
        least, most = self.impedance_least_kohm, self.impedance_most_kohm
        if (least is None) != (most is None):
            raise InvalidActError("impedances need the least and the most, in kOhm; leave both empty if not measured")
        if least is not None and most is not None and not 0 <= least <= most <= MOST_KOHM:
            raise InvalidActError(f"impedances from {least} to {most} kOhm cannot be")
        if any(not 0 <= value <= MOST_KOHM for value in self.impedances_kohm.values()):
            raise InvalidActError("an impedance below 0 kOhm cannot be")
        if bool(self.handed_to.strip()) != (self.handed_at is not None):
            raise InvalidActError("a hand-off needs both: to whom, and when")
        if self.handed_at is not None and self.handed_at > timezone.now():
            raise InvalidActError("the hand-off lies in the future")

    def write(self) -> tuple[TechnologistSheet, Told]:
        """The sheet."""
        earlier = self.order.sheets.filter(replaced_by=None).first() if self.order else None
        sheet = TechnologistSheet.objects.create(
            child=self.child,
            order=self.order,
            recorded_on=self.recorded_on,
            deltoid_emg=self.deltoid_emg,
            impedance_least_kohm=self.impedance_least_kohm,
            impedance_most_kohm=self.impedance_most_kohm,
            impedances_kohm={name: str(value) for name, value in self.impedances_kohm.items()},
            leads_missing=self.leads_missing.strip(),
            skin_before=self.skin_before.strip(),
            skin_after=self.skin_after.strip(),
            sleep_recorded=self.sleep_recorded,
            events_seen=self.events_seen,
            events_words=self.events_words.strip(),
            handed_to=self.handed_to.strip(),
            handed_at=self.handed_at,
            words=self.words.strip(),
            written_by=self.user,
            written_at=timezone.now(),
            replaces=earlier,
        )
        if self.order is not None and (self.order.state == OrderState.OPEN or self.order.done_through_id):
            close(self.order, self.recorded_on, by=self.user)
        return sheet, self.told(f"eeg_sheet:{sheet.pk}", {"replaces": earlier.pk if earlier else None})
