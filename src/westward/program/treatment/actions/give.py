"""The first dose, and doses that were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from westward.care.plausible import Kind, Measurement, too_old
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.at_hand import under_way
from westward.program.treatment.choices import MeasuredKind, PlanReason, RunState
from westward.program.treatment.models import AccessStep, Missed, Run
from westward.program.treatment.planning import next_plan, protocol_of
from westward.program.treatment.queries import agreed_plan, latest_usable, plan_in_force
from westward.program.treatment.wording import amount


@dataclass(frozen=True, kw_only=True)
class RecordFirstDose(RunAct[Run]):
    """The first dose was given: this alone stops the treatment clock, and nobody is on the way to its drug any more.

    Given on another day than day 1, that day is day 1: the run moves, and the next plan from its own day waits for
    signature and check. Until then the calendar in force counts from the wrong day, and the pages say so.
    """

    verb = "treatment.first_dose"
    at: datetime

    def validate(self) -> None:
        """Once, of a plan in force, not in the future and not before the first day."""
        self.require_open(ends=True)
        if self.run.first_dose_at is not None:
            raise InvalidActError("the first dose is recorded already")
        if plan_in_force(self.run) is None:
            raise InvalidActError("no plan is in force: it must be signed and checked before a dose is given")
        if self.at > timezone.now() + timedelta(minutes=5):
            raise InvalidActError("the dose lies in the future; record it when it was given")
        if timezone.localdate(self.at) < self.run.start:
            raise InvalidActError(f"the dose lies before day 1 of the calendar, {dated(self.run.start)}")

    def write(self) -> tuple[Run, Told]:
        """The run, running."""
        self.run.first_dose_at, self.run.first_dose_by = self.at, self.user
        self.run.state = RunState.RUNNING
        self._in_hand()
        before, given = self.run.start, timezone.localdate(self.at)
        late = (given - before).days
        self.run.start = given
        self.run.save(update_fields=["first_dose_at", "first_dose_by", "state", "start"])
        plan = None
        if late:
            words = (
                f"the first dose was given on {dated(given)}, {late} d after the planned day 1 ({dated(before)}): "
                f"day 1 is {dated(given)}"
            )
            told = " · ".join([words, *self._too_old(given)])
            plan = next_plan(self.run, user=self.user, reason=PlanReason.START, words=told)
        return self.run, self.told({"days_after_day_1": late, "plan": plan.number if plan else None})

    def _in_hand(self) -> None:
        """Close the steps on the way to what is given on day 1: it is here."""
        plan = plan_in_force(self.run)
        drugs = {dose["drug"] for day in plan.document["days"][:1] for dose in day["doses"]} if plan else set()
        here = [
            one.pk
            for one in self.run.child.access_steps.filter(closed_at=None)
            if any(under_way(one, drug) for drug in drugs)
        ]
        AccessStep.objects.filter(pk__in=here).update(closed_at=timezone.now())

    def _too_old(self, on: date) -> list[str]:
        """Measures that were fresh on the planned day 1 and are not on the day of the first dose."""
        protocol, found = protocol_of(self.run), []
        needs = {MeasuredKind.WEIGHT: "weigh"} if protocol.needs_weight else {}
        needs |= {MeasuredKind.LENGTH: "measure"} if protocol.needs_area else {}
        for kind, how in needs.items():
            last = latest_usable(self.run.child, kind)
            if last is not None and too_old(Measurement(Kind(kind), last.value, last.on), on=on):
                found.append(
                    f"the last {kind} is of {dated(last.on)}, too old to dose by on day 1: {how} before this is signed"
                )
        return found


@dataclass(frozen=True, kw_only=True)
class RecordMissed(RunAct[Missed]):
    """A dose of the calendar that was not given, or not kept down, or only in part.

    What was given yesterday is told while the next calendar waits, and after the end, as well: the last one that was in
    force says it.

    Attributes
    ----------
    part : Decimal
        What was given and kept down, in milligrams or units as the dose is written; 0 for none of it.
    """

    verb = "treatment.missed"
    on: date
    time_of_day: str
    drug: str
    why: str
    part: Decimal = Decimal(0)

    def validate(self) -> None:
        """A dose that stands in the plan, not in the future, less than the whole of it, with a reason, told once."""
        planned = self._planned()
        if planned is None:
            raise InvalidActError("there is no such dose in the calendar")
        if self.on > timezone.localdate():
            raise InvalidActError("a dose of the future is not missed yet")
        small = self.part * 1000
        if small != int(small) or not 0 <= small < planned["amount"]:
            raise InvalidActError(
                f"the dose is {amount(planned['amount'], planned['unit'])}: give what was kept down, from 0 to less "
                f"than that, not {self.part}"
            )
        need_words(self.why, "why it was missed")
        if self.run.missed.filter(on=self.on, time_of_day=self.time_of_day, drug=self.drug).exists():
            raise InvalidActError("this dose is recorded as missed already")

    def _planned(self) -> dict[str, Any] | None:
        plan = plan_in_force(self.run) or agreed_plan(self.run)
        if self.run.stopped_on is not None and self.on > self.run.stopped_on:
            return None
        day = plan.day(self.on) if plan else None
        doses = day["doses"] if day else []
        return next((d for d in doses if (d["time_of_day"], d["drug"]) == (self.time_of_day, self.drug)), None)

    def write(self) -> tuple[Missed, Told]:
        """The missed dose."""
        made = Missed.objects.create(
            run=self.run,
            on=self.on,
            time_of_day=self.time_of_day,
            drug=self.drug,
            given=int(self.part * 1000),
            why=self.why.strip()[:200],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told({"missed": made.pk, "in_part": made.given > 0})
