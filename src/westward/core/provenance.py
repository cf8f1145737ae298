"""Where a result came from: software, input, time, memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from westward._version import __version__


def version() -> str:
    """Version of Westward."""
    return __version__


@cache
def commit() -> str | None:
    """Git commit of the running checkout, with ``+`` when it has local changes; None for an installed package."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None
    try:
        head = _git(root, "rev-parse", "HEAD")
        return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def now() -> str:
    """This moment in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def peak_rss_mb() -> float:
    """Largest resident memory of this process so far, MB.

    On Linux from ``VmHWM``: ``ru_maxrss`` of a process started by a large one still counts its parent.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
        return int(status.split("VmHWM:", 1)[1].split()[0]) * 1024 / 1e6
    except (OSError, IndexError, ValueError):
        scale = 1e6 if sys.platform == "darwin" else 1e3
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
