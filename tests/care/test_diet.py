"""The prescription and the meal of a ketogenic diet."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.diet import COLUMNS, Food, Macros, meal, prescribe, read_foods
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
    with pytest.raises(UsageError) as caught:
        prescribe(**{"kcal": 900, "ratio": Fraction(3), "protein_mg": 1000, "meals": 4, **change})  # type: ignore[arg-type]
    assert str(caught.value) == "energy, ratio and meals must be above 0, protein not below it"


def test_the_least_that_makes_sense() -> None:
    day, one = prescribe(kcal=1, ratio=Fraction(1, 4), protein_mg=0, meals=1)
    assert day == one == Macros(40, 0, 160)  # 1000 / (9 / 4 + 4) = 160 mg, a quarter of it fat


def test_a_meal_is_whole_milligrams() -> None:
    day, one = prescribe(kcal=1000, ratio=Fraction(4), protein_mg=10_000, meals=3)
    assert day == Macros(100_000, 10_000, 15_000)
    assert one == Macros(33_333, 3333, 5000)
    assert {type(part) for part in (one.fat_mg, one.protein_mg, one.carbohydrate_mg)} == {int}


def test_protein_may_take_all_that_the_ratio_leaves_and_no_more() -> None:
    """1000 kcal at 4:1 leave 25 g."""
    day, _ = prescribe(kcal=1000, ratio=Fraction(4), protein_mg=25_000, meals=3)
    assert day == Macros(100_000, 25_000, 0)
    with pytest.raises(UsageError) as caught:
        prescribe(kcal=1000, ratio=Fraction(4), protein_mg=25_400, meals=3)
    assert str(caught.value) == (
        "25.4 g of protein are more than a ratio of 4 allows at 1000 kcal (25.0 g); lower the ratio or raise the energy"
    )
    with pytest.raises(UsageError, match=r"^1234\.56 g .*\(250\.0 g\)"):
        prescribe(kcal=10_000, ratio=Fraction(4), protein_mg=1_234_560, meals=3)


def test_a_meal_adds_up() -> None:
    foods = read_foods(TABLE)
    found = meal({"moon cream": 50_000, "star egg": 20_000}, foods)
    assert found == Macros(22_200, 3600, 1700)
    assert found.ratio == Fraction(22_200, 5300)
    assert found.kcal == Fraction(22_200 * 9 + 5300 * 4, 1000)
    with pytest.raises(UsageError) as caught:
        meal({"bread": 1}, foods)
    assert str(caught.value) == "'bread' is not in the table of foods"
    with pytest.raises(UsageError) as caught:
        meal({"star egg": -1}, foods)
    assert str(caught.value) == "a portion of -1 mg of 'star egg' cannot be"


def test_an_empty_and_a_smallest_portion() -> None:
    foods = read_foods(f"{HEAD}\noil,1000,0,0,simulated\n")
    assert meal({"oil": 0}, foods) == Macros(0, 0, 0)
    assert meal({"oil": 1}, foods) == Macros(1, 0, 0)


def test_a_table_is_read_with_its_sources() -> None:
    foods = read_foods(f"{HEAD}\n moon cream , 400,20,30 , the site \noil,1000,0,0,simulated\n")
    assert foods == {
        "moon cream": Food("moon cream", 400, 20, 30, "the site"),
        "oil": Food("oil", 1000, 0, 0, "simulated"),
    }


@pytest.mark.parametrize("document", ["", "food,fat\n", "x" + TABLE])
def test_a_table_with_other_columns_is_refused(document: str) -> None:
    with pytest.raises(InputError) as caught:
        read_foods(document)
    assert str(caught.value) == (
        "the table of foods needs the columns food, fat_mg_per_g, protein_mg_per_g, carbohydrate_mg_per_g, source"
    )


@pytest.mark.parametrize(
    "row, words",
    [
        ("x,1,2,3", "a food needs a name, three numbers and a source"),
        ("x,1,2,3,", "a food needs a name, three numbers and a source"),
        (",1,2,3,s", "a food needs a name, three numbers and a source"),
        ("x,1,2,3,s,more", "a food needs a name, three numbers and a source"),
        ("x,1.5,2,3,s", "['1.5', '2', '3'] are not whole milligrams per gram"),
        ("x,,2,3,s", "['', '2', '3'] are not whole milligrams per gram"),
        ("x,900,90,11,s", "'x' holds more than a gram in a gram"),
        ("star egg,1,2,3,s", "'star egg' stands twice"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(row: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_foods(TABLE + row + "\n")
    assert str(caught.value) == f"{words} (line 4)"
