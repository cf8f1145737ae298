"""Small simulated recordings, made once per test session."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from westward.eeg.simulate.generate import SimulatedPaths, simulate

AGE_MONTHS = 7.0


@cache
def folder() -> Path:
    """Where they lie until the tests end."""
    made = Path(tempfile.mkdtemp(prefix="westward-tests-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def simulated(scenario: str, *, minutes: float = 12.0, seed: int = 5) -> SimulatedPaths:
    """One simulated recording of a 7-month-old."""
    return simulate(
        scenario, age_months=AGE_MONTHS, minutes=minutes, seed=seed, out_dir=folder() / f"{scenario}_{minutes:g}"
    )
