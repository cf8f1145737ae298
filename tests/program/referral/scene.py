"""Referrals, children, shifts and slots for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.program.staff import by, person

from westward.program.accounts.models import Site, User
from westward.program.audit.record import ANONYMOUS, Who
from westward.program.people.models import Child
from westward.program.referral.actions.receive import Receive
from westward.program.referral.models import Referral, Shift, Slot

STRANGER = Who(actor=ANONYMOUS, act_id="r1")
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(200)

RED = {"events": "yes", "clusters": "yes"}
_QUESTIONS = """
breathing convulsion unwell_on_hormone events clusters regression known_cause video cry parent_concern epileptic_eeg
diagnosed
"""
ALL_NO = dict.fromkeys(_QUESTIONS.split(), "no")


def form(**more: Any) -> dict[str, Any]:
    """What a parent sends by the public form."""
    return {
        "source": "parent",
        "sender_name": "Ana Rivera",
        "sender_phone": "555 0100",
        "consent_contact": True,
        "given_name": "Luz",
        "family_name": "Rivera",
        "birth_date": timezone.localdate() - timedelta(days=180),
        **more,
    }


def referral(*, ago_h: float = 0, **more: Any) -> Referral:
    """A referral that came in some hours ago; a red flag unless answered otherwise."""
    made = Receive(who=STRANGER, **form(**{"answers": RED, **more})).execute()
    shift = timedelta(hours=ago_h)
    Referral.objects.filter(pk=made.pk).update(
        received_at=made.received_at - shift,
        contact_by=made.contact_by - shift,
        escalate_at=made.escalate_at - shift,
    )
    made.refresh_from_db()
    return made


def child(site: Site | None = None, **more: Any) -> Child:
    """A chart."""
    fields: dict[str, Any] = {
        "pseudonym": f"W-{Child.objects.count():04d}-TEST",
        "family_name": "Rivera",
        "given_name": "Luz",
        "birth_date": timezone.localdate() - timedelta(days=180),
        "site": site,
        **more,
    }
    return Child.objects.create(**fields)


def on_duty(user: User, *, rank: int = 1, hours: tuple[float, float] = (-24, 24), site: Site | None = None) -> Shift:
    """A shift around now."""
    now = timezone.now()
    begin, end = (now + timedelta(hours=h) for h in hours)
    made = Shift.objects.create(user=user, rank=rank, site=site, starts=begin, ends=end, made_by=user)
    Shift.objects.filter(pk=made.pk).update(made_at=begin)
    made.refresh_from_db()
    return made


def slot(*, in_h: float = 24, hours: float = 4, bed: str = "EEG 1", **more: Any) -> Slot:
    """A free slot."""
    at: datetime = (timezone.now() + timedelta(hours=in_h)).replace(minute=0, second=0, microsecond=0)
    maker = more.pop("made_by", None) or User.objects.first() or person("maker", "coordinator")
    return Slot.objects.create(bed=bed, starts=at, ends=at + timedelta(hours=hours), made_by=maker, **more)


__all__ = ["ALL_NO", "MP4", "RED", "STRANGER", "by", "child", "form", "on_duty", "person", "referral", "slot"]
