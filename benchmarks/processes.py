"""Timed work in processes of its own: what it took in wall time, CPU time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from westward.core.ages import days_from_months

AGE_MONTHS = 7.0
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took; CPU time is of all its threads."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def worker(job: str, path: Path, *arguments: object, level: str = "") -> dict[str, float]:
    """Run one job of :mod:`benchmarks.worker` on one thread."""
    environment = {**os.environ, **_ONE_THREAD, "WESTWARD_KERNELS": level}
    command = [sys.executable, "-m", "benchmarks.worker", job, str(path), *map(str, arguments)]
    made = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return json.loads(made.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def analyze(path: Path, out: Path, *, threads: int, level: str = "") -> Spent:
    """``westward analyze`` as a whole process, start and report included.

    Raises
    ------
    RuntimeError
        If it does not succeed.
    """
    environment = {**os.environ, **_ONE_THREAD, "WESTWARD_KERNELS": level}
    command = [
        sys.executable, "-m", "westward", "analyze", str(path), "--age-days", str(days_from_months(AGE_MONTHS)),
        "--out", str(out), "--overwrite", "--quiet", "--threads", str(threads),
    ]  # fmt: skip
    at = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - at
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"analyze {path.name}: exit status {process.returncode}")
    return Spent(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
