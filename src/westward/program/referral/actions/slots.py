"""Make EEG slots in bulk, and withdraw one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import Subject, allows
from westward.program.acts import InvalidActError, Told
from westward.program.referral import policies
from westward.program.referral.choices import HOLDING
from westward.program.referral.models import Slot

MOST_DAYS = 184
MOST_SLOTS = 2000
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class MakeSlots(PersonAct[list[Slot]]):
    """Make slots on beds, from a first to a last day, on some days of the week.

    Each day is cut into slots of ``length_h`` from ``begin`` to ``end``; a rest too short for a slot is left out. If
    ``end`` is not after ``begin`` the slots run into the next day. What overlaps a slot that is there is left out.

    Attributes
    ----------
    weekdays : sequence of int
        0 for Monday to 6 for Sunday: the day on which a slot begins.
    length_h : float
        Hours of one slot.
    night : bool
        Whether these are overnight recordings.
    interpreter : bool
        Whether an interpreter is available.
    """

    verb = "slots.make"
    site: Site | None = None
    beds: Sequence[str]
    first: date
    last: date
    weekdays: Sequence[int] = (0, 1, 2, 3, 4)
    begin: time
    end: time
    length_h: float
    night: bool = False
    interpreter: bool = False
    technologist: User | None = None

    def subject(self) -> Subject:
        """The site."""
        return policies.at(self.site)

    def validate(self) -> None:
        """Beds, days and hours that make sense."""
        if not self._beds():
            raise InvalidActError("name at least one bed")
        if self.last < self.first:
            raise InvalidActError("the last day lies before the first; check both")
        if (self.last - self.first).days >= MOST_DAYS:
            raise InvalidActError(f"make slots for at most {MOST_DAYS} days at a time")
        if self.last < timezone.localdate():
            raise InvalidActError("these days are over; check them")
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise InvalidActError("choose at least one day of the week")
        if not 0.5 <= self.length_h <= 72:
            raise InvalidActError("a slot is half an hour to 72 hours long")
        if self.technologist is not None and not allows(self.technologist, "slots.list", policies.at(self.site)):
            raise InvalidActError(f"{self.technologist.name} has no role at this site; choose another technologist")
        if not (planned := list(self._planned())):
            raise InvalidActError("no slot of that length fits between these hours on these days")
        if len(planned) > MOST_SLOTS:
            raise InvalidActError(f"these are {len(planned)} slots; make at most {MOST_SLOTS} at a time")

    def write(self) -> tuple[list[Slot], Told]:
        """The slots that overlap none."""
        if self.site is not None:
            Site.objects.select_for_update().get(pk=self.site.pk)
        planned = list(self._planned())
        begin, end = min(p[1] for p in planned), max(p[2] for p in planned)
        there: dict[str, list[tuple[datetime, datetime]]] = {}
        for slot in Slot.objects.filter(site=self.site, withdrawn_at=None, starts__lt=end, ends__gt=begin):
            there.setdefault(slot.bed, []).append((slot.starts, slot.ends))
        made = []
        for bed, starts, ends in planned:
            taken = there.setdefault(bed, [])
            if any(starts < e and ends > s for s, e in taken):
                continue
            taken.append((starts, ends))
            made.append(
                Slot(
                    site=self.site,
                    bed=bed,
                    technologist=self.technologist,
                    starts=starts,
                    ends=ends,
                    night=self.night,
                    interpreter=self.interpreter,
                    made_by=self.user,
                )
            )
        if not made:
            raise InvalidActError("slots are there already at all these times; nothing was made")
        made = Slot.objects.bulk_create(made)
        detail = {"count": len(made), "left_out": len(planned) - len(made)}
        return made, Told("", code(self.site), detail=detail)

    def _beds(self) -> list[str]:
        return list(dict.fromkeys(bed.strip()[:40] for bed in self.beds if bed.strip()))

    def _planned(self) -> Iterator[tuple[str, datetime, datetime]]:
        zone, length = timezone.get_current_timezone(), timedelta(hours=self.length_h)
        day = max(self.first, timezone.localdate())
        while day <= self.last:
            if day.weekday() in self.weekdays:
                begin = datetime.combine(day, self.begin)
                end = datetime.combine(day if self.end > self.begin else day + _DAY, self.end)
                while begin + length <= end:
                    for bed in self._beds():
                        yield bed, begin.replace(tzinfo=zone), (begin + length).replace(tzinfo=zone)
                    begin += length
            day += _DAY


@dataclass(frozen=True, kw_only=True)
class WithdrawSlot(PersonAct[Slot]):
    """Withdraw a slot that nobody holds: the bed is out of order, the technologist is ill."""

    verb = "slots.withdraw"
    slot: Slot
    reason: str

    def subject(self) -> Subject:
        """The site of the slot."""
        return policies.at(self.slot.site)

    def target(self) -> str:
        """Id of the slot."""
        return self.slot.audit_id

    def validate(self) -> None:
        """In force, free, with a reason."""
        slot = Slot.objects.select_for_update().get(pk=self.slot.pk)
        if slot.withdrawn_at is not None:
            raise InvalidActError("this slot was withdrawn already")
        if slot.appointments.filter(state__in=HOLDING).exists():
            raise InvalidActError("a child is booked on this slot; move the child first")
        if not self.reason.strip():
            raise InvalidActError("say why the slot is withdrawn")

    def write(self) -> tuple[Slot, Told]:
        """Withdrawn, with who and why."""
        slot = Slot.objects.select_related("site").get(pk=self.slot.pk)
        slot.withdrawn_at, slot.withdrawn_by = timezone.now(), self.user
        slot.withdrawn_reason = self.reason.strip()
        slot.save()
        return slot, Told(slot.audit_id, code(slot.site))
