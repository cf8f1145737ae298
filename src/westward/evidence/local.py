"""A site's own value for a blank of the evidence, with its source and the two people who stand for it.

The same form everywhere: as a row of the program, as ``values.toml``, and inside the text of a protocol that a run of a
child keeps. A value entered here has status policy wherever it is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from westward.core.errors import InputError
from westward.evidence.blank import Blank, Shape

PER = {"dose": "per_dose", "kg_day": "per_kg_day", "m2_dose": "per_m2"}
"""What an amount is for, and the key of a protocol's step that says so."""

PER_WORDS = {"dose": "a dose", "kg_day": "per kg and day", "m2_dose": "per m² and dose"}

_STEP_KEYS = {"days", "amount", "per", "times_a_day", "every_d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStep:
    """Days with one dose, after those of the step before.

    Attributes
    ----------
    days : int
        How many days it lasts.
    amount : str
        A decimal in milligrams or units, as written.
    per : str
        One of ``PER``.
    times_a_day, every_d : int
        As in a protocol.
    """

    days: int
    amount: str
    per: str
    times_a_day: int = 1
    every_d: int = 1

    @property
    def small(self) -> Decimal:
        """The amount in micrograms or milliunits."""
        return Decimal(self.amount) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A number that holds from one end to the other, the upper end left out."""

    lower: float
    upper: float
    value: float


Entered = float | int | tuple[Band, ...] | tuple[LocalStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalValue:
    """What a site entered for one blank.

    Attributes
    ----------
    number : int
        Which version of this field it is, from 1.
    unit : str
        The unit it was entered in, which must be that of the blank.
    source : str
        Where it comes from, in words; ``year`` is the year of that text.
    entered, approved : str
        Who, and when, in words; ``approved`` is empty for a value that nobody has approved.
    """

    field: str
    value: Entered
    unit: str
    source: str
    year: int
    number: int = 1
    entered: str = ""
    approved: str = ""

    @property
    def key(self) -> str:
        """Under which its source stands among those of a protocol."""
        return f"local value of {self.field}"

    @property
    def cited(self) -> str:
        """Source, year, and who stands for it."""
        people = [f"entered by {self.entered}"] if self.entered else []
        people += [f"approved by {self.approved}"] if self.approved else []
        told = f"Local value {self.number}: {self.source} ({self.year})"
        return "; ".join([told, *people])


def plain(value: Entered) -> Any:
    """The value as plain data."""
    return [asdict(one) for one in value] if isinstance(value, tuple) else value


def of_plain(blank: Blank, data: Any) -> Entered:
    """A value from plain data.

    Raises
    ------
    InputError
        If it has not the shape that the blank takes; one line says what is wrong.
    """
    if blank.shape is Shape.NUMBER:
        return _number(blank, data)
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        raise InputError(f"{blank.field} takes rows, at least one")
    if blank.shape is Shape.BANDS:
        return tuple(_band(blank, n, row) for n, row in enumerate(data, 1))
    return tuple(_step(blank, n, row) for n, row in enumerate(data, 1))


def _number(blank: Blank, data: Any, what: str = "") -> float | int:
    if isinstance(data, bool) or not isinstance(data, int | float) or not isfinite(data):
        raise InputError(f"{blank.field}{what}: {data!r} is no number")
    return int(data) if float(data).is_integer() else data


def _band(blank: Blank, n: int, row: Any) -> Band:
    if not isinstance(row, Mapping) or set(row) != {"lower", "upper", "value"}:
        raise InputError(f"{blank.field}, row {n}: needs lower, upper and value")
    return Band(**{key: float(_number(blank, row[key], f", row {n}, {key}")) for key in ("lower", "upper", "value")})


def _step(blank: Blank, n: int, row: Any) -> LocalStep:
    if not isinstance(row, Mapping) or not {"days", "amount", "per"} <= set(row) <= _STEP_KEYS:
        raise InputError(f"{blank.field}, step {n}: needs days, amount and per; may have times_a_day and every_d")
    counts = {key: row.get(key, 1) for key in ("days", "times_a_day", "every_d")}
    if wrong := [key for key, one in counts.items() if isinstance(one, bool) or not isinstance(one, int) or one < 1]:
        raise InputError(f"{blank.field}, step {n}: {', '.join(wrong)} must be whole and at least 1")
    if row["per"] not in PER:
        raise InputError(f"{blank.field}, step {n}: per is {row['per']!r}; use {', '.join(PER)}")
    if not isinstance(row["amount"], str):
        raise InputError(f"{blank.field}, step {n}: write the amount in quotes, such as '0.3'")
    try:
        amount = Decimal(row["amount"].strip())
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise InputError(f"{blank.field}, step {n}: {row['amount']!r} {blank.unit} is no dose; above 0, as a decimal")
    return LocalStep(amount=row["amount"].strip(), per=row["per"], **counts)


def to_text(value: LocalValue) -> str:
    """The value as text, the same for the same value: part of the text of a protocol that two people approve."""
    return json.dumps(asdict(value) | {"value": plain(value.value)}, sort_keys=True)


def of_text(blank: Blank, text: str) -> LocalValue:
    """The value from such text.

    Raises
    ------
    InputError
        If it is broken.
    """
    data = json.loads(text)
    return LocalValue(**(data | {"value": of_plain(blank, data["value"])}))


def step_tables(blank: Blank, value: LocalValue, first_day: int) -> list[dict[str, Any]]:
    """The steps as entries of a protocol, named after the blank, from a day of it on."""
    made, day = [], first_day
    name = blank.place[-1]
    steps = [one for one in value.value if isinstance(one, LocalStep)] if isinstance(value.value, tuple) else []
    for n, step in enumerate(steps, start=1):
        small = step.small
        made.append(
            {
                "name": f"{name} {n}" if len(steps) > 1 else name,
                "from_day": day,
                "to_day": day + step.days - 1,
                "every_d": step.every_d,
                "times_a_day": step.times_a_day,
                PER[step.per]: int(small) if small == int(small) else str(small),
                "status": "policy",
                "source": value.key,
            }
        )
        day += step.days
    return made
