"""What a site may enter where the evidence is empty: unit, kind, bounds, ceilings, the way a taper runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care import local
from westward.care.calendar import build
from westward.care.dosing import Body
from westward.care.site import with_site_values
from westward.care.strength import strength
from westward.core.errors import RefusedError, UsageError
from westward.evidence import shelf
from westward.evidence.loader import load
from westward.evidence.local import Band, LocalStep, LocalValue
from westward.evidence.status import Status

TAPER = "protocol:acth_natural_low/acth_natural/taper"
TITRATION = "protocol:topiramate/topiramate/titration"
SHARE = "sheet:renal/vigabatrin.share"
STRESS = "sheet:stress/dose.fever_mg_m2_d"
UNITS = {TAPER: "U", TITRATION: "mg", SHARE: "1", STRESS: "mg/m2/d"}
LENGTHS = {4500: 540, 7000: 650, 14_000: 950}


def step(amount: str, days: int = 3, per: str = "dose", **more: int) -> LocalStep:
    return LocalStep(amount=amount, days=days, per=per, **more)


def told(field: str, value: Any, **more: Any) -> LocalValue:
    said = {"unit": UNITS.get(field, ""), "source": "Example rule", "year": 2024} | more
    return LocalValue(field=field, value=value, **said)


def checked(field: str, value: Any, **more: Any) -> None:
    local.check(local.blank(field), told(field, value, **more), this_year=2026)


def test_what_makes_sense_is_accepted() -> None:
    checked(TAPER, (step("10"), step("5", every_d=2)))
    checked(TITRATION, (step("6", per="kg_day", times_a_day=2), step("9", per="kg_day", times_a_day=2)))
    checked(SHARE, (Band(lower=10, upper=30, value=0.25), Band(lower=30, upper=80, value=0.5)))
    checked(STRESS, 50)
    checked(STRESS, 50, year=1950)
    checked(STRESS, 50, year=2026)


@pytest.mark.parametrize(
    "field, value, more, words",
    [
        (STRESS, 50, {"unit": "mg"}, "never converted"),
        (STRESS, 50, {"source": " x "}, "say the source"),
        (STRESS, 50, {"year": 2027}, "year of the source"),
        (STRESS, 50, {"year": 1949}, "year of the source"),
        (STRESS, 0.5, {}, "outside 1 to 200"),
        (STRESS, 201, {}, "outside 1 to 200"),
        (STRESS, (step("1"),), {}, "one number"),
        (SHARE, 0.5, {}, "takes rows"),
        (SHARE, (step("1"),), {}, "takes rows"),
        (SHARE, (Band(lower=30, upper=30, value=0.5),), {}, "no span"),
        (SHARE, (Band(lower=10, upper=30, value=1.5),), {}, "outside"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=31, upper=40, value=0.5)), {}, "leaves a gap"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=29, upper=40, value=0.5)), {}, "overlaps"),
        ("sheet:surveillance/hie.interval_1_d", 28.5, {"unit": "d"}, "not whole"),
        (TAPER, (), {}, "at least one"),
        (TAPER, (step("10", days=367),), {}, "more than 366"),
        (TAPER, (step("10", times_a_day=5),), {}, "5 times a day"),
        (TAPER, (step("10", days=2, every_d=3),), {}, "but it lasts 2"),
        (TAPER, tuple(step("10") for _ in range(13)), {}, "more than 12"),
        (TAPER, (step("10", times_a_day=4), step("5"), step("6")), {}, "rises"),
        (TAPER, (step("21"),), {}, "rises from 20 U to 21 U"),
        (TAPER, (step("10"), step("1", per="kg_day")), {}, "enter all of them in one way"),
        (TAPER, (step("15", days=6, every_d=3), step("15")), {}, "step 2 rises: every 1 days after every 3"),
        (TAPER, (step("130"),), {}, "above the ceiling of 120"),
        (TAPER, (step("16", per="kg_day"),), {}, "above the ceiling of 15"),
        (TITRATION, (step("2", per="kg_day"),), {}, "falls from 3 mg to 2 mg"),
        (TITRATION, (step("25.001", per="kg_day"),), {}, "above the ceiling of 25"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_line(field: str, value: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        checked(field, value, **more)
    assert "\n" not in str(caught.value)


def test_the_limits_themselves_are_accepted() -> None:
    checked(TITRATION, (step("25", per="kg_day"),))
    checked(TAPER, (step("20"),))
    checked(TAPER, (step("15", per="kg_day"),))
    checked(STRESS, 1)
    checked(STRESS, 200)
    checked(TAPER, (step("10", days=366),))


def test_a_field_that_a_source_fills_is_not_entered_here() -> None:
    with pytest.raises(UsageError, match="what a source gave"):
        local.blank("protocol:acth_label_150/acth_natural/taper 1")


def test_fields_are_named_once() -> None:
    fields = [one.field for one in local.blanks()]
    assert len(fields) == len(set(fields))


def test_a_sheet_takes_it_as_policy_with_its_source() -> None:
    value = told(STRESS, 50, entered="A, Tue 1 Dec 2026", approved="B, Wed 2 Dec 2026")
    fact = with_site_values(load("stress"), {"dose.fever_mg_m2_d": value}, site="Clinic")["dose.fever_mg_m2_d"]
    assert (fact.value, fact.unit, fact.status) == (50, "mg/m2/d", Status.POLICY)
    assert fact.source == (
        "Local value 1: Example rule (2024); entered by A, Tue 1 Dec 2026; approved by B, Wed 2 Dec 2026"
    )
    with pytest.raises(UsageError, match=r"value, unit .*, source and year"):
        with_site_values(load("stress"), {"dose.fever_mg_m2_d": 50}, site="Clinic")
    with pytest.raises(UsageError, match="value alone"):
        with_site_values(load("stress"), {"card.most_months": value}, site="Clinic")


def calendar(*steps: LocalStep, approved: bool, **more: Any) -> Any:
    kept = shelf.texts("acth_natural_low", [told(TAPER, steps)] if steps else [])
    asked = {"strengths": {"acth_natural": strength("80 U/mL")}, "unapproved": not approved} | more
    protocol = shelf.from_texts("acth_natural_low", kept)
    return build(protocol, Body(weight_g=7000), start=date(2026, 12, 1), approved=approved, **asked)


def test_a_taper_that_counts_otherwise_than_the_step_before_is_held_for_the_child() -> None:
    checked(TAPER, (step("10", per="kg_day"),))
    with pytest.raises(UsageError, match="taper rises for this child: 70 U a day after 20 U a day") as caught:
        calendar(step("10", per="kg_day"), approved=True)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="taper rises for this child: 70 U every 4 days after 20 U a day"):
        calendar(step("10", days=8, per="kg_day", every_d=4), approved=True)
    with pytest.raises(UsageError, match=r"taper rises for this child: 20\.3 U a day"):
        calendar(step("2.9", per="kg_day"), approved=True)
    made = calendar(step("2.857", per="kg_day"), step("1", per="kg_day", times_a_day=2), approved=True)
    assert [sum(d.amount for d in day.doses) for day in made.days if day.day in (14, 15, 18)] == [20_000, 19_999, 7_000]
    # days that are over hold an earlier calendar's doses
    calendar(step("10", days=3, per="kg_day"), approved=True, from_day=18)


@pytest.mark.parametrize("name", shelf.names())
@pytest.mark.parametrize("grams", LENGTHS)
def test_no_published_taper_rises(name: str, grams: int) -> None:
    build(shelf.load(name), Body(weight_g=grams, length_mm=LENGTHS[grams]), start=date(2026, 12, 1), unapproved=True)


def test_without_a_local_value_the_taper_has_no_dose_and_no_day() -> None:
    made = calendar(approved=False)
    assert not any(dose.volume_ul for day in made.days for dose in day.doses)
    assert not [dose for day in made.days if day.day > 14 for dose in day.doses]
    assert any("no taper is sourced" in words for words in made.warnings)


def test_with_it_but_unapproved_the_days_are_marked_and_without_milliliters() -> None:
    made = calendar(step("10"), step("5"), approved=False)
    taper = [day for day in made.days if day.step.endswith(("taper 1", "taper 2"))]
    assert [dose.amount for day in taper for dose in day.doses] == [10_000] * 3 + [5_000] * 3
    assert not any(day.sourced for day in taper)
    assert not any(dose.volume_ul for day in taper for dose in day.doses)
    with pytest.raises(RefusedError, match=r"taper \(policy\)"):
        calendar(step("10"), approved=False, unapproved=False)


def test_approved_it_has_milliliters_and_says_policy_and_source() -> None:
    made = calendar(step("8"), step("4"), approved=True)
    dose = next(day for day in made.days if day.day == 15).doses[0]
    assert (dose.amount, dose.volume_ul, dose.status) == (8_000, 100, Status.POLICY)
    assert dose.source == "Local value 1: Example rule (2024)"
    assert not any("no taper is sourced" in words for words in made.warnings)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(1, 30))
def test_a_taper_is_accepted_if_and_only_if_it_never_rises(units: list[int], days: int) -> None:
    steps = tuple(step(str(one), days=days) for one in units)
    falls = all(after <= before for before, after in zip([20, *units], units, strict=False))
    try:
        checked(TAPER, steps)
    except UsageError:
        assert not falls
    else:
        assert falls
        made = calendar(*steps, approved=True)
        dosed = [day for day in made.days if day.doses]
        assert [day.day for day in dosed] == list(range(1, 15 + days * len(units)))
