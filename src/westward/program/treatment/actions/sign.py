"""Sign a plan, check it, turn it down: two people before a dose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils import timezone

from westward.care.ceilings import by_weight
from westward.evidence.safety import SafetyRule
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.shell.values import sheet
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.choices import MeasuredKind
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import mislabeled, next_dose_day, next_plan, protocol_of, structural
from westward.program.treatment.queries import agreed_plan, latest, newest_plan
from westward.program.treatment.weighing import ACKNOWLEDGED, to_acknowledge, told, warned_of


@dataclass(frozen=True, kw_only=True)
class _PlanAct(RunAct[Plan]):
    plan: Plan
    signs: ClassVar[tuple[str, ...]] = ("signed_by", "signed_at", "checked_by", "checked_at")

    def validate(self) -> None:
        """The newest plan of an open run, not voided, as it stands once nobody else can change it."""
        self.run.refresh_from_db(from_queryset=Run.objects.select_for_update(of=("self",)))
        self.plan.refresh_from_db()
        self.require_open()
        newest = newest_plan(self.run)
        if newest is None or newest.pk != self.plan.pk or self.plan.voided_at is not None:
            raise InvalidActError("only the newest plan can be signed, checked or turned down; reload the page")

    def late(self) -> bool:
        """Whether it would change days that have passed."""
        return agreed_plan(self.run) is not None and self.plan.late(timezone.localdate())

    def planned_for(self) -> str:
        """The day from which it was planned, in words."""
        return dated(self.plan.from_on) if self.plan.from_on else "day 1"

    def settle(self, plan: Plan) -> None:
        """Store it; once signed and checked it comes into force, and what was in force before is void with its prints.

        Of a run one plan is in force, so the ones before are void first.
        """
        if not plan.in_force:
            plan.save(update_fields=self.signs)
            return
        now = timezone.now()
        words = f"replaced by calendar {plan.number}"
        self.run.plans.filter(number__lt=plan.number, voided_at=None).update(voided_at=now, voided_why=words)
        plan.save(update_fields=self.signs)


@dataclass(frozen=True, kw_only=True)
class SignPlan(_PlanAct):
    """The physician's signature.

    What is signed takes effect from a named day on, never before today: a new weight from the next dose day after the
    signature on, a new bottle from today on. Where that is another day than the plan's, the same plan from that day on
    is made and signed.

    Attributes
    ----------
    weighed : bool
        Whether the physician has seen and weighed the warnings that nobody acknowledged with the order.
    from_on : date or None
        The day from which on it is to be given; None takes what :func:`takes_effect` says.
    """

    verb = "treatment.sign"
    weighed: bool = False
    from_on: date | None = None

    def validate(self) -> None:
        """Not signed yet, not by who checked it, weighed, from a day that can be, every warning acknowledged."""
        super().validate()
        if self.plan.signed_at is not None and not self.late():
            raise InvalidActError("the plan is signed already")
        if self.plan.checked_by_id == self.user.pk:
            raise InvalidActError("you checked this plan; another physician has to sign it")
        if self.plan.weight_g is None and (drugs := by_weight(protocol_of(self.run), sheet=sheet("ceilings"))):
            raise InvalidActError(
                f"the ceiling by weight of {' and '.join(drugs)} is not assessable: no weight is on file; weigh first, "
                "then propose the calendar again"
            )
        self._doubted()
        self._day()
        if (warns := self._warns()) and not self.weighed:
            raise InvalidActError(f"weigh and acknowledge first: {told(warns)}")

    def _doubted(self) -> None:
        """A new weight is not signed while a newer one that speaks against it waits to be confirmed."""
        agreed, newest = agreed_plan(self.run), latest(self.run.child, MeasuredKind.WEIGHT)
        new = agreed is None or agreed.weight_g != self.plan.weight_g
        if new and newest is not None and not newest.usable and protocol_of(self.run).needs_weight:
            raise InvalidActError(
                f"calendar {self.plan.number} doses by {self.plan.weight_g} g, and the last weight, {newest.value} g "
                f"on {dated(newest.on)}, is doubted ({newest.doubts[0]}): confirm it or measure again first"
            )

    def _day(self) -> None:
        agreed = agreed_plan(self.run)
        if agreed is None:
            return
        today = timezone.localdate()
        if structural(self.plan, agreed):
            if self.late():
                raise InvalidActError(
                    f"calendar {self.plan.number} was to take effect on {self.planned_for()}, which has passed: turn "
                    "it down and plan the step again from a day to come"
                )
            if self.from_on not in (None, self.plan.from_on):
                raise InvalidActError(
                    f"the step was planned for {self.planned_for()}: turn it down and plan it for another day"
                )
        elif self.from_on is not None and not today <= self.from_on <= self.plan.last_day:
            raise InvalidActError(
                f"a calendar takes effect from today on, to {dated(self.plan.last_day)} at the latest, "
                f"not from {dated(self.from_on)}"
            )
        latest = latest_day(agreed)
        if self.from_on is not None and latest is not None and self.from_on > latest:
            why = "the days are counted anew" if agreed.moved else "another strength was dispensed"
            raise InvalidActError(f"{why}: the calendar takes effect on {dated(latest)}, not on {dated(self.from_on)}")

    def _warns(self) -> tuple[SafetyRule, ...]:
        return to_acknowledge(warned_of(self.run), self.run)

    def write(self) -> tuple[Plan, Told]:
        """The plan, signed; the same plan from another day where that is asked."""
        if warns := self._warns():
            self.run.overrides = self.run.overrides | {rule.id: ACKNOWLEDGED for rule in warns}
            self.run.save(update_fields=["overrides"])
        plan, agreed = self.plan, agreed_plan(self.run)
        wanted = self.from_on or takes_effect(self.plan, agreed)
        if agreed is not None and wanted != plan.from_on:
            words = f"from {wanted} on"
            plan = next_plan(self.run, user=self.user, reason=plan.reason, words=words, from_on=wanted, redated=True)
        plan.signed_by, plan.signed_at = self.user, timezone.now()
        self.settle(plan)
        return plan, self.told({"plan": plan.number, "sha256": plan.sha256, "weighed": [w.id for w in warns]})


def takes_effect(plan: Plan, agreed: Plan | None) -> date | None:
    """The day from which on a plan that is signed today is given, if nobody names another.

    A new weight waits for the next dose day, as long as a calendar is in force that says what is given until then.

    Parameters
    ----------
    agreed : Plan or None
        What was last agreed.
    """
    today = timezone.localdate()
    if agreed is None or plan.from_on is None or structural(plan, agreed):
        return plan.from_on
    if (latest := latest_day(agreed)) is not None:
        return max(min(plan.from_on, latest), today)
    if plan.weight_g != agreed.weight_g and agreed.in_force:
        return max(plan.from_on, next_dose_day(agreed, after=today))
    return max(plan.from_on, today)


def latest_day(agreed: Plan) -> date | None:
    """The last day that can be named for the next calendar; None for any.

    Where the days of what was agreed are counted from the wrong day it is today; where its milliliters are of another
    strength than the bottle dispensed, their first day.
    """
    today = timezone.localdate()
    return today if agreed.moved else mislabeled(agreed, today=today)


@dataclass(frozen=True, kw_only=True)
class CheckPlan(_PlanAct):
    """The second person's check of every dose of the first page."""

    verb = "treatment.check"

    def validate(self) -> None:
        """Not checked yet, and not by who signed it."""
        super().validate()
        if self.plan.checked_at is not None:
            raise InvalidActError("the plan is checked already")
        if self.plan.signed_by_id == self.user.pk:
            raise InvalidActError("you signed this plan; a second person has to check it")
        if self.late():
            raise InvalidActError(
                f"calendar {self.plan.number} was to take effect on {self.planned_for()}, which has passed: a "
                "physician signs it again, or turns it down"
            )

    def write(self) -> tuple[Plan, Told]:
        """The plan, checked."""
        self.plan.checked_by, self.plan.checked_at = self.user, timezone.now()
        self.settle(self.plan)
        return self.plan, self.told({"plan": self.plan.number, "sha256": self.plan.sha256})


@dataclass(frozen=True, kw_only=True)
class DeclinePlan(_PlanAct):
    """Turn a proposed plan down, with a reason; the one in force stays."""

    verb = "treatment.sign"
    why: str

    def validate(self) -> None:
        """Not in force, and a reason."""
        super().validate()
        if self.plan.in_force:
            raise InvalidActError("the plan is in force; stop or change the treatment instead")
        need_words(self.why, "why the plan is turned down")

    def write(self) -> tuple[Plan, Told]:
        """The plan, void."""
        self.plan.voided_at, self.plan.voided_why = timezone.now(), self.why.strip()[:200]
        self.plan.save(update_fields=["voided_at", "voided_why"])
        return self.plan, self.told({"plan": self.plan.number, "declined": True})
