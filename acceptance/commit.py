"""The commit under test: the last one that changed what is tested or how."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNDER_TEST = ("src", "acceptance", "tests/support/mutations.py")


@dataclass(frozen=True)
class Commit:
    """``name`` as shown and as folder; ``seed_word`` fixes the seeds; ``clean`` without local changes."""

    name: str
    seed_word: str
    clean: bool


def commit() -> Commit:
    """Identify the code under test; local changes are part of its name, so that results never mix."""
    head = _git("log", "-1", "--format=%H", "--", *UNDER_TEST).strip()
    changes = _git("status", "--porcelain", "--", *UNDER_TEST)
    if not changes:
        return Commit(head, head, clean=True)
    digest = hashlib.sha256((changes + _git("diff", "HEAD", "--", *UNDER_TEST)).encode())
    for line in changes.splitlines():
        path = ROOT / line[3:].strip('"')
        if line.startswith("??") and path.is_file():
            digest.update(path.read_bytes())
    return Commit(f"{head}+{digest.hexdigest()[:8]}", head, clean=False)


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
