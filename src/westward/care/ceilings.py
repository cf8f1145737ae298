"""Hard stops of a calendar: a daily dose, a number of days, or a weight for a length that is taken for a mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from westward.care.exposure import Lessened, less, of_calendar
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load
from westward.evidence.protocol import DoseUnit, Protocol

if TYPE_CHECKING:
    from westward.care.calendar import Day

_BIG = {DoseUnit.UG: "mg", DoseUnit.MU: "U"}


def check_doses(days: Iterable[Day], *, weight_g: int | None, sheet: Sheet | None = None) -> None:
    """Refuse a daily dose above its ceiling; by weight only where the weight is known.

    Raises
    ------
    UsageError
        If there is one, with the day, the ceiling, its status and its source.
    """
    sheet = sheet or load("ceilings")
    for day in days:
        for drug, unit, amount in _daily(day):
            _refuse(day, drug, unit, Fraction(amount), sheet.facts.get(f"per_day.{drug}"), " a day")
            if weight_g:
                by_weight = Fraction(amount * 1000, weight_g)
                _refuse(day, drug, unit, by_weight, sheet.facts.get(f"per_kg.{drug}"), "/kg a day")


def per_dose(drug: str, times: int, *, weight_g: int | None, sheet: Sheet | None = None) -> Fraction | None:
    """The most, in small units, that one of the equal doses of a day may hold; None without a ceiling.

    Parameters
    ----------
    times : int
        Doses a day.
    """
    sheet = sheet or load("ceilings")
    daily = []
    if (fact := sheet.facts.get(f"per_day.{drug}")) is not None:
        daily.append(_limit(fact))
    if weight_g and (fact := sheet.facts.get(f"per_kg.{drug}")) is not None:
        daily.append(_limit(fact) * weight_g / 1000)
    return min(daily) / times if daily else None


ON_DAY = re.compile(r"\w+: \S+ \S+/kg a day on day (\d+);")
"""What :func:`told` writes, up to the day."""


def told(days: Iterable[Day], *, weight_g: int | None, sheet: Sheet | None = None) -> list[str]:
    """Words for the highest dose of each drug by weight that is above what was published, though below the ceiling."""
    sheet = sheet or load("ceilings")
    found: dict[str, tuple[Fraction, str]] = {}
    for day in days:
        for drug, unit, amount in _daily(day):
            fact = sheet.facts.get(f"told_per_kg.{drug}")
            by_weight = Fraction(amount * 1000, weight_g) if weight_g else Fraction(0)
            if fact is not None and by_weight > max(_limit(fact), found.get(drug, (Fraction(0), ""))[0]):
                words = (
                    f"{drug}: {_shown(by_weight, unit)}/kg a day on day {day.day}; {_because(fact, unit, '/kg a day')}"
                )
                found[drug] = (by_weight, words)
    return [words for _, words in found.values()]


def recounted(words: str, count: Callable[[int], int]) -> str:
    """A warning of :func:`told` with its day counted anew; any other as it is."""
    found = ON_DAY.match(words)
    return words if found is None else f"{words[: found.start(1)]}{count(int(found[1]))}{words[found.end(1) :]}"


def by_weight(protocol: Protocol, *, sheet: Sheet | None = None) -> tuple[str, ...]:
    """Drugs of a protocol whose ceiling goes by weight: without a weight in date it is not assessable."""
    sheet = sheet or load("ceilings")
    drugs = dict.fromkeys(course.drug for course in protocol.courses if course.steps)
    return tuple(drug for drug in drugs if f"per_kg.{drug}" in sheet.facts)


def check_length(
    protocol: Protocol,
    days: Sequence[Day],
    *,
    extended: int = 0,
    lessened: Iterable[Lessened] = (),
    sheet: Sheet | None = None,
) -> None:
    """Refuse a hormone at its highest dose for too many days, or a calendar that is extended by too many.

    Parameters
    ----------
    extended : int
        Days by which it was extended in all.
    lessened : iterable of Lessened
        Doses that were not given whole: a day on which less was given is no day at the highest dose.

    Raises
    ------
    UsageError
        If there are more, with the ceiling, its status and its source.
    """
    sheet = sheet or load("ceilings")
    hormones = {course.drug for course in protocol.courses if course.kind == "hormone"}
    most = sheet["extension.hormone" if hormones else "extension.other"]
    if extended > _limit(most):
        raise UsageError(f"extended by {extended} days in all; at most {most.value} ({most.status}: {most.source})")
    full = sheet["full_days.hormone"]
    lessened = tuple(lessened)
    given = [less(of_calendar([day]), lessened) for day in days]
    for drug in sorted(hormones):
        planned = [amount for day in days for name, _, amount in _daily(day) if name == drug]
        if not planned:
            continue
        count = [sum(dose.amount for dose in doses if dose.drug == drug) for doses in given].count(max(planned))
        if count > _limit(full):
            raise UsageError(
                f"{drug} at its highest dose on {count} days; at most {full.value} ({full.status}: {full.source})"
            )


def check_build(weight_g: int | None, length_mm: int | None, *, sheet: Sheet | None = None) -> None:
    """Refuse a weight that does not go with a length.

    Raises
    ------
    UsageError
        If weight over length squared lies outside the limits.
    """
    if weight_g is None or length_mm is None:
        return
    sheet = sheet or load("ceilings")
    ratio = Fraction(weight_g * 1000, length_mm**2)
    least, most = sheet["build.least"], sheet["build.most"]
    if not _limit(least) <= ratio <= _limit(most):
        raise UsageError(
            f"a weight of {weight_g} g does not go with a length of {length_mm} mm ({float(ratio):.1f} kg/m2, limits "
            f"{least.value} and {most.value}, {most.status}); check both"
        )


def _daily(day: Day) -> list[tuple[str, DoseUnit, int]]:
    """Each drug of a day with all its doses together."""
    totals: dict[tuple[str, DoseUnit], int] = {}
    for dose in day.doses:
        totals[dose.drug, dose.unit] = totals.get((dose.drug, dose.unit), 0) + dose.amount
    return [(drug, unit, amount) for (drug, unit), amount in totals.items()]


def _refuse(day: Day, drug: str, unit: DoseUnit, value: Fraction, fact: Fact | None, per: str) -> None:
    # doses are whole small units; half of one either way, per dose, is rounding and not a dose above the ceiling
    if fact is not None and value > _limit(fact) * Fraction(1001, 1000):
        raise UsageError(
            f"{drug}, day {day.day}: {_shown(value, unit)}{per} is above the ceiling: "
            f"{_because(fact, unit, per)}; check the weight and the protocol"
        )


def _because(fact: Fact, unit: DoseUnit, per: str) -> str:
    return f"at most {_shown(_limit(fact), unit)}{per} ({fact.status}: {fact.source})"


def _shown(value: Fraction, unit: DoseUnit) -> str:
    return f"{float(value / 1000):.4g} {_BIG[unit]}"


def _limit(fact: Fact) -> Fraction:
    return Fraction(str(fact.value))
