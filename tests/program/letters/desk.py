"""A child with a referring doctor, a pediatrician and a mother, and a letter that can be signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.program.staff import by, person

from westward.program.accounts.models import Site, User
from westward.program.letters.actions.draft import Draft
from westward.program.letters.actions.send import Send
from westward.program.letters.actions.sign import Sign
from westward.program.letters.blocks import Block, Shape, Slot
from westward.program.letters.models import Dispatch, Letter
from westward.program.people.models import Caregiver, Child, Clinician, ClinicianTie

WHOLE = (
    Block(slot=Slot.OPENING, lines=("The referral reached us.",), sources=("referral:1",)),
    Block(slot=Slot.FOUND, heading="What was found", shape=Shape.LIST, lines=("clusters on waking",)),
    Block(slot=Slot.NEXT, heading="What is next", shape=Shape.LIST, lines=("a video-EEG",)),
    Block(slot=Slot.CALL, heading="Whom to call", shape=Shape.TABLE, lines=("Phone: +1 555 0100",)),
)


def a_site(code: str = "north") -> Site:
    return Site.objects.get_or_create(code=code, defaults={"name": f"{code.title()} Children's Hospital"})[0]


def a_child(*, site: Site | None = None, name: str = "Rivera", **more: Any) -> Child:
    count = Child.objects.count()
    fields = {"given_name": "Luz", "birth_date": date(2026, 5, 1), "site": site, "pseudonym": f"W-{count:04}", **more}
    return Child.objects.create(family_name=name, **fields)


def a_doctor(child: Child, role: str = "referring", **more: Any) -> Clinician:
    fields = {"name": "Dr. Lee", "practice": "Elm Street Pediatrics", "fax": "+1 555 0111", **more}
    doctor = Clinician.objects.create(**fields)
    ClinicianTie.objects.create(child=child, clinician=doctor, role=role)
    return doctor


def a_mother(child: Child, **more: Any) -> Caregiver:
    return Caregiver.objects.create(child=child, name="Ana Rivera", relation="mother", **more)


def a_draft(child: Child, user: User | None = None, **more: Any) -> Letter:
    user = user or User.objects.filter(username="co").first() or person("co", "coordinator")
    recipient = more.pop("recipient", None) or a_doctor(child)
    fields = {"kind": "diagnosis", "blocks": WHOLE, **more}
    return Draft(**by(user), child=child, recipient=recipient, **fields).execute()


def physician() -> User:
    return User.objects.filter(username="doc").first() or person("doc", "physician")


def signed(letter: Letter, user: User | None = None) -> Letter:
    return Sign(**by(user or physician()), letter=letter, seen=letter.latest).execute()


def sent(letter: Letter, **more: Any) -> Dispatch:
    fields = {"channel": "fax", "to": "+1 555 0111", **more}
    return Send(**by(physician()), letter=letter, **fields).execute()
