"""The motion trace of a video, one value per second, as somebody else measured it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError

COLUMNS = ("time_s", "motion")


@dataclass(frozen=True, eq=False)
class MotionTrace:
    """Moments of recording time, s, and motion in any unit; larger is more."""

    time_s: NDArray[np.float64]
    motion: NDArray[np.float64]

    def per_second(self, n_seconds: int) -> NDArray[np.float64]:
        """Largest motion of each second, shape (n_seconds,); NaN where the trace has none."""
        out = np.full(n_seconds, -np.inf)
        second = np.floor(self.time_s).astype(np.int64)
        inside = (second >= 0) & (second < n_seconds) & np.isfinite(self.motion)
        np.maximum.at(out, second[inside], self.motion[inside])
        return np.where(np.isfinite(out), out, np.nan)


def read(path: Path) -> MotionTrace:
    """Read a table with the columns ``time_s`` and ``motion``, separated by commas or tabs.

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column or holds something that is no number.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the motion trace cannot be read: {error}") from error
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter="\t" if "\t" in head else ",")
    if missing := [c for c in COLUMNS if c not in (rows.fieldnames or ())]:
        raise UsageError(f"{path}: no column {' or '.join(missing)}; a motion trace has time_s and motion")
    values: list[tuple[float, float]] = []
    for row in rows:
        try:
            values.append((float(row["time_s"]), float(row["motion"] or "nan")))
        except (TypeError, ValueError) as error:
            raise UsageError(f"{path}, line {rows.line_num}: time_s and motion must be numbers") from error
    if not values:
        raise UsageError(f"{path}: the motion trace is empty")
    time_s, motion = np.array(values, np.float64).T
    return MotionTrace(time_s, motion)
