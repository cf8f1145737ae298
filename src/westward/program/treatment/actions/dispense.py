"""What was dispensed, taught and printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.strength import strength
from westward.core.errors import UsageError
from westward.program.acts import InvalidActError, Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.choices import PlanReason
from westward.program.treatment.models import Bottle, Plan, Printed, TeachBack
from westward.program.treatment.planning import next_plan, protocol_of
from westward.program.treatment.queries import bottles, drugs, newest_plan, plan_in_force, reviewed
from westward.program.treatment.wording import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class RecordBottle(RunAct[Bottle]):
    """Strength and expiry as they stand on the bottle that was dispensed.

    The first one, and a refill of another strength, make the next plan, in milliliters, to be signed and checked; a
    refill of the same strength changes nothing.
    """

    verb = "treatment.bottle"
    drug: str
    strength: str
    expires_on: date

    def validate(self) -> None:
        """A drug of the run, a strength in its kind of unit, not expired."""
        self.require_open()
        protocol = protocol_of(self.run)
        if self.drug not in drugs(protocol):
            raise InvalidActError(f"this run gives {', '.join(drugs(protocol))}, not {self.drug}")
        try:
            read = strength(self.strength)
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        unit = next(course.unit for course in protocol.courses if course.drug == self.drug)
        if read.unit is not unit:
            raise InvalidActError(
                f"{self.strength!r} is not in the unit of the dose; check that it is the right product"
            )
        if self.expires_on < timezone.localdate():
            raise InvalidActError(f"the bottle expired on {self.expires_on}; it is not used")

    def write(self) -> tuple[Bottle, Told]:
        """The bottle, and the plan that follows from another strength."""
        before = bottles(self.run).get(self.drug)
        bottle = Bottle.objects.create(
            run=self.run,
            drug=self.drug,
            strength=self.strength.strip(),
            expires_on=self.expires_on,
            by=self.user,
            at=timezone.now(),
        )
        last = newest_plan(self.run)
        same = before is not None and strength(before.strength).per_ml == strength(bottle.strength).per_ml
        detail = {"bottle": bottle.pk, "drug": self.drug, "plan": None}
        if last is not None and not (same and self.drug in last.strengths):
            strengths = {**last.strengths, self.drug: bottle.strength}
            words = f"{self.drug.replace('_', ' ')}: {bottle.strength}" + (
                f", before {before.strength}" if before else ""
            )
            plan = next_plan(self.run, user=self.user, reason=PlanReason.STRENGTH, words=words, strengths=strengths)
            if before is not None and not same:
                self._void(f"another strength was dispensed ({bottle.strength})")
            detail["plan"] = plan.number
        return bottle, self.told(detail)

    def _void(self, why: str) -> None:
        """The milliliters of the plan in force are wrong for the new bottle: it is void at once."""
        now = timezone.now()
        self.run.plans.filter(signed_at__isnull=False, voided_at=None).update(voided_at=now, voided_why=why[:200])


@dataclass(frozen=True, kw_only=True)
class RecordTeachBack(RunAct[TeachBack]):
    """The family has shown that they can draw up and give the dose."""

    verb = "treatment.teach"
    what: str
    shown_by: str
    interpreter: bool = False

    def validate(self) -> None:
        """By somebody."""
        self.require_open()
        if self.what not in ("syringe", "injection"):
            raise InvalidActError(f"{self.what!r} is not taught here; syringe or injection")
        need_words(self.shown_by, "who has shown it")

    def write(self) -> tuple[TeachBack, Told]:
        """The teach-back."""
        made = TeachBack.objects.create(
            run=self.run,
            what=self.what,
            shown_by=self.shown_by.strip(),
            interpreter=self.interpreter,
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told({"teach_back": made.pk, "what": self.what})


@dataclass(frozen=True, kw_only=True)
class PrintCalendar(RunAct[Printed]):
    """Hand the family their calendar; it carries the number of its plan and is void with it."""

    verb = "treatment.print"
    language: str = "en"

    def validate(self) -> None:
        """A plan in force with milliliters for every dose, in a language that was reviewed."""
        if self.language not in LANGUAGES:
            raise InvalidActError(f"there is no calendar in {self.language!r}")
        if not reviewed(self.language):
            raise InvalidActError("this translation is not reviewed: a dose is never printed in unreviewed words")
        plan = self._plan()
        doses = [dose for day in plan.document["days"] for dose in day["doses"]]
        if any(dose["volume_ul"] is None for dose in doses):
            raise InvalidActError("no milliliters yet: record strength and expiry from the bottle dispensed first")

    def _plan(self) -> Plan:
        plan = plan_in_force(self.run)
        if plan is None:
            raise InvalidActError("no plan is in force: it must be signed and checked first")
        return plan

    def write(self) -> tuple[Printed, Told]:
        """The print."""
        plan = self._plan()
        made = Printed.objects.create(plan=plan, language=self.language, by=self.user, at=timezone.now())
        return made, self.told({"plan": plan.number, "language": self.language})
