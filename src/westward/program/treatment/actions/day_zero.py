"""Day 0: one act opens everything at once; treatment never waits for the cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.shell.values import sheet
from westward.program.treatment.choices import AccessStage, DayZeroStep
from westward.program.treatment.models import AccessStep, DayZeroTask


@dataclass(frozen=True, kw_only=True)
class OpenDayZero(ChildAct[list[DayZeroTask]]):
    """Open every step of day 0 with its day; those that are open already stay as they are."""

    verb = "treatment.day_zero"
    owner: User | None = None

    def validate(self) -> None:
        """A chart that is open."""
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("the chart is closed; nothing is opened")

    def write(self) -> tuple[list[DayZeroTask], Told]:
        """The tasks that were opened."""
        facts, today, now = sheet("day_zero"), timezone.localdate(), timezone.now()
        there = set(self.child.day_zero.values_list("step", flat=True))
        made = [
            DayZeroTask.objects.create(
                child=self.child,
                step=step,
                owner=self.owner or self.user,
                due_on=today + timedelta(days=facts.integer(f"due.{step.value}_d")),
                opened_by=self.user,
                opened_at=now,
            )
            for step in DayZeroStep
            if step.value not in there
        ]
        if not made:
            raise InvalidActError("day 0 was opened already")
        return made, self.told(detail={"steps": [task.step for task in made]})


@dataclass(frozen=True, kw_only=True)
class FinishTask(ChildAct[DayZeroTask]):
    """A step of day 0 is done."""

    verb = "treatment.day_zero_done"
    task: DayZeroTask
    on: date
    words: str = ""

    def validate(self) -> None:
        """Open, of this child, not in the future."""
        if self.task.child_id != self.child.pk or self.task.done_on is not None:
            raise InvalidActError("this step is done already")
        if self.on > timezone.localdate():
            raise InvalidActError("a step of the future is not done yet")

    def write(self) -> tuple[DayZeroTask, Told]:
        """The step, done."""
        self.task.done_on, self.task.done_by, self.task.done_words = self.on, self.user, self.words.strip()[:200]
        self.task.save(update_fields=["done_on", "done_by", "done_words"])
        return self.task, self.told(detail={"step": self.task.step})


@dataclass(frozen=True, kw_only=True)
class RecordAccess(ChildAct[AccessStep]):
    """A step on the way to the drug; the step before is closed, the next is due by the set time.

    Shipping does not stop the treatment clock: only the first dose given does.
    """

    verb = "treatment.access"
    drug: str
    stage: str
    owner: User
    words: str = ""

    def validate(self) -> None:
        """A stage that exists, for a drug with a name; a denial says why."""
        if self.stage not in AccessStage.values:
            raise InvalidActError(f"{self.stage!r} is no step; known: {', '.join(AccessStage.values)}")
        if not self.drug.strip():
            raise InvalidActError("say which drug")
        if self.stage == AccessStage.DENIED and not self.words.strip():
            raise InvalidActError("say why it was denied, so that the appeal can answer it")

    def write(self) -> tuple[AccessStep, Told]:
        """The step."""
        now = timezone.now()
        self.child.access_steps.filter(drug=self.drug, closed_at=None).update(closed_at=now)
        hours = sheet("day_zero").number("access.step_h")
        made = AccessStep.objects.create(
            child=self.child,
            drug=self.drug.strip(),
            stage=self.stage,
            owner=self.owner,
            due_at=now + timedelta(hours=hours),
            words=self.words.strip()[:300],
            by=self.user,
            at=now,
            closed_at=now if self.stage == AccessStage.IN_HAND else None,
        )
        return made, self.told(detail={"drug": self.drug, "stage": self.stage, "access": made.pk})
