"""A full disk refuses in so many words, loses nothing that was acknowledged, and is left behind when there is room."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.crash.clinic import POSTGRESQL, Clinic, copy
from tests.crash.conftest import close

pytestmark = pytest.mark.skipif(bool(POSTGRESQL), reason="the disk of a PostgreSQL server is not ours to fill")
ROOM = 3 * 1024 * 1024


@pytest.fixture
def cramped(template: Clinic, tmp_path: Path) -> Iterator[tuple[Clinic, dict[str, Any]]]:
    """A program on a small disk of its own; where none can be mounted, with a limit on the size of a file."""
    small = tmp_path / "small"
    small.mkdir()
    used = sum(path.stat().st_size for path in template.folder.rglob("*") if path.is_file())
    options = ["-t", "tmpfs", "-o", f"size={used + ROOM}", "westward-test", str(small)]
    mounted = os.geteuid() == 0 and subprocess.run(["mount", *options], capture_output=True).returncode == 0
    clinic = copy(template, small / "data", name="unused")
    limits: dict[str, Any] = {}
    if not mounted:
        ceiling = (clinic.folder / "westward.sqlite3").stat().st_size + ROOM // 6
        limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ceiling, ceiling))}
    yield clinic, limits
    close(clinic)
    if mounted:
        subprocess.run(["umount", str(small)], check=True)


def test_acts_on_a_full_disk(cramped: tuple[Clinic, dict[str, Any]]) -> None:
    clinic, limits = cramped
    ballast = clinic.folder / "files" / "ballast"
    if not limits:
        ballast.write_bytes(b"\1" * max(shutil.disk_usage(clinic.folder).free - 900_000, 0))
    status, told = clinic.run("fill", "a", **limits).end()
    assert status == 0
    *acknowledged, last = told
    assert last.startswith("refused")
    assert acknowledged
    ballast.unlink(missing_ok=True)
    assert clinic.check() == acknowledged
    assert clinic.ask("add", "after", "3") == ["after0", "after1", "after2"]
    assert clinic.check() == [*acknowledged, "after0", "after1", "after2"]


def test_uploads_on_a_full_disk(cramped: tuple[Clinic, dict[str, Any]]) -> None:
    clinic, limits = cramped
    status, told = clinic.run("upload", "a", str(2 * ROOM if limits else ROOM // 4), **limits).end()
    assert status == 0
    *acknowledged, last = told
    assert last.startswith("refused")
    assert clinic.ask("uploads") == acknowledged
    kept = [path for path in (clinic.folder / "files").rglob("*") if path.is_file()]
    assert len(kept) - len(acknowledged) in (0, 1)  # a file whose row was refused may stay; no row lacks its file
    clinic.check()
