"""Whether a measured value is beyond its limit: a published or proposed one, or a site's own by age and sex."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from westward.core.ages import DAYS_PER_MONTH
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load

_SEXES = {"female": ("girls",), "male": ("boys",)}
_PAIR = re.compile(r"(?<!\d)(\d{2,3})\s*/\s*(\d{2,3})(?!\d)")
_BEYOND: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    "from": lambda value, limit: value >= limit,
}
_SIDES = {"below": "lower", "above": "upper", "from": "upper"}

NO_LIMIT = "no limit set: enter your local value"


class Verdict(StrEnum):
    """A value against its limits; without a limit it is neither within nor beyond one.

    ``within`` needs a limit on both sides. ``one_sided`` is not beyond the only limit that is asked for, as of a
    temperature; where the other side waits for the site's own limit there is ``no_limit`` to be within.
    """

    WITHIN = "within"
    ONE_SIDED = "one_sided"
    BEYOND = "beyond"
    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit.

    Attributes
    ----------
    what : str
        Such as ``systolic``.
    how : str
        ``above`` and ``below`` are beyond it without the limit itself, ``from`` begins with it.
    at : Decimal
        The limit, in the unit of its fact.
    fact : Fact
        With unit, status and source.
    """

    what: str
    how: str
    at: Decimal
    fact: Fact

    @property
    def words(self) -> str:
        """Such as ``above 11.1 mmol/L``."""
        return f"{self.how} {self.at:f} {self.fact.unit}"

    @property
    def sourced(self) -> str:
        """The same with what, status and source."""
        return f"{self.what} {self.words} ({self.fact.status}: {self.fact.source})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One value.

    Attributes
    ----------
    limits : tuple of Limit
        The limits that it is beyond, else all that it was held against; empty where none is set.
    """

    what: str
    value: Decimal
    unit: str
    verdict: Verdict
    limits: tuple[Limit, ...]

    @property
    def limit(self) -> str:
        """The limits in words, or that none is set."""
        if not self.limits:
            return NO_LIMIT
        said = " or ".join(limit.words for limit in self.limits)
        open_ = "" if self.verdict is Verdict.BEYOND else lacking(self.limits)
        return f"{said}; {open_}" if open_ else said


def lacking(limits: Iterable[Limit]) -> str:
    """Such as ``no upper limit set``, of limits of one value; empty where there are both sides or none."""
    have = {_SIDES[limit.how] for limit in limits}
    return f"no {'lower' if 'upper' in have else 'upper'} limit set" if len(have) == 1 else ""


def fixed(sheet: Sheet) -> tuple[Limit, ...]:
    """The limits of a sheet with one number each (``monitoring_limits``), as far as there are any."""
    found = []
    for fact in sheet:
        what, _, how = fact.key.partition(".")
        if how in _BEYOND:
            found.append(Limit(what, how, Decimal(str(fact.value)), fact))
    return tuple(found)


def by_age(sheet: Sheet, *, sex: str, age_days: int) -> tuple[Limit, ...]:
    """The limits at this age (``blood_pressure``), as far as a site entered any; the lower of both without a known sex.

    Nothing is taken from a neighboring band: at an age outside all of them there is no limit.
    """
    months = age_days / DAYS_PER_MONTH
    found: dict[str, Limit] = {}
    for what in dict.fromkeys(key.partition(".")[0] for key in sheet.blanks):
        for which in _SEXES.get(sex, ("girls", "boys")):
            fact = sheet.given(f"{what}.{which}")
            if fact is None:
                continue
            band = fact.band(months)
            if band is not None and (what not in found or band.value < found[what].at):
                found[what] = Limit(what, "above", Decimal(f"{band.value:g}"), fact)
    return tuple(found.values())


def judge(what: str, value: Decimal, known: Iterable[Limit], *, unit: str, sheet: Sheet | None = None) -> Judged:
    """A measured value against the limits that are known of it.

    Parameters
    ----------
    sheet : Sheet, optional
        ``monitoring_limits``, with the site's own values: which sides of a limit are asked for, and what cannot be.

    Raises
    ------
    UsageError
        If the value is not above 0, or so low or so high that it is taken for a slip of the pen.
    """
    sheet = sheet or load("monitoring_limits")
    if not value.is_finite() or value <= 0:
        raise UsageError(f"{what}: {value} {unit} cannot be; leave it empty if it was not measured")
    least, most = (Decimal(str(sheet.number(f"{end}.{what}"))) for end in ("least", "most"))
    if not least <= value <= most:
        raise UsageError(
            f"{what}: {value} {unit} cannot be; a value from {least:f} to {most:f} {unit} is taken: look again at "
            "number and unit"
        )
    mine = tuple(limit for limit in known if limit.what == what)
    passed = tuple(limit for limit in mine if _BEYOND[limit.how](value, limit.at))
    if passed:
        verdict = Verdict.BEYOND
    elif not mine or any(sheet.given(key) is None for key in sheet.blanks if key.partition(".")[0] == what):
        verdict = Verdict.NO_LIMIT
    else:
        verdict = Verdict.ONE_SIDED if lacking(mine) else Verdict.WITHIN
    return Judged(what=what, value=value, unit=unit, verdict=verdict, limits=passed or mine)


def pressure(words: str, *, sheet: Sheet | None = None) -> dict[str, Decimal]:
    """The highest blood pressure that is written in the words, as ``110/70``, by its parts; empty if none is.

    A pair that cannot be a pressure, such as a date or one whose upper number is not the higher, is passed over.
    """
    least = (sheet or load("monitoring_limits")).number("least.systolic")
    pairs = [tuple(map(Decimal, pair.groups())) for pair in _PAIR.finditer(words)]
    pairs = [(upper, lower) for upper, lower in pairs if upper >= least and upper > lower]
    if not pairs:
        return {}
    return {"systolic": max(upper for upper, _ in pairs), "diastolic": max(lower for _, lower in pairs)}
