"""The next step of a protocol, days put in, the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from westward.care.adjust import Kind
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.choices import ChildState
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.choices import PlanReason, RunState, StopReason
from westward.program.treatment.ending import days_told, hormone_days, hormone_ends, suppressed, unweaned
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import next_plan, protocol_day, protocol_of
from westward.program.treatment.queries import branches_taken, standing_plan, waiting_plan


@dataclass(frozen=True, kw_only=True)
class TakeBranch(RunAct[Plan]):
    """Take the next step that the protocol provides, such as the raised dose when day 7 is not free of spasms.

    Attributes
    ----------
    day : int
        Day of the calendar as the family has it, with the days that were put in.
    """

    verb = "treatment.change"
    branch: str
    day: int

    def validate(self) -> None:
        """A branch of the protocol, not taken yet, from today on; not sourced ones need approval as everything else."""
        self.require_open()
        branches = {branch.id: branch for branch in protocol_of(self.run).branches}
        if self.branch not in branches:
            raise InvalidActError(f"the protocol has no step {self.branch!r}")
        if self.branch in branches_taken(self.run):
            raise InvalidActError("this step was taken already")
        none_waits(self.run)
        last = standing_plan(self.run)
        weaned = {one["kind"] for one in last.weans} if last is not None else set()
        if any(s.branch == self.branch for c in protocol_of(self.run).courses if c.kind in weaned for s in c.steps):
            raise InvalidActError("its drug is being weaned already; the step can no longer be taken")
        found, day = branches[self.branch], self.protocol_day()
        if not found.first_day <= day <= found.last_day:
            shifted = f"; day {self.day} of the calendar is day {day} of the protocol" if day != self.day else ""
            raise InvalidActError(
                f"{self.branch} begins on day {found.first_day} to {found.last_day} of the protocol{shifted}"
            )
        not_past(self.run, self.day)

    def protocol_day(self) -> int:
        """The day of the protocol that stands on ``day`` of the calendar, where days were put in."""
        last = standing_plan(self.run)
        return protocol_day(last.adjustments if last else [], self.day)

    def write(self) -> tuple[Plan, Told]:
        """The next plan, unsigned."""
        last = standing_plan(self.run)
        words = next(b.words for b in protocol_of(self.run).branches if b.id == self.branch)
        taken: list[dict[str, Any]] = [
            *(last.branches if last else []),
            {"branch": self.branch, "day": self.protocol_day()},
        ]
        plan = next_plan(
            self.run,
            user=self.user,
            reason=PlanReason.BRANCH,
            words=words,
            from_on=day_of(self.run, self.day),
            branches=taken,
        )
        return plan, self.told({"plan": plan.number, "branch": self.branch, "day": self.day})


@dataclass(frozen=True, kw_only=True)
class AdjustDays(RunAct[Plan]):
    """Put days in: a pause without drug, or a day that is repeated.

    Attributes
    ----------
    no_wean : str
        Why a drug that its protocol weans, such as vigabatrin, pauses without.
    """

    verb = "treatment.change"
    kind: str
    day: int
    days: int
    why: str
    stress_cover: str = ""
    no_wean: str = ""

    def validate(self) -> None:
        """A reason, from today on; a hormone needs stress cover, a drug with a wean why it pauses without, in words."""
        self.require_open()
        if self.kind not in set(Kind):
            raise InvalidActError(f"{self.kind!r} is neither pause nor extend")
        need_words(self.why, "why")
        none_waits(self.run)
        not_past(self.run, self.day if self.kind == Kind.PAUSE else self.day + 1)
        last = self.run.start + timedelta(days=self.day - 2)
        given = hormone_days(self.run, last)
        if self.kind == Kind.PAUSE and suppressed(given) and not self.stress_cover.strip():
            raise InvalidActError(
                f"a hormone is not paused suddenly after {days_told(self.run, given)}: taper it, or write down the "
                "stress cover"
            )
        drugs = unweaned(self.run, last) if self.kind == Kind.PAUSE else ()
        if drugs and not self.no_wean.strip():
            raise InvalidActError(
                f"{' and '.join(drugs)} would pause without the wean of its protocol: write down why it pauses without"
            )

    def write(self) -> tuple[Plan, Told]:
        """The next plan, unsigned."""
        last = standing_plan(self.run)
        done = [*(last.adjustments if last else []), {"kind": self.kind, "day": self.day, "days": self.days}]
        words = " · ".join(part.strip() for part in (self.why, self.stress_cover, self.no_wean) if part.strip())
        first = self.day if self.kind == Kind.PAUSE else self.day + 1
        plan = next_plan(
            self.run,
            user=self.user,
            reason=PlanReason.ADJUST,
            words=words,
            from_on=day_of(self.run, first),
            adjustments=done,
        )
        return plan, self.told({"plan": plan.number, "kind": self.kind, "days": self.days})


@dataclass(frozen=True, kw_only=True)
class StopRun(RunAct[Run]):
    """End a treatment, with the day of the last dose and the reason.

    Attributes
    ----------
    no_wean : str
        Why a drug that its protocol weans, such as vigabatrin, ends without.
    hormone_from : date or None
        First day of another hormone that is ordered in the same act; only then is no stress cover asked for.
    """

    verb = "treatment.stop"
    last_dose_on: date
    reason: str
    words: str = ""
    stress_cover: str = ""
    no_wean: str = ""
    hormone_from: date | None = None

    def validate(self) -> None:
        """A reason; a hormone is not ended suddenly unless another hormone follows or stress cover is written down.

        Where the child died nobody is asked for a taper.
        """
        self.require_open(ends=True)
        if self.reason not in StopReason.values:
            raise InvalidActError(f"{self.reason!r} is no reason; known: {', '.join(StopReason.values)}")
        if self.reason == StopReason.OTHER:
            need_words(self.words, "why it is stopped")
        if not self.run.start <= self.last_dose_on <= timezone.localdate():
            raise InvalidActError(f"a last dose on {dated(self.last_dose_on)} cannot be")
        if self.run.child.state == ChildState.DECEASED:
            return
        if self.sudden() and not self.stress_cover.strip():
            raise InvalidActError(
                f"a hormone is never stopped suddenly after {days_told(self.run, self.hormone_days())}: taper it, or "
                "write down the stress cover"
            )
        drugs = unweaned(self.run, self.last_dose_on)
        if drugs and not self.no_wean.strip():
            raise InvalidActError(
                f"{' and '.join(drugs)} would end without the wean of its protocol: let the calendar run to its end, "
                "or write down why it ends without"
            )

    def sudden(self) -> bool:
        """Whether it is a hormone, given for some time, ended before its last day, with no other hormone at once."""
        ends = hormone_ends(self.run)
        early = ends is not None and self.last_dose_on < ends
        at_once = self.hormone_from is not None and (self.hormone_from - self.last_dose_on).days <= 1
        return early and suppressed(self.hormone_days()) and not at_once

    def hormone_days(self) -> int:
        """Days of hormone in a row up to the last dose."""
        return hormone_days(self.run, self.last_dose_on)

    def write(self) -> tuple[Run, Told]:
        """The run, stopped, its calendars void; or completed if its last day has passed."""
        last = standing_plan(self.run)
        whole = last is not None and self.last_dose_on >= last.last_day
        self.run.state = RunState.COMPLETED if whole else RunState.STOPPED
        self.run.stopped_on, self.run.stop_reason = self.last_dose_on, self.reason
        said = (self.words.strip(), self.stress_cover.strip(), self.no_wean.strip())
        self.run.stop_words = " · ".join(part for part in said if part)
        self.run.save(update_fields=["state", "stopped_on", "stop_reason", "stop_words"])
        if not whole:
            words = f"stopped on {dated(self.last_dose_on)}"
            self.run.plans.filter(voided_at=None).update(voided_at=timezone.now(), voided_why=words)
        return self.run, self.told({"reason": self.reason, "completed": whole})


def day_of(run: Run, day: int) -> date:
    """The date of a day of the calendar."""
    return run.start + timedelta(days=day - 1)


def none_waits(run: Run) -> None:
    """Raise InvalidActError while a calendar waits: changes are signed one by one."""
    waiting = waiting_plan(run)
    if waiting is not None:
        raise InvalidActError(
            f"calendar {waiting.number} waits for a signature and a check; sign and check it, or turn it down, first"
        )


def not_past(run: Run, day: int) -> None:
    """Raise InvalidActError if a day of the calendar has passed: what was given is not changed afterwards."""
    on, today = day_of(run, day), timezone.localdate()
    if on < today:
        raise InvalidActError(
            f"day {day} of the calendar was {dated(on)} and has passed; today is day {(today - run.start).days + 1}"
        )
