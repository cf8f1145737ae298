"""Limits of a check that a site entered by age and sex, such as those of blood pressure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from westward.core.ages import DAYS_PER_MONTH
from westward.evidence.loader import Fact, Sheet

_SEXES = {"female": ("girls",), "male": ("boys",)}
_PAIR = re.compile(r"(?<!\d)(\d{2,3})\s*/\s*(\d{2,3})(?!\d)")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit at one age.

    Attributes
    ----------
    what : str
        Such as ``systolic``.
    above : float
        What is more is beyond the limit.
    fact : Fact
        With unit, status and source.
    """

    what: str
    above: float
    fact: Fact

    @property
    def words(self) -> str:
        """Such as ``systolic 100 mmHg (policy: ...)``."""
        return f"{self.what} {self.above:g} {self.fact.unit} ({self.fact.status}: {self.fact.source})"


def limits(sheet: Sheet, *, sex: str, age_days: int) -> tuple[Limit, ...]:
    """The limits at this age, as far as they were entered; of a child whose sex is not known the lower of both.

    Nothing is taken from a neighboring band: at an age outside all of them there is no limit.
    """
    months = age_days / DAYS_PER_MONTH
    found: dict[str, Limit] = {}
    for what in dict.fromkeys(key.partition(".")[0] for key in sheet.blanks):
        for which in _SEXES.get(sex, ("girls", "boys")):
            fact = sheet.given(f"{what}.{which}")
            if fact is None:
                continue
            band = next((one for one in fact.bands if one.lower <= months < one.upper), None)
            if band is not None and (what not in found or band.value < found[what].above):
                found[what] = Limit(what, band.value, fact)
    return tuple(found.values())


def beyond(known: tuple[Limit, ...], result: str) -> tuple[Limit, ...]:
    """Which limits a written pressure such as ``110/70`` passes; none if it is not written so."""
    pair = _PAIR.search(result)
    if pair is None:
        return ()
    read = dict(zip(("systolic", "diastolic"), map(int, pair.groups()), strict=True))
    return tuple(one for one in known if one.what in read and read[one.what] > one.above)
