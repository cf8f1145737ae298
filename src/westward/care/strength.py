"""The strength on a bottle, and the volume that holds a dose: whole numbers of named small units throughout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, load
from westward.evidence.protocol import DoseUnit

_STRENGTH = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*(mg|U|IU|ug|µg|mcg)\s*(?:/|per)\s*(\d+(?:\.\d+)?)?\s*mL\s*", re.IGNORECASE
)
_SMALL = {
    "mg": (DoseUnit.UG, 1000),
    "ug": (DoseUnit.UG, 1),
    "mcg": (DoseUnit.UG, 1),
    "\N{GREEK SMALL LETTER MU}g": (DoseUnit.UG, 1),  # the micro sign casefolds to it
    "u": (DoseUnit.MU, 1000),
}
_INTERNATIONAL = "iu"


@dataclass(frozen=True, slots=True)
class Strength:
    """What is in a milliliter.

    Attributes
    ----------
    per_ml : Fraction
        Small units in a milliliter.
    unit : DoseUnit
        Micrograms or milliunits; one is never converted into the other.
    words : str
        As it was read from the bottle.
    """

    per_ml: Fraction
    unit: DoseUnit
    words: str


def strength(words: str) -> Strength:
    """Read ``80 U/mL``, ``15 mg/5 mL`` or ``50 mg/mL``.

    Raises
    ------
    UsageError
        If it is none of these, or zero; or if it is in international units: those stand on synthetic products, whose
        doses are in milligrams, and are not the units of natural ACTH.
    """
    found = _STRENGTH.fullmatch(words)
    per = Fraction(found[3]) if found and found[3] else Fraction(1)
    if found is None or Fraction(found[1]) == 0 or per == 0:
        raise UsageError(f"the strength {words!r} is not understood; write it as on the bottle: 80 U/mL, 15 mg/5 mL")
    if found[2].casefold() == _INTERNATIONAL:
        raise UsageError(
            f"the strength {words!r} is in international units, those of a synthetic product; natural ACTH is labeled "
            "in U and synthetic ACTH is dosed in mg: they are not interchangeable, check the product"
        )
    unit, small = _SMALL[found[2].casefold()]
    return Strength(Fraction(found[1]) * small / per, unit, words.strip())


def unusual(bottle: Strength, product: str, *, sheet: Sheet | None = None) -> str:
    """The usual strength of a product where the bottle says another; empty where it does not, or none is known."""
    fact = (sheet or load("products")).facts.get(f"{product}.usual_strength")
    if fact is None or strength(str(fact.value)).per_ml == bottle.per_ml:
        return ""
    return str(fact.value)


@dataclass(frozen=True, slots=True)
class Measured:
    """A dose as a syringe can measure it.

    Attributes
    ----------
    volume_ul : int
        The mark of the syringe that lies nearest, never 0; the lower one of two as near.
    mark_ul : int
        Distance of the marks.
    amount : Fraction
        What this volume holds, in the small unit of the dose.
    """

    volume_ul: int
    mark_ul: int
    amount: Fraction


def measure(
    amount: int, bottle: Strength, *, unit: DoseUnit, most: Fraction | None = None, sheet: Sheet | None = None
) -> Measured:
    """The volume of a dose, rounded to the marks of the smallest syringe that holds it.

    A dose at its ceiling is rounded down, so that no rounding passes a ceiling.

    Parameters
    ----------
    most : Fraction, optional
        The ceiling of a single dose, small units.

    Raises
    ------
    UsageError
        If the bottle is labeled in another kind of unit than the dose, or no syringe holds or resolves the dose.
    """
    if bottle.unit is not unit:
        kinds = {DoseUnit.MU: "units", DoseUnit.UG: "milligrams"}
        raise UsageError(
            f"the bottle says {bottle.words!r}, the dose is in {kinds[unit]}; they are not interchangeable, "
            "check the product"
        )
    sheet = sheet or load("products")
    exact = amount / bottle.per_ml * 1000
    sizes, marks = (_whole(sheet, f"syringe.{key}") for key in ("sizes_ul", "marks_ul"))
    found = next(((size, mark) for size, mark in zip(sizes, marks, strict=True) if exact <= size), None)
    if found is None:
        raise UsageError(
            f"a dose of {float(exact / 1000):.1f} mL is larger than any syringe; check strength and weight"
        )
    mark = found[1]
    steps = -((mark - 2 * exact) // (2 * mark))
    volume = int(steps) * mark
    if most is not None and volume * bottle.per_ml > 1000 * most:
        volume -= mark
    if volume <= 0:
        raise UsageError(f"a dose of {float(exact):.1f} µL cannot be measured; use a weaker preparation")
    return Measured(volume, mark, volume * bottle.per_ml / 1000)


def _whole(sheet: Sheet, key: str) -> tuple[int, ...]:
    value = sheet[key].value
    if not isinstance(value, tuple):
        raise UsageError(f"{key} of {sheet.name} is no list")
    return tuple(int(one) for one in value)
