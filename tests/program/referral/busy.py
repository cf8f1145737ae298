"""One busy day of intake, for pages that somebody looks at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, MP4, by, on_duty, person, referral

from westward.care.when import on_day, week_of
from westward.program.people.models import Child
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.appointments import BookAppointment, BookSlot
from westward.program.referral.actions.assign import Assign
from westward.program.referral.actions.contact import LogChildContact, LogContact
from westward.program.referral.actions.decide import Decline
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.actions.facts import RecordFact
from westward.program.referral.actions.slots import MakeSlots
from westward.program.referral.actions.surveillance import ListAtRisk, RecordEeg
from westward.program.referral.models import Referral, Shift, Slot
from westward.program.referral.uploads import store

DOCTOR = {"source": "professional", "sender_relation": "pediatrician", "sender_email": "desk@example.org"}


def born(days: int) -> date:
    """A birth date so many days ago."""
    return timezone.localdate() - timedelta(days=days)


def busy_day() -> dict[str, Any]:
    """Make it; accounts and addresses of pages by name."""
    boss = person("Ines Calder", "coordinator", "nurse", "physician")
    second, third = person("Maya Osei", "nurse"), person("Tom Lindqvist", "physician")
    tech = person("Rui Prado", "technologist")
    now = timezone.now()
    on_duty(boss, rank=1, hours=(-6, 6))
    on_duty(second, rank=2, hours=(-30, 40))
    Shift.objects.filter(user=boss).update(phone="+1 310 555 0100")
    Shift.objects.filter(user=second).update(phone="+1 310 555 0102")
    on_duty(third, rank=1, hours=(30, 42))
    danger = referral(
        ago_h=0.1,
        answers={"breathing": "yes", "events": "yes"},
        given_name="Noor",
        family_name="Haddad",
        interpreter=True,
        language="ar",
        sender_name="Samir Haddad",
        sender_relation="parent",
        birth_date=born(160),
    )
    upload = store(SimpleUploadedFile("IMG_2041.mp4", MP4))
    red = referral(
        ago_h=5,
        **DOCTOR,
        answers={"events": "yes", "clusters": "yes", "regression": "yes", "breathing": "no"},
        given_name="Elio",
        family_name="Marchetti",
        sender_name="Dr. Rosemary Oakes",
        sender_practice="Riverbend Family Medicine",
        birth_date=born(205),
        gestation_d=238,
        onset=week_of(born(12)),
        onset_precision="week",
        suspicion=on_day(born(1)),
        words="Nods in runs of ten or more on waking, for about ten days. Stopped smiling this week. Video attached.",
        uploads=[upload],
    )
    late = referral(
        ago_h=11, **DOCTOR, given_name="Ada", family_name="Okonkwo", sender_name="Dr. Chu", birth_date=born(140)
    )
    Assign(**by(boss), referral=late, to=third).execute()
    calm = {**ALL_NO, "events": "yes"}
    days = referral(
        ago_h=2, given_name="Finn", family_name="Berg", answers=calm, birth_date=born(1100), onset=on_day(born(9))
    )
    LogContact(**by(boss), referral=days, at=now - timedelta(hours=1), reached=True, interpreter="not_needed").execute()
    referral(
        ago_h=3,
        **DOCTOR,
        given_name="Iris",
        family_name="Vale",
        answers={**ALL_NO, "diagnosed": "yes", "treated": "yes", "failing": "no"},
        sender_name="Dr. Jasper Reedmace",
        sender_practice="Lakeside Children's Clinic",
        birth_date=born(400),
    )
    gone = referral(ago_h=30, given_name="Otto", family_name="Brandt", answers=ALL_NO, birth_date=born(700))
    Decline(
        **by(boss),
        referral=gone,
        reason="Breath-holding spells by history and on the video.",
        advice="Pediatrician in two weeks; call again if events come in series or skills are lost.",
    ).execute()
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    made = {"first": monday, "last": monday + timedelta(days=13), "technologist": tech}
    MakeSlots(
        **by(boss), beds=["EEG 1", "EEG 2"], begin=time(8), end=time(20), length_h=4, interpreter=True, **made
    ).execute()
    MakeSlots(
        **by(boss), beds=["EMU A"], begin=time(19), end=time(7), length_h=12, night=True, weekdays=range(7), **made
    ).execute()
    chart = _chart(boss, now)
    escalate_due()
    return {
        "coordinator": boss,
        "danger": f"/referrals/{danger.pk}/",
        "red_flag": f"/referrals/{red.pk}/",
        "declined": f"/referrals/{gone.pk}/",
        "chart": f"/children/{chart.pk}/referral/",
        "choose": f"/children/{chart.pk}/referral/slots/",
    }


def _chart(boss: Any, now: datetime) -> Child:
    one = referral(
        ago_h=50,
        **DOCTOR,
        given_name="Luz",
        family_name="Rivera",
        interpreter=True,
        language="es",
        sender_name="Dr. Laurel Hazelton",
        sender_practice="Meadow Pediatrics",
        birth_date=born(190),
        gestation_d=245,
        onset=week_of(born(16)),
        onset_precision="week",
        suspicion=on_day(born(3)),
    )
    said = {"referral": one, "interpreter": "yes"}
    LogContact(**by(boss), **said, at=now - timedelta(hours=49), reached=False, words="Voice box.").execute()
    words = "Mother describes runs of bending on waking since about two weeks. Asked to film; told to come in tonight."
    LogContact(**by(boss), **said, at=now - timedelta(hours=48), reached=True, words=words).execute()
    chart = Accept(**by(boss), referral=one, record_number="4471902").execute()
    free = Slot.objects.filter(starts__gt=now, night=True).order_by("starts")[0]
    BookSlot(**by(boss), child=chart, slot=free, interpreter="video interpreter, booked").execute()
    BookAppointment(
        **by(boss), child=chart, kind="visit", starts=now + timedelta(days=9), minutes=45, with_whom="Dr. Lindqvist"
    ).execute()
    RecordFact(
        **by(boss), child=chart, milestone="effective_provider", when=on_day(born(3)), source="referrer"
    ).execute()
    LogChildContact(
        **by(boss), child=chart, at=now - timedelta(hours=5), reached=True, interpreter="yes", words="Will come."
    ).execute()
    Referral.objects.filter(pk=one.pk).update(owner=boss)
    ListAtRisk(**by(boss), child=chart, risks=["tuberous_sclerosis"], listed_on=born(120)).execute()
    RecordEeg(**by(boss), child=chart, on=born(100), where="here").execute()
    down = Child.objects.create(
        pseudonym="W-DOWN-TEST", given_name="Sam", family_name="Okafor", birth_date=born(90), created_by=boss
    )
    ListAtRisk(**by(boss), child=down, risks=["trisomy_21", "hie"], listed_on=born(20)).execute()
    return chart
