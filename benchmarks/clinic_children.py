"""Simulated children with what a year of care leaves in the tables, for the load of board and timeline."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from westward.program.accounts.models import Grant, Site, User
from westward.program.diagnosis.models import Decision, EegOrder, FirstTreatment, Read, Recording, Study
from westward.program.people.models import Child
from westward.program.referral.models import Appointment, ChildFact, Ownership, Referral, TriageRun

SITES = 3
BATCH = 500


def staff() -> User:
    """A coordinator for all sites, and somebody to own what has to be done."""
    user = User.objects.make("load", name="Coordinator", password="correct horse battery")
    Grant.objects.create(user=user, role="coordinator", site=None, purpose="care")
    for n in range(SITES):
        Site.objects.create(code=f"site-{n}", name=f"Site {n}")
    return user


@transaction.atomic
def add(n: int, *, first: int, user: User, whole: bool = False) -> None:
    """``n`` more children: referral, contact, orders, recordings, signed reads, decision, first treatment, visits.

    ``whole`` lets all of them go the whole way.
    """
    draw, today = random.Random(first), timezone.localdate()
    sites = list(Site.objects.all())
    made = Child.objects.bulk_create(
        [
            Child(
                site=draw.choice(sites),
                pseudonym=f"W-{first + k:06d}",
                family_name=f"Family {first + k}",
                given_name="Simulated",
                birth_date=today - timedelta(days=draw.randint(120, 900)),
                gestation_d=draw.choice([None, 230, 280]),
                simulated=True,
            )
            for k in range(n)
        ],
        batch_size=BATCH,
    )
    rows: dict[Any, list[Any]] = {}
    for child in made:
        _story(child, draw, today, user, rows, 5 if whole else 0)
    for model in (Referral, ChildFact, Ownership, Appointment, EegOrder, Recording, Decision, FirstTreatment):
        model.objects.bulk_create(rows.get(model, []), batch_size=BATCH)
    for model in (TriageRun, Study, Read):
        model.objects.bulk_create(rows.get(model, []), batch_size=BATCH)


def _story(child: Child, draw: random.Random, today: date, user: User, rows: dict[Any, list[Any]], step: int) -> None:
    def put(one: Any) -> Any:
        rows.setdefault(type(one), []).append(one)
        return one

    step = step or draw.choices([1, 2, 3, 4, 5], weights=[3, 4, 3, 5, 25])[0]
    referred = today - timedelta(days=draw.randint(0, 3) if step < 3 else draw.randint(3, 100))
    received = _at(referred)
    owned = user if draw.random() < 0.7 else None
    referral = put(
        Referral(
            number=f"R{child.pk}",
            source="phone",
            sender_name="Practice",
            family_name=child.family_name,
            child=child,
            site=child.site,
            level=draw.choice([1, 2, 3]),
            received_at=received,
            contact_by=received + timedelta(hours=8),
            escalate_at=received + timedelta(hours=4),
            contacted_at=received + timedelta(hours=5) if step > 1 else None,
            owner=owned,
            state="accepted",
        )
    )
    put(
        TriageRun(
            referral=referral,
            at=received,
            answers={},
            level=referral.level,
            fired=[],
            ask=[],
            times=[],
            contact_by=referral.contact_by,
            escalate_at=referral.escalate_at,
        )
    )
    onset = referred - timedelta(days=draw.randint(2, 40))
    for milestone, day in (("onset", onset), ("suspicion", referred - timedelta(days=1))):
        put(
            ChildFact(
                child=child,
                milestone=milestone,
                earliest=day,
                latest=day,
                source="family",
                recorded_by=user,
                recorded_at=received,
            )
        )
    if owned is not None:
        put(Ownership(child=child, user=user, since=received))
    for visit in range(draw.randint(1, 6)):
        starts = received + timedelta(days=7 * visit)
        over = starts < timezone.now()
        state = "kept" if over and draw.random() < 0.9 else "booked"
        put(Appointment(child=child, kind="visit", starts=starts, state=state, booked_by=user))
    if step < 3:
        return
    for study in range(1 if step < 5 else 3):
        recorded = min(referred + timedelta(days=2 + 14 * study), today)
        order = put(EegOrder(child=child, ordered_by=user, ordered_at=_at(recorded), state="done", done_on=recorded))
        name = f"{child.pk}-{study}"
        recording = put(
            Recording(
                source="upload",
                sha256=name,
                size_bytes=1,
                original_name="night.edf",
                folder=name,
                main="night.edf",
                readable=True,
                arrived_at=_at(recorded),
                state="attached",
            )
        )
        one = put(
            Study(
                child=child,
                recording=recording,
                order=order,
                state="analyzed",
                recorded_on=recorded,
                attached_at=_at(recorded),
            )
        )
        if step > 3:
            put(
                Read(
                    study=one,
                    reader=user,
                    version=1,
                    kind="own",
                    stored_at=_at(recorded),
                    based=draw.choice([1, 3, 4, 5]),
                    signed_at=_at(recorded),
                )
            )
    if step > 3:
        decided = min(referred + timedelta(days=3), today)
        put(Decision(child=child, outcome="confirmed", on=decided, judgment={}, decided_by=user, decided_at=received))
    if step > 4:
        put(FirstTreatment(child=child, on=decided, what="simulated", recorded_by=user, recorded_at=received))


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone())
