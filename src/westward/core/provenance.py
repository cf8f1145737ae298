"""Where a result came from: software, input, time, memory."""

from __future__ import annotations

import hashlib
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


def sha256(path: Path) -> str:
    """Digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def now() -> str:
    """This moment in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def peak_rss_mb() -> float:
    """Largest resident memory of this process and its finished children so far, MB."""
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / scale
