"""What a recording's header says, read in a process of its own; nothing it holds can break the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from westward.program.diagnosis.rules.identity import Header

LIMIT_S = 120
"""Seconds after which a header that cannot be read is given up (policy of ours)."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A header as it was read; ``why`` is one line if it cannot be."""

    readable: bool
    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def header(self) -> Header:
        """What it says of the child."""
        f = self.facts
        return Header(
            name=f.get("name") or "",
            code=f.get("code") or "",
            sex=f.get("sex") or "",
            birth=date.fromisoformat(f["birth"]) if f.get("birth") else None,
            recorded=day_of(f.get("start") or ""),
        )


def day_of(start: str) -> date | None:
    """Day of a start as the header has it; None if it has none."""
    return date.fromisoformat(start[:10]) if start else None


def engine(*arguments: str) -> subprocess.Popen[str]:
    """Start the engine on one job; it leaves when its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-m", "westward.program.diagnosis.engine", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=dict(os.environ),
    )


def inspect(path: Path) -> Inspected:
    """Read a header."""
    with engine("inspect", str(path)) as process:
        try:
            said = _read(process)
        except subprocess.TimeoutExpired:
            process.kill()
            return Inspected(False, "the header could not be read in time; ask for EDF and video export")
    if "header" in said:
        return Inspected(True, "", said["header"])
    return Inspected(False, said.get("failed") or "the reader broke on this file; ask for EDF and video export")


def _read(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The last line it said; its standard input stays open meanwhile."""
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    process.wait(LIMIT_S)
    reader.join(LIMIT_S)
    try:
        said: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return said
