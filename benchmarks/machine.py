"""On what a benchmark ran: processor, versions, commit, date."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks.tables import Table
from westward.eeg.signal import kernels

PACKAGES = ("westward", "numpy", "scipy", "mne", "mne-connectivity", "antropy", "specparam")


def describe() -> Table:
    """The machine as a table."""
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    rows = [
        ("processor", processor()),
        ("processors seen", str(os.cpu_count())),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("kernels in use", kernels.in_use()),
        ("kernels that run here", ", ".join(level for level in kernels.LEVELS if kernels.load(level)) or "none"),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in PACKAGES),
        ("commit", commit()),
        ("date", datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")),
        ("load of the last 1, 5, 15 min at the start", load),
    ]
    return Table(
        "Machine and versions", ("what", ""), tuple(rows), ("A load above 1 before the start: the machine was shared.",)
    )


def processor() -> str:
    """Its name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def version(name: str) -> str:
    """Of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def commit() -> str:
    """What was measured, and whether files differed from it."""
    try:
        here = Path(__file__).parent
        name = _git(here, "rev-parse", "--short", "HEAD")
        changed = _git(here, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{name}, with changes" if changed else name


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
