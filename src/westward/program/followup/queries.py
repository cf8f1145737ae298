"""Reads of follow-up: what was witnessed, response by every definition, silence, what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from westward.care.answer import Answer
from westward.care.response import Course, EegSeen, Response, relapses, responses
from westward.evidence.loader import load
from westward.program.accounts.models import User
from westward.program.accounts.policies import sites
from westward.program.diagnosis import sight
from westward.program.diagnosis.choices import IN_DOUBT
from westward.program.diagnosis.models import Read
from westward.program.diagnosis.standing import in_force
from westward.program.followup.choices import CallAnswer, EntryKind, Following
from westward.program.followup.models import DiaryEntry, FamilyCall, FollowingChange
from westward.program.people.choices import ChildState
from westward.program.people.models import Caregiver, Child
from westward.program.treatment.choices import RunState
from westward.program.treatment.models import Run

SEEN = (EntryKind.CLUSTER, EntryKind.SINGLE)


def diary(child: Child) -> QuerySet[DiaryEntry]:
    """Entries that stand, the latest first."""
    return child.diary.filter(withdrawn_at=None).select_related("told_by", "answered_by")


def witnessed(child: Child) -> dict[date, int]:
    """Spasms told for each day; 0 only for a day that the family called free and for which nothing else was told.

    Spasms told on the phone count like those of the diary, at least one. A day nobody told of is absent, and so is a
    day that was called free before its evening: it was not over. "None" on the phone calls no day free.
    """
    return _witnessed_of([child.pk]).get(child.pk, {})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row, the latest of them first: one with spasms alone, none seen or not told gathered.

    Attributes
    ----------
    count : int or None
        Spasms told of the day; 0 for days on which none were seen, None for days of which nothing was told.
    """

    first: date
    last: date
    count: int | None

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def stretches(told: Mapping[date, int], *, most: int = 21) -> list[Stretch]:
    """What was told, from the last day told back to the first, days without a number gathered; ``most`` rows."""
    found: list[Stretch] = []
    for day in sorted(told, reverse=True):
        if found and (found[-1].first - day).days > 1:
            found.append(Stretch(day + timedelta(days=1), found[-1].first - timedelta(days=1), None))
        last = found[-1] if found else None
        if last is not None and last.count == told[day] == 0:
            found[-1] = Stretch(day, last.last, 0)
        else:
            found.append(Stretch(day, day, told[day]))
    return found[:most]


def _witnessed_of(children: Sequence[int]) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    free: list[tuple[int, date]] = []
    evening = load("diary").integer("entry.free_from_h")
    entries = DiaryEntry.objects.filter(child__in=children, withdrawn_at=None)
    for child, on, kind, count, written in entries.values_list("child_id", "on", "kind", "count", "written_at"):
        days = found.setdefault(child, {})
        if kind in SEEN:
            days[on] = days.get(on, 0) + (count or 0)
        elif kind == EntryKind.FREE_DAY and _over(on, timezone.localtime(written), evening):
            free.append((child, on))
    calls = FamilyCall.objects.filter(child__in=children, answer=CallAnswer.SEEN, on__isnull=False)
    for child, day, count in calls.values_list("child_id", "on", "count"):
        if day is None:
            continue
        days = found.setdefault(child, {})
        days[day] = max(days.get(day, 0), count or 1)  # the same spasms may stand in the diary
    for child, on in free:
        found[child].setdefault(on, 0)
    return found


def _over(day: date, written: datetime, evening: int) -> bool:
    """Whether a day was over, or its evening had come, when something was written about it."""
    return written.date() > day or (written.date() == day and written.hour >= evening)


def eegs(child: Child) -> tuple[EegSeen, ...]:
    """The signed read in force of each of the child's video-EEGs; nothing else reaches response."""
    return _eegs_of([child.pk]).get(child.pk, ())


def counted_reads(children: Sequence[int]) -> list[Read]:
    """The read in force of each study that is in no doubt; none while a blind second reader is waited for."""
    by_study: dict[int, list[Read]] = {}
    reads = Read.objects.filter(study__child__in=children).exclude(study__state__in=IN_DOUBT)
    for read in reads.select_related("study", "reader"):
        by_study.setdefault(read.study_id, []).append(read)
    seen = sight.of_all(by_study, None)
    counted = (in_force(mine) for study, mine in by_study.items() if seen[study].reads)
    return [read for read in counted if read is not None]


def _eegs_of(children: Sequence[int]) -> dict[int, tuple[EegSeen, ...]]:
    found: dict[int, tuple[EegSeen, ...]] = {}
    for read in counted_reads(children):
        on, child = read.study.recorded_on, read.study.child_id
        if on is None or child is None:
            continue
        seen = EegSeen(
            on=on,
            spasms=Answer(read.ictal_correlate) if read.event_recorded != "no" else Answer.NO,
            hypsarrhythmia=Answer(read.hypsarrhythmia),
            sleep=Answer(read.sleep_recorded),
            source=read.audit_id,
        )
        found[child] = (*found.get(child, ()), seen)
    return found


