"""Steps of intake: the referral, the call, the chart."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from westward.care.when import UNKNOWN_DAY, on_day, week_of
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.demo.cast import ACCOUNTS, Child
from westward.program.demo.stage import Stage
from westward.program.people.actions.caregivers import AddCaregiver, InviteCaregiver
from westward.program.people.actions.record_consent import RecordConsent
from westward.program.people.models import Child as Chart
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.assign import Assign
from westward.program.referral.actions.contact import LogContact
from westward.program.referral.actions.facts import RecordFact
from westward.program.referral.actions.notify import tell_due
from westward.program.referral.actions.receive import Receive
from westward.program.referral.choices import PUBLIC
from westward.program.referral.models import Referral

PRACTICES = ("Meadow Pediatrics", "Riverbend Family Medicine", "Lakeside Clinic", "Orchard Street Pediatrics")
DOCTORS = ("Dr. Basil Fernandez", "Dr. Rosemary Oakes", "Dr. Laurel Hazelton", "Dr. Jasper Reedmace")
PHONES = ("555-0101", "555-0142", "555-0163", "555-0187")


CLINICAL = frozenset({"professional", "phone", "fax", "transfer", "second_opinion"})
"""Ways by which a clinician refers: the first who acted on the suspicion."""

FAMILIES = {one.name: one.username for one in ACCOUNTS if one.role == Role.CAREGIVER}
"""Parents with accounts, by name."""


def parent_of(child: Child) -> str:
    """Name of the mother or father."""
    return f"{'Alma' if child.language == 'es' else 'Alex'} {child.family}"


def refer(stage: Stage, child: Child) -> Referral:
    """Take the referral in at the moment the clock stands at."""
    public, parent = child.source in PUBLIC, child.source == "parent"
    pick = stage.rng.randrange(len(DOCTORS))
    onset = week_of((stage.now() - timedelta(days=stage.rng.randrange(4, 20))).date())
    known = child.answers.get("events") != "no"
    referral = Receive(
        **({"who": stage.nobody()} if public else stage.by("coordinator")),
        source=child.source,
        site=stage.site,
        sender_name=parent_of(child) if parent else DOCTORS[pick],
        sender_phone=PHONES[pick],
        sender_practice="" if parent else PRACTICES[pick],
        sender_relation="parent" if parent else ("neurologist" if child.source == "second_opinion" else "pediatrician"),
        consent_contact=True,
        given_name=child.given,
        family_name=child.family,
        birth_date=stage.birth(child),
        sex=child.sex,
        gestation_d=child.gestation_d,
        language=child.language,
        interpreter=child.interpreter,
        answers=child.answers,
        onset_precision="week" if known else "unknown",
        onset=onset if known else UNKNOWN_DAY,
        words=child.words,
        simulated=True,
    ).execute()
    tell_due()
    return referral


def call(stage: Stage, child: Child, referral: Referral, *, by: str = "coordinator") -> None:
    """Reach whoever sent it, and own it."""
    LogContact(
        **stage.by(by),
        referral=referral,
        at=stage.now(),
        with_whom="parent" if child.source == "parent" else "sender",
        reached=True,
        interpreter="yes" if child.interpreter and child.source == "parent" else "not_needed",
        words="Simulated call: what happens next was told.",
    ).execute()
    Assign(**stage.by(by), referral=referral, to=stage.people[by]).execute()


def accept(stage: Stage, child: Child, referral: Referral, *, chart: Chart | None = None) -> Chart:
    """Open the chart, with a parent in it and their consent to care."""
    number = "" if chart else f"S{100_000 + stage.rng.randrange(900_000)}"
    found = Accept(**stage.by("coordinator"), referral=referral, child=chart, record_number=number).execute()
    if child.source in CLINICAL:
        RecordFact(
            **stage.by("nurse"),
            child=found,
            milestone="effective_provider",
            when=on_day(timezone.localdate(referral.received_at)),
            source="referrer",
        ).execute()
    if chart is None:
        if child.twin:
            found.multiple_birth = True
            found.save(update_fields=["multiple_birth"])
        parent = (
            found.caregivers.filter(name=parent_of(child)).first()
            or AddCaregiver(
                **stage.by("coordinator"),
                child=found,
                name=parent_of(child),
                relation=stage.rng.choice(("mother", "father")),
                phone=stage.rng.choice(PHONES),
                language=child.language,
                interpreter=child.interpreter,
            ).execute()
        )
        if parent.name in FAMILIES:
            invited = InviteCaregiver(**stage.by("coordinator"), child=found, caregiver=parent).execute()
            User.objects.filter(pk=invited.user.pk).update(username=FAMILIES[parent.name])
        for purpose, answer in (("care", "given"), ("research", stage.rng.choice(("given", "declined")))):
            RecordConsent(
                **stage.by("nurse"),
                child=found,
                purpose=purpose,
                answer=answer,
                on=stage.now().date(),
                given_by=parent if parent.decides else None,
            ).execute()
    return found
