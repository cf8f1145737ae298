"""The dose of a step: to the nearest whole small unit, cut at its ceiling; what is missing is said in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.support.made_up import course, step

from westward.care.dosing import Body, area_mm2, check, check_falls, dose, doses
from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence.loader import load as sheet_of
from westward.evidence.protocol import Basis, DoseUnit, Step
from westward.evidence.shelf import load

NINE_KG = Body(weight_g=9000, length_mm=640)
"""0.4 square meters to the last digit."""


@pytest.mark.parametrize(
    "name, body, words",
    [
        ("vigabatrin_standard", Body(), "vigabatrin_standard doses by weight: give the weight in grams"),
        (
            "acth_label_150",
            Body(weight_g=7000),
            "acth_label_150 doses by body surface: give the length in millimeters as well",
        ),
        (
            "vigabatrin_standard",
            Body(weight_g=20_001),
            "a weight of 20001 g is outside 2000-20000 g; check the number and its unit",
        ),
        (
            "acth_label_150",
            Body(weight_g=7000, length_mm=65),
            "a length of 65 mm is outside 400-1100 mm; check the number and its unit",
        ),
        (
            "prednisolone_perc",
            Body(length_mm=399),
            "a length of 399 mm is outside 400-1100 mm; check the number and its unit",
        ),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_whole(name: str, body: Body, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(body, load(name))
    assert str(caught.value) == words


def test_a_site_sets_its_own_limits() -> None:
    sheet = with_site_values(sheet_of("products"), {"limits.weight_most_g": 25_000}, site="Example clinic")
    check(Body(weight_g=25_000), load("vigabatrin_standard"), sheet=sheet)
    with pytest.raises(UsageError, match="25001 g is outside 2000-25000 g"):
        check(Body(weight_g=25_001), load("vigabatrin_standard"), sheet=sheet)


@pytest.mark.parametrize("body", [Body(), Body(weight_g=7000), Body(length_mm=650)])
def test_a_surface_needs_both_measures(body: Body) -> None:
    with pytest.raises(UsageError) as caught:
        area_mm2(body)
    assert str(caught.value) == "the body surface needs a weight and a length"
    with pytest.raises(UsageError) as caught:
        dose(step(basis=Basis.AREA), body)
    assert str(caught.value) == "a dose by body surface needs weight and length"


def test_a_dose_by_weight_needs_it() -> None:
    with pytest.raises(UsageError) as caught:
        dose(step(basis=Basis.WEIGHT), Body(length_mm=650))
    assert str(caught.value) == "a dose by weight needs the weight"


@pytest.mark.parametrize(
    "weight_g, length_mm, area", [(9000, 640, 400_000), (5033, 650, 301_453), (5077, 610, 293_304)]
)
def test_the_surface_to_the_nearest_square_millimeter(weight_g: int, length_mm: int, area: int) -> None:
    """The last two lie a hair above the half: 301452.5000 and 293303.5000 square millimeters."""
    assert area_mm2(Body(weight_g=weight_g, length_mm=length_mm)) == area


@pytest.mark.parametrize(
    "rate, amount",
    [
        (Fraction(75_000), 30_000),
        (Fraction(300_005, 4), 30_000),  # 30000.5 exactly
        (Fraction(300_006, 4), 30_001),
        (Fraction(5, 4), 0),  # one half exactly
        (Fraction(15, 4), 1),
    ],
)
def test_a_dose_by_surface_is_the_nearest_whole_the_lower_of_two_as_near(rate: Fraction, amount: int) -> None:
    assert dose(step(basis=Basis.AREA, rate=rate), NINE_KG) == amount


@pytest.mark.parametrize("weight_g, length_mm, amount", [(3299, 665, 18_515), (8511, 700, 30_511)])
def test_a_dose_by_surface_a_hair_above_the_half_goes_up(weight_g: int, length_mm: int, amount: int) -> None:
    body = Body(weight_g=weight_g, length_mm=length_mm)
    assert dose(step(basis=Basis.AREA, rate=Fraction(75_000)), body) == amount


def test_a_dose_by_weight_is_per_day_and_parted() -> None:
    by_weight = step(basis=Basis.WEIGHT, rate=Fraction(50_000), times=("morning", "evening"))
    assert dose(by_weight, Body(weight_g=7000)) == 175_000
    assert dose(by_weight, Body(weight_g=7001)) == 175_025


@pytest.mark.parametrize("max_day, amount", [(None, 1000), (3000, 1000), (2999, 999), (2998, 999), (1000, 333)])
def test_a_ceiling_of_the_day_is_parted_into_whole_doses_never_above_it(max_day: int | None, amount: int) -> None:
    found = dose(step(times=("morning", "noon", "evening"), max_day=max_day), Body())
    assert found == amount
    assert isinstance(found, int)


def test_a_share_is_of_the_first_dose_and_none_without_it() -> None:
    share = step(rate=None, share=Fraction(3, 4))
    assert dose(share, Body(), first=10_000) == 7500
    assert dose(share, Body(), first=2) == 1  # 1.5, the lower of two as near
    assert dose(share, Body()) is None
    assert dose(step(rate=None), Body(), first=10_000) is None


def test_the_doses_of_a_course_and_of_none() -> None:
    first, half, empty = step(), step(name="taper", rate=None, share=Fraction(1, 2)), step(name="x", rate=None)
    assert doses((first, half, empty), Body()) == {first: 1000, half: 500, empty: None}
    assert doses((), Body()) == {}


def falls(*steps: Step, unit: DoseUnit = DoseUnit.UG, from_day: int = 1) -> str:
    """What is refused; empty if nothing is."""
    try:
        check_falls(course(*steps, unit=unit), steps, Body(), from_day=from_day)
    except UsageError as error:
        return str(error)
    return ""


def taper(rate: int | None, **changes: object) -> Step:
    plain = {"name": "taper 1", "from_day": 4, "to_day": 6, "rate": None if rate is None else Fraction(rate)}
    return step(**(plain | changes))


def test_a_taper_that_rises_says_both_doses() -> None:
    assert falls(step(), taper(1500)) == (
        "prednisolone, taper 1 rises for this child: 1.5 mg a day after 1 mg a day; a taper never does, correct its "
        "steps"
    )
    assert falls(step(), taper(1500), unit=DoseUnit.MU).startswith(
        "prednisolone, taper 1 rises for this child: 1.5 U a day after 1 U a day;"
    )
    assert falls(step(every_d=2, rate=Fraction(2000)), taper(1100)).startswith(
        "prednisolone, taper 1 rises for this child: 1.1 mg a day after 2 mg every 2 days;"
    )
    assert not falls(step(), taper(1500, name="more"))
    assert not falls(taper(1500)), "nothing stands before it"


@pytest.mark.parametrize(
    "times, before, rises",
    [
        (("morning",), 1002, False),
        (("morning",), 1003, True),
        (("morning", "evening"), 1004, False),
        (("morning", "evening"), 1006, True),
    ],
)
def test_one_small_unit_of_each_dose_is_rounding(times: tuple[str, ...], before: int, rises: bool) -> None:
    one = step(rate=Fraction(1000, len(times)), times=times)
    assert bool(falls(one, taper(before // len(times), times=times))) is rises


@pytest.mark.parametrize("rate, rises", [(1001, False), (1002, True)])
def test_over_the_days_a_taper_does_not_rise_either(rate: int, rises: bool) -> None:
    """2000 every other day, and then daily."""
    assert bool(falls(step(every_d=2, rate=Fraction(2000)), taper(rate))) is rises


def test_a_step_without_a_number_is_passed_over_and_one_that_is_over_is_let_be() -> None:
    assert falls(step(), taper(None), taper(1500, name="taper 2", from_day=7, to_day=9))
    assert falls(step(), taper(500), taper(600, name="taper 2", from_day=7, to_day=9))
    assert falls(step(), taper(1500), from_day=6)
    assert not falls(step(), taper(1500), from_day=7)


def test_no_day_is_over_unless_it_is_said() -> None:
    steps = (step(to_day=1), taper(1500, from_day=1, to_day=1))
    with pytest.raises(UsageError, match="taper 1 rises for this child"):
        check_falls(course(*steps), steps, Body())


@pytest.mark.parametrize("body", [Body(weight_g=2000, length_mm=400), Body(weight_g=20_000, length_mm=1100)])
def test_the_least_and_the_most_weight_and_length_are_taken(body: Body) -> None:
    check(body, load("acth_label_150"))
