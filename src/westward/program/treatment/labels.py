"""The bottle beside each milliliter: which strength of which product, from which day to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from westward.care.calendar_document import measures_since
from westward.look.words import coded
from westward.program.treatment.expiry import bottle_of, of_products
from westward.program.treatment.models import Plan
from westward.program.treatment.planning import per_ml


@dataclass(frozen=True, slots=True)
class Label:
    """What a bottle says: its strength, before it the product where a plan gives several of the drug."""

    product: str = ""
    strength: str = ""

    def __bool__(self) -> bool:
        return bool(self.product or self.strength)

    def __str__(self) -> str:
        return " ".join(part for part in (self.product, self.strength) if part)


NO_LABEL = Label()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a drug comes from one kind of bottle.

    Attributes
    ----------
    strength : str
        As it stands on the bottle; empty where the doses have no milliliters.
    begins, ends : date
        Of the first and the last dose from it.
    """

    drug: str
    product: str
    strength: str
    begins: date
    ends: date


class Labels:
    """The bottles of one plan.

    A milliliter stands beside the strength it was reckoned for, which the plan keeps by day; the latest bottle of the
    product only lends its words, where it holds the same in a milliliter.
    """

    def __init__(self, plan: Plan, said: Mapping[str, Any]) -> None:
        self._said = said
        self._held = of_products(plan.run.bottles.all())
        self._since = [
            (one["from"], dict(words.split("=", 1) for words in one["strengths"] or ()))
            for one in measures_since(plan.document)
        ]
        self.stretches = self._stretches(plan)

    def strength(self, dose: Mapping[str, Any], on: date) -> str:
        """The strength that the milliliters of a dose are for; empty where it has none."""
        if dose["volume_ul"] is None:
            return ""
        held = [strengths for begins, strengths in self._since if begins <= on.isoformat()] or [self._since[0][1]]
        reckoned, bottle = held[-1].get(dose["drug"], ""), bottle_of(self._held, dose)
        if bottle is not None and (not reckoned or per_ml(bottle.strength) == per_ml(reckoned)):
            return bottle.strength
        return str(reckoned)

    def of(self, dose: Mapping[str, Any], on: date) -> Label:
        """What the bottle of a dose says."""
        return Label(self._named(dose["drug"], dose["product"]), self.strength(dose, on))

    def words(self, stretch: Stretch) -> Label:
        """What the bottle of a stretch says; that a new one is needed where none was read."""
        named = self._named(stretch.drug, stretch.product)
        if stretch.strength or not named:
            return Label(named, stretch.strength)
        return Label(f"{named}:", str(self._said["new_bottle"]))

    def several(self, drug: str) -> bool:
        """Whether a drug comes from more than one kind of bottle in this plan, so that each dose names its own."""
        mine = [one for one in self.stretches if one.drug == drug]
        return len({one.product for one in mine}) > 1 or len({one.strength for one in mine if one.strength}) > 1

    def another_from(self, on: date) -> bool:
        """Whether a drug comes from another bottle from this day on."""
        begun: set[str] = set()
        for one in self.stretches:
            if one.drug in begun and one.begins == on and self.several(one.drug):
                return True
            begun.add(one.drug)
        return False

    def _named(self, drug: str, product: str) -> str:
        several = len({one.product for one in self.stretches if one.drug == drug}) > 1
        return str(self._said["products"].get(product, coded(product))) if several else ""

    def _stretches(self, plan: Plan) -> tuple[Stretch, ...]:
        found: list[Stretch] = []
        newest: dict[str, int] = {}
        for day in plan.document["days"]:
            on = date.fromisoformat(day["date"])
            for dose in day["doses"]:
                one = Stretch(dose["drug"], dose["product"], self.strength(dose, on), on, on)
                at = newest.get(one.drug)
                last = None if at is None else found[at]
                if at is not None and last is not None and _bottle(last) == _bottle(one):
                    found[at] = replace(last, ends=on)
                else:
                    newest[one.drug] = len(found)
                    found.append(one)
        return tuple(found)


def _bottle(stretch: Stretch) -> tuple[str, str]:
    return stretch.product, stretch.strength
