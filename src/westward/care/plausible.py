"""May this weight or length be dosed by: entered twice, plausible for age, plausible after the last one, recent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, load


class Kind(StrEnum):
    """What was measured."""

    WEIGHT = "weight"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A weight in grams or a length in millimeters, on a day."""

    kind: Kind
    value: int
    on: date


def agree(first: int, second: int) -> int:
    """The value if it was entered alike twice.

    Raises
    ------
    UsageError
        If the two differ.
    """
    if first != second:
        raise UsageError(f"the two entries differ ({first} and {second}); measure and enter again")
    return first


def doubts(
    new: Measurement, *, last: Measurement | None = None, z: float | None = None, sheet: Sheet | None = None
) -> tuple[str, ...]:
    """Why a measurement must be looked at before anybody doses by it; empty if nothing speaks against it.

    Parameters
    ----------
    last : Measurement, optional
        The one before, of the same kind.
    z : float, optional
        Standard deviations from the median for age and sex by the WHO standards; None if not known.

    Raises
    ------
    UsageError
        If the two are of different kinds, or the last is younger than the new one.

    Notes
    -----
    Limits and their status: ``evidence/plausible.toml``.
    """
    sheet = sheet or load("plausible")
    found = []
    if z is not None:
        least, most = (sheet.number(f"z.{new.kind.value}_{end}") for end in ("least", "most"))
        if not least <= z <= most:
            found.append(f"{new.kind.value} is {z:+.1f} SD from the median for age (limits {least:+g} and {most:+g})")
    if last is None:
        return tuple(found)
    if last.kind is not new.kind or last.on > new.on:
        raise UsageError("a measurement is compared with an earlier one of the same kind")
    days = (new.on - last.on).days
    if new.kind is Kind.LENGTH:
        if new.value < last.value - sheet.integer("change.shrink_mm"):
            found.append(f"length fell from {last.value} to {new.value} mm")
        return tuple(found)
    share = sheet.number("change.loss_share")
    if new.value < (1 - share) * last.value:
        found.append(f"weight fell from {last.value} to {new.value} g in {days} d, more than {share:.0%}")
    if new.value > last.value + sheet.number("change.gain_g_per_d") * max(days, 1):
        found.append(f"weight rose from {last.value} to {new.value} g in {days} d")
    return tuple(found)


def too_old(measured: Measurement, *, on: date, sheet: Sheet | None = None) -> bool:
    """Whether a measurement is too old to dose by on a day."""
    sheet = sheet or load("plausible")
    return (on - measured.on).days > sheet.integer(f"age.dosing_{measured.kind.value}_d")


def proposes(*, dosed_by: int, new: int, sheet: Sheet | None = None) -> bool:
    """Whether a new weight differs enough that a new dose is proposed; no dose changes by itself."""
    sheet = sheet or load("plausible")
    return abs(new - dosed_by) >= sheet.number("change.propose_share") * dosed_by
