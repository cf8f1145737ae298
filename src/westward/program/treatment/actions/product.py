"""Another product of a drug: its bottle is read anew, and one kind of unit never becomes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.look.words import coded
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.shell.values import sheet
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.actions.change import none_waits
from westward.program.treatment.actions.dispense import product_words
from westward.program.treatment.choices import PlanReason
from westward.program.treatment.models import Plan
from westward.program.treatment.planning import course_of, next_plan, product_of, protocol_of
from westward.program.treatment.queries import standing_plan


@dataclass(frozen=True, kw_only=True)
class ChangeProduct(RunAct[Plan]):
    """Give another product of the same drug from a day on.

    The strength of the old bottle no longer counts from that day on: no milliliters stand there until the bottle of the
    new product is recorded. Units of ACTH are never converted into milligrams: a product of another drug, or dosed in
    another kind of unit, is another protocol.
    """

    verb = "treatment.change"
    drug: str
    product: str
    from_on: date
    why: str

    def validate(self) -> None:
        """A drug of the run, another product of it in the same kind of unit, from today on, a reason."""
        self.require_open()
        protocol, products = protocol_of(self.run), sheet("products")
        if self.drug not in protocol.drugs:
            raise InvalidActError(f"this run gives {', '.join(protocol.drugs)}, not {self.drug}")
        course = course_of(protocol, self.drug)
        if f"{self.product}.drug" not in products.facts:
            raise InvalidActError(f"there is no product {self.product!r}")
        other = products.text(f"{self.product}.drug")
        if other != self.drug or products.text(f"{self.product}.unit") != course.unit:
            raise InvalidActError(
                f"{product_words(self.product)} is {coded(other)}, the calendar gives "
                f"{coded(self.drug)}: units and milligrams are not interchangeable, order another protocol"
            )
        last = standing_plan(self.run)
        if last is not None and product_of(last, course) == self.product:
            raise InvalidActError(f"the calendar gives {product_words(self.product)} already")
        need_words(self.why, "why the product is changed")
        none_waits(self.run)
        end = last.last_day if last is not None else self.run.start
        if not timezone.localdate() <= self.from_on <= end:
            raise InvalidActError(
                f"a product changes from today on, to {dated(end)} at the latest, not from {dated(self.from_on)}"
            )

    def write(self) -> tuple[Plan, Told]:
        """The next plan, unsigned, without milliliters of the new product until its bottle is recorded."""
        last = standing_plan(self.run)
        course = course_of(protocol_of(self.run), self.drug)
        before = product_of(last, course) if last is not None else course.product
        plan = next_plan(
            self.run,
            user=self.user,
            reason=PlanReason.PRODUCT,
            words=f"{product_words(before)} to {product_words(self.product)}: {self.why.strip()}",
            from_on=self.from_on,
            products={**(last.products if last else {}), self.drug: self.product},
        )
        return plan, self.told({"plan": plan.number, "drug": self.drug, "product": self.product})


def several_products(drugs: Sequence[str]) -> bool:
    """Whether another product is known of one of the drugs."""
    known = [fact.value for fact in sheet("products").facts.values() if fact.key.endswith(".drug")]
    return any(known.count(drug) > 1 for drug in drugs)
