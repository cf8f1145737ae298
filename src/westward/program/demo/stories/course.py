"""One child's treatments told day by day: what the nurse does, what the family tells, the EEGs and letters between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.demo.stories import decision, drugs, follow
from westward.program.demo.stories.way import Way
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import waiting_plan

Told = Callable[[int], int | None]
"""Spasms that the family tells of a day of the first treatment; None if they tell nothing."""

EVERY_DAY_D = 8
"""Days before today from which on the phone sends each evening; before, it sends once a week."""
FIRST_WEEKS_D = 35
"""Days of a treatment on which the child is weighed every week."""


class Course:
    """The treatments of one child.

    Attributes
    ----------
    run : Run
        The treatment that runs, or ran last.
    first : date
        Day of the very first dose.
    share : float
        The child's own share of the median weight.
    gain : float
        What the weight rises by under a hormone, per day, beside growth.
    """

    run: Run
    parent: User
    first: date

    def __init__(self, way: Way, *, gain: float = 0.0025) -> None:
        self.way, self.stage, self.chart = way, way.stage, way.chart
        self.share = 0.93 + 0.02 * (self.chart.pk % 8)
        self.gain = gain
        self.over: Mapping[int, Mapping[str, tuple[str, str]]] = {}
        self.signs = True
        self._plans: tuple[int, ...] = ()
        self._due: frozenset[date] = frozenset()

    def day(self, number: int, hour: int = 9, minute: int = 40) -> datetime:
        """A moment of a day of the treatment; the first dose is on day 1."""
        return self.at(self.first + timedelta(days=number - 1), hour, minute)

    def at(self, on: date, hour: int, minute: int = 0) -> datetime:
        """A moment of a date."""
        return timezone.make_aware(datetime.combine(on, time(hour, minute)))

    def weight(self) -> int:
        """The child's weight today, g."""
        today = timezone.localdate()
        grams, _ = drugs.size(self.chart, on=today, share=self.share)
        hormone = [run for run in self.chart.runs.filter(first_dose_at__isnull=False) if run.protocol in HORMONES]
        days = min((today - min((run.start for run in hormone), default=today)).days, FIRST_WEEKS_D)
        return round(grams * (1 + self.gain * days) / 10) * 10

    def weighed(self, *, length: bool = False) -> None:
        """The weight of today, once; where it proposes other doses, they are agreed on and printed."""
        if not length and self.chart.measurements.filter(kind="weight", on=timezone.localdate()).exists():
            return
        _, millimeters = drugs.size(self.chart, on=timezone.localdate(), share=self.share)
        drugs.weigh(self.stage, self.chart, grams=self.weight(), length_mm=millimeters if length else None)
        for run in self.chart.runs.all():
            if run.open and self.signs and run.first_dose_at is not None and waiting_plan(run) is not None:
                drugs.agree(self.stage, run)
                drugs.printed(self.stage, run)

    def begin(self, protocol: str, **answers: str) -> Iterator[datetime]:
        """Day 0: everything opened at once, the order, two people, the bottle, the first dose."""
        stage = self.stage
        yield stage.now() + timedelta(minutes=15)
        drugs.day_zero(stage, self.chart)
        self.parent = follow.invited(stage, self.chart)
        drugs.cleared(stage, self.chart, **answers)
        self.weighed(length=True)
        yield stage.now() + timedelta(minutes=20)
        self.run = drugs.start(stage, self.chart, protocol)
        yield from self.to_first_dose()
        drugs.done(stage, self.chart, "baseline", "protocol", "access", "teaching")

    def ordered(self, protocol: str) -> Iterator[datetime]:
        """Another treatment begins, after one that was completed."""
        self.weighed(length=True)
        self.run = drugs.start(self.stage, self.chart, protocol)
        yield from self.to_first_dose()

    def switched(self, protocol: str, *, words: str, **asked: str) -> Iterator[datetime]:
        """The treatment does not work: the next one follows without a day between."""
        self.weighed(length=True)
        self.run = drugs.switch(self.stage, self.run, protocol, words=words, **asked)
        yield from self.to_first_dose()

    def to_first_dose(self) -> Iterator[datetime]:
        """Signed, checked, dispensed, taught, given; the letter about it."""
        stage = self.stage
        yield stage.now() + timedelta(minutes=12)
        drugs.agree(stage, self.run)
        yield stage.now() + timedelta(minutes=35)
        drugs.dispensed(stage, self.run)
        yield stage.now() + timedelta(minutes=25)
        drugs.given(stage, self.run, parent=self.parent.name)
        self.run.refresh_from_db()
        self.first = getattr(self, "first", self.run.start)
        drugs.checked(stage, self.chart)
        decision.letter(stage, self.chart, "treatment_start")

    def daily(self, told: Told, *, until: int = 10_000) -> Iterator[datetime]:
        """Every day: checks in the morning, weights in the first weeks, the diary in the evening."""
        stage, kept, last = self.stage, [], timezone.localdate(self.stage.today)
        for number in range(1, until + 1):
            on = self.first + timedelta(days=number - 1)
            if on > last:
                return
            yield max(self.day(number), stage.now())
            if self.chart_closed():
                return
            self.nurse(number)
            count = told(number)
            if count is not None:
                kept.append(follow.day_told(stage, on, count))
            if kept and (number % 7 == 0 or (last - on).days <= EVERY_DAY_D or number == until):
                yield max(self.day(number, 20, 30), stage.now())
                if self.chart_closed():
                    return
                follow.sent(stage, self.chart, self.parent, kept)
                kept = []

    def nurse(self, number: int) -> None:
        """Checks of the day, the weight of the week, steps of day 0 that have been done."""
        if number in (4, 7, 20):
            steps = {4: ("mri", "genetics"), 7: ("early_intervention",), 20: ("eyes",)}[number]
            drugs.done(self.stage, self.chart, *steps)
        if number % 7 == 0 and number <= FIRST_WEEKS_D:
            self.weighed()
        if timezone.localdate() in self.due():
            drugs.checked(self.stage, self.chart, over=self.over.get(number, {}))

    def due(self) -> frozenset[date]:
        """Days with checks, of every calendar so far; read again when there is another calendar."""
        plans = tuple(Plan.objects.filter(run__child=self.chart, checked_at__isnull=False).values_list("pk", flat=True))
        if plans != self._plans:
            self._plans = plans
            documents = Plan.objects.filter(pk__in=plans).values_list("document", flat=True)
            days = (day for document in documents for day in document["days"] if day["checks"])
            self._due = frozenset(date.fromisoformat(day["date"]) for day in days)
        return self._due

    def chart_closed(self) -> bool:
        """Whether nothing is collected any more."""
        self.chart.refresh_from_db()
        return self.chart.silent(timezone.localdate())

    def eeg(self, number: int, scenario: str, seen: Mapping[str, object], *, later: bool = True) -> Iterator[datetime]:
        """A video-EEG on a day of the treatment, and the letter of day 14 about it."""
        yield from follow.recorded(
            self.stage,
            self.way.child,
            self.chart,
            on=self.day(number, 6),
            ordered=max(self.day(number - 4, 11), self.stage.now()),
            scenario=scenario,
            seen=seen,
            later=later,
        )
        yield self.stage.now() + timedelta(minutes=30)
        decision.letter(self.stage, self.chart, "day_14")

    def day_14(self, scenario: str, seen: Mapping[str, object], *, later: bool = True) -> Iterator[datetime]:
        """The EEG that says whether the treatment that runs now works."""
        yield from self.eeg((self.run.start - self.first).days + 13, scenario, seen, later=later)

    def failed(self) -> Iterator[datetime]:
        """Day 14 says no; what comes next is decided within the hour."""
        yield from self.day_14("hypsarrhythmia", follow.BAD)
        yield self.stage.now() + timedelta(minutes=50)

    def to_vigabatrin(
        self, words: str = "hypsarrhythmia and spasms on the EEG of day 14", *, months: str
    ) -> Iterator[datetime]:
        """Vigabatrin instead of a hormone, with stress doses for some months."""
        cover = f"hydrocortisone in stress doses for {months} months, card handed over"
        yield from self.switched("vigabatrin_standard", words=words, stress_cover=cover)

    def ends(self) -> Iterator[datetime]:
        """The calendar comes to its last day; whoever ends it does so on that day."""
        plan = self.run.plans.filter(checked_at__isnull=False).first()
        assert plan is not None
        yield self.at(plan.last_day, 21)
        drugs.completed(self.stage, self.run)


HORMONES = frozenset({"acth_label_150", "hormone_plus_vigabatrin", "prednisolone_iciss", "prednisolone_ucla_8mgkg"})
"""Protocols under which children gain weight."""


def pattern(*told: int | None, then: int | None = 0, **later: Any) -> Told:
    """The counts of the first days, then the same every day; ``d62=5`` is day 62."""

    def count(number: int) -> int | None:
        if f"d{number}" in later:
            return later[f"d{number}"]  # type: ignore[no-any-return]
        return told[number - 1] if number <= len(told) else then

    return count
