"""The words on a bottle, and the volume of a dose at the marks of a syringe."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from westward.care.site import with_site_values
from westward.care.strength import Measured, Strength, measure, strength, unusual
from westward.core.errors import UsageError
from westward.evidence.loader import load
from westward.evidence.protocol import DoseUnit

MG_3 = strength("15 mg/5 mL")
U_80 = strength("80 U/mL")


@pytest.mark.parametrize(
    "words, per_ml, unit",
    [
        ("80 U/mL", 80_000, DoseUnit.MU),
        ("80U per mL", 80_000, DoseUnit.MU),
        ("15 mg/5 mL", 3000, DoseUnit.UG),
        ("0.5 mg/mL", 500, DoseUnit.UG),
        ("1 MG / 0.5 ml", 2000, DoseUnit.UG),
        ("100 ug/mL", 100, DoseUnit.UG),
        ("100 mcg/mL", 100, DoseUnit.UG),
        ("100 MCG/ML", 100, DoseUnit.UG),
        ("100 \N{MICRO SIGN}g/mL", 100, DoseUnit.UG),
        ("100 \N{GREEK SMALL LETTER MU}g/mL", 100, DoseUnit.UG),
        ("100 \N{GREEK CAPITAL LETTER MU}G/mL", 100, DoseUnit.UG),
    ],
)
def test_a_bottle_is_read_as_it_is_written(words: str, per_ml: int, unit: DoseUnit) -> None:
    assert strength(f" {words} ") == Strength(Fraction(per_ml), unit, words)


@pytest.mark.parametrize("words", ["80", "3 mg/0 mL", "0 U/mL"])
def test_a_bottle_that_is_not_understood_is_told_how_to_write_it(words: str) -> None:
    with pytest.raises(UsageError) as caught:
        strength(words)
    assert str(caught.value) == (
        f"the strength '{words}' is not understood; write it as on the bottle: 80 U/mL, 15 mg/5 mL"
    )


@pytest.mark.parametrize(
    "bottle, unit, kind", [("3 mg/mL", DoseUnit.MU, "units"), ("80 U/mL", DoseUnit.UG, "milligrams")]
)
def test_units_and_milligrams_are_never_converted(bottle: str, unit: DoseUnit, kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        measure(1000, strength(bottle), unit=unit)
    assert str(caught.value) == (
        f"the bottle says '{bottle}', the dose is in {kind}; they are not interchangeable, check the product"
    )


@pytest.mark.parametrize(
    "amount, volume, mark",
    [
        (80_000, 1000, 10),  # a full 1 mL syringe
        (80_401, 1000, 100),  # a little more: the 3 mL syringe and its marks
        (240_000, 3000, 100),
        (240_001, 3000, 200),
        (400_000, 5000, 200),
        (800_000, 10_000, 200),
        (2_400_000, 30_000, 200),
    ],
)
def test_the_smallest_syringe_that_holds_the_dose(amount: int, volume: int, mark: int) -> None:
    found = measure(amount, U_80, unit=DoseUnit.MU)
    assert found == Measured(volume, mark, Fraction(volume * 80))


@pytest.mark.parametrize("amount, volume", [(29_600, 370), (30_000, 370), (30_001, 380), (30_400, 380)])
def test_the_nearest_mark_the_lower_of_two_as_near(amount: int, volume: int) -> None:
    """370 microliters hold 29.6 U, 380 hold 30.4 U."""
    assert measure(amount, U_80, unit=DoseUnit.MU).volume_ul == volume


@pytest.mark.parametrize(
    "amount, most, volume, holds",
    [
        (10_000, None, 3400, 10_200),
        (10_000, 10_200, 3400, 10_200),  # at the ceiling, not above it
        (10_000, 10_199, 3200, 9600),
        (10_000, 10_000, 3200, 9600),
        (6000, 6000, 2000, 6000),
    ],
)
def test_no_rounding_passes_a_ceiling(amount: int, most: int | None, volume: int, holds: int) -> None:
    found = measure(amount, MG_3, unit=DoseUnit.UG, most=most)
    assert (found.volume_ul, found.amount) == (volume, holds)


def test_not_by_a_thousandth() -> None:
    assert measure(1999, strength("1 mg/mL"), unit=DoseUnit.UG).volume_ul == 2000
    assert measure(1999, strength("1 mg/mL"), unit=DoseUnit.UG, most=1999).volume_ul == 1900


def test_a_dose_that_no_syringe_holds_says_its_volume() -> None:
    with pytest.raises(UsageError) as caught:
        measure(2_400_080_000, U_80, unit=DoseUnit.MU)
    assert str(caught.value) == "a dose of 30001.0 mL is larger than any syringe; check strength and weight"


@pytest.mark.parametrize("amount, most, volume", [(0, None, "0.0"), (400, None, "5.0"), (480, 480, "6.0")])
def test_a_dose_that_no_mark_resolves_says_its_volume(amount: int, most: int | None, volume: str) -> None:
    """The last is nearest to 10 microliters, which would pass its ceiling."""
    with pytest.raises(UsageError) as caught:
        measure(amount, U_80, unit=DoseUnit.MU, most=most)
    assert str(caught.value) == f"a dose of {volume} µL cannot be measured; use a weaker preparation"


def test_the_least_that_a_mark_resolves() -> None:
    assert measure(401, U_80, unit=DoseUnit.MU).volume_ul == 10


def test_syringes_of_a_site() -> None:
    sheet = with_site_values(
        load("products"), {"syringe.sizes_ul": (50, 500), "syringe.marks_ul": (1, 5)}, site="Example clinic"
    )
    assert measure(80, U_80, unit=DoseUnit.MU, sheet=sheet) == Measured(1, 1, Fraction(80))
    assert measure(30_000, U_80, unit=DoseUnit.MU, sheet=sheet).volume_ul == 375
    with pytest.raises(UsageError, match=r"^a dose of 0\.5 mL is larger than any syringe"):
        measure(41_000, U_80, unit=DoseUnit.MU, sheet=sheet)


def test_syringes_that_are_no_list_are_refused() -> None:
    sheet = load("products")
    facts = {**sheet.facts, "syringe.marks_ul": replace(sheet["syringe.marks_ul"], value=10)}
    with pytest.raises(UsageError) as caught:
        measure(1000, U_80, unit=DoseUnit.MU, sheet=replace(sheet, facts=facts))
    assert str(caught.value) == "syringe.marks_ul of products is no list"


def test_a_syringe_without_its_marks_is_refused() -> None:
    broken = with_site_values(load("products"), {"syringe.marks_ul": (10,)}, site="Example clinic")
    with pytest.raises(ValueError, match="shorter"):
        measure(2_400_080_000, U_80, unit=DoseUnit.MU, sheet=broken)


@pytest.mark.parametrize("words", ["40 IU/mL", "80 iu per mL", "400 IU/5 mL"])
def test_international_units_are_not_the_units_of_natural_acth(words: str) -> None:
    with pytest.raises(UsageError) as caught:
        strength(words)
    assert str(caught.value) == (
        f"the strength '{words}' is in international units, those of a synthetic product; natural ACTH is labeled "
        "in U and synthetic ACTH is dosed in mg: they are not interchangeable, check the product"
    )


@pytest.mark.parametrize(
    "words, product, usual",
    [
        ("80 U/mL", "acth_gel_80", ""),
        ("40 U/mL", "acth_gel_80", "80 U/mL"),
        ("3 mg/mL", "prednisolone_oral", ""),
        ("5 mg/mL", "prednisolone_oral", "15 mg/5 mL"),
        ("5 mg/mL", "topiramate_oral", ""),
    ],
)
def test_a_strength_that_the_product_does_not_usually_have_is_told(words: str, product: str, usual: str) -> None:
    assert unusual(strength(words), product) == usual
