"""The wean of a drug begun before its day: a hormone or vigabatrin never ends without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from westward.care.adjust import Kind
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.actions.change import day_of, none_waits, not_past
from westward.program.treatment.choices import PlanReason
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import next_plan, protocol_day, protocol_of
from westward.program.treatment.queries import standing_plan


@dataclass(frozen=True, kw_only=True)
class BeginWean(RunAct[Plan]):
    """Begin the taper of a hormone, or the wean of another drug, before its day, by the steps of the protocol.

    Days that were to be repeated later are left out and told: nobody planned to repeat a day of the wean.

    Attributes
    ----------
    kind : str
        ``hormone``, ``vigabatrin`` ...: every drug of that kind goes into its wean.
    day : int
        Day of the calendar as the family has it, with the days that were put in.
    """

    verb = "treatment.change"
    kind: str
    day: int
    why: str

    def validate(self) -> None:
        """A drug of the protocol that is not weaned early yet, from today on, a reason, nothing else that waits."""
        self.require_open()
        kinds = weanable(self.run)
        if self.kind not in kinds:
            known = f"known: {', '.join(kinds)}" if kinds else "no drug of it can be weaned early any more"
            raise InvalidActError(f"{self.kind!r} is not weaned early here; {known}")
        need_words(self.why, "why the wean begins early")
        none_waits(self.run)
        not_past(self.run, self.day)
        last = standing_plan(self.run)
        if last is None or not last.agreed:
            raise InvalidActError("nothing was agreed yet that could be weaned; turn the calendar down instead")

    def write(self) -> tuple[Plan, Told]:
        """The next plan, unsigned."""
        last = standing_plan(self.run)
        day = protocol_day(last.adjustments if last else [], self.day)
        kept, left = self._repeats(last)
        plan = next_plan(
            self.run,
            user=self.user,
            reason=PlanReason.WEAN,
            words=" · ".join([self.why.strip(), *left]),
            adjustments=kept,
            from_on=day_of(self.run, self.day),
            weans=[*(last.weans if last else []), {"kind": self.kind, "day": day}],
        )
        return plan, self.told({"plan": plan.number, "kind": self.kind, "day": self.day})

    def _repeats(self, last: Plan | None) -> tuple[list[dict[str, Any]], list[str]]:
        """Days put in that stay, and what is told of repeats planned for later: they would repeat the wean."""
        kept, left = [], []
        for one in last.adjustments if last else []:
            if Kind(one["kind"]) is Kind.EXTEND and int(one["day"]) >= self.day:
                left.append(f"the {one['days']} d that were to repeat day {one['day']} are left out")
            else:
                kept.append(one)
        return kept, left


def weanable(run: Run, last: Plan | None = None) -> tuple[str, ...]:
    """Kinds of a run whose protocol has a wean with numbers that was not begun early yet.

    Parameters
    ----------
    last : Plan or None
        What was last agreed, if it was read already.
    """
    last = last or standing_plan(run)
    begun = {one["kind"] for one in last.weans} if last is not None else set()
    kinds = dict.fromkeys(
        course.kind
        for course in protocol_of(run).courses
        if any(step.tapers and not step.branch for step in course.steps)
        and not any(step.tapers and step.empty for step in course.steps)
    )
    return tuple(kind for kind in kinds if kind not in begun)
