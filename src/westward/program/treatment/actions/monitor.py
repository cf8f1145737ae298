"""Answer a check of the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.limits import beyond
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.choices import Outcome
from westward.program.treatment.limits import of_check
from westward.program.treatment.models import CheckDone
from westward.program.treatment.queries import checks, newest_plan, plan_in_force


@dataclass(frozen=True, kw_only=True)
class RecordCheck(RunAct[CheckDone]):
    """What a check showed; beyond the limit it needs what was done about it."""

    verb = "treatment.monitor"
    check_id: str
    due_on: date
    done_on: date
    result: str
    outcome: str
    act: str = ""

    def validate(self) -> None:
        """A check that stands in the calendar, answered once, not in the future."""
        plan = plan_in_force(self.run) or newest_plan(self.run)
        known = {(one.check["id"], one.on): one for one in checks(self.run, plan)}
        found = known.get((self.check_id, self.due_on))
        if found is None:
            raise InvalidActError("there is no such check in the calendar")
        if found.done is not None:
            raise InvalidActError("this check is answered already")
        if self.outcome not in Outcome.values:
            raise InvalidActError(f"{self.outcome!r} is no outcome; known: {', '.join(Outcome.values)}")
        if self.done_on > timezone.localdate():
            raise InvalidActError("a check of the future is not done yet")
        need_words(self.result, "what was found, or why it was not done")
        passed = beyond(of_check(self.check_id, self.run.child, on=self.done_on) or (), self.result)
        if passed and self.outcome == Outcome.WITHIN:
            raise InvalidActError(f"this is beyond the site's limit: {'; '.join(one.words for one in passed)}")
        if self.outcome == Outcome.OVER:
            need_words(self.act, f"what was done: {found.check['act']}")

    def write(self) -> tuple[CheckDone, Told]:
        """The answer."""
        made = CheckDone.objects.create(
            run=self.run,
            check_id=self.check_id,
            due_on=self.due_on,
            done_on=self.done_on,
            result=self.result.strip()[:200],
            outcome=self.outcome,
            act=self.act.strip(),
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told({"check": self.check_id, "outcome": self.outcome})
