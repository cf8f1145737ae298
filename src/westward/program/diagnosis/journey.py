"""What diagnosis tells the board and the timeline; never a figure of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.when import When, on_day
from westward.program.accounts.models import User
from westward.program.diagnosis import ages, pointing, sight
from westward.program.diagnosis.actions.take_over import gone
from westward.program.diagnosis.choices import (
    IN_DOUBT,
    OrderState,
    Outcome,
    OutsideState,
    Source,
    StudyState,
    Urgency,
)
from westward.program.diagnosis.models import Decision, EegOrder, FirstTreatment, OutsideEeg, Read, SecondRead, Study
from westward.program.diagnosis.rules import urgent
from westward.program.diagnosis.standing import in_force
from westward.program.people import veil
from westward.program.people.marks import Mark, Meaning, NextAct, Track
from westward.program.people.models import Child
from westward.program.people.reading import charts, once
from westward.program.referral import sources

DECIDED = {
    Outcome.CONFIRMED: "Infantile spasms confirmed",
    Outcome.SUSPECTED: "Infantile spasms still suspected",
    Outcome.NOT: "Not infantile spasms",
}

ROOM = "EEG technologist"
POINTED = "Say whether a recording on no chart is this child's"


@once
def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """Day of the first EEG of this program, of the diagnosis, of the first treatment; only what has happened.

    An EEG from elsewhere is not the program's and stops no clock. A recording whose child is in doubt has not
    happened to anybody yet.
    """
    told: dict[int, dict[Milestone, When]] = {key: {} for key in children}
    for key, day in eeg_days(children):
        held = told[key].get(Milestone.EEG)
        if held is None or held.earliest is None or day < held.earliest:
            told[key][Milestone.EEG] = on_day(day)
    for key, decision in decisions(children).items():
        if decision.outcome == Outcome.CONFIRMED:
            told[key][Milestone.DIAGNOSIS] = on_day(decision.on)
    for treatment in FirstTreatment.objects.filter(child__in=children).order_by("recorded_at", "pk"):
        told[treatment.child_id][Milestone.TREATMENT] = on_day(treatment.on)
    return told


def ruled_out(children: Sequence[int]) -> set[int]:
    """Children of whom it was decided that they have no infantile spasms."""
    return {key for key, decision in decisions(children).items() if decision.outcome == Outcome.NOT}


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """What has to be done next in the EEG and for the diagnosis."""
    told: dict[int, list[NextAct]] = {key: [] for key in children}
    alive = charts(children)
    silent = {key for key, child in alive.items() if child.silent(timezone.localdate(now))}
    wanted = [key for key in children if key not in silent]
    seen: set[int] = set()
    orders = _orders(wanted)
    attached = Prefetch("studies", queryset=Study.objects.on_charts(), to_attr="attached")
    prefetch_related_objects([order for order in orders if order.state != OrderState.OPEN], attached)
    for order in orders:
        seen.add(order.child_id)
        if act := _of_order(order):
            told[order.child_id].append(act)
    studies = _studies(wanted)
    for study in studies:
        seen.add(study.child_id)
        if act := _of_study(study):
            told[study.child_id].append(act)
    asked = SecondRead.objects.filter(study__in=studies, stored_at=None, withdrawn_at=None)
    for second in asked.select_related("reader", "study"):
        told[second.study.child_id].append(_act(veil.ACT, second.reader, _study(second.study), rank=35))
    for outside in OutsideEeg.objects.filter(child__in=wanted, state__in=[OutsideState.REQUESTED, OutsideState.EXPORT]):
        words = "Ask again for the outside EEG"
        if outside.state == OutsideState.EXPORT:
            words = "Ask for EDF and video export of the outside EEG"
        told[outside.child_id].append(
            NextAct(words=words, owner="Coordinator", address=_tab(outside.child_id), rank=60)
        )
    for key, recordings in pointing.on_no_chart(child for key, child in alive.items() if key not in silent).items():
        address = reverse("eeg-recording", args=[recordings[0].pk])
        told[key].append(_act(POINTED, None, address, rank=26, role=ROOM))
    decided = decisions(wanted)
    for key in wanted:
        if key not in seen and key not in decided:
            told[key].append(NextAct(words="Order EEG", owner="Physician", address=_tab(key), rank=20))
    for key in _to_decide(studies, decided):
        address = reverse("child-diagnosis", args=[key])
        told[key].append(NextAct(words="Decide the diagnosis", owner="Physician", address=address, rank=40))
    treated = sources.facts(list(decided))
    for key, decision in decided.items():
        if decision.outcome == Outcome.CONFIRMED and Milestone.TREATMENT not in treated[key]:
            address = reverse("child-treatment", args=[key])
            told[key].append(NextAct(words="Start treatment", owner="Physician", address=address, rank=10))
    return told


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """EEGs as grades of their readers, the diagnosis, the first treatment."""
    out = []
    found = list(_studies([child.pk]))
    seen = sight.of_all([study.pk for study in found], viewer)
    for study in found:
        if study.recorded_on is None or study.state == StudyState.STOPPED:
            continue
        words, value, meaning = "EEG, not read yet", None, Meaning.DUE
        read = _shown(study, viewer, seen[study.pk])
        if read is not None:
            signed = read.signed_at is not None
            words = f"EEG: {_grade(read)} ({_signed(read, study)})"
            value = None if read.based is None else Decimal(read.based)
            meaning = Meaning.NONE if signed and not ages.of_read(read, study) else Meaning.DUE
        elif seen[study.pk].blind:
            words = "EEG, your second read is waited for"
        out.append(
            Mark(
                at=study.recorded_on, track=Track.EEG, words=words, address=_study(study), meaning=meaning, value=value
            )
        )
    for order in child.eeg_orders.exclude(state=OrderState.CANCELED):
        day = timezone.localtime(order.ordered_at).date()
        words = f"EEG ordered ({order.get_urgency_display().lower()})"
        out.append(Mark(at=day, track=Track.EVENTS, words=words, address=_tab(child.pk)))
    address = reverse("child-diagnosis", args=[child.pk])
    decision = decisions([child.pk]).get(child.pk)
    if decision is not None:
        words = DECIDED[Outcome(decision.outcome)]
        out.append(Mark(at=decision.on, track=Track.EVENTS, words=words, address=address, meaning=Meaning.DONE))
    treatment = child.first_treatments.first()
    if treatment is not None:
        words = f"First treatment{': ' + treatment.what if treatment.what else ''}"
        out.append(Mark(at=treatment.on, track=Track.TREATMENT, words=words, address=address, meaning=Meaning.DONE))
    return out


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """``BASED 5 (signed)``; without a viewer nothing that a second reader must not see.

    A decision that may rest on a read that is hidden would tell what it said, and is left out as long.
    """
    told: dict[int, str] = {}
    found = list(_studies(children))
    seen = sight.of_all([study.pk for study in found], viewer)
    newest: dict[int, Study] = {}
    for study in found:
        newest.setdefault(study.child_id, study)
    for key, study in newest.items():
        told[key] = _line(study, viewer, seen[study.pk])
    for order in _orders(children):
        if order.state == OrderState.OPEN and order.child_id not in told:
            told[order.child_id] = f"EEG ordered, {order.get_urgency_display().lower()}"
    hidden: dict[int, list[date | None]] = {}
    for study in found:
        if seen[study.pk].blind:
            hidden.setdefault(study.child_id, []).append(study.recorded_on)
    for key, decision in decisions(children).items():
        if any(day is None or day <= decision.on for day in hidden.get(key, ())):
            continue
        words = {Outcome.CONFIRMED: "spasms confirmed", Outcome.NOT: "not infantile spasms"}.get(
            Outcome(decision.outcome), "still suspected"
        )
        told[key] = f"{told[key]}; {words}" if key in told else words.capitalize()
    return told


def _line(study: Study, viewer: User | None, seen: sight.Sight) -> str:
    if study.state == StudyState.STOPPED:
        return "EEG stopped: whose recording is it?"
    read = _shown(study, viewer, seen)
    if read is not None:
        return f"{_grade(read)} ({_signed(read, study)})"
    if seen.blind:
        return veil.LINE
    return f"EEG to be read{'; ' + urgent.WORDS.lower() if study.urgent_suggested else ''}"


def _shown(study: Study, viewer: User | None, seen: sight.Sight) -> Read | None:
    """The read of a study that a viewer may see: the one in force, else the newest."""
    reads = [read for read in study.reads.all() if seen.reads or (viewer is not None and read.reader_id == viewer.pk)]
    return in_force(reads) or (reads[-1] if reads else None)


def _grade(read: Read) -> str:
    return "not assessable" if read.based is None else f"BASED {read.based}"


def _signed(read: Read, study: Study) -> str:
    corrected = ages.of_read(read, study)
    return ("signed" if read.signed_at else "not signed") + (", age corrected since" if corrected else "")


def _of_order(order: EegOrder) -> NextAct | None:
    if order.state == OrderState.OPEN:
        rank = {Urgency.TODAY: 5, Urgency.DAYS: 25}.get(Urgency(order.urgency), 50)
        return _act("Record EEG", None, reverse("eeg-room"), rank=rank, role=ROOM)
    if not order.attached:  # type: ignore[attr-defined]
        return _act("Attach the recording", None, _tab(order.child_id), rank=28, role=ROOM)
    return None


def _of_study(study: Study) -> NextAct | None:
    if study.state == StudyState.STOPPED:
        return _act("Say whose recording it is", None, _study(study), rank=8, role=ROOM)
    if study.state == StudyState.NO_AGE:
        return _act("Give the recording day", None, _study(study), rank=30, role=ROOM)
    if study.identity.get("doubt"):
        return _act("Say whose recording it is: another chart looks alike", None, _study(study), rank=9, role=ROOM)
    reads = list(study.reads.all())
    if not reads:
        owner = study.owner or (study.order.owner if study.order else None)
        words = "Read EEG" + (" (urgent read suggested)" if study.urgent_suggested else "")
        urgent_order = study.order is not None and study.order.urgency == Urgency.TODAY
        return _act(
            words, owner, _study(study), rank=6 if study.urgent_suggested or urgent_order else 30, role="Reader"
        )
    counts = in_force(reads) or reads[-1]
    if ages.of_read(counts, study):
        waits = gone(counts.reader, study) or hasattr(counts, "handover")
        owner = None if waits else counts.reader
        return _act("Confirm read: age corrected", owner, _study(study), rank=27, role="Reader")
    if counts.signed_at is None:
        return _act("Sign the EEG read", reads[-1].reader, _study(study), rank=32)
    return None


def _act(words: str, owner: User | None, address: str, *, rank: int, role: str = "") -> NextAct:
    return NextAct(
        words=words,
        owner=owner.name if owner else role,
        owner_key=owner.pk if owner else None,
        address=address,
        rank=rank,
    )


def _to_decide(studies: Sequence[Study], decided: dict[int, Decision]) -> list[int]:
    signed = (
        study.child_id
        for study in studies
        if study.state not in IN_DOUBT and any(read.signed_at is not None for read in study.reads.all())
    )
    keys = dict.fromkeys(signed)
    return [key for key in keys if key not in decided or decided[key].outcome == Outcome.SUSPECTED]


def _studies(children: Sequence[int]) -> list[Study]:
    return [study for mine in _studies_of(children).values() for study in mine]


@once
def _studies_of(children: Sequence[int]) -> dict[int, list[Study]]:
    """Studies on the charts of children that have any, with their reads."""
    kept = Prefetch(
        "reads", queryset=Read.objects.select_related("reader", "handover").order_by("stored_at", "version", "pk")
    )
    on_charts = Study.objects.on_charts().filter(child__in=children)
    found: dict[int, list[Study]] = {}
    for study in on_charts.select_related("child", "order__owner", "owner", "recording").prefetch_related(kept):
        found.setdefault(study.child_id, []).append(study)
    return found


def _orders(children: Sequence[int]) -> list[EegOrder]:
    return [order for mine in _orders_of(children).values() for order in mine]


@once
def _orders_of(children: Sequence[int]) -> dict[int, list[EegOrder]]:
    """Orders that were not canceled."""
    kept = EegOrder.objects.filter(child__in=children).exclude(state=OrderState.CANCELED)
    found: dict[int, list[EegOrder]] = {}
    for order in kept.select_related("owner"):
        found.setdefault(order.child_id, []).append(order)
    return found


def eeg_days(children: Sequence[int]) -> list[tuple[int, date]]:
    """Days on which this program recorded an EEG: by its files, else by orders marked recorded."""
    studies = Study.objects.sure().filter(child__in=children)
    found = list(studies.exclude(recording__source=Source.OUTSIDE).values_list("child_id", "recorded_on"))
    done = EegOrder.objects.filter(child__in=children, state=OrderState.DONE).exclude(done_through__state__in=IN_DOUBT)
    found += list(done.values_list("child_id", "done_on"))
    return [(key, day) for key, day in found if day is not None]


@once
def decisions(children: Sequence[int]) -> dict[int, Decision]:
    """The decision in force of each child that has one."""
    return {one.child_id: one for one in Decision.objects.filter(child__in=children, revised_by=None)}


def _tab(child: int) -> str:
    return reverse("child-eeg", args=[child])


def _study(study: Study) -> str:
    return reverse("eeg-study", args=[study.child_id, study.pk])
