"""Bottles against the days of a calendar: which doses lie after the expiry of the bottle they would come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from westward.program.treatment.models import Bottle, Plan


@dataclass(frozen=True, slots=True)
class Short:
    """A drug whose latest bottle expires before its last dose."""

    drug: str
    expires_on: date
    last_dose_on: date

    def expired(self, today: date) -> bool:
        """Whether it may no longer be used."""
        return self.expires_on < today

    @property
    def named(self) -> str:
        """The drug in words."""
        return self.drug.replace("_", " ")


def latest(bottles: Iterable[Bottle]) -> dict[str, Bottle]:
    """The latest bottle of each drug."""
    return {one.drug: one for one in sorted(bottles, key=lambda one: (one.at, one.pk))}


def after_expiry(held: Mapping[str, Bottle], drug: str, on: date) -> bool:
    """Whether a dose of a drug lies after the expiry of the latest bottle of it; not where none was recorded."""
    return drug in held and held[drug].expires_on < on


def short(plan: Plan, bottles: Iterable[Bottle], *, today: date) -> tuple[Short, ...]:
    """Drugs with a dose today or later that lies after the expiry of their latest bottle."""
    held, found = latest(bottles), []
    for drug, last in last_doses(plan).items():
        if after_expiry(held, drug, last) and last >= today:
            found.append(Short(drug, held[drug].expires_on, last))
    return tuple(found)


def last_doses(plan: Plan) -> dict[str, date]:
    """Day of the last dose of each drug."""
    return {dose["drug"]: date.fromisoformat(day["date"]) for day in plan.document["days"] for dose in day["doses"]}
