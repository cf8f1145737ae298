"""Causes of spasms: the classes, their published shares side by side, and causes with a treatment of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from westward.care.shares import Share, share
from westward.evidence.loader import Fact, Sheet, load


class Cause(StrEnum):
    """Class of cause, as in NISC 2015; ``unknown`` is a finding of the work-up, not an empty field."""

    STRUCTURAL_ACQUIRED = "structural_acquired"
    STRUCTURAL_CONGENITAL = "structural_congenital"
    GENETIC = "genetic"
    GENETIC_STRUCTURAL = "genetic_structural"
    METABOLIC = "metabolic"
    INFECTIOUS = "infectious"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """Its name on a page: ``structural, acquired``."""
        first, _, second = self.value.partition("_")
        if self is Cause.GENETIC_STRUCTURAL:
            return "genetic-structural"
        return f"{first}, {second}" if second else first


@dataclass(frozen=True, slots=True)
class Cohort:
    """Shares that one cohort published.

    Attributes
    ----------
    key : str
        Its section in the evidence.
    name : str
        As printed.
    year : int or None
        Year of publication; None if it was not seen.
    n : int
        Children.
    work_up : Fact
        How deeply causes were sought, which the share of unknown depends on.
    shares : mapping of Cause to Fact
        Of 1; classes that the cohort did not report in this form are absent, not 0.
    """

    key: str
    name: str
    year: int | None
    n: int
    work_up: Fact
    shares: Mapping[Cause, Fact]


def cohorts(*, sheet: Sheet | None = None) -> tuple[Cohort, ...]:
    """Every cohort with published shares, in file order. Source: ``evidence/causes.toml``."""
    sheet = sheet or load("causes")
    keys = dict.fromkeys(fact.key.split(".")[0] for fact in sheet if fact.key.startswith("cohort_"))
    return tuple(_cohort(sheet, key) for key in keys)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One class: what each cohort published, and the program's own share.

    Attributes
    ----------
    published : tuple of (Cohort, Fact)
        Never merged into one figure.
    low, high : float
        Least and largest of the published shares.
    own : Share
        Of the children whose cause has been classified.
    """

    cause: Cause
    published: tuple[tuple[Cohort, Fact], ...]
    low: float
    high: float
    own: Share


def side_by_side(own: Iterable[Cause | None], *, sheet: Sheet | None = None) -> tuple[SideBySide, ...]:
    """Published shares of each class beside the program's own.

    Parameters
    ----------
    own : iterable of Cause or None
        One entry per child; None while the work-up has not classified the cause. Such children are counted in no
        class, least of all in ``unknown``.
    """
    classified = [cause for cause in own if cause is not None]
    published = cohorts(sheet=sheet)
    rows = []
    for cause in Cause:
        found = tuple((cohort, cohort.shares[cause]) for cohort in published if cause in cohort.shares)
        values = [float(fact.value) for _, fact in found if isinstance(fact.value, int | float)]
        mine = share(classified.count(cause), len(classified))
        rows.append(SideBySide(cause, found, min(values), max(values), mine))
    return tuple(rows)


def treatable(*, sheet: Sheet | None = None) -> tuple[Fact, ...]:
    """Causes with a treatment (or a danger) of their own: prompts for a specialist, never orders.

    ``value`` is what to think of, ``meaning`` the cause and where it shows. Most are recalled and carry that status.
    """
    return (sheet or load("causes")).section("treatable")


def spoken_to_by(key: str, *, sheet: Sheet | None = None) -> Fact | None:
    """Analytes of the metabolic work-up that speak to a treatable cause (its name in the section ``treatable``).

    None if none does. A normal analyte is evidence that a person weighs, never an exclusion by itself.
    """
    return (sheet or load("causes")).facts.get(f"spoken_to_by.{key}")


def _cohort(sheet: Sheet, key: str) -> Cohort:
    year = sheet.integer(f"{key}.year") if f"{key}.year" in sheet.facts else None
    shares = {cause: sheet[f"{key}.{cause}"] for cause in Cause if f"{key}.{cause}" in sheet.facts}
    n = sheet.integer(f"{key}.n")
    return Cohort(key, sheet.text(f"{key}.name"), year, n, sheet[f"{key}.work_up"], shares)
