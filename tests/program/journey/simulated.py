"""Simulated children at every step, and an app that tells the journey about them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from westward.care.clocks import Milestone
from westward.care.when import When, month_of, on_day, week_of
from westward.program.accounts.models import Site, User
from westward.program.people.marks import Mark, Meaning, NextAct, Track
from westward.program.people.models import Child

_FAMILIES = (
    "Adebayo Alvarez Andersson Baker Begum Castillo Chen Cohen Diaz Dubois Fischer Garcia Gomez Haddad Hernandez "
    "Ibrahim Ito Jansen Johnson Kaya Kelly Kim Kowalski Larsen Lopez Martin Mehta Miller Moreno Nguyen Novak Okafor "
    "Patel Petrov Ramirez Rossi Santos Schmidt Singh Smith Tanaka Torres Vega Walker Wang Weber Williams Yilmaz"
)
_GIVEN = (
    "Ada Amir Ana Ben Bruno Camila Carl Chloe Dario Elena Eli Emma Farid Grace Hana Hugo Ida Ines Ivan Jonah Kai "
    "Lara Leo Lina Luis Maya Mia Milo Nadia Noah Nora Omar Otto Pia Rafael Rosa Sam Sara Theo Uma Yara Zoe"
)
FAMILIES, GIVEN = _FAMILIES.split(), _GIVEN.split()
STAFF = ("Ruiz", "Dr. Okonkwo", "Dr. Lindqvist", "Nurse Park", "M. Tran", "")


@dataclass
class Story:
    """What one child's apps would tell."""

    facts: dict[Milestone, When] = field(default_factory=dict)
    acts: list[NextAct] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    line: str = ""


