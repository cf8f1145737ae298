"""The age of a child on a day, chronological and corrected for prematurity, in days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from westward.core.ages import days_from_months
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


@dataclass(frozen=True, slots=True)
class Age:
    """How old a child is on a day; words come from ``look.words.age``.

    Attributes
    ----------
    chronological_d : int
        Days since birth.
    corrected_d : int or None
        Days since the day on which 40 weeks were complete, below 0 before it; equal to the chronological age in a
        child born at term, None if the gestational age is not known.
    used_d : int
        The one to use: corrected in a preterm child up to the age where correction ends, else chronological.
    why : str
        One line: which one is used and why.
    facts : tuple of Fact
        The limits that were applied.
    """

    chronological_d: int
    corrected_d: int | None
    used_d: int
    why: str
    facts: tuple[Fact, ...]


def age_on(day: date, *, birth: date, gestation_d: int | None, sheet: Sheet | None = None) -> Age:
    """Age on a day.

    Parameters
    ----------
    gestation_d : int or None
        Gestational age at birth in days (34 weeks + 2 days is 240); None if not known.
    sheet : Sheet, optional
        Evidence in place of the shipped ``ages``.

    Raises
    ------
    UsageError
        If the day lies before birth, or no child is born at such a gestational age.

    Notes
    -----
    Sources: ``evidence/ages.toml`` (all recalled).
    """
    sheet = sheet or load("ages")
    if day < birth:
        raise UsageError(f"{day} lies before the birth date")
    chronological = (day - birth).days
    if gestation_d is None:
        return Age(chronological, None, chronological, "not corrected: gestational age not known", ())
    least, most = sheet.integer("gestation.least_d"), sheet.integer("gestation.most_d")
    if not least <= gestation_d <= most:
        raise UsageError(f"a gestational age of {gestation_d!r} days makes no sense; give {least} to {most}")
    preterm = sheet["gestation.preterm_below_d"]
    if gestation_d >= sheet.integer(preterm.key):
        return Age(chronological, chronological, chronological, "born at term: nothing to correct", (preterm,))
    term, until = sheet["gestation.term_d"], sheet["correction.until_months"]
    early = sheet.integer(term.key) - gestation_d
    corrected = chronological - early
    facts = (preterm, term, until)
    if chronological > days_from_months(sheet.number(until.key)):
        why = f"born {early} days early; past the age where correction ends"
        return Age(chronological, corrected, chronological, why, facts)
    return Age(chronological, corrected, corrected, f"born {early} days early: corrected age", facts)
