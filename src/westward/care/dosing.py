"""The dose of a step for one child: whole micrograms or milliunits, rounded once, never above its ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, load
from westward.evidence.protocol import Basis, Course, DoseUnit, Protocol, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What doses are reckoned from.

    Attributes
    ----------
    weight_g : int or None
        Weight in grams.
    length_mm : int or None
        Length in millimeters; needed for doses by body surface.
    """

    weight_g: int | None = None
    length_mm: int | None = None


def check(body: Body, protocol: Protocol, *, sheet: Sheet | None = None) -> None:
    """Refuse what is missing or cannot be.

    Raises
    ------
    UsageError
        If a measure that the protocol needs is missing, or one lies outside the limits.
    """
    sheet = sheet or load("products")
    if body.weight_g is None and protocol.needs_weight:
        raise UsageError(f"{protocol.id} doses by weight: give the weight in grams")
    if body.length_mm is None and protocol.needs_area:
        raise UsageError(f"{protocol.id} doses by body surface: give the length in millimeters as well")
    for name, value, unit in (("weight", body.weight_g, "g"), ("length", body.length_mm, "mm")):
        if value is None:
            continue
        least, most = sheet.integer(f"limits.{name}_least_{unit}"), sheet.integer(f"limits.{name}_most_{unit}")
        if not least <= value <= most:
            raise UsageError(
                f"a {name} of {value} {unit} is outside {least}-{most} {unit}; check the number and its unit"
            )


def area_mm2(body: Body) -> int:
    """Body surface by Mosteller in square millimeters, to the nearest; for showing, doses are not reckoned from it.

    Source: Mosteller 1987, square root of cm times kg over 3600.
    """
    if body.weight_g is None or body.length_mm is None:
        raise UsageError("the body surface needs a weight and a length")
    # sqrt(mm / 10 * g / 1000 / 3600) square meters
    return _nearest_root(Fraction(body.weight_g * body.length_mm * 10**12, 36_000_000))


def dose(step: Step, body: Body, *, first: int | None = None) -> int | None:
    """Small units per single dose; None where the protocol has no number.

    Rounded to the nearest whole small unit (a millionth of a gram, a thousandth of a unit), the lower one of two as
    near, and cut to ``max_day``.

    Parameters
    ----------
    first : int, optional
        The single dose of the course's first step, for steps that are a share of it.
    """
    if step.share is not None:
        return None if first is None else _floor_half(first * step.share)
    if step.rate is None:
        return None
    times = len(step.times)
    if step.basis is Basis.FIXED:
        amount = _floor_half(step.rate)
    elif step.basis is Basis.WEIGHT:
        if body.weight_g is None:
            raise UsageError("a dose by weight needs the weight")
        amount = _floor_half(step.rate * body.weight_g / (1000 * times))
    else:
        if body.weight_g is None or body.length_mm is None:
            raise UsageError("a dose by body surface needs weight and length")
        amount = _nearest_root(step.rate**2 * body.weight_g * body.length_mm / 36_000_000)
    return amount if step.max_day is None else min(amount, step.max_day // times)


def doses(steps: Sequence[Step], body: Body) -> dict[Step, int | None]:
    """The single dose of each step of a course, in its order; a share is of the first step's."""
    first = dose(steps[0], body) if steps else None
    return {step: dose(step, body, first=first) for step in steps}


def check_falls(course: Course, steps: Sequence[Step], body: Body, *, from_day: int = 1) -> None:
    """Refuse a taper or wean that rises for this child, on a day with the drug or over the days.

    Steps that are over before ``from_day`` are let be.

    Raises
    ------
    UsageError
        If there is one, with both doses.
    """
    last: tuple[Step, int] | None = None
    for step, amount in doses(steps, body).items():
        if amount is None:
            continue
        daily = amount * len(step.times)
        if last is not None and step.tapers and step.to_day >= from_day:
            before, was = last
            # doses are whole small units: one of them either way, per dose, is rounding and no rise
            slack = len(step.times) + len(before.times)
            if daily > was + slack or daily * before.every_d > (was + slack) * step.every_d:
                raise UsageError(
                    f"{course.drug}, {step.name} rises for this child: {_said(course, step, daily)} after "
                    f"{_said(course, before, was)}; a taper never does, correct its steps"
                )
        last = step, daily


def _said(course: Course, step: Step, daily: int) -> str:
    every = "a day" if step.every_d == 1 else f"every {step.every_d} days"
    return f"{daily / 1000:g} {'mg' if course.unit is DoseUnit.UG else 'U'} {every}"


def _floor_half(value: Fraction) -> int:
    """The nearest whole number, the lower one of two as near."""
    return -int((1 - 2 * value) // 2)


def _nearest_root(square: Fraction) -> int:
    """The whole number nearest to a square root, exactly."""
    low = isqrt(int(square))
    return low + (square > Fraction(2 * low + 1, 2) ** 2)