@dataclass
class Teller:
    """Stands where the ``journey`` module of an app stands."""

    stories: dict[int, Story] = field(default_factory=dict)

    def facts(self, children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
        return {key: dict(self.stories[key].facts) for key in children if key in self.stories}

    def next_acts(self, children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
        return {key: list(self.stories[key].acts) for key in children if key in self.stories}

    def marks(self, child: Child, *, viewer: User) -> list[Mark]:
        return list(self.stories[child.pk].marks) if child.pk in self.stories else []

    def lines(self, children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
        return {key: self.stories[key].line for key in children if key in self.stories}


def child(n: int, *, draw: random.Random, today: date, site: Site | None) -> Child:
    """A chart, not stored."""
    preterm = draw.random() < 0.2
    return Child(
        site=site,
        pseudonym=f"W-{n:04d}-SIMU",
        family_name=FAMILIES[n % len(FAMILIES)],
        given_name=GIVEN[(n * 7) % len(GIVEN)],
        birth_date=today - timedelta(days=draw.randint(120, 420)),
        sex=draw.choice(["female", "male"]),
        gestation_d=draw.randint(200, 255) if preterm else draw.choice([None, 273, 280]),
        language=draw.choice(["en", "en", "en", "es", "ar"]),
        interpreter=draw.random() < 0.2,
        simulated=True,
    )


def story(one: Child, *, draw: random.Random, now: datetime, owners: Sequence[User] = ()) -> Story:
    """A way through the program that could be: delays as clinics have them."""
    today = now.date()
    told = Story()
    step = draw.choices([1, 2, 3, 4, 5], weights=[3, 4, 3, 4, 6])[0]
    length = {1: (0, 2), 2: (1, 6), 3: (3, 9), 4: (5, 14), 5: (12, 90)}[step]
    referred = today - timedelta(days=draw.randint(*length))
    onset = referred - timedelta(days=draw.randint(2, 40))
    onset = max(onset, one.birth_date + timedelta(days=60))
    referred = max(referred, onset)
    told.facts[Milestone.ONSET] = draw.choice([on_day(onset), week_of(onset), month_of(onset.year, onset.month)])
    told.facts[Milestone.SUSPICION] = on_day(max(referred - timedelta(days=draw.randint(0, 3)), onset))
    told.facts[Milestone.REFERRAL] = on_day(referred)
    where = f"/children/{one.pk}/"

    def mark(at: date, track: Track, words: str, **more: Any) -> None:
        told.marks.append(Mark(at=at, track=track, words=words, address=more.pop("address", where), **more))

    def act(words: str, hours: float, owner: str | None = None) -> None:
        who = draw.choice(owners) if owners and owner is None and draw.random() < 0.8 else None
        told.acts.append(
            NextAct(
                words=words,
                due=now + timedelta(hours=hours),
                owner=who.name if who else draw.choice(STAFF) if owner is None else owner,
                owner_key=who.pk if who else None,
                address=where,
            )
        )

    spell = told.facts[Milestone.ONSET]
    mark(
        spell.earliest or onset,
        Track.EVENTS,
        "First spasms",
        until=None if spell.exact else spell.latest,
        approximate=not spell.exact,
    )
    mark(referred, Track.EVENTS, "Referral from pediatrician, red flag: clusters on waking")
    if step == 1:
        act("Call the family", draw.uniform(-9, 8))
        told.line = draw.choice(["Red flag: clusters on waking", "Video received, not yet seen", "No answer twice"])
        return told
    contact = min(referred + timedelta(days=draw.choice([0, 0, 0, 1])), today)
    told.facts[Milestone.CONTACT] = on_day(contact)
    mark(contact, Track.EVENTS, "Call with mother, interpreter", meaning=Meaning.DONE)
    if step == 2:
        act("Book EEG slot" if draw.random() < 0.5 else "Overnight EEG", draw.uniform(-30, 60))
        told.line = draw.choice(["EEG slot tonight, bed 4", "Waiting for bed", "Outside EEG asked for"])
        return told
    eeg = min(referred + timedelta(days=draw.choice([0, 1, 1, 2, 2, 3, 5])), today)
    told.facts[Milestone.EEG] = on_day(eeg)
    grade = draw.choice([3, 4, 4, 5])
    mark(eeg, Track.EEG, "Overnight video-EEG ordered", meaning=Meaning.DONE)
    if step == 3:
        act("Read the EEG", draw.uniform(-20, 20), "Dr. Okonkwo")
        act("Decide by criteria", 30)
        told.line = "EEG analyzed, reader's grade open"
        return told
    mark(eeg, Track.EEG, f"BASED {grade} (signed)", value=Decimal(grade), meaning=Meaning.DONE)
    diagnosed = min(eeg + timedelta(days=draw.choice([0, 0, 1, 1, 2])), today)
    told.facts[Milestone.DIAGNOSIS] = on_day(diagnosed)
    mark(diagnosed, Track.EVENTS, "Diagnosis: IESS", meaning=Meaning.DONE)
    mark(diagnosed, Track.CAUSE, "MRI epilepsy protocol", until=diagnosed + timedelta(days=2), meaning=Meaning.DONE)
    mark(diagnosed, Track.CAUSE, "Trio exome sent", until=diagnosed + timedelta(days=21), meaning=Meaning.DUE)
    mark(diagnosed + timedelta(days=1), Track.EVENTS, "Letter to pediatrician")
    if step == 4:
        act("First treatment", draw.uniform(-20, 12), "Dr. Lindqvist")
        act("Order MRI", 40)
        told.line = f"BASED {grade} (signed), IESS"
        return told
    treated = min(diagnosed + timedelta(days=draw.choice([0, 0, 1, 2, 4])), today)
    told.facts[Milestone.TREATMENT] = on_day(treated)
    mark(treated, Track.TREATMENT, "Prednisolone", until=min(treated + timedelta(days=28), today))
    day14 = treated + timedelta(days=14)
    if day14 <= today:
        after = draw.choice([0, 1, 3])
        mark(day14, Track.EEG, f"BASED {after} (signed)", value=Decimal(after), meaning=Meaning.DONE)
        told.line = f"BASED {after} (signed), day 14"
    else:
        act("EEG of day 14", (day14 - today).days * 24)
        told.line = f"BASED {grade} (signed), prednisolone day {(today - treated).days + 1} of 14"
    if draw.random() < 0.6:
        act("Exome result", draw.uniform(200, 600), "Genetics")
    return told


def program(
    n: int,
    *,
    seed: int,
    now: datetime,
    sites: Sequence[Site | None] = (None,),
    owners: Sequence[User] = (),
    first: int = 0,
) -> Teller:
    """``n`` charts stored, with their stories; the caller lets the journey ask the teller.

    ``first`` is the number of the first chart, so that pseudonyms of several programs differ.
    """
    draw, today = random.Random(seed), now.date()
    made = Child.objects.bulk_create(
        [child(k, draw=draw, today=today, site=draw.choice(list(sites))) for k in range(first, first + n)],
        batch_size=500,
    )
    return Teller({one.pk: story(one, draw=draw, now=now, owners=owners) for one in made})
