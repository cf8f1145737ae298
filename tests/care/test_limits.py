"""Limits of a check by age and sex, and the share of a dose with kidney disease: from a site's own table alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from westward.care.limits import NO_LIMIT, Limit, Verdict, by_age, fixed, judge, pressure
from westward.care.renal import share
from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence import shelf
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
    return [(one.what, int(one.at)) for one in by_age(sheet, sex=sex, age_days=round(months * 30.4375))]


def test_the_band_of_the_age_holds_and_its_upper_end_belongs_to_the_next() -> None:
    assert at(5.9) == [("systolic", 100), ("diastolic", 60)]
    assert by_age(PRESSURE, sex="female", age_days=182)[0].at == 100
    assert by_age(PRESSURE, sex="female", age_days=183)[0].at == 104


def test_outside_every_band_there_is_no_limit() -> None:
    assert at(12.1) == []
    assert at(7, "male") == [("systolic", 102)]


def test_of_an_unknown_sex_the_lower_holds() -> None:
    assert at(3, "unknown") == [("systolic", 100), ("diastolic", 60)]
    assert at(7, "unknown") == [("systolic", 102), ("diastolic", 60)]


def test_of_an_unknown_sex_the_only_table_of_a_measure_holds_and_of_two_that_agree_the_first_is_told() -> None:
    boys = filled("blood_pressure", "mmHg", systolic__boys=[(0, 12, 102)], diastolic__boys=[(0, 12, 60)])
    assert at(3, "unknown", boys) == [("systolic", 102), ("diastolic", 60)]
    assert at(3, "female", boys) == []
    same = filled("blood_pressure", "mmHg", systolic__girls=[(0, 12, 102)], systolic__boys=[(0, 12, 102)])
    assert [one.fact.key for one in by_age(same, sex="unknown", age_days=100)] == ["systolic.girls"]


def test_without_a_value_of_the_site_there_is_none() -> None:
    assert at(3, sheet=load("blood_pressure")) == []


@pytest.mark.parametrize(
    "result, passed",
    [("100/60", []), ("101/60", ["systolic"]), ("at rest 100 / 61", ["diastolic"]), ("99", []), ("1010/60", []),
     ("120/80, repeated", ["systolic", "diastolic"]), ("fine", []),
     ("01/12: 150/95", ["systolic", "diastolic"]), ("calm 100/60, crying 150/95", ["systolic", "diastolic"]),
     ("150/50, then 90/61", ["systolic", "diastolic"]), ("see ward sheet 28/11", []), ("60/101", [])],
)  # fmt: skip
def test_a_pressure_in_words_is_read_and_what_is_more_than_the_limit_is_beyond_it(
    result: str, passed: list[str]
) -> None:
    known = by_age(PRESSURE, sex="female", age_days=100)
    found = [judge(what, value, known, unit="mmHg") for what, value in pressure(result).items()]
    assert [one.what for one in found if one.verdict is Verdict.BEYOND] == passed
    if passed:
        assert "Table (2020)" in found[0].limits[0].sourced


@pytest.mark.parametrize("words", ["Not done, see ward sheet 28/11", "01/12", "60/100", "100/100", "39/20"])
def test_a_pair_that_cannot_be_a_pressure_is_none(words: str) -> None:
    assert pressure(words) == {}


def test_the_least_systolic_pressure_that_is_taken_is_read() -> None:
    assert pressure("40/20") == {"systolic": 40, "diastolic": 20}


SHIPPED = fixed(load("monitoring_limits"))


def judged(what: str, value: str, known: tuple[Limit, ...] = SHIPPED) -> Any:
    return judge(what, Decimal(value), known, unit="mmol/L")


@pytest.mark.parametrize(
    "what, value, verdict",
    [
        ("glucose", "11.1", "no_limit"),
        ("glucose", "11.2", "beyond"),
        ("glucose", "1.2", "no_limit"),
        ("potassium", "3.0", "no_limit"),
        ("potassium", "7.9", "no_limit"),
        ("potassium", "2.9", "beyond"),
        ("temperature", "37.9", "one_sided"),
        ("temperature", "38", "beyond"),
        ("sodium", "120", "no_limit"),
        ("systolic", "200", "no_limit"),
    ],
)
def test_a_value_is_held_against_its_limit(what: str, value: str, verdict: str) -> None:
    found = judged(what, value)
    assert found.verdict == Verdict(verdict)
    assert (found.limit == NO_LIMIT) is (found.limits == ())


def test_a_value_with_one_limit_says_which_side_is_open() -> None:
    assert judged("potassium", "7.9").limit == "below 3.0 mmol/L; no upper limit set"
    assert judged("glucose", "1.2").limit == "above 11.1 mmol/L; no lower limit set"
    assert judged("temperature", "36.8").limit == "from 38.0 °C; no lower limit set"
    assert judged("potassium", "2.9").limit == "below 3.0 mmol/L"


@pytest.mark.parametrize(
    "what, value",
    [("potassium", "35"), ("temperature", "3.8"), ("temperature", "100.4"), ("glucose", "95"), ("sodium", "14"),
     ("systolic", "1"), ("diastolic", "950")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_refused(what: str, value: str) -> None:
    with pytest.raises(UsageError, match=rf"{what}: {value} mmol/L cannot be; a value from .* look again"):
        judged(what, value)


BOUNDS = {
    "glucose": ("0.2", "0.3", "60", "61"),
    "potassium": ("0.9", "1", "12", "12.1"),
    "sodium": ("89", "90", "200", "201"),
    "temperature": ("29.9", "30", "43", "43.1"),
    "systolic": ("39", "40", "250", "251"),
    "diastolic": ("9", "10", "180", "181"),
}
"""Of each value the last not taken, the least and the most that are taken, and the first not taken again."""


@pytest.mark.parametrize("what", BOUNDS)
def test_the_least_and_the_most_value_are_taken_and_the_next_is_not(what: str) -> None:
    low, least, most, high = BOUNDS[what]
    for value in (least, most):
        found = judged(what, value)
        assert (found.what, found.value, found.unit) == (what, Decimal(value), "mmol/L")
    for value in (low, high):
        with pytest.raises(UsageError) as caught:
            judged(what, value)
        assert str(caught.value) == (
            f"{what}: {value} mmol/L cannot be; a value from {float(least)} to {float(most)} mmol/L is taken: "
            "look again at number and unit"
        )


def test_a_verdict_says_limit_status_and_source() -> None:
    (limit,) = judged("glucose", "12.3").limits
    assert (limit.words, limit.fact.status) == ("above 11.1 mmol/L", Status.POLICY)
    assert limit.sourced.startswith("glucose above 11.1 mmol/L (policy: Our proposal")


def test_a_value_with_two_limits_says_the_one_it_is_beyond() -> None:
    said = {"unit": "mmol/L", "source": "Laboratory handbook", "year": 2024}
    entered = LocalValue(field="sheet:monitoring_limits/potassium.above", value=5.5, **said)  # type: ignore[arg-type]
    rules = with_site_values(load("monitoring_limits"), {"potassium.above": entered}, site="Clinic")
    both = fixed(rules)
    held = ((value, Decimal(value)) for value in ("2.0", "4.0", "6.0"))
    found = {value: judge("potassium", at, both, unit="mmol/L", sheet=rules) for value, at in held}
    assert {value: (one.verdict, one.limit) for value, one in found.items()} == {
        "2.0": (Verdict.BEYOND, "below 3.0 mmol/L"),
        "4.0": (Verdict.WITHIN, "below 3.0 mmol/L or above 5.5 mmol/L"),
        "6.0": (Verdict.BEYOND, "above 5.5 mmol/L"),
    }


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_a_value_that_cannot_be(value: str) -> None:
    with pytest.raises(UsageError, match="cannot be; leave it empty if it was not measured"):
        judged("glucose", value)


RENAL = filled("renal", "1", vigabatrin__share=[(10, 30, 0.25), (30, 50, 0.5)])


@pytest.mark.parametrize("clearance, part", [(10, "1/4"), (29, "1/4"), (30, "1/2"), (49, "1/2")])
def test_the_share_of_the_row_that_holds_the_clearance(clearance: int, part: str) -> None:
    found = share(RENAL, "vigabatrin", clearance=clearance)
    assert (found.share, found.fact.status, found.clearance) == (Fraction(part), Status.POLICY, clearance)
    assert found.fact.key == "vigabatrin.share"


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
