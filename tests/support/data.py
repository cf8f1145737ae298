"""Where the shared recordings lie; tests skip with a reason where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WESTWARD_DATA", ROOT.parent / "shared" / "data"))


def data_file(relative: str) -> Path:
    """A shared file, or skip the test."""
    path = DATA / relative
    if not path.exists():
        pytest.skip(f"shared data not found: {path} (set WESTWARD_DATA)")
    return path


def data_files(relative_glob: str) -> list[Path]:
    """Shared files matching a glob; empty where the data is absent (for parametrization)."""
    return sorted(p for p in DATA.glob(relative_glob) if p.is_file()) if DATA.exists() else []
