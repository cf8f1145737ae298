"""Ways out: cancel what was ordered and never given; propose a calendar again after it was turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from westward.care import plausible
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.actions.change import none_waits
from westward.program.treatment.choices import MeasuredKind, PlanReason, RunState, StopReason
from westward.program.treatment.models import Bottle, Plan, Run
from westward.program.treatment.planning import dispensed, next_dose_day, next_plan, per_ml, protocol_of
from westward.program.treatment.queries import latest_usable, standing_plan


@dataclass(frozen=True, kw_only=True)
class CancelRun(RunAct[Run]):
    """Cancel a treatment of which nothing was given, such as an order for tomorrow; its calendars are void."""

    verb = "treatment.stop"
    why: str

    def validate(self) -> None:
        """No dose recorded, given or missed, and a reason."""
        self.require_open(ends=True)
        if self.run.first_dose_at is not None:
            raise InvalidActError("the first dose was given; end the treatment instead")
        if self.run.missed.exists():
            raise InvalidActError("a missed dose is recorded, so others were given; end the treatment instead")
        need_words(self.why, "why it is cancelled")

    def write(self) -> tuple[Run, Told]:
        """The run, stopped before its day 1, so that no day counts as given."""
        words = f"cancelled, nothing was given: {self.why.strip()}"
        self.run.state, self.run.stop_reason, self.run.stop_words = RunState.STOPPED, StopReason.OTHER, words
        self.run.stopped_on = min(timezone.localdate(), self.run.start - timedelta(days=1))
        self.run.save(update_fields=["state", "stopped_on", "stop_reason", "stop_words"])
        self.run.plans.filter(voided_at=None).update(voided_at=timezone.now(), voided_why="the order was cancelled")
        return self.run, self.told({"cancelled": True})


@dataclass(frozen=True, kw_only=True)
class ProposeAgain(RunAct[Plan]):
    """Make the calendar again, after what waited was turned down, from what is true now.

    It rests on what was last agreed, with the bottles as they are, day 1 as it is and, where it differs enough, the
    newest weight that may be dosed by; before anything was agreed, on the newest measures.
    """

    verb = "treatment.change"

    def validate(self) -> None:
        """Nothing waits, and something is to be agreed."""
        self.require_open()
        none_waits(self.run)
        if not due_again(self.run):
            raise InvalidActError("the calendar in force says what is true now; there is nothing to propose")

    def write(self) -> tuple[Plan, Told]:
        """The next plan, unsigned."""
        last = standing_plan(self.run)
        grams = _weight(self.run, last)
        changes: dict[str, Any] = {} if grams is None else {"weight_g": grams}
        reason = PlanReason.START if last is None else PlanReason.STRENGTH if grams is None else PlanReason.WEIGHT
        if last is not None and last.moved:
            reason = PlanReason.START
        words = "proposed again"
        if last is not None and grams is not None:
            words += f": {last.weight_g} g to {grams} g"
        from_on = None
        if last is not None and reason == PlanReason.WEIGHT:
            from_on = next_dose_day(last, after=timezone.localdate())
        plan = next_plan(self.run, user=self.user, reason=reason, words=words, from_on=from_on, **changes)
        return plan, self.told({"plan": plan.number, "again": True})


def due_again(run: Run, versions: Sequence[Plan] | None = None, labels: Mapping[str, Bottle] | None = None) -> bool:
    """Whether no calendar is in force, or the one that is says another bottle, weight or day 1 than there is now.

    Parameters
    ----------
    versions, labels
        The plans, newest first, and the bottles by drug, if they were read already.
    """
    versions = list(run.plans.order_by("-number")) if versions is None else versions
    current = next((plan for plan in versions if plan.in_force), None)
    if current is None or current.moved:
        return True
    held = dispensed(run, protocol_of(run), current.products, labels)
    other = any(
        drug not in current.strengths or per_ml(current.strengths[drug]) != per_ml(words)
        for drug, words in held.items()
    )
    return other or _weight(run, current) is not None


def _weight(run: Run, last: Plan | None) -> int | None:
    """The newest weight, if doses would change by it; None if not."""
    if last is None or last.weight_g is None or not protocol_of(run).needs_weight:
        return None
    usable = latest_usable(run.child, MeasuredKind.WEIGHT)
    if usable is None:
        return None
    return usable.value if plausible.proposes(dosed_by=last.weight_g, new=usable.value) else None