@dataclass(frozen=True, slots=True)
class Judged:
    """One run with every definition.

    Attributes
    ----------
    relapses : mapping of str to date
        First spasms after the remission by each definition that was met; definitions without any are absent.
    """

    run: Run
    course: Course
    responses: tuple[Response, ...]
    relapses: Mapping[str, date]

    @property
    def relapse(self) -> date | None:
        """The earliest relapse by any definition."""
        return min(self.relapses.values(), default=None)

    @property
    def day(self) -> int:
        """Day of the treatment today."""
        return self.course.day_of(self.course.on)


def judged(child: Child, *, on: date) -> list[Judged]:
    """Response to each run whose first dose was given, the latest first."""
    return judged_of([child.pk], on=on).get(child.pk, [])


def judged_of(children: Sequence[int], *, on: date) -> dict[int, list[Judged]]:
    """The same for many children, in as many queries as for one; those without a first dose are absent."""
    given: dict[int, list[Run]] = {}
    runs = Run.objects.filter(child__in=children, first_dose_at__isnull=False).select_related("child", "child__site")
    for run in runs.order_by("start", "pk"):
        given.setdefault(run.child_id, []).append(run)
    told, seen = _witnessed_of(list(given)), _eegs_of(list(given))
    return {key: _judge(mine, told.get(key, {}), seen.get(key, ()), on)[::-1] for key, mine in given.items()}


def _judge(given: Sequence[Run], told: Mapping[date, int], seen: Sequence[EegSeen], on: date) -> list[Judged]:
    found = []
    for n, run in enumerate(given):
        start = timezone.localtime(run.first_dose_at).date()
        later = [timezone.localtime(other.first_dose_at).date() for other in given[n + 1 :]]
        if start > on:
            continue
        course = Course(
            start=start,
            witnessed={day: count for day, count in told.items() if day >= start},
            eegs=tuple(one for one in seen if one.on >= start),
            second_treatment=min(later, default=None),
            on=on,
        )
        found.append(Judged(run, course, responses(course), relapses(course)))
    return found


@dataclass(frozen=True, slots=True)
class Silence:
    """A family under treatment that has told nothing for too long.

    Attributes
    ----------
    since : datetime
        The last entry, the last call that reached somebody, or the first dose.
    due : datetime
        When somebody has to call: after the set time, or after a call that reached nobody.
    tried : int
        Calls since then that reached nobody.
    diary : bool
        Whether the family has an account and so a diary.
    """

    since: datetime
    due: datetime
    tried: int
    diary: bool


def silent(children: Sequence[int], *, now: datetime) -> dict[int, Silence]:
    """Children under treatment whose family has told nothing for too long, with or without an account."""
    rules = load("diary")
    wait = timedelta(hours=rules.number("silence.call_after_h"))
    again = timedelta(hours=rules.number("silence.again_h"))
    limit = now - wait
    account = Caregiver.objects.filter(child=OuterRef("child"), user__isnull=False, revoked_at=None)
    running = Run.objects.filter(
        child__in=children, state=RunState.RUNNING, first_dose_at__lt=limit, child__state=ChildState.ACTIVE
    )
    first: dict[int, tuple[datetime, bool]] = {}
    for run in running.annotate(diary=Exists(account)):
        if run.first_dose_at is not None:
            before = first.get(run.child_id, (run.first_dose_at, False))[0]
            first[run.child_id] = max(run.first_dose_at, before), run.diary
    if not first:
        return {}
    entries = DiaryEntry.objects.filter(child__in=first, withdrawn_at=None).values("child")
    told = {row["child"]: row["last"] for row in entries.annotate(last=Max("received_at"))}
    calls: dict[int, list[FamilyCall]] = {}
    for call in FamilyCall.objects.filter(child__in=first).order_by("at", "pk"):
        calls.setdefault(call.child_id, []).append(call)
    found = {}
    for child, (at, diary) in first.items():
        mine = calls.get(child, [])
        reached = max((call.at for call in mine if call.answer != CallAnswer.NOT_REACHED), default=None)
        since = max(one for one in (at, told.get(child), reached) if one is not None)
        if since >= limit:
            continue
        tried = [call for call in mine if call.answer == CallAnswer.NOT_REACHED and call.at > since]
        due = max(since + wait, tried[-1].at + again) if tried else since + wait
        found[child] = Silence(since, due, len(tried), diary)
    return found


def calls(child: Child) -> QuerySet[FamilyCall]:
    """Calls to the family, the latest first."""
    return child.family_calls.select_related("by")


def following(child: Child) -> str:
    """Whether the family is reached."""
    last = child.following.first()
    return last.state if last else Following.REACHED


def lost(user: User) -> QuerySet[Child]:
    """Children of the user's sites whose latest state is lost to follow-up."""
    within = sites(user, "followup.worklist")
    children = Child.objects.filter(state=ChildState.ACTIVE)
    if within is not None:
        children = children.filter(site__in=within)
    changes = FollowingChange.objects.order_by("on", "pk").values_list("child_id", "state")
    newest = {child: state for child, state in changes}  # noqa: C416  the latest row of each child stays
    keys = [child for child, state in newest.items() if state == Following.LOST]
    return children.filter(pk__in=keys).order_by("family_name", "pk")


def open_flags(children: Sequence[int]) -> QuerySet[DiaryEntry]:
    """Red flags that nobody has answered."""
    return DiaryEntry.objects.filter(
        Q(child__in=children), kind=EntryKind.RED_FLAG, answered_at=None, withdrawn_at=None
    ).order_by("received_at")
