"""What was dispensed, taught and printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.strength import strength, unusual
from westward.core.errors import UsageError
from westward.look.words import coded, day
from westward.program.acts import InvalidActError, Told
from westward.program.shell.values import sheet
from westward.program.treatment.actions.base import RunAct, closed, need_words
from westward.program.treatment.choices import PlanReason
from westward.program.treatment.expiry import short
from westward.program.treatment.models import Bottle, Plan, Printed, Run, TeachBack
from westward.program.treatment.planning import (
    course_of,
    labels_of,
    mislabeled,
    next_plan,
    per_ml,
    product_from,
    product_of,
    protocol_of,
)
from westward.program.treatment.queries import bottles, plan_in_force, reviewed, standing_plan, waiting_plan
from westward.program.treatment.wording import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class RecordBottle(RunAct[Bottle]):
    """Product, strength and expiry as they stand on the bottle that was dispensed.

    The first one, and a refill of another strength, make the next plan, in milliliters from today on (of a product that
    is given from a later day, from that day on), to be signed and checked; a refill of the same strength changes
    nothing. A strength that the product does not usually have is entered twice.
    """

    verb = "treatment.bottle"
    drug: str
    product: str
    strength: str
    expires_on: date
    strength_again: str = ""

    def validate(self) -> None:
        """A drug of the run, the product of its plan, a strength in its kind of unit, not expired."""
        self.require_open()
        protocol = protocol_of(self.run)
        if self.drug not in protocol.drugs:
            raise InvalidActError(f"this run gives {', '.join(protocol.drugs)}, not {self.drug}")
        planned = self._planned()
        if self.product not in planned:
            raise InvalidActError(
                f"the plan gives {' then '.join(map(product_words, planned))}, the bottle is "
                f"{product_words(self.product)}; products are not interchangeable, give the bottle back to the pharmacy"
            )
        try:
            read = strength(self.strength)
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        if read.unit is not course_of(protocol, self.drug).unit:
            raise InvalidActError(
                f"{self.strength!r} is not in the unit of the dose; check that it is the right product"
            )
        if self.expires_on < timezone.localdate():
            raise InvalidActError(f"the bottle expired on {day(self.expires_on)}; it is not used")
        usual = unusual(read, self.product, sheet=sheet("products"))
        if usual and self.strength_again.strip() != self.strength.strip():
            raise InvalidActError(
                f"{product_words(self.product)} usually has {usual}, the bottle says {self.strength.strip()}: read the "
                "label once more and enter the strength a second time"
            )

    def _planned(self) -> tuple[str, ...]:
        """Products of the drug from today on, by what waits or was agreed; the last one is given to the end."""
        last, today = self._last(), timezone.localdate().isoformat()
        course = course_of(protocol_of(self.run), self.drug)
        if last is None:
            return (course.product,)
        coming = [dose for one in last.document["days"] if one["date"] >= today for dose in one["doses"]]
        final = product_of(last, course)
        found = dict.fromkeys(dose["product"] for dose in coming if dose["drug"] == self.drug)
        return (*(product for product in found if product != final), final)

    def _last(self) -> Plan | None:
        """What waits, else what was agreed: a plan that was turned down rules no bottle."""
        return waiting_plan(self.run) or standing_plan(self.run)

    def write(self) -> tuple[Bottle, Told]:
        """The bottle, and the plan that follows from another strength."""
        before, final = bottles(self.run).get(self.drug), self._planned()[-1]
        label = labels_of(self.run, protocol_of(self.run)).get((self.drug, self.product))
        bottle = Bottle.objects.create(
            run=self.run,
            drug=self.drug,
            product=self.product,
            strength=self.strength.strip(),
            expires_on=self.expires_on,
            by=self.user,
            at=timezone.now(),
        )
        last = self._last()
        known = label is not None and per_ml(label) == per_ml(bottle.strength)
        held = [one for one in (label, before.strength if before is not None else "") if one]
        same = all(per_ml(one) == per_ml(bottle.strength) for one in held)
        detail = {"bottle": bottle.pk, "drug": self.drug, "product": self.product, "plan": None}
        if last is not None and not (known and (self.drug in last.strengths or self.product != final)):
            words = f"{coded(self.drug)}: {bottle.strength}" + (f", before {held[0]}" if held else "")
            today = timezone.localdate()
            begins = max(today, product_from(last, self.drug) or today) if self.product == final else today
            plan = next_plan(
                self.run,
                user=self.user,
                reason=PlanReason.STRENGTH,
                words=words,
                from_on=begins,
            )
            if not same and begins == today:
                self._void(f"another strength was dispensed ({bottle.strength})")
            detail["plan"] = plan.number
        return bottle, self.told(detail)

    def _void(self, why: str) -> None:
        """The milliliters of the plan in force are wrong for the new bottle: it is void at once."""
        now = timezone.now()
        self.run.plans.filter(signed_at__isnull=False, voided_at=None).update(voided_at=now, voided_why=why[:200])


def product_words(product: str) -> str:
    """A product in words, such as ``Natural ACTH gel, 80 U/mL``; one that nobody knows by its code."""
    fact = sheet("products").facts.get(f"{product}.drug")
    return fact.meaning if fact else repr(product)


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
    medium: str = "paper"

    def validate(self) -> None:
        """An open chart, a plan in force from the right day, in milliliters, bottles in date, a reviewed language."""
        if self.medium not in ("paper", "phone"):
            raise InvalidActError(f"a calendar is handed out on paper or for the phone, not {self.medium!r}")
        if self.language not in LANGUAGES:
            raise InvalidActError(f"there is no calendar in {self.language!r}")
        if not reviewed(self.language):
            raise InvalidActError("this translation is not reviewed: a dose is never printed in unreviewed words")
        plan, today = self._plan(), timezone.localdate()
        if why := closed(self.run.child, today=today):
            raise InvalidActError(why)
        if plan.moved:
            raise InvalidActError(
                f"calendar {plan.number} counts from another day than the first dose, {day(self.run.start)}: every day "
                "of it will move; sign and check the next one before anything is handed out"
            )
        if not plan.in_milliliters(today):
            raise InvalidActError("no milliliters yet: record strength and expiry from the bottle dispensed first")
        if (wrong := unfit(plan, today=today)) is not None:
            raise InvalidActError(wrong.words)

    def _plan(self) -> Plan:
        plan = plan_in_force(self.run)
        if plan is None:
            raise InvalidActError("no plan is in force: it must be signed and checked first")
        return plan

    def write(self) -> tuple[Printed, Told]:
        """The print."""
        plan = self._plan()
        made = Printed.objects.create(
            plan=plan, medium=self.medium, language=self.language, by=self.user, at=timezone.now()
        )
        return made, self.told({"plan": plan.number, "language": self.language, "medium": self.medium})


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a calendar is not handed out: ``words`` for the staff, ``kind`` for the family's own words of it."""

    kind: str
    words: str


