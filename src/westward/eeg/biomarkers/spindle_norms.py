"""Published values of sleep spindles in healthy infants, by age."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class SpindleNorm:
    """One published value.

    Attributes
    ----------
    measure : str
        Field of :class:`westward.eeg.biomarkers.spindle_measures.SpindleMeasures`.
    unit : str
    median, low, high : float
        Median and the range printed with it (taken as interquartile, recalled).
    age_from_days, age_to_days : int
        Ages it may stand beside, both included.
    setting, source, status, caution : str
    """

    measure: str
    unit: str
    median: float
    low: float
    high: float
    age_from_days: int
    age_to_days: int
    setting: str
    source: str
    status: str
    caution: str

    def place(self, value: float) -> str:
        """``within``, ``below`` or ``above`` the printed range; ``not assessable`` without a value."""
        if math.isnan(value):
            return "not assessable"
        if value < self.low:
            return "below"
        return "above" if value > self.high else "within"


@cache
def spindle_norms() -> tuple[SpindleNorm, ...]:
    """All of them."""
    text = resources.files("westward.eeg.biomarkers").joinpath("spindle_norms.toml").read_text("utf-8")
    return tuple(SpindleNorm(**row) for row in tomllib.loads(text)["norm"])


def norms_at(age_days: int | None) -> dict[str, SpindleNorm]:
    """Norms for an age by measure; empty where the literature at hand gives none."""
    if age_days is None:
        return {}
    return {n.measure: n for n in spindle_norms() if n.age_from_days <= age_days <= n.age_to_days}
