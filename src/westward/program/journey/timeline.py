"""Everything of one child on one axis of time: what stands on it, and which stretch is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from westward.care.ages import age_on
from westward.care.clocks import Clock, State, Verdict, run_clocks
from westward.core.errors import UsageError
from westward.look import words
from westward.program.accounts.models import User
from westward.program.journey import collect, standing, veiled
from westward.program.journey.board import Due, clock_name, due_words
from westward.program.journey.choices import Stage
from westward.program.people.marks import Mark, NextAct, Track
from westward.program.people.models import Child
from westward.program.people.reading import one_reading
from westward.program.people.veil import LINE, before, veils

ZOOMS = {"days": (16, 5), "weeks": (56, 14), "months": (152, 30)}
"""Days before and after today that each zoom shows; ``life`` reaches from birth to two weeks from now."""
LABELS = {"days": "Days", "weeks": "Weeks", "months": "Months", "life": "Whole life"}
_AHEAD_D = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the program knows of one child today, as far as this reader may see it."""

    child: Child
    today: date
    marks: tuple[Mark, ...]
    clocks: tuple[Clock, ...]
    acts: tuple[tuple[NextAct, Due | None], ...]
    stage: Stage
    line: str

    def age(self, on: date) -> str:
        """Corrected age where it is known and used, else chronological; empty before birth."""
        try:
            age = age_on(on, birth=self.child.birth_date, gestation_d=self.child.gestation_d)
        except UsageError:
            return ""
        return words.age(max(age.used_d, 0))

    @property
    def term(self) -> date:
        """The day from which the age axis counts: birth, or the day on which 40 weeks were complete."""
        try:
            age = age_on(self.today, birth=self.child.birth_date, gestation_d=self.child.gestation_d)
        except UsageError:
            return self.child.birth_date
        return self.today - timedelta(days=age.used_d)

    @property
    def corrected(self) -> bool:
        """Whether the age axis is corrected for prematurity."""
        return self.term != self.child.birth_date

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The track: each step with ``done``, ``now`` or ``later``."""
        return tuple(
            (step.label, "done" if step < self.stage else "now" if step == self.stage else "later") for step in Stage
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time that is shown, first and last day included."""

    zoom: str
    back: int
    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def words(self) -> str:
        """Its first and last day."""
        return f"{words.day(self.start)} to {words.day(self.end)}"

    def holds(self, mark: Mark) -> bool:
        """Whether any part of a mark lies in it."""
        return mark.at <= self.end and (mark.until or mark.at) >= self.start


@one_reading()
def gather(child: Child, *, viewer: User, now: datetime) -> Told:
    """Ask every app about one child."""
    today, key = timezone.localtime(now).date(), child.pk
    of = veils(viewer, [key]).get(key)
    facts = before(collect.facts([key])[key], of)
    clocks = run_clocks(facts, on=today, silence=child.silence, conditions=collect.conditions([key])[key])
    out = of is None and key in collect.ruled_out([key])
    acts = [] if child.silent(today) else collect.next_acts([key], now=now)[key]
    if of is not None:
        acts = veiled.acts(acts, viewer=viewer)
    acts = standing.ordered(
        acts, () if out else standing.running(clocks), now=now, zone=timezone.get_current_timezone()
    )
    return Told(
        child=child,
        today=today,
        marks=tuple(collect.marks(child, viewer=viewer, of=of)),
        clocks=tuple(clock for clock in clocks if not (out and clock.state is State.RUNNING)),
        acts=tuple((act, due_words(act.due, now=now)) for act in acts),
        stage=standing.stage(facts) if of is None else veiled.STAGE,
        line=collect.lines([key], viewer=viewer).get(key, "") if of is None else LINE,
    )


