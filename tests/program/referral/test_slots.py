"""EEG slots and appointments: made in bulk, booked once, released, missed."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.referral.scene import by, child, person, slot

from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.referral import calendar
from westward.program.referral.actions.appointments import BookAppointment, BookSlot, Keep, NoShow, Release
from westward.program.referral.actions.slots import MakeSlots, WithdrawSlot
from westward.program.referral.models import Appointment, Slot

pytestmark = pytest.mark.django_db


def next_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def plan(**more: Any) -> dict[str, Any]:
    monday = next_monday()
    return {
        "beds": ["EEG 1"],
        "first": monday,
        "last": monday + timedelta(days=6),
        "begin": time(8),
        "end": time(20),
        "length_h": 4,
        **more,
    }


def test_every_weekday_from_8_to_20() -> None:
    boss = person("boss", "coordinator")
    made = MakeSlots(**by(boss), **plan(beds=["EEG 1", " EEG 2 ", "EEG 1"])).execute()
    assert len(made) == 5 * 3 * 2
    assert {timezone.localtime(one.starts).hour for one in made} == {8, 12, 16}
    assert {one.bed for one in made} == {"EEG 1", "EEG 2"}
    assert '"count":30' in Entry.objects.get(verb="slots.make").detail.replace(" ", "")


def test_what_is_there_already_is_left_out() -> None:
    boss = person("boss", "coordinator")
    MakeSlots(**by(boss), **plan(weekdays=[0])).execute()
    made = MakeSlots(**by(boss), **plan(weekdays=[0, 1], begin=time(7), length_h=2, end=time(21))).execute()
    monday = [one for one in made if timezone.localtime(one.starts).weekday() == 0]
    assert monday == []
    assert len(made) == 7
    with pytest.raises(InvalidActError, match="already at all these times"):
        MakeSlots(**by(boss), **plan(weekdays=[0])).execute()


def test_overnight_slots_run_into_the_next_day_and_keep_the_clock_over_summer_time() -> None:
    boss, zone = person("boss", "coordinator"), ZoneInfo("America/Chicago")
    day = date(2027, 3, 13)
    with timezone.override(zone):
        [one] = MakeSlots(
            **by(boss),
            **plan(first=day, last=day, weekdays=range(7), begin=time(20), end=time(8), length_h=12, night=True),
        ).execute()
    assert (one.starts.astimezone(zone).hour, one.ends.astimezone(zone).hour) == (20, 8)
    assert one.hours == 11


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"beds": [" "]}, "at least one bed"),
        ({"last": date(2020, 1, 1)}, "before the first"),
        ({"first": date(2020, 1, 1), "last": date(2020, 1, 2)}, "over"),
        ({"last": next_monday() + timedelta(days=400)}, "184 days"),
        ({"weekdays": []}, "day of the week"),
        ({"weekdays": [9]}, "day of the week"),
        ({"length_h": 100}, "72 hours"),
        ({"length_h": 13}, "no slot of that length"),
        ({"length_h": 0.5, "beds": [f"EEG {n}" for n in range(40)]}, "at most 2000"),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        MakeSlots(**by(person("boss", "coordinator")), **plan(**wrong)).execute()


def test_next_available_by_night_interpreter_length_and_site() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    now = timezone.now()
    slot(in_h=-30, site=here)
    day = slot(in_h=10, site=here)
    night = slot(in_h=5, hours=12, site=here, night=True)
    speaks = slot(in_h=20, site=here, interpreter=True)
    slot(in_h=1, site=there)
    assert calendar.available(nurse, now=now).first() == night
    assert calendar.available(nurse, now=now, night=False).first() == day
    assert calendar.available(nurse, now=now, interpreter=True).first() == speaks
    assert calendar.available(nurse, now=now, hours=8).first() == night
    BookSlot(**by(nurse), child=child(here), slot=night).execute()
    assert calendar.available(nurse, now=now).first() == day


def test_a_slot_is_held_by_one_child_and_free_again_after_release() -> None:
    nurse, one, other = person("nurse", "nurse"), child(), child(family_name="Okafor")
    free = slot()
    booked = BookSlot(**by(nurse), child=one, slot=free).execute()
    with pytest.raises(InvalidActError, match="taken"):
        BookSlot(**by(nurse), child=other, slot=free).execute()
    with pytest.raises(InvalidActError, match="say why"):
        Release(**by(nurse), child=one, appointment=booked).execute()
    Release(**by(nurse), child=one, appointment=booked, reason="fever").execute()
    assert BookSlot(**by(nurse), child=other, slot=free).execute().slot == free
    with pytest.raises(InvalidActError, match="no longer booked: released"):
        Keep(**by(nurse), child=one, appointment=booked).execute()
    assert Appointment.objects.count() == 2


def test_the_database_itself_lets_one_child_hold_a_slot() -> None:
    nurse, free = person("nurse", "nurse"), slot()
    fields = {"kind": "eeg", "starts": free.starts, "ends": free.ends, "slot": free, "booked_by": nurse}
    Appointment.objects.create(child=child(), **fields)
    for state in ("booked", "kept"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(child=child(family_name="Okafor"), state=state, **fields)
    Appointment.objects.create(child=child(family_name="Okafor"), state="released", **fields)


def test_who_loses_the_race_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    nurse, free = person("nurse", "nurse"), slot()
    late = BookSlot(**by(nurse), child=child(family_name="Okafor"), slot=free)
    BookSlot(**by(nurse), child=child(), slot=free).execute()
    monkeypatch.setattr(BookSlot, "validate", lambda self: None)
    with pytest.raises(InvalidActError, match="a moment ago"):
        late.execute()
    assert Appointment.objects.count() == 1


def test_an_interpreter_is_arranged_before_a_slot_without_one_is_booked() -> None:
    nurse, family = person("nurse", "nurse"), child(interpreter=True, language="es")
    with pytest.raises(InvalidActError, match="needs an interpreter"):
        BookSlot(**by(nurse), child=family, slot=slot()).execute()
    assert (
        BookSlot(**by(nurse), child=family, slot=slot(in_h=30), interpreter="by video").execute().interpreter
        == "by video"
    )
    speaks = slot(in_h=60, interpreter=True)
    assert BookSlot(**by(nurse), child=family, slot=speaks).execute().interpreter == "on site"


def test_slots_that_cannot_be_booked() -> None:
    nurse, one = person("nurse", "nurse"), child()
    for free, words in (
        (slot(in_h=-9), "over"),
        (slot(in_h=9, bed="EEG 2", withdrawn_at=timezone.now()), "withdrawn"),
    ):
        with pytest.raises(InvalidActError, match=words):
            BookSlot(**by(nurse), child=one, slot=free).execute()
    BookSlot(**by(nurse), child=one, slot=slot(in_h=24)).execute()
    with pytest.raises(InvalidActError, match="expected elsewhere"):
        BookSlot(**by(nurse), child=one, slot=slot(in_h=26, bed="EEG 3")).execute()
    gone = child(state="transferred", state_on=timezone.localdate())
    with pytest.raises(InvalidActError, match="transferred"):
        BookSlot(**by(nurse), child=gone, slot=slot(in_h=90)).execute()
    with pytest.raises(NotAllowedError):
        BookSlot(**by(person("pharm", "pharmacist")), child=one, slot=slot(in_h=120)).execute()


def test_slots_of_another_site_are_not_booked() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    with pytest.raises(InvalidActError, match="do not book at the site"):
        BookSlot(**by(person("nurse", "nurse", site=here)), child=child(here), slot=slot(site=there)).execute()


def test_came_or_did_not_come() -> None:
    nurse, one = person("nurse", "nurse"), child()
    booked = BookSlot(**by(nurse), child=one, slot=slot(in_h=50)).execute()
    with pytest.raises(InvalidActError, match="not begun"):
        NoShow(**by(nurse), child=one, appointment=booked).execute()
    with pytest.raises(InvalidActError, match="later day"):
        Keep(**by(nurse), child=one, appointment=booked).execute()
    Appointment.objects.filter(pk=booked.pk).update(starts=timezone.now() - timedelta(hours=1))
    NoShow(**by(nurse), child=one, appointment=booked).execute()
    assert Appointment.objects.get(pk=booked.pk).state == "no_show"
    other = child(family_name="Okafor")
    with pytest.raises(InvalidActError, match="not of this child"):
        Keep(**by(nurse), child=other, appointment=booked).execute()


def test_a_booked_slot_is_not_withdrawn() -> None:
    boss, free = person("boss", "coordinator"), slot()
    booked = BookSlot(**by(boss), child=child(), slot=free).execute()
    with pytest.raises(InvalidActError, match="move the child first"):
        WithdrawSlot(**by(boss), slot=free, reason="ill").execute()
    Release(**by(boss), child=booked.child, appointment=booked, reason="moved").execute()
    with pytest.raises(InvalidActError, match="say why"):
        WithdrawSlot(**by(boss), slot=free, reason=" ").execute()
    WithdrawSlot(**by(boss), slot=free, reason="technologist ill").execute()
    with pytest.raises(InvalidActError, match="already"):
        WithdrawSlot(**by(boss), slot=free, reason="again").execute()
    assert Slot.objects.get().withdrawn_by == boss


def test_an_appointment_without_a_slot() -> None:
    nurse, one = person("nurse", "nurse"), child()
    at = timezone.now() + timedelta(days=2)
    made = BookAppointment(**by(nurse), child=one, kind="visit", starts=at, minutes=45, place="Room 3").execute()
    assert made.ends == at + timedelta(minutes=45)
    for wrong, words in (
        ({"kind": "dance"}, "no kind"),
        ({"starts": timezone.now() - timedelta(days=3)}, "over"),
        ({"minutes": -1}, "up to 14 days"),
        ({"starts": at + timedelta(minutes=10), "minutes": 20}, "expected elsewhere"),
    ):
        with pytest.raises(InvalidActError, match=words):
            BookAppointment(**by(nurse), **{"child": one, "kind": "visit", "starts": at, **wrong}).execute()
