"""Reads of the surveillance list: who is on it, and when the next EEG is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.surveillance import NextEeg, Risk, Standing, next_eeg
from westward.care.when import When
from westward.evidence.blank import Blank
from westward.evidence.loader import Fact, Sheet
from westward.program.accounts.models import User
from westward.program.accounts.policies import sites
from westward.program.people.choices import ChildState
from westward.program.referral import sources
from westward.program.referral.choices import RISK_WORDS, AppointmentKind, AppointmentState
from westward.program.referral.models import Appointment, AtRisk, SurveillanceEeg
from westward.program.shell.values import sheet

_ORDER = (
    Standing.OVERDUE,
    Standing.SCHEDULED,
    Standing.NO_SCHEDULE,
    Standing.DIAGNOSED,
    Standing.COMPLETE,
    Standing.SILENCED,
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A child on the list.

    Attributes
    ----------
    next : NextEeg
        By the schedule.
    due : date or None
        The day that counts: the schedule's, or the one that a person set.
    by_hand : bool
        Whether a person set it.
    standing : Standing
        By the day that counts.
    """

    entry: AtRisk
    risks: tuple[str, ...]
    next: NextEeg
    due: date | None
    by_hand: bool
    standing: Standing
    last: date | None

    @property
    def days_over(self) -> int:
        """Days past the due day; 0 if it is not past."""
        return max((timezone.localdate() - self.due).days, 0) if self.due else 0


def listed(user: User | None = None, *, children: Sequence[int] | None = None) -> QuerySet[AtRisk]:
    """Entries in force, within the user's reach or of the children named."""
    eegs = SurveillanceEeg.objects.filter(withdrawn_at=None).order_by("on")
    found = AtRisk.objects.filter(closed_on=None).exclude(child__state=ChildState.MERGED)
    found = found.select_related("child", "child__site", "own_due_by")
    found = found.prefetch_related(Prefetch("eegs", queryset=eegs, to_attr="done"))
    if children is not None:
        found = found.filter(child__in=children)
    within = sites(user, "surveillance.list") if user is not None else None
    return found if within is None else found.filter(child__site__in=within)


def watched(entries: Iterable[AtRisk], *, on: date) -> list[Watched]:
    """Each entry with its next EEG: the most overdue first, then by day."""
    entries = list(entries)
    keys = [entry.child_id for entry in entries]
    facts, recorded = sources.facts(keys), sources.eegs(keys)
    kept: dict[int, set[date]] = {}
    came = Appointment.objects.filter(child__in=keys, kind=AppointmentKind.EEG, state=AppointmentState.KEPT)
    for child, starts in came.values_list("child", "starts"):
        kept.setdefault(child, set()).add(timezone.localtime(starts).date())
    schedules = sheet("surveillance") if entries else None
    found = []
    for entry in entries:
        key = entry.child_id
        eegs = kept.get(key, set()) | recorded.get(key, set())
        found.append(_watched(entry, eegs, facts.get(key, {}), on, schedules))
    return sorted(found, key=lambda w: (_ORDER.index(w.standing), w.due or date.max, w.entry.pk))


def schedule(own: Sheet, risk: Risk) -> list[Fact | Blank]:
    """The schedule of a risk as this site has it; what is empty says so."""
    empty = [one for key, one in own.blanks.items() if key.startswith(f"{risk}.") and key not in own.facts]
    return [*empty, *own.section(risk)]


def _watched(
    entry: AtRisk, known: set[date], facts: Mapping[Milestone, When], on: date, schedules: Sheet | None
) -> Watched:
    done: list[SurveillanceEeg] = getattr(entry, "done", [])
    eegs = known | {eeg.on for eeg in done}
    child, risks = entry.child, [Risk(code) for code in entry.risks]
    following = next_eeg(
        birth=child.birth_date,
        risks=risks,
        listed=entry.listed_on,
        eegs=eegs,
        on=on,
        diagnosed=_last(facts.get(Milestone.DIAGNOSIS)),
        silence=child.silence,
        sheet=schedules,
    )
    last = max((day for day in eegs if day <= on), default=None)
    own = entry.own_due if entry.own_due and entry.own_due_by and not _used(entry, last) else None
    silent = following.standing in (Standing.SILENCED, Standing.DIAGNOSED)
    by_hand = own is not None and not silent and (following.due is None or own < following.due)
    due = own if by_hand else following.due
    standing = following.standing
    if by_hand and own is not None:
        standing = Standing.OVERDUE if own < on else Standing.SCHEDULED
    return Watched(entry, tuple(RISK_WORDS[r] for r in risks), following, due, by_hand, standing, last)


def _used(entry: AtRisk, last: date | None) -> bool:
    """Whether an EEG was done since the day was set; a day near it counts, since families come when they can."""
    return last is not None and entry.own_due is not None and last >= entry.own_due


def _last(when: When | None) -> date | None:
    return when.latest if when else None
