"""The prescription and the meal of a ketogenic diet."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.diet import COLUMNS, Macros, meal, prescribe, read_foods
from westward.core.errors import InputError, UsageError

HEAD = ",".join(COLUMNS)
TABLE = f"{HEAD}\nmoon cream,400,20,30,simulated\nstar egg,110,130,10,simulated\n"


def test_a_day_reckoned_by_hand() -> None:
    """3:1 at 900 kcal: 900 / (9 x 3 + 4) = 29.032 g of protein and carbohydrate, 87.096 g of fat."""
    day, one = prescribe(kcal=900, ratio=Fraction(3), protein_mg=12_000, meals=4)
    assert day == Macros(87_096, 12_000, 17_032)
    assert one == Macros(21_774, 3000, 4258)


@given(
    st.integers(200, 1500),
    st.fractions(Fraction(1), Fraction(4), max_denominator=4),
    st.integers(0, 15_000),
    st.integers(1, 8),
)
def test_energy_and_ratio_hold_to_a_milligram(kcal: int, ratio: Fraction, protein: int, meals: int) -> None:
    try:
        day, one = prescribe(kcal=kcal, ratio=ratio, protein_mg=protein, meals=meals)
    except UsageError:
        assert protein > Fraction(1000 * kcal) / (9 * ratio + 4)
        return
    assert 0 <= kcal - day.kcal < Fraction(13, 1000)
    assert abs(day.fat_mg - ratio * (day.protein_mg + day.carbohydrate_mg)) <= ratio + 1
    assert one.fat_mg * meals <= day.fat_mg < one.fat_mg * meals + meals


@pytest.mark.parametrize("change", [{"kcal": 0}, {"ratio": Fraction(0)}, {"protein_mg": -1}, {"meals": 0}])
def test_what_makes_no_sense(change: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="above 0"):
        prescribe(**{"kcal": 900, "ratio": Fraction(3), "protein_mg": 1000, "meals": 4, **change})  # type: ignore[arg-type]


def test_a_meal_adds_up() -> None:
    foods = read_foods(TABLE)
    found = meal({"moon cream": 50_000, "star egg": 20_000}, foods)
    assert found == Macros(22_200, 3600, 1700)
    assert found.ratio == Fraction(22_200, 5300)
    assert found.kcal == Fraction(22_200 * 9 + 5300 * 4, 1000)
    with pytest.raises(UsageError, match="not in the table"):
        meal({"bread": 1}, foods)
    with pytest.raises(UsageError, match="cannot be"):
        meal({"star egg": -1}, foods)


@pytest.mark.parametrize(
    "row, words",
    [
        ("x,1,2,3", "a source"),
        ("x,1,2,3,", "a source"),
        ("x,1.5,2,3,s", "whole milligrams"),
        ("x,900,90,20,s", "more than a gram"),
        ("star egg,1,2,3,s", "twice"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(row: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_foods(TABLE + row + "\n")
    assert "line 4" in str(caught.value)
