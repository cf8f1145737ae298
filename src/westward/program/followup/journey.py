"""What follow-up tells the board and the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from westward.care.answer import Answer
from westward.care.clocks import Milestone
from westward.care.escalation import Step, answered, responded_at_14
from westward.care.when import When, on_day
from westward.evidence.loader import load
from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.diagnosis.journey import ruled_out
from westward.program.diagnosis.models import Decision, FirstTreatment
from westward.program.etiology.models import Imaging
from westward.program.followup import queries
from westward.program.followup.choices import Instrument
from westward.program.followup.letter import day_14
from westward.program.followup.models import Assessment, DiaryEntry
from westward.program.followup.next_steps import failed_on, lesions, others_on, proposed
from westward.program.followup.schedule import schedules
from westward.program.letters.choices import LetterKind
from westward.program.letters.queries import last_drafted
from westward.program.people.choices import ChildState
from westward.program.people.marks import CALL_NOW, Mark, Meaning, NextAct, Track, end_of
from westward.program.people.models import Child
from westward.program.people.reading import charts, having, once
from westward.program.shell.values import sheet
from westward.program.treatment import journey as treatment
from westward.program.treatment.choices import RunState, StopReason
from westward.program.treatment.models import Run, SurgeryReferral

TABLES = (Run, DiaryEntry, Imaging, Assessment, Decision, FirstTreatment)
"""Of a child with a row in none of these nothing is told."""


@once
def facts(children: Sequence[int]) -> dict[int, dict[Milestone, When]]:
    """Of the last treatment: its first dose, the video-EEG that says whether it works, and the day it failed as long as
    nothing follows. Nothing where it was ended for another reason, or is long over.
    """
    given = _given(children)
    judged = queries.judged_of(given, on=timezone.localdate()) if given else {}
    judged = {key: mine for key, mine in judged.items() if mine}
    failed = {key: found for key, mine in judged.items() if (found := failed_on(mine[0])) is not None}
    other = others_on(list(failed))
    rules, outcomes, today = sheet("escalation"), load("outcomes"), timezone.localdate()
    told: dict[int, dict[Milestone, When]] = {}
    for key, mine in judged.items():
        one, course = mine[0], mine[0].course
        if not (one.run.open or one.run.state == RunState.COMPLETED or key in failed):
            continue
        if one.day > _JUDGED_D:
            continue
        mine_told = told.setdefault(key, {Milestone.COURSE: on_day(course.start)})
        first = outcomes.integer("days.ec14_from")
        second = min((eeg.on for eeg in course.eegs if course.day_of(eeg.on) >= first), default=None)
        if second is not None:
            mine_told[Milestone.SECOND_EEG] = on_day(second)
        if key in failed and not answered(course, failed_on=failed[key], other_on=other.get(key), sheet=rules):
            mine_told[Milestone.FAILURE] = on_day(min(failed[key], today))
    return told


def next_acts(children: Sequence[int], *, now: datetime) -> dict[int, list[NextAct]]:
    """Red flags first, families that have gone silent, what the rules propose, the letter of day 14, the assessment and
    the outcome that are due.
    """
    rules = load("diary")
    told: dict[int, list[NextAct]] = {}
    for flag in queries.open_flags(children):
        act = NextAct(
            words=f"{CALL_NOW}: {flag.get_red_flag_display().lower()}",
            due=flag.received_at + timedelta(hours=rules.integer("red_flag.answer_h")),
            owner=Role.NURSE.label,
            address=reverse("child-response", args=[flag.child_id]),
            rank=0,
        )
        told.setdefault(flag.child_id, []).append(act)
    given = _given(children)
    for child, silence in queries.silent(given, now=now).items():
        act = NextAct(
            words="Call the family: diary silent" if silence.diary else "Call the family: it has no diary",
            due=silence.due,
            owner=Role.NURSE.label,
            address=f"{reverse('child-response', args=[child])}#call",
            rank=25,
        )
        told.setdefault(child, []).append(act)
    for key, act in _proposed(given, now=now):
        told.setdefault(key, []).append(act)
    for key, act in _letters(given, now=now):
        told.setdefault(key, []).append(act)
    surgery = _WORDS[Step.SURGERY]
    for key, act in _lesions(children):
        if not any(one.words == surgery for one in told.get(key, ())):
            told.setdefault(key, []).append(act)
    for key, act in _scheduled(children, now=now):
        told.setdefault(key, []).append(act)
    return told


def _given(children: Sequence[int]) -> list[int]:
    """Those who were given a first dose here."""
    return [key for key, first in treatment.facts(having(treatment.TABLES, children)).items() if first]


def _scheduled(children: Sequence[int], *, now: datetime) -> Iterator[tuple[int, NextAct]]:
    """The developmental assessment and the outcome that are due; the page says which were missed."""
    today, owner = timezone.localtime(now).date(), Role.PHYSICIAN.label
    alive = [key for key, child in charts(children).items() if not child.silent(today)]
    for key, expected in schedules(alive, on=today).items() if alive else ():
        page = reverse("child-response", args=[key])
        assess, outcome = expected.assessment, expected.outcome
        if assess is not None and assess.tell_from <= today:
            words = "First developmental assessment" if assess.first else "Developmental assessment"
            if assess.instrument:
                words += f": {Instrument(assess.instrument).label}"
            address = f"{page}#development"
            yield key, NextAct(words=words, due=end_of(assess.due), owner=owner, address=address, rank=41)
        if outcome is not None:
            words, address = f"Outcome at {outcome.months} months", f"{page}#outcomes"
            yield key, NextAct(words=words, due=end_of(outcome.due), owner=owner, address=address, rank=40)


def _letters(children: Sequence[int], *, now: datetime) -> Iterator[tuple[int, NextAct]]:
    """The letter of day 14 for the last treatment that was given so long: once the response can be said, or its days
    have passed without an EEG that says it.
    """
    rules, today = sheet("escalation"), timezone.localtime(now).date()
    second, last_day = rules.integer("checkpoint.second_d"), load("outcomes").integer("days.ec14_to")
    write = timedelta(days=sheet("letters").integer("due.sign_d"))
    reached = Run.objects.filter(
        child__in=children,
        child__state=ChildState.ACTIVE,
        first_dose_at__lte=now - timedelta(days=second - 1),
        first_dose_at__gte=now - timedelta(days=_JUDGED_D),
    )
    keys = list(reached.values_list("child", flat=True).distinct())
    if not keys:
        return
    drafted = last_drafted(keys, LetterKind.DAY_14)
    for child, judged in queries.judged_of(keys, on=today).items():
        given = (one for one in judged if one.course.day_of(one.run.stopped_on or today) >= second)
        one = next(given, None)
        if one is None or (child in drafted and drafted[child] >= one.course.start):
            continue
        checkpoint = one.course.start + timedelta(days=second - 1)
        eeg = day_14(one)
        if responded_at_14(one.course) is Answer.UNKNOWN:
            if one.day <= last_day:
                continue
            since = one.course.start + timedelta(days=last_day)
        else:
            since = max(checkpoint, eeg.on) if eeg is not None else checkpoint
        address = reverse("child-response", args=[child])
        due, owner = end_of(since + write), Role.PHYSICIAN.label
        yield child, NextAct(words="Draft letter: day 14", due=due, owner=owner, address=address, rank=39)


def _lesions(children: Sequence[int]) -> Iterator[tuple[int, NextAct]]:
    """A lesion on one side without a surgical referral, whatever the treatment; not where spasms were ruled out."""
    rules = sheet("escalation")
    referred = SurgeryReferral.objects.filter(child__in=children).values("child")
    active = Child.objects.filter(pk__in=children, state=ChildState.ACTIVE)
    seen: dict[int, date] = {}
    found = lesions(active.exclude(pk__in=referred).exclude(pk__in=ruled_out(children)))
    for child, on in found.values_list("imaging__child", "imaging__reported_on"):
        seen[child] = min(on, seen.get(child, on))
    for child, on in seen.items():
        due = end_of(on + timedelta(days=rules.integer("due.surgery_d")))
        address = f"{reverse('child-other', args=[child])}#surgery"
        owner = Role.PHYSICIAN.label
        yield child, NextAct(words=_WORDS[Step.SURGERY], due=due, owner=owner, address=address, rank=28)


_WORDS = {
    Step.EEG: "Video-EEG of day 14",
    Step.RAISE: "Decide: raise the dose",
    Step.SWITCH: "Decide: next drug",
    Step.ADD: "Decide: next drug",
    Step.NO_STANDARD: "Decide: next treatment",
    Step.SURGERY: "Decide: surgical referral",
}
_JUDGED_D = 120
"""Days after the first dose during which the board looks for a next step."""


def _proposed(children: Sequence[int], *, now: datetime) -> Iterator[tuple[int, NextAct]]:
    """What the rule of the next step proposes, once for each sort of step, due from the day of its fact."""
    first = load("escalation").integer("checkpoint.first_d")
    runs = Run.objects.filter(
        Q(state__in=(RunState.RUNNING, RunState.COMPLETED)) | Q(stop_reason=StopReason.FAILURE),
        first_dose_at__lte=now - timedelta(days=first - 1),
        first_dose_at__gte=now - timedelta(days=_JUDGED_D),
    )
    under = Child.objects.filter(
        Exists(runs.filter(child=OuterRef("pk"))), pk__in=children, state=ChildState.ACTIVE
    ).select_related("site")
    for child in under:
        seen = set()
        for found in proposed(child):
            for one in found.proposals:
                words = _WORDS.get(one.step)
                if words is None or words in seen or one.due is None:
                    continue
                seen.add(words)
                due = end_of(one.due)
                address = reverse("child-response", args=[child.pk])
                yield child.pk, NextAct(words=words, due=due, owner=Role.PHYSICIAN.label, address=address, rank=6)


def marks(child: Child, *, viewer: User) -> list[Mark]:
    """Spasms as the family told them, adverse events, assessments, outcomes."""
    address = reverse("child-response", args=[child.pk])
    found = [
        Mark(
            at=day,
            track=Track.SPASMS,
            words=f"{count} told by the family" if count else "none seen by the family",
            address=address,
            value=Decimal(count),
        )
        for day, count in sorted(queries.witnessed(child).items())
    ]
    found += [
        Mark(
            at=event.began_on,
            until=event.ended_on,
            track=Track.EVENTS,
            words=f"{event.what} ({event.get_severity_display().lower()})",
            address=address,
            meaning=Meaning.UNSAFE,
        )
        for event in child.adverse_events.all()
    ]
    found += [
        Mark(
            at=one.on,
            track=Track.DEVELOPMENT,
            words=f"{one.get_instrument_display()} {_scores(one.scores)}",
            address=f"{address}#development",
        )
        for one in child.developmental_assessments.all()
    ]
    found += [
        Mark(at=one.on, track=Track.DEVELOPMENT, words=f"outcome at {one.months} months", address=f"{address}#outcomes")
        for one in child.outcomes.all()
    ]
    return found


def _scores(scores: list[dict[str, str]]) -> str:
    return ", ".join(f"{one['domain']} {one['score']}" for one in scores)


def lines(children: Sequence[int], *, viewer: User | None = None) -> dict[int, str]:
    """Nothing: what the family tells is no state of the chart."""
    return {}
