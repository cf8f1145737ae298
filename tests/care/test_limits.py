"""Limits of a check by age and sex, and the share of a dose with kidney disease: from a site's own table alone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from westward.care.limits import beyond, limits
from westward.care.renal import share
from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence import protocol as shelf
from westward.evidence.loader import Sheet, load
from westward.evidence.local import Band, LocalValue
from westward.evidence.status import Status


def filled(name: str, unit: str, **bands: list[tuple[float, float, float]]) -> Sheet:
    values: dict[str, Any] = {}
    for key, rows in bands.items():
        field = key.replace("__", ".")
        value = tuple(Band(lower=low, upper=high, value=at) for low, high, at in rows)
        values[field] = LocalValue(field=f"sheet:{name}/{field}", value=value, unit=unit, source="Table", year=2020)
    return with_site_values(load(name), values, site="Clinic")


PRESSURE = filled(
    "blood_pressure",
    "mmHg",
    systolic__girls=[(0, 6, 100), (6, 12, 104)],
    systolic__boys=[(0, 12, 102)],
    diastolic__girls=[(0, 12, 60)],
)


def at(months: float, sex: str = "female", sheet: Sheet = PRESSURE) -> list[tuple[str, float]]:
    return [(one.what, one.above) for one in limits(sheet, sex=sex, age_days=round(months * 30.4375))]


def test_the_band_of_the_age_holds_and_its_upper_end_belongs_to_the_next() -> None:
    assert at(5.9) == [("systolic", 100), ("diastolic", 60)]
    assert limits(PRESSURE, sex="female", age_days=182)[0].above == 100
    assert limits(PRESSURE, sex="female", age_days=183)[0].above == 104


def test_outside_every_band_there_is_no_limit() -> None:
    assert at(12.1) == []
    assert at(7, "male") == [("systolic", 102)]


def test_of_an_unknown_sex_the_lower_holds() -> None:
    assert at(3, "unknown") == [("systolic", 100), ("diastolic", 60)]
    assert at(7, "unknown") == [("systolic", 102), ("diastolic", 60)]


def test_without_a_value_of_the_site_there_is_none() -> None:
    assert at(3, sheet=load("blood_pressure")) == []


@pytest.mark.parametrize(
    "result, passed",
    [("100/60", []), ("101/60", ["systolic"]), ("at rest 100 / 61", ["diastolic"]), ("99", []), ("1010/60", []),
     ("120/80, repeated", ["systolic", "diastolic"]), ("fine", [])],
)  # fmt: skip
def test_what_is_more_than_the_limit_is_beyond_it(result: str, passed: list[str]) -> None:
    known = limits(PRESSURE, sex="female", age_days=100)
    assert [one.what for one in beyond(known, result)] == passed
    if passed:
        assert "Table (2020)" in beyond(known, result)[0].words


RENAL = filled("renal", "1", vigabatrin__share=[(10, 30, 0.25), (30, 50, 0.5)])


@pytest.mark.parametrize("clearance, part", [(10, "1/4"), (29, "1/4"), (30, "1/2"), (49, "1/2")])
def test_the_share_of_the_row_that_holds_the_clearance(clearance: int, part: str) -> None:
    found = share(RENAL, "vigabatrin", clearance=clearance)
    assert (found.share, found.fact.status) == (Fraction(part), Status.POLICY)


@pytest.mark.parametrize("clearance", [9, 50])
def test_nothing_is_taken_from_a_neighboring_row(clearance: int) -> None:
    with pytest.raises(UsageError, match=f"no row for a clearance of {clearance}"):
        share(RENAL, "vigabatrin", clearance=clearance)
    with pytest.raises(UsageError, match="no table of vigabatrin"):
        share(load("renal"), "vigabatrin", clearance=clearance)


def test_a_lower_dose_is_part_of_a_run_and_not_of_what_two_people_approve() -> None:
    kept = shelf.texts("vigabatrin_standard")
    lower = kept | {f"{shelf.LOWERED}vigabatrin": shelf.lowered(Fraction(1, 4), "clearance 20")}
    assert shelf.digest(lower) == shelf.digest(kept)
    was, now = (shelf.from_texts("vigabatrin_standard", texts).courses[0].steps for texts in (kept, lower))
    assert [step.rate for step in now] == [step.rate / 4 for step in was if step.rate]
    assert {step.status for step in now} <= {Status.POLICY, Status.RECALLED}
    assert all("times 0.25: clearance 20" in step.source for step in now)
    both = shelf.texts("hormone_plus_vigabatrin") | {
        f"{shelf.LOWERED}vigabatrin": shelf.lowered(Fraction(1, 2), "clearance 40")
    }
    hormone = shelf.from_texts("hormone_plus_vigabatrin", both).courses[0]
    assert hormone == shelf.load("hormone_plus_vigabatrin").courses[0], "another drug stays as it is"
