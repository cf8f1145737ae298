"""What referral tells the board and the timeline about children. Every read takes many children at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.surveillance import Risk
from westward.care.triage import Level
from westward.care.when import When, on_day
from westward.look import words
from westward.program.accounts.models import User
from westward.program.people.marks import Mark, Meaning, NextAct, Track
from westward.program.people.models import Child
from westward.program.people.reading import charts, once
from westward.program.referral import sources, watching
from westward.program.referral.choices import (
    MILESTONE_WORDS,
    RISK_WORDS,
    AppointmentKind,
    AppointmentState,
    FactSource,
    ReferralState,
)
from westward.program.referral.models import Appointment, AtRisk, ChildFact, Ownership, Referral

BOOK_EEG = "Book an EEG slot"
"""The act by which an ordered EEG gets its day."""
CALL = "Call the family: nobody has been reached"
CAME = "Say whether the child came"
SURVEILLANCE = "Book the surveillance EEG"


def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """Onset, suspicion, effective provider, referral and contact, as far as they have happened.

    Referral and contact come from the earliest accepted referral unless a person recorded another day.
    """
    found: dict[int, dict[Milestone, When]] = {key: {} for key in children}
    for child, accepted in _accepted(children).items():
        first = accepted[-1]
        found[child][Milestone.REFERRAL] = on_day(_day(first.received_at))
        if first.contacted_at is not None:
            found[child][Milestone.CONTACT] = on_day(_day(first.contacted_at))
    told = ChildFact.objects.filter(child__in=children, superseded_at=None)
    for child, milestone, earliest, latest in told.values_list("child", "milestone", "earliest", "latest"):
        found[child][Milestone(milestone)] = When(earliest, latest)
    return found


def conditions(children: Sequence[int]) -> dict[int, frozenset[str]]:
    """Conditions for the clocks by triage: ``red_flag`` from same day upward; none known for a child never triaged."""
    return {
        child: frozenset({"red_flag"} if any(one.level >= Level.SAME_DAY for one in accepted) else ())
        for child, accepted in _accepted(children).items()
    }


@once
def _accepted(children: Sequence[int]) -> dict[int, list[Referral]]:
    """Accepted referrals of each child that has any, the latest received first."""
    found: dict[int, list[Referral]] = {}
    accepted = Referral.objects.filter(child__in=children, state=ReferralState.ACCEPTED).select_related("owner")
    for one in accepted.order_by("-received_at", "-pk"):
        assert one.child_id is not None
        found.setdefault(one.child_id, []).append(one)
    return found


@once
def _watched(children: Sequence[int]) -> dict[int, list[AtRisk]]:
    """Entries of the surveillance list in force."""
    found: dict[int, list[AtRisk]] = {}
    for entry in watching.listed(children=children):
        found.setdefault(entry.child_id, []).append(entry)
    return found


def owners(children: Sequence[int]) -> dict[int, User]:
    """Who owns each child's next step."""
    held = Ownership.objects.filter(child__in=children, ended_at=None).select_related("user")
    return {one.child_id: one.user for one in held}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Calls that are owed, appointments nobody has closed, EEGs to book, surveillance EEGs due."""
    found: dict[int, list[NextAct]] = {key: [] for key in children}
    active = [key for key, child in charts(children).items() if not child.silent(_day(now))]
    owned = owners(active)
    accepted = _accepted(active)
    for key, one in ((key, one) for key, mine in accepted.items() for one in mine if one.contacted_at is None):
        act = NextAct(
            words=CALL,
            due=one.contact_by,
            owner=one.owner.name if one.owner else "whoever is on duty",
            owner_key=one.owner_id,
            address=reverse("referral", args=[one.pk]),
            rank=0,
        )
        found[key].append(act)
    booked: set[int] = set()
    for appointment in Appointment.objects.filter(child__in=active, state=AppointmentState.BOOKED):
        over = (appointment.ends or appointment.starts) < now
        if over:
            label = appointment.get_kind_display()
            act = _owned(owned, appointment.child_id, f"{CAME}: {label}", appointment.ends or now, 30)
            act = replace(act, address=f"{act.address}#appointments")
            found[appointment.child_id].append(act)
        elif appointment.kind == AppointmentKind.EEG:
            booked.add(appointment.child_id)
    elsewhere = sources.facts(active)
    for key in accepted.keys() - booked:
        if Milestone.EEG not in elsewhere.get(key, {}):
            found[key].append(_owned(owned, key, BOOK_EEG, None, 22, page="child-slots"))
    entries = [entry for mine in _watched(active).values() for entry in mine]
    for watch in watching.watched(entries, on=_day(now)) if entries else ():
        key = watch.entry.child_id
        if watch.due is not None and key not in booked:
            due = datetime.combine(watch.due, time.max, timezone.get_current_timezone())
            found[key].append(_owned(owned, key, SURVEILLANCE, due, 40, page="child-slots"))
    return found


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Milestones, the referral, the first contact and appointments on the time axis."""
    tab = reverse("child-referral", args=[child.pk])
    found = []
    for fact in ChildFact.objects.filter(child=child, superseded_at=None, earliest__isnull=False):
        assert fact.earliest is not None
        found.append(
            Mark(
                at=fact.earliest,
                until=fact.latest if fact.latest != fact.earliest else None,
                approximate=fact.latest != fact.earliest,
                track=Track.EVENTS,
                words=f"{MILESTONE_WORDS[fact.milestone]} ({FactSource(fact.source).label.lower()})",
                address=tab,
            )
        )
    for one in Referral.objects.filter(child=child, state=ReferralState.ACCEPTED):
        address = reverse("referral", args=[one.pk])
        level = one.urgency.words
        found.append(
            Mark(at=_day(one.received_at), track=Track.EVENTS, words=f"Referred, triage {level}", address=address)
        )
        if one.contacted_at is not None:
            late = one.contacted_at > one.contact_by
            meaning = Meaning.DUE if late else Meaning.DONE
            said = "First contact, late" if late else "First contact, in time"
            found.append(
                Mark(at=_day(one.contacted_at), track=Track.EVENTS, words=said, address=address, meaning=meaning)
            )
    for appointment in Appointment.objects.filter(child=child).exclude(state=AppointmentState.RELEASED):
        missed = appointment.state == AppointmentState.NO_SHOW
        track = Track.EEG if appointment.kind == AppointmentKind.EEG else Track.EVENTS
        state = appointment.get_state_display().lower()
        found.append(
            Mark(
                at=_day(appointment.starts),
                track=track,
                words=f"{appointment.get_kind_display()} appointment, {state}",
                address=tab,
                meaning=Meaning.UNSAFE if missed else Meaning.NONE,
            )
        )
    return sorted(found, key=lambda mark: mark.at)


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """Where the referral stands, the next EEG appointment, and the risks of those watched."""
    found: dict[int, list[str]] = {}
    now = timezone.now()
    for child, accepted in _accepted(children).items():
        waiting = [f"referral ({one.urgency.words}) not answered" for one in accepted if one.contacted_at is None]
        if waiting:
            found[child] = waiting
    booked = Appointment.objects.filter(
        child__in=children, kind=AppointmentKind.EEG, state=AppointmentState.BOOKED, ends__gt=now
    )
    for child, starts in booked.order_by("child", "starts").values_list("child", "starts"):
        said = found.setdefault(child, [])
        if not any(line.startswith("EEG booked") for line in said):
            local = timezone.localtime(starts)
            said.append(f"EEG booked {words.day(local.date())}, {local:%H:%M}")
    for entry in (entry for mine in _watched(children).values() for entry in mine):
        risks = ", ".join(RISK_WORDS[Risk(code)].lower() for code in entry.risks)
        found.setdefault(entry.child_id, []).append(f"at risk: {risks}")
    return {child: "; ".join(said) for child, said in found.items()}


def _owned(
    owned: dict[int, User], child: int, said: str, due: datetime | None, rank: int, *, page: str = "child-referral"
) -> NextAct:
    user = owned.get(child)
    return NextAct(
        words=said,
        due=due,
        owner=user.name if user else "",
        owner_key=user.pk if user else None,
        address=reverse(page, args=[child]),
        rank=rank,
    )


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
