"""Which recordings are made, from seeds derived from the commit under test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from westward.eeg.simulate.generate import SimulatedPaths, simulate


class Made(Protocol):
    """A recording that can be made, analyzed and compared with its truth."""

    @property
    def name(self) -> str:
        """File name of the result, without suffix."""

    @property
    def group(self) -> str:
        """The set it belongs to."""

    @property
    def minutes(self) -> float:
        """Length."""

    @property
    def age_months(self) -> float:
        """Age given to the analysis."""

    def make(self, folder: Path) -> SimulatedPaths:
        """Write the recording and its truth into a folder."""


@dataclass(frozen=True)
class Case:
    """One simulated recording to be made and graded.

    ``sfreq_hz``, ``emg``, ``eog`` and ``reference`` are how it is recorded; see
    :func:`westward.eeg.simulate.generate.simulate`.
    """

    group: str
    scenario: str
    age_months: float
    minutes: float
    seed: int
    sfreq_hz: float = 256.0
    emg: bool = True
    eog: bool = True
    reference: str = "A1A2"

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.scenario}-{self.age_months:g}mo-{self.minutes:g}min-{self.seed}"

    def make(self, folder: Path) -> SimulatedPaths:
        """Simulate it."""
        return simulate(
            self.scenario,
            age_months=self.age_months,
            minutes=self.minutes,
            seed=self.seed,
            out_dir=folder,
            sfreq_hz=self.sfreq_hz,
            emg=self.emg,
            eog=self.eog,
            reference=self.reference,
            threads=1,
        )


AGES = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 30.0, 36.0)
"""Months; every scenario is made at several."""

SPINDLES_FROM_MONTHS = 4.0
"""Absent spindles are no abnormality before this age."""

RECORDED_AS = (
    (256.0, True, True, "A1A2"),
    (200.0, True, True, "Ref"),
    (500.0, True, False, "A1A2"),
    (256.0, False, False, "A1A2"),
    (256.0, True, True, "Cz"),
    (200.0, False, True, "A1A2"),
    (256.0, False, True, "AVG"),
    (500.0, False, False, "Ref"),
)
"""Sampling rate in Hz, EMG leads, eye leads, reference: in turn over the graded set."""


def seed_of(commit: str, *words: object) -> int:
    """A seed that the commit fixes, so that tuning cannot have seen it."""
    text = "/".join(map(str, (commit.rstrip("+"), *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def graded(commit: str, known: list[str], per_scenario: int = 4, minutes: float = 60.0) -> list[Case]:
    """The graded set: ``per_scenario`` recordings of each scenario over ages and ways of recording.

    In an order in which the first few are of scenarios far apart in severity (golden-ratio steps).
    """
    cases = []
    spread = sorted(range(len(known)), key=lambda i: i * 0.6180339887 % 1)
    for k in range(per_scenario):
        for i in spread:
            scenario = known[i]
            ages = [a for a in AGES if a >= SPINDLES_FROM_MONTHS or scenario != "based_1_absent_spindles"]
            age = ages[(i + 3 * k) % len(ages)]
            way = RECORDED_AS[(3 * i + k) % len(RECORDED_AS)]
            cases.append(Case("graded", scenario, age, minutes, seed_of(commit, "graded", scenario, k), *way))
    return cases


def nights(commit: str, n: int = 20) -> list[Case]:
    """Healthy artifact-rich 24 h recordings."""
    return [
        Case("night", "healthy_artifact_rich", AGES[k % len(AGES)], 24 * 60.0, seed_of(commit, "night", k))
        for k in range(n)
    ]
