"""Book an appointment or an EEG slot; release it; say whether the child came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child
from westward.program.referral import policies
from westward.program.referral.choices import HOLDING, AppointmentKind, AppointmentState
from westward.program.referral.models import Appointment, Slot


def _expected(child: Child, starts: datetime, ends: datetime | None) -> None:
    """Refuse for a child nobody waits for, or who is expected elsewhere at the time."""
    if child.silent(timezone.localdate()):
        raise InvalidActError(f"the chart is {child.get_state_display().lower()}; nothing is booked for it")
    booked = Appointment.objects.filter(child=child, state=AppointmentState.BOOKED, starts__lt=ends or starts)
    for one in booked if ends else ():
        if (one.ends or one.starts) > starts:
            at = timezone.localtime(one.starts)
            raise InvalidActError(f"the child is expected elsewhere at that time, from {at:%d %b %Y %H:%M}")


@dataclass(frozen=True, kw_only=True)
class BookSlot(ChildAct[Appointment]):
    """Book an EEG slot for a child. Of two who try at the same moment one gets it.

    Attributes
    ----------
    interpreter : str
        How interpretation is arranged; required if the family needs an interpreter and the slot has none.
    """

    verb = "appointments.book"
    slot: Slot
    with_whom: str = ""
    interpreter: str = ""

    def validate(self) -> None:
        """A slot that is not over, withdrawn or held; an interpreter if one is needed."""
        Child.objects.select_for_update().get(pk=self.child.pk)
        slot = self._fresh()
        if not allows(self.user, self.verb, policies.at(slot.site)):
            raise InvalidActError("your roles do not book at the site of this slot; choose another")
        if slot.withdrawn_at is not None:
            raise InvalidActError("this slot was withdrawn; choose another")
        if slot.ends <= timezone.now():
            raise InvalidActError("this slot is over; choose another")
        if slot.appointments.filter(state__in=HOLDING).exists():
            raise InvalidActError("this slot is taken; choose another")
        if self.child.interpreter and not slot.interpreter and not self.interpreter.strip():
            raise InvalidActError(
                f"the family needs an interpreter ({self.child.language}) and this slot has none; "
                "choose another, or say how interpretation is arranged"
            )
        _expected(self.child, slot.starts, slot.ends)

    def write(self) -> tuple[Appointment, Told]:
        """The appointment; the database lets one child hold a slot."""
        slot = self._fresh()
        arranged = "on site" if slot.interpreter and self.child.interpreter else ""
        try:
            with transaction.atomic():
                made = Appointment.objects.create(
                    child=self.child,
                    site=slot.site,
                    kind=AppointmentKind.EEG,
                    starts=slot.starts,
                    ends=slot.ends,
                    place=slot.bed,
                    with_whom=self.with_whom.strip() or (slot.technologist.name if slot.technologist else ""),
                    interpreter=self.interpreter.strip() or arranged,
                    slot=slot,
                    booked_by=self.user,
                )
        except IntegrityError:
            raise InvalidActError("this slot was taken a moment ago; choose another") from None
        return made, self.told(detail={"appointment": made.pk, "slot": slot.pk})

    def _fresh(self) -> Slot:
        found = Slot.objects.select_for_update(of=("self",)).select_related("site", "technologist")
        return found.get(pk=self.slot.pk)


@dataclass(frozen=True, kw_only=True)
class BookAppointment(ChildAct[Appointment]):
    """Book an appointment that holds no slot."""

    verb = "appointments.book"
    kind: str
    starts: datetime
    minutes: int = 0
    place: str = ""
    with_whom: str = ""
    interpreter: str = ""

    def validate(self) -> None:
        """A kind that exists, a time to come, nothing else at that time."""
        if self.kind not in AppointmentKind.values:
            raise InvalidActError(f"there is no kind {self.kind!r}; use {', '.join(AppointmentKind.values)}")
        if self.starts < timezone.now() - timedelta(days=1):
            raise InvalidActError("this time is over; check the day")
        if not 0 <= self.minutes <= 60 * 24 * 14:
            raise InvalidActError("an appointment lasts up to 14 days; give its minutes")
        Child.objects.select_for_update().get(pk=self.child.pk)
        _expected(self.child, self.starts, self._ends())

    def write(self) -> tuple[Appointment, Told]:
        """The appointment."""
        made = Appointment.objects.create(
            child=self.child,
            site=self.child.site,
            kind=self.kind,
            starts=self.starts,
            ends=self._ends(),
            place=self.place.strip(),
            with_whom=self.with_whom.strip(),
            interpreter=self.interpreter.strip(),
            booked_by=self.user,
        )
        return made, self.told(detail={"appointment": made.pk, "kind": self.kind})

    def _ends(self) -> datetime | None:
        return self.starts + timedelta(minutes=self.minutes) if self.minutes else None


@dataclass(frozen=True, kw_only=True)
class _Change(ChildAct[Appointment]):
    verb = "appointments.change"
    new: ClassVar[str]
    appointment: Appointment
    reason: str = ""

    def validate(self) -> None:
        """Still booked, and of this child."""
        found = Appointment.objects.select_for_update().get(pk=self.appointment.pk)
        if found.child_id != self.child.pk:
            raise InvalidActError("this appointment is not of this child")
        if found.state != AppointmentState.BOOKED:
            raise InvalidActError(f"this appointment is no longer booked: {found.get_state_display().lower()}")
        self.check(found)

    def check(self, appointment: Appointment) -> None:
        """What else the new state asks."""

    def write(self) -> tuple[Appointment, Told]:
        """The new state, with who and when."""
        found = Appointment.objects.get(pk=self.appointment.pk)
        found.state, found.state_at, found.state_by = self.new, timezone.now(), self.user
        found.state_reason = self.reason.strip()
        found.save()
        return found, self.told(detail={"appointment": found.pk, "state": self.new})


@dataclass(frozen=True, kw_only=True)
class Release(_Change):
    """Release an appointment; its slot is free again."""

    new = AppointmentState.RELEASED.value

    def check(self, appointment: Appointment) -> None:
        """With a reason."""
        if not self.reason.strip():
            raise InvalidActError("say why the appointment is released")


@dataclass(frozen=True, kw_only=True)
class NoShow(_Change):
    """The child did not come."""

    new = AppointmentState.NO_SHOW.value

    def check(self, appointment: Appointment) -> None:
        """Its time has come."""
        if appointment.starts > timezone.now():
            raise InvalidActError("this appointment has not begun; release it if it will not take place")


@dataclass(frozen=True, kw_only=True)
class Keep(_Change):
    """The child came."""

    new = AppointmentState.KEPT.value

    def check(self, appointment: Appointment) -> None:
        """On its day at the earliest."""
        if timezone.localtime(appointment.starts).date() > timezone.localdate():
            raise InvalidActError("this appointment lies on a later day")
