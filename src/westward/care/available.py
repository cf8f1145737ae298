"""Which drug is here today: what a site confirmed of each, how long that holds, and which protocol could begin now.

Nothing is chosen: where the drug of an order waits, the standard protocols whose drug is here are named in the order of
their sources, and a physician decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from westward.care.answer import Answer
from westward.care.sequence import protocols_of
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet
from westward.look import words

MOST_DAYS = 365
"""More days to arrive are taken for a slip of the pen."""


class At(StrEnum):
    """Whether a drug can be given today."""

    HERE = "here"
    ORDER = "order"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What somebody confirmed of one drug at one site.

    Attributes
    ----------
    at : At
        Here, to be ordered, or not to be had.
    days : int or None
        Days from an order to the drug; None where it is here or not known.
    """

    drug: str
    at: At
    days: int | None
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one drug today."""

    drug: str
    at: At
    short: str

    @property
    def named(self) -> str:
        """The drug in words."""
        return words.coded(self.drug)

    @property
    def words(self) -> str:
        """Both."""
        return f"{self.named}: {self.short}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One protocol with the drugs it needs.

    Attributes
    ----------
    fact : Fact
        Where its place in the order comes from.
    """

    protocol: str
    drugs: tuple[Standing, ...]
    fact: Fact

    @property
    def here(self) -> bool:
        """Whether every drug of it is here today."""
        return all(one.at is At.HERE for one in self.drugs)


def check(at: At, days: int | None) -> None:
    """Raise UsageError unless days belong to an order alone and make sense."""
    if at is At.UNKNOWN:
        raise UsageError("say where the drug stands: here, to be ordered, or not to be had")
    if days is not None and at is not At.ORDER:
        raise UsageError("days to arrive belong to a drug that must be ordered")
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise UsageError(f"{days} days to arrive make no sense")


def standing(drug: str, supply: Supply | None, *, on: date, sheet: Sheet) -> Standing:
    """How it stands; what was confirmed too long ago is not known any more.

    Parameters
    ----------
    sheet : Sheet
        ``day_zero``, for how long a confirmation holds.
    """
    if supply is None:
        return Standing(drug, At.UNKNOWN, "nobody has confirmed whether it is here")
    if (on - supply.confirmed_on).days > sheet.integer("access.confirm_d"):
        return Standing(drug, At.UNKNOWN, f"last confirmed {words.day(supply.confirmed_on)}, ask again")
    if supply.at is At.HERE:
        return Standing(drug, At.HERE, "here now")
    if supply.at is At.NONE:
        return Standing(drug, At.NONE, "not to be had")
    when = "days to arrive not known" if supply.days is None else f"{supply.days} d from the order"
    return Standing(drug, At.ORDER, f"must be ordered, {when}")


def order(sheet: Sheet, *, tuberous_sclerosis: Answer) -> tuple[tuple[str, Fact], ...]:
    """The standard protocols in the order of their sources; in tuberous sclerosis vigabatrin stands first.

    Parameters
    ----------
    sheet : Sheet
        ``escalation``, section ``mechanism``.
    """
    facts = list(sheet.section("mechanism"))
    if tuberous_sclerosis is Answer.YES:
        facts.sort(key=lambda fact: fact.key != "mechanism.vigabatrin")
    return tuple((protocol, fact) for fact in facts for protocol in protocols_of(fact))


def choices(
    ordered: Iterable[tuple[str, Fact]],
    drugs: Mapping[str, tuple[str, ...]],
    supplies: Mapping[str, Supply],
    *,
    on: date,
    sheet: Sheet,
) -> tuple[Choice, ...]:
    """Each protocol of ``ordered`` that is in ``drugs``, with its drugs as they stand today."""
    return tuple(
        Choice(name, tuple(standing(drug, supplies.get(drug), on=on, sheet=sheet) for drug in drugs[name]), fact)
        for name, fact in ordered
        if name in drugs
    )
