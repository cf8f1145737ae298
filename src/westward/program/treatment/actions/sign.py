"""Sign a plan, check it, turn it down: two people before a dose."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.evidence.safety import SafetyRule
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.models import Plan
from westward.program.treatment.queries import newest_plan
from westward.program.treatment.weighing import ACKNOWLEDGED, to_acknowledge, told, warned_of


@dataclass(frozen=True, kw_only=True)
class _PlanAct(RunAct[Plan]):
    plan: Plan

    def validate(self) -> None:
        """The newest plan of an open run, not voided."""
        self.require_open()
        newest = newest_plan(self.run)
        if newest is None or newest.pk != self.plan.pk or self.plan.voided_at is not None:
            raise InvalidActError("only the newest plan can be signed, checked or turned down; reload the page")

    def settle(self) -> None:
        """Once signed and checked it comes into force, and what was in force before is void with its prints."""
        if not self.plan.in_force:
            return
        now = timezone.now()
        words = f"replaced by calendar {self.plan.number}"
        self.run.plans.filter(number__lt=self.plan.number, voided_at=None).update(voided_at=now, voided_why=words)


@dataclass(frozen=True, kw_only=True)
class SignPlan(_PlanAct):
    """The physician's signature.

    Attributes
    ----------
    weighed : bool
        Whether the physician has seen and weighed the warnings that nobody acknowledged with the order.
    """

    verb = "treatment.sign"
    weighed: bool = False

    def validate(self) -> None:
        """Not signed yet, not by who checked it, and every warning about the child acknowledged."""
        super().validate()
        if self.plan.signed_at is not None:
            raise InvalidActError("the plan is signed already")
        if self.plan.checked_by_id == self.user.pk:
            raise InvalidActError("you checked this plan; another physician has to sign it")
        if (warns := self._warns()) and not self.weighed:
            raise InvalidActError(f"weigh and acknowledge first: {told(warns)}")

    def _warns(self) -> tuple[SafetyRule, ...]:
        return to_acknowledge(warned_of(self.run), self.run)

    def write(self) -> tuple[Plan, Told]:
        """The plan, signed."""
        if warns := self._warns():
            self.run.overrides = self.run.overrides | {rule.id: ACKNOWLEDGED for rule in warns}
            self.run.save(update_fields=["overrides"])
        self.plan.signed_by, self.plan.signed_at = self.user, timezone.now()
        self.plan.save(update_fields=["signed_by", "signed_at"])
        self.settle()
        return self.plan, self.told(
            {"plan": self.plan.number, "sha256": self.plan.sha256, "weighed": [w.id for w in warns]}
        )


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

    def write(self) -> tuple[Plan, Told]:
        """The plan, checked."""
        self.plan.checked_by, self.plan.checked_at = self.user, timezone.now()
        self.plan.save(update_fields=["checked_by", "checked_at"])
        self.settle()
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
