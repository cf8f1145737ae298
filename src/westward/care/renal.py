"""Which share of a drug's dose is given with kidney disease, by the site's own table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the dose, with the fact it comes from."""

    share: Fraction
    fact: Fact
    clearance: int


def share(sheet: Sheet, drug: str, *, clearance: int) -> Share:
    """The share at a clearance in mL/min/1.73 m2.

    Raises
    ------
    UsageError
        If the site entered no table, or none of its rows holds this clearance: nothing is taken from a neighbor.
    """
    fact = sheet.given(f"{drug}.share")
    if fact is None:
        raise UsageError(
            f"no table of {drug} in kidney disease is entered: enter the site's own with its source under local values"
        )
    band = fact.band(clearance)
    if band is None:
        raise UsageError(
            f"the site's table of {drug} has no row for a clearance of {clearance} {sheet.blanks[fact.key].axis}"
        )
    return Share(Fraction(str(band.value)), fact, clearance)
