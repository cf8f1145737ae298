"""Random streams that are fixed by words."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def seed_from(*words: object) -> int:
    """A 32-bit seed fixed by the words."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, ("other", *words))).encode()).digest()[:4], "big")


def stream(seed: int, what: str) -> np.random.Generator:
    """An independent stream for one purpose."""
    return np.random.default_rng([seed, seed_from(what)])


def lognormal(rng: np.random.Generator, median: float, sd: float, low: float, high: float) -> float:
    """A log-normal number, clipped."""
    return float(np.clip(median * np.exp(sd * rng.standard_normal()), low, high))


def moments(rng: np.random.Generator, per_hour: float, runs: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Poisson times of a rate within runs (start, stop) in seconds, sorted."""
    found = [rng.uniform(a, b, rng.poisson(per_hour * (b - a) / 3600)) for a, b in runs if b > a]
    return np.sort(np.concatenate([np.zeros(0), *found]))
