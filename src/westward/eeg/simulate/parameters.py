"""The numbers the simulator is built from, each with unit, source and status (``parameters.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

STATUSES = ("verified", "excerpt", "derived", "recalled", "unconfirmed", "policy")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One sourced number, or a short table of them.

    Attributes
    ----------
    name : str
        ``group.name``.
    value : tuple of float
        One number, a low-high pair, or one per state or class as ``unit`` says; empty when ``by_age`` holds.
    by_age : tuple of (float, float)
        (age in months, value), interpolated linearly and held flat outside.
    unit, status, source : str
        What it is measured in, how far the source was checked, and where it is from.
    """

    name: str
    value: tuple[float, ...]
    by_age: tuple[tuple[float, float], ...]
    unit: str
    status: str
    source: str


@lru_cache(maxsize=1)
def parameters() -> dict[str, Parameter]:
    """All parameters by name."""
    text = resources.files("westward.eeg.simulate").joinpath("parameters.toml").read_text("utf-8")
    found: dict[str, Parameter] = {}
    for group, entries in tomllib.loads(text).items():
        for key, entry in entries.items():
            value = entry.get("value", [])
            found[f"{group}.{key}"] = Parameter(
                name=f"{group}.{key}",
                value=tuple(float(v) for v in (value if isinstance(value, list) else [value])),
                by_age=tuple((float(a), float(v)) for a, v in entry.get("by_age", [])),
                unit=entry["unit"],
                status=entry["status"],
                source=entry["source"],
            )
    return found


def number(name: str, age_months: float = 12.0) -> float:
    """The value of a parameter with one value, at an age if it depends on age."""
    p = parameters()[name]
    if p.by_age:
        ages, values = zip(*p.by_age, strict=True)
        return float(np.interp(age_months, ages, values))
    return p.value[0]


def numbers(name: str) -> tuple[float, ...]:
    """All values of a parameter."""
    return parameters()[name].value


def pair(name: str) -> tuple[float, float]:
    """A parameter of two values: low and high, or median and spread."""
    first, second = parameters()[name].value
    return first, second


def as_table() -> list[dict[str, Any]]:
    """Every parameter as a row for the truth file."""
    return [
        {
            "name": p.name,
            "value": list(p.value) if not p.by_age else None,
            "by_age_months": [list(x) for x in p.by_age] or None,
            "unit": p.unit,
            "status": p.status,
            "source": p.source,
        }
        for p in parameters().values()
    ]
