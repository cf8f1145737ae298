"""Numbers that a comparison hangs on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareParameters:
    """When two studies are compared, and how intervals are made.

    Attributes
    ----------
    min_minutes : float
        Minutes of usable interictal time in a state, in both studies, without which it is not compared. Status: policy.
    min_values : int
        Values of a measure in each study without which it is not compared. Status: policy.
    n_cosines : int
        Slowest cosines of a series that tell how far its median wanders; more make narrower intervals, which slow
        drifts escape. Status: policy (held 95% best on synthetic series of 15 to 180 min, see docs/compare.md).
    confidence : float
        Of every interval. Status: policy.
    min_electrodes : int
        Electrodes or derivations that both studies need in common. Status: policy.
    min_common_share : float
        Share of electrodes in common without which measures of the whole network are not compared, and of derivations
        without which the number of spikes is not. Status: policy.
    bandwidth_hz : float
        Upper edge of the band measured, Hz; a sampling rate below twice that cuts it. Status: derived.
    """

    min_minutes: float = 15.0
    min_values: int = 3
    n_cosines: int = 5
    confidence: float = 0.95
    min_electrodes: int = 4
    min_common_share: float = 0.8
    bandwidth_hz: float = 70.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A published figure on follow-up EEG, printed with its status."""

    id: str
    text: str
    source: str
    status: str


@cache
def facts() -> tuple[Fact, ...]:
    """How much of the truth a follow-up recording shows, as published."""
    text = resources.files("westward.eeg.compare").joinpath("follow_up.toml").read_text("utf-8")
    return tuple(Fact(**row) for row in tomllib.loads(text)["fact"])
