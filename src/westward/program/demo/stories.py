"""What happens to each simulated child, told through the acts of the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from westward.care.when import UNKNOWN_DAY, week_of
from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.people.actions.add_child import AddChild
from westward.program.people.models import Child as Chart
from westward.program.referral.actions.receive import Receive
from westward.program.referral.choices import PUBLIC
from westward.program.referral.models import Referral

Teller = Callable[[Stage, Child], Story]
PRACTICES = (
    "Meadow Pediatrics",
    "Riverbend Family Medicine",
    "Lakeside Children's Clinic",
    "Orchard Street Pediatrics",
)
DOCTORS = ("Dr. Basil Fernandez", "Dr. Rosemary Oakes", "Dr. Laurel Hazelton", "Dr. Jasper Reedmace")
PHONES = ("555-0101", "555-0142", "555-0163", "555-0187")


def _referral(stage: Stage, child: Child, *, given: str = "") -> Referral:
    """Take the referral in at the moment the clock stands at."""
    now = stage.now()
    public = child.source in PUBLIC
    parent = child.source == "parent"
    pick = stage.rng.randrange(len(DOCTORS))
    onset = week_of((now - timedelta(days=stage.rng.randrange(4, 20))).date())
    return Receive(
        **({"who": stage.nobody()} if public else stage.by("coordinator")),
        source=child.source,
        site=stage.site,
        sender_name=f"{'Alex' if child.language == 'en' else 'Alma'} {child.family}" if parent else DOCTORS[pick],
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
        onset_precision="unknown" if child.answers.get("events") == "no" else "week",
        onset=onset if child.answers.get("events") != "no" else UNKNOWN_DAY,
        words=child.words,
        simulated=True,
    ).execute()


def waiting(stage: Stage, child: Child) -> Story:
    """A referral that nobody has answered yet."""
    yield stage.ago(child.began_d)
    _referral(stage, child)


def accepted(stage: Stage, child: Child) -> Story:
    """Answered, and a chart opened."""
    yield stage.ago(child.began_d)
    _referral(stage, child)
    yield stage.after(minutes=stage.rng.randrange(5, 25))
    _chart(stage, child)


def _chart(stage: Stage, child: Child) -> Chart:
    return AddChild(
        **stage.by("coordinator"),
        site=stage.site,
        family_name=child.family,
        given_name=child.given,
        birth_date=stage.birth(child),
        sex=child.sex,
        gestation_d=child.gestation_d,
        multiple_birth=child.twin,
        language=child.language,
        interpreter=child.interpreter,
        simulated=True,
    ).execute()


STORIES: dict[str, Teller] = {
    "waiting": waiting,
    "unanswered": waiting,
    "contacted": waiting,
    "declined": waiting,
    "redirected": waiting,
    "accepted": accepted,
    "ordered": accepted,
    "booked": accepted,
    "overdue_eeg": accepted,
    "wrong_child": accepted,
    "to_read": accepted,
    "own_read": accepted,
    "confirmed": accepted,
    "worked_up": accepted,
    "cause_found": accepted,
    "cause_unknown": accepted,
    "not_spasms": accepted,
    "at_risk": accepted,
    "second_opinion": accepted,
    "outside_eeg": accepted,
    "transferred": accepted,
    "deceased": accepted,
    "twice": accepted,
}
