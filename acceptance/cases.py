"""Which recordings are made, from seeds derived from the commit under test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One simulated recording to be made and graded."""

    group: str
    scenario: str
    age_months: float
    minutes: float
    seed: int

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.scenario}-{self.age_months:g}mo-{self.minutes:g}min-{self.seed}"


GRADED = (
    "healthy", "healthy_artifact_rich", "based_1_asymmetry", "based_1_no_spindles", "based_2",
    "based_2_uncommon_multifocal", "based_3a", "based_3b", "based_4a", "based_4b_grouped", "based_4b_attenuation",
    "based_5", "hypsarrhythmia", "mimics", "based_2_with_clusters",
)  # fmt: skip
"""Scenarios of the graded set: healthy, every level by each of its clauses, artifact-rich, mimics."""

AGES = (2.0, 4.0, 6.0, 8.0, 12.0, 18.0, 30.0)


def seed_of(commit: str, *words: object) -> int:
    """A seed that the commit fixes, so that tuning cannot have seen it."""
    text = "/".join(map(str, (commit.rstrip("+"), *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def graded(commit: str, known: list[str], per_scenario: int = 5, minutes: float = 60.0) -> list[Case]:
    """The graded set: ``per_scenario`` recordings of each scenario over the ages."""
    cases = []
    for i, scenario in enumerate(s for s in GRADED if s in known):
        for k in range(per_scenario):
            age = AGES[(i + 2 * k) % len(AGES)]
            cases.append(Case("graded", scenario, age, minutes, seed_of(commit, "graded", scenario, k)))
    return cases


def nights(commit: str, n: int = 20) -> list[Case]:
    """Healthy artifact-rich 24 h recordings."""
    return [
        Case("night", "healthy_artifact_rich", AGES[k % len(AGES)], 24 * 60.0, seed_of(commit, "night", k))
        for k in range(n)
    ]