def unfit(plan: Plan, *, today: date) -> Unfit | None:
    """Why the chart or the bottles forbid that a calendar is handed out or shown; None if they do not."""
    if why := closed(plan.run.child, today=today):
        return Unfit("closed", why)
    if (wrong := mislabeled(plan, today=today)) is not None:
        return Unfit(
            "strength",
            f"the milliliters of calendar {plan.number} from {day(wrong)} on are not of the strength on the bottle "
            "that was dispensed: sign and check the next calendar first",
        )
    for one in short(plan, plan.run.bottles.all(), today=today):
        if one.expired(today):
            on = day(one.expires_on)
            return Unfit("expired", f"the bottle of {one.named} expired on {on}: record a new one before printing")
    return None


@dataclass(frozen=True, kw_only=True)
class TakeOffPhone(RunAct[Run]):
    """Hand out the file that takes the doses of a treatment that has ended off the family's phone."""

    verb = "treatment.print"
    language: str = "en"

    def validate(self) -> None:
        """A treatment that has ended, a reviewed language."""
        if self.run.open:
            raise InvalidActError("this treatment goes on; hand out its calendar")
        if self.language not in LANGUAGES or not reviewed(self.language):
            raise InvalidActError("this translation is not reviewed: nothing is handed out in unreviewed words")

    def write(self) -> tuple[Run, Told]:
        """The run, as it is."""
        return self.run, self.told({"language": self.language, "medium": "phone", "ended": True})
