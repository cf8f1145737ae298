"""Bottles against the days of a calendar: which doses lie after the expiry of the bottle they would come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from westward.look.words import coded
from westward.program.treatment.models import Bottle, Plan


@dataclass(frozen=True, slots=True)
class Short:
    """A drug whose latest bottle of a product expires before the last dose of that product."""

    drug: str
    expires_on: date
    last_dose_on: date

    def expired(self, today: date) -> bool:
        """Whether it may no longer be used."""
        return self.expires_on < today

    @property
    def named(self) -> str:
        """The drug in words."""
        return coded(self.drug)


def latest(bottles: Iterable[Bottle]) -> dict[str, Bottle]:
    """The latest bottle of each drug."""
    return {one.drug: one for one in sorted(bottles, key=lambda one: (one.at, one.pk))}


def of_products(bottles: Iterable[Bottle]) -> dict[tuple[str, str], Bottle]:
    """The latest bottle of each drug and product; one of before the product was asked for stands under an empty one."""
    return {(one.drug, one.product): one for one in sorted(bottles, key=lambda one: (one.at, one.pk))}


def bottle_of(held: Mapping[tuple[str, str], Bottle], dose: Mapping[str, str]) -> Bottle | None:
    """The latest bottle of the product of a dose; None where none was recorded."""
    return held.get((dose["drug"], dose["product"])) or held.get((dose["drug"], ""))


def after_expiry(held: Mapping[tuple[str, str], Bottle], dose: Mapping[str, str], on: date) -> bool:
    """Whether a dose lies after the expiry of the latest bottle of its product; not where none was recorded."""
    bottle = bottle_of(held, dose)
    return bottle is not None and bottle.expires_on < on


def short(plan: Plan, bottles: Iterable[Bottle], *, today: date) -> tuple[Short, ...]:
    """Drugs with a dose today or later that lies after the expiry of the latest bottle of its product."""
    held, found = of_products(bottles), []
    for (drug, product), last in last_doses(plan).items():
        if last >= today and after_expiry(held, {"drug": drug, "product": product}, last):
            bottle = held.get((drug, product)) or held[drug, ""]
            found.append(Short(drug, bottle.expires_on, last))
    return tuple(found)


def last_doses(plan: Plan) -> dict[tuple[str, str], date]:
    """Day of the last dose of each drug and product."""
    return {
        (dose["drug"], dose["product"]): date.fromisoformat(day["date"])
        for day in plan.document["days"]
        for dose in day["doses"]
    }
