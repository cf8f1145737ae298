"""What two processes do at the same moment: ``python -m tests.crash.racing WORD ... GATE``; each line is an outcome."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.crash.acting import by, tell  # sets Django up

from django.db import connection  # isort: skip
from django.utils import timezone  # isort: skip

from westward.program.accounts.models import User  # isort: skip
from westward.program.acts import InvalidActError  # isort: skip
from westward.program.audit.queries import walk  # isort: skip
from westward.program.people.models import Child  # isort: skip
from westward.program.referral.actions.appointments import BookSlot  # isort: skip
from westward.program.referral.actions.escalate import escalate_due  # isort: skip
from westward.program.referral.actions.notify import tell_due  # isort: skip
from westward.program.referral.actions.receive import Receive  # isort: skip
from westward.program.referral.models import Appointment, Escalation, Notice, Referral, Shift, Slot  # isort: skip

ROUNDS = 8


def scene() -> None:
    """Free slots, two children, and referrals that are due to escalate."""
    asked = by()
    user = asked["user"]
    now = timezone.now()
    for n in range(ROUNDS):
        at = now + timedelta(days=n + 1)
        Slot.objects.create(bed="EEG 1", starts=at, ends=at + timedelta(hours=4), made_by=user)
    Shift.objects.create(user=user, starts=now - timedelta(days=1), ends=now + timedelta(days=1), made_by=user)
    for name in "ab":
        Child.objects.create(pseudonym=f"W-{name}", family_name=name, birth_date=now.date(), simulated=True)
    for n in range(ROUNDS):
        Receive(
            **asked,
            source="phone",
            sender_name="Dr. Chu",
            sender_phone="1",
            family_name=f"Name{n}",
            received_at=now - timedelta(hours=6),
            simulated=True,
        ).execute()


def book(name: str, gate: str) -> None:
    """Book every slot for one child, from the opening of the gate on."""
    asked, one = by(), Child.objects.get(family_name=name)
    slots = list(Slot.objects.order_by("starts"))
    _wait(gate)
    for slot in slots:
        try:
            BookSlot(**asked, child=one, slot=slot).execute()
            tell(f"booked {slot.pk}")
        except InvalidActError as error:
            tell(f"refused {error}")


def escalate(gate: str) -> None:
    """Do every step that is due and tell whoever is to be told, from the opening of the gate on."""
    User.objects.count()
    _wait(gate)
    tell(f"done {len(escalate_due())} {len(tell_due())}")


def found() -> None:
    """What stands in the database afterwards."""
    held = Appointment.objects.filter(state="booked").count()
    steps = Escalation.objects.count()
    tell(f"{held} {steps} {Notice.objects.count()} {Referral.objects.count()} {walk().whole}")


def _wait(gate: str) -> None:
    """Stand ready at the gate, a folder, and go when it is opened."""
    (Path(gate) / str(os.getpid())).touch()
    while not (Path(gate) / "open").exists():
        time.sleep(0.0005)


if __name__ == "__main__":
    words: dict[str, Any] = {"scene": scene, "book": book, "escalate": escalate, "found": found}
    words[sys.argv[1]](*sys.argv[2:])
    connection.close()
