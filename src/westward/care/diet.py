"""Ketogenic diet: the prescription and the meal, in whole milligrams; ratios, energy and foods are the site's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from westward.core.errors import InputError, UsageError

KCAL_PER_G = {"fat": 9, "protein": 4, "carbohydrate": 4}
"""Atwater's factors."""

COLUMNS = ("food", "fat_mg_per_g", "protein_mg_per_g", "carbohydrate_mg_per_g", "source")


@dataclass(frozen=True, slots=True)
class Macros:
    """Fat, protein and carbohydrate in milligrams."""

    fat_mg: int
    protein_mg: int
    carbohydrate_mg: int

    @property
    def kcal(self) -> Fraction:
        """Energy by Atwater's factors."""
        parts = {"fat": self.fat_mg, "protein": self.protein_mg, "carbohydrate": self.carbohydrate_mg}
        return sum((Fraction(mg * KCAL_PER_G[name], 1000) for name, mg in parts.items()), Fraction(0))

    @property
    def ratio(self) -> Fraction | None:
        """Fat over protein and carbohydrate together, by weight; None without either."""
        rest = self.protein_mg + self.carbohydrate_mg
        return Fraction(self.fat_mg, rest) if rest else None

    def __add__(self, other: Macros) -> Macros:
        return Macros(
            self.fat_mg + other.fat_mg,
            self.protein_mg + other.protein_mg,
            self.carbohydrate_mg + other.carbohydrate_mg,
        )


def prescribe(*, kcal: int, ratio: Fraction, protein_mg: int, meals: int) -> tuple[Macros, Macros]:
    """Macros of a day and of one meal.

    The day: fat ``F`` and the rest ``R`` (protein and carbohydrate) with ``F = ratio x R`` and ``9 F + 4 R`` the
    energy; carbohydrate is what the protein leaves of ``R``. Rounded down to a milligram.

    Raises
    ------
    UsageError
        If a number makes no sense, or the protein alone is more than the ratio allows.
    """
    if kcal <= 0 or ratio <= 0 or protein_mg < 0 or meals < 1:
        raise UsageError("energy, ratio and meals must be above 0, protein not below it")
    rest = Fraction(1000 * kcal) / (9 * ratio + 4)
    if protein_mg > rest:
        raise UsageError(
            f"{protein_mg / 1000:g} g of protein are more than a ratio of {float(ratio):g} allows at {kcal} kcal "
            f"({float(rest) / 1000:.1f} g); lower the ratio or raise the energy"
        )
    day = Macros(int(ratio * rest), protein_mg, int(rest - protein_mg))
    meal = Macros(day.fat_mg // meals, day.protein_mg // meals, day.carbohydrate_mg // meals)
    return day, meal


@dataclass(frozen=True, slots=True)
class Food:
    """A food of the site's table; milligrams of each in a gram."""

    name: str
    fat_mg_per_g: int
    protein_mg_per_g: int
    carbohydrate_mg_per_g: int
    source: str

    def portion(self, mg: int) -> Macros:
        """What so many milligrams of it hold, rounded down."""
        return Macros(
            mg * self.fat_mg_per_g // 1000, mg * self.protein_mg_per_g // 1000, mg * self.carbohydrate_mg_per_g // 1000
        )


def read_foods(document: str) -> dict[str, Food]:
    """The site's table of foods, as CSV with the columns of ``COLUMNS``.

    Raises
    ------
    InputError
        A wrong header; a row with an empty name or source, a number that is none, more than a gram in a gram, or a
        food named twice; with its line.
    """
    rows = list(csv.reader(io.StringIO(document)))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError("the table of foods needs the columns " + ", ".join(COLUMNS))
    foods: dict[str, Food] = {}
    for line, row in enumerate(rows[1:], start=2):
        where = f"line {line}"
        if len(row) != len(COLUMNS) or not row[0].strip() or not row[-1].strip():
            raise InputError("a food needs a name, three numbers and a source", where=where)
        if not all(field.strip().isdigit() for field in row[1:4]):
            raise InputError(f"{row[1:4]!r} are not whole milligrams per gram", where=where)
        fat, protein, carbohydrate = (int(field) for field in row[1:4])
        if fat + protein + carbohydrate > 1000:
            raise InputError(f"{row[0]!r} holds more than a gram in a gram", where=where)
        if row[0].strip() in foods:
            raise InputError(f"{row[0]!r} stands twice", where=where)
        foods[row[0].strip()] = Food(row[0].strip(), fat, protein, carbohydrate, row[4].strip())
    return foods


def meal(portions_mg: Mapping[str, int], foods: Mapping[str, Food]) -> Macros:
    """What a meal holds.

    Raises
    ------
    UsageError
        If a food is not in the table, or a portion is below 0.
    """
    total = Macros(0, 0, 0)
    for name, mg in portions_mg.items():
        if name not in foods:
            raise UsageError(f"{name!r} is not in the table of foods")
        if mg < 0:
            raise UsageError(f"a portion of {mg} mg of {name!r} cannot be")
        total += foods[name].portion(mg)
    return total
