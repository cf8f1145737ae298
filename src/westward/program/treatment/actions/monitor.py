"""Answer a check of the calendar; answer the alert of a value beyond its limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from westward.care.limits import Judged, Verdict, pressure
from westward.core.errors import UsageError
from westward.evidence.monitoring import load
from westward.program.acts import InvalidActError, Told
from westward.program.shell.values import sheet
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.choices import Outcome
from westward.program.treatment.limits import judged
from westward.program.treatment.models import CheckDone
from westward.program.treatment.queries import DueCheck, checks, newest_plan, plan_in_force


@dataclass(frozen=True, kw_only=True)
class RecordCheck(RunAct[CheckDone]):
    """What a check showed; beyond the limit it needs what was done about it, and a physician answers the alert.

    Attributes
    ----------
    values : mapping of str to Decimal
        What was measured, by name; each is held against its limit, and one beyond it makes the outcome so.
    """

    verb = "treatment.monitor"
    check_id: str
    due_on: date
    done_on: date
    result: str
    outcome: str
    act: str = ""
    values: Mapping[str, Decimal] = field(default_factory=dict)

    def validate(self) -> None:
        """A check that stands in the calendar, answered once, not in the future, with values that belong to it."""
        found = self._due()
        if found is None:
            raise InvalidActError("there is no such check in the calendar")
        if found.done is not None:
            raise InvalidActError("this check is answered already")
        if self.outcome not in Outcome.values:
            raise InvalidActError(f"{self.outcome!r} is no outcome; known: {', '.join(Outcome.values)}")
        if not self.run.child.birth_date <= self.done_on <= timezone.localdate():
            raise InvalidActError("a check of the future is not done yet")
        measured = values_of(found.check)
        if wrong := sorted(set(self.values) - set(measured)):
            raise InvalidActError(f"this check measures {', '.join(measured) or 'nothing'}, not {', '.join(wrong)}")
        if self.outcome == Outcome.NOT_DONE and self.values:
            raise InvalidActError("values were measured, so the check was done")
        if not self.values:
            need_words(self.result, "what was found, or why it was not done")
        if self.outcome == Outcome.NOT_JUDGED:
            need_words(self.result, "in words what was found and why it is not judged")
        beyond = [one for one in self.judged(found) if one.verdict is Verdict.BEYOND]
        if self.outcome == Outcome.WITHIN and not beyond and (why := self.unjudged(found)):
            raise InvalidActError(f"{why}: choose beyond the limit, or not judged and say why in words")
        if (beyond or self.outcome == Outcome.OVER) and not self.act.strip():
            told = "; ".join(map(_told, beyond))
            raise InvalidActError(f"{told or 'beyond the limit'}: say what was done: {found.check['act']}")

    def judged(self, due: DueCheck) -> tuple[Judged, ...]:
        """Each value against its limit; of a blood pressure the highest, that in the words as well."""
        held = dict(self.values)
        if "systolic" in values_of(due.check):
            for what, value in pressure(self.result, sheet=sheet("monitoring_limits")).items():
                held[what] = max(value, held.get(what, value))
        try:
            return judged(self.run.child, held, on=self.done_on)
        except UsageError as error:
            raise InvalidActError(str(error)) from None

    def unjudged(self, due: DueCheck) -> str:
        """Why nobody can say that what was measured is within its limit; empty if it can be said."""
        verdicts, measured = self.judged(due), values_of(due.check)
        if measured and not verdicts:
            return f"no value of {', '.join(measured)} is given"
        open_ = [one for one in verdicts if one.verdict is Verdict.NO_LIMIT]
        return "; ".join(f"{one.what} {one.value} {one.unit}: {one.limit}" for one in open_)

    def _due(self) -> DueCheck | None:
        plan = plan_in_force(self.run) or newest_plan(self.run)
        known = {(one.check["id"], one.on): one for one in checks(self.run, plan)}
        return known.get((self.check_id, self.due_on))

    def write(self) -> tuple[CheckDone, Told]:
        """The answer."""
        due = self._due()
        verdicts = self.judged(due) if due is not None else ()
        beyond = any(one.verdict is Verdict.BEYOND for one in verdicts)
        said = ", ".join(
            f"{one.what} {self.values[one.what]} {one.unit}" for one in verdicts if one.what in self.values
        )
        made = CheckDone.objects.create(
            run=self.run,
            check_id=self.check_id,
            due_on=self.due_on,
            done_on=self.done_on,
            result="; ".join(part for part in (said, self.result.strip()) if part)[:200],
            outcome=Outcome.OVER if beyond else self.outcome,
            act=self.act.strip(),
            values={one.what: str(one.value) for one in verdicts},
            verdicts=[
                {
                    "name": one.what,
                    "verdict": str(one.verdict),
                    "limit": one.limit,
                    "facts": [{"status": str(n.fact.status), "source": n.fact.source} for n in one.limits],
                }
                for one in verdicts
            ],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told({"check": self.check_id, "outcome": made.outcome})


def values_of(check: Mapping[str, Any]) -> list[str]:
    """What a check measures, by its calendar or, in versions from before it was kept there, by the evidence."""
    if "values" in check:
        return list(check["values"])
    return next((list(one.values) for one in load() if one.id == check["id"]), [])


def _told(one: Judged) -> str:
    return f"{one.what} {one.value} {one.unit}, limit {' or '.join(limit.sourced for limit in one.limits)}"


@dataclass(frozen=True, kw_only=True)
class AnswerAlert(RunAct[CheckDone]):
    """A physician has seen a check beyond its limit and says what was decided."""

    verb = "treatment.alert"
    check: CheckDone
    decided: str

    def validate(self) -> None:
        """A check of this run beyond its limit, not answered yet, with what was decided."""
        if self.check.run_id != self.run.pk or not self.check.alert:
            raise InvalidActError("there is no open alert of this check")
        need_words(self.decided, "what was decided")

    def write(self) -> tuple[CheckDone, Told]:
        """The check, its alert answered."""
        self.check.decided_by, self.check.decided_at = self.user, timezone.now()
        self.check.decided = self.decided.strip()
        self.check.save(update_fields=["decided_by", "decided_at", "decided"])
        return self.check, self.told({"check": self.check.check_id, "alert": "answered"})
