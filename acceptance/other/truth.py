"""What was planted, as rows of an events table."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

COLUMNS = (
    "event_id", "onset", "duration", "trial_type", "channel", "confidence", "subtype", "focus", "amplitude_uv",
    "state", "cluster_id", "counted", "reason", "background_uv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted thing; ``amplitude_uv`` is peak to peak where it is largest, absent where it has no wave."""

    onset_s: float
    duration_s: float
    trial_type: str
    subtype: str = ""
    channel: str = ""
    amplitude_uv: float | None = None
    cluster_id: str = ""
    reason: str = ""
    state: str = ""
    background_uv: float | None = None


def _number(value: float | None, digits: int) -> str:
    return "n/a" if value is None else f"{value:.{digits}f}"


def write_events(path: Path, planted: Iterable[Planted]) -> None:
    """Write the table, sorted by time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        for k, p in enumerate(sorted(planted, key=lambda p: (p.onset_s, p.trial_type))):
            out.writerow(
                (
                    f"t{k:05d}",
                    _number(p.onset_s, 3),
                    _number(p.duration_s, 3),
                    p.trial_type,
                    p.channel or "n/a",
                    "n/a",
                    p.subtype or "n/a",
                    "n/a",
                    _number(p.amplitude_uv, 1),
                    p.state or "n/a",
                    p.cluster_id or "n/a",
                    "1",
                    p.reason or "n/a",
                    _number(p.background_uv, 1),
                )
            )