def window(told: Told, zoom: str, *, back: str = "") -> Window:
    """The stretch asked for; without a known zoom the closest one that holds every mark after birth.

    ``back`` counts half windows into the past.
    """
    birth, today = told.child.birth_date, told.today
    if zoom not in LABELS:
        first = min((mark.at for mark in told.marks if mark.at != birth), default=today)
        zoom = next((name for name, (before, _) in ZOOMS.items() if (today - first).days <= before), "life")
    if zoom == "life":
        last = max((mark.until or mark.at for mark in told.marks), default=today)
        ahead = max(today, min(last, today + timedelta(days=90))) + timedelta(days=_AHEAD_D)
        return Window(zoom=zoom, back=0, start=birth, end=ahead)
    before, after = ZOOMS[zoom]
    steps = int(back) if back.isascii() and back.isdigit() and len(back) < 4 else 0
    half = (before + after) // 2
    steps = min(steps, max(0, ((today - birth).days - before) // half + 1))
    shift = timedelta(days=steps * half)
    return Window(
        zoom=zoom,
        back=steps,
        start=today - timedelta(days=before) - shift,
        end=today + timedelta(days=after) - shift,
    )


def zooms(shown: Window) -> list[tuple[str, str, bool]]:
    """Links of the zoom: label, address, whether it is the one shown."""
    return [(label, f"?zoom={code}", code == shown.zoom) for code, label in LABELS.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One clock as the table has it: days against each standard."""

    name: str
    state: str
    days: str
    reason: str
    conflict: str
    standards: tuple[tuple[str, str, str, str, str], ...]
    running: bool
    overdue: bool


_VERDICTS = {
    Verdict.WITHIN: "done",
    Verdict.EXCEEDED: "unsafe",
    Verdict.UNCERTAIN: "due",
    Verdict.NO_NUMBER: "",
}


def clock_rows(told: Told) -> tuple[list[ClockRow], list[ClockRow]]:
    """Clocks that run and can still be met, the one to work by first; then all others in their order."""
    first = standing.running(told.clocks)
    rest = [clock for clock in told.clocks if clock not in first]
    return [_clock_row(c, live=True) for c in first], [_clock_row(c, live=False) for c in rest]


def _clock_row(clock: Clock, *, live: bool) -> ClockRow:
    judged = {j.standard: j for j in clock.judged}
    standards = []
    for one in clock.standards:
        verdict = judged[one].verdict if one in judged else None
        due = judged[one].due if one in judged and live else None
        said = verdict.value if verdict and verdict is not Verdict.NO_NUMBER else ""
        if live and verdict is Verdict.WITHIN and due:
            said = f"until {words.day(due)}"
        fact = one.fact
        standards.append((one.words, said, _VERDICTS[verdict] if verdict else "", fact.source, fact.status.value))
    overtaken = clock.state is State.RUNNING and not live
    return ClockRow(
        name=clock_name(clock.name.value),
        state="overtaken by a later step" if overtaken else clock.state.value,
        days=days_words(clock),
        reason=clock.reason,
        conflict=clock.conflict,
        standards=tuple(standards),
        running=live,
        overdue=bool(clock.overdue) and live,
    )


def days_words(clock: Clock) -> str:
    """``4 d`` or ``2–5 d``."""
    if clock.days is None:
        return ""
    low, high = clock.days.low, clock.days.high
    return f"{low}{words.THIN}d" if low == high else f"{low}–{high}{words.THIN}d"


def table(told: Told) -> Sequence[tuple[Mark, str, str]]:
    """Every mark with the age of the child, newest first, and the row it stands in; days alike in a row are one."""
    found: list[Mark] = []
    quiet: int | None = None
    for mark in reversed(told.marks):
        free = mark.track == Track.SPASMS and mark.value == 0
        if free and quiet is not None and found[quiet].at - mark.at == timedelta(days=1):
            newer = found[quiet]
            found[quiet] = replace(newer, at=mark.at, until=newer.until or newer.at)
            continue
        quiet = len(found) if free else quiet
        found.append(mark)
    return [(mark, told.age(mark.at), TITLES[mark.track]) for mark in found]


TITLES = {
    Track.EVENTS: "Events",
    Track.EEG: "EEG",
    Track.CAUSE: "Cause",
    Track.TREATMENT: "Treatment",
    Track.SPASMS: "Spasms a day",
    Track.LABS: "Labs",
    Track.DEVELOPMENT: "Development",
}
