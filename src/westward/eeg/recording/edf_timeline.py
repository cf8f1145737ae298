"""From the onsets of data records to contiguous segments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from westward.eeg.recording.finding import Finding
from westward.eeg.recording.recording import Segment

JITTER_MAX_S = 0.025
"""Steps up to this may be jitter of the recorder's clock (policy: below what any finding of ours depends on)."""
JITTER_SHARE_MIN = 0.05
"""In a discontinuous file they are jitter only when this share of records shows them (policy)."""
JITTER_SUM_MAX_S = 0.25
"""Jitter never adds up to more than this (policy)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive data records without a gap: ``n_records`` of them, from ``first_record``, from ``start_s`` on."""

    first_record: int
    n_records: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """When each record was recorded.

    Attributes
    ----------
    runs : tuple of Run
        In time order, in recording time, never overlapping.
    record_s : float
        Duration of a record.
    origin_s : float
        Onset of the first record against the start stated in the header (the sub-second start of EDF+).
    """

    runs: tuple[Run, ...]
    record_s: float
    origin_s: float

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The runs as stretches of recording time."""
        return tuple(Segment(r.start_s, r.start_s + r.n_records * self.record_s) for r in self.runs)


def continuous(n_records: int, record_s: float) -> Timeline:
    """The timeline of a plain file."""
    return Timeline((Run(0, n_records, 0.0),) if n_records else (), record_s, 0.0)


def from_onsets(
    onsets: NDArray[np.float64], record_s: float, *, declared_continuous: bool, tolerance_s: float
) -> tuple[Timeline, list[Finding]]:
    """The timeline of an EDF+ file.

    Parameters
    ----------
    onsets : float64 array, shape (n_records,)
        Onset of each record; NaN where it has none.
    record_s : float
        Duration of a record by the header; 0 is allowed when the onsets tell it.
    declared_continuous : bool
        True for EDF+C. Such a file with lasting gaps is read as discontinuous, with a finding.
    tolerance_s : float
        Jitter that counts as none (half a sample period).
    """
    n, findings = len(onsets), list[Finding]()
    if not n:
        return continuous(0, record_s), findings
    record_s, more = _check_duration(onsets, record_s, declared_continuous)
    findings += more
    nominal = np.arange(n) * record_s
    known = ~np.isnan(onsets)
    if not known.any():
        findings.append(Finding("timekeeping_missing", "annotation signal", "no record tells its onset", True,
                                "records placed one after another"))  # fmt: skip
        return continuous(n, record_s), findings
    deviation = onsets - nominal
    if not known.all():
        missing = np.flatnonzero(~known)
        findings.append(Finding("timekeeping_missing", f"{len(missing)} records, first {missing[0] + 1}", "no onset",
                                True, "placed right after the record before"))  # fmt: skip
        deviation = _fill(deviation)
    deviation, more = _repair_outliers(deviation, tolerance_s, last_is_outlier=declared_continuous)
    findings += more
    deviation, more = _smooth_jitter(deviation, tolerance_s, declared_continuous=declared_continuous)
    findings += more
    origin_s = float(deviation[0])
    first = _runs(deviation, tolerance_s)
    if declared_continuous and len(first) > 1:
        findings.append(Finding("gaps_in_continuous_file", f"{len(first) - 1} places, first before record "
                                f"{first[1][0] + 1}", "declared continuous (+C), but record onsets jump", True,
                                "read as discontinuous"))  # fmt: skip
    runs, more = _place(first, deviation, record_s, origin_s, tolerance_s)
    findings += more
    return Timeline(tuple(runs), record_s, origin_s), findings


def _check_duration(
    onsets: NDArray[np.float64], record_s: float, declared_continuous: bool
) -> tuple[float, list[Finding]]:
    steps = np.diff(onsets)
    steps = steps[~np.isnan(steps)]
    if len(steps) < 2:
        return record_s, []
    middle = float(np.median(steps))
    agree = np.mean(np.abs(steps - middle) <= 1e-3 * abs(middle) + 1e-9)
    if middle <= 0 or agree < 0.8 or abs(middle - record_s) <= 2e-3 * middle:
        return record_s, []
    seen = f"header {record_s:g} s, record onsets {middle:g} s apart"
    if declared_continuous or middle < record_s or record_s == 0:
        return middle, [Finding("record_duration", "duration of a data record, byte 244", seen, True,
                                f"used {middle:g} s")]  # fmt: skip
    return record_s, [Finding("record_duration", "duration of a data record, byte 244", seen, False,
                              "read as written: a gap after every record")]  # fmt: skip


def _fill(deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    index = np.where(np.isnan(deviation), 0, np.arange(len(deviation)))
    index = np.maximum.accumulate(index)
    filled = deviation[index]
    known = np.flatnonzero(~np.isnan(filled))
    filled[: known[0]] = filled[known[0]]
    return filled


def _repair_outliers(
    deviation: NDArray[np.float64], tolerance_s: float, *, last_is_outlier: bool
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Single records whose onset fits neither neighbor while the neighbors fit each other."""
    n = len(deviation)
    if n < 3:
        return deviation, []
    before, after = deviation[:-2], deviation[2:]
    inner = (np.abs(after - before) <= tolerance_s) & (np.abs(deviation[1:-1] - before) > tolerance_s)
    odd = np.flatnonzero(inner) + 1
    fixed = deviation.copy()
    fixed[odd] = deviation[odd - 1]
    # the first record may be early for good (a gap follows) but never late; the last one late but never early
    first_late = fixed[0] > fixed[1] + tolerance_s or last_is_outlier
    if first_late and abs(fixed[0] - fixed[1]) > tolerance_s and abs(fixed[1] - fixed[2]) <= tolerance_s:
        fixed[0], odd = fixed[1], np.append(odd, 0)
    last_early = fixed[-1] < fixed[-2] - tolerance_s or last_is_outlier
    if last_early and abs(fixed[-1] - fixed[-2]) > tolerance_s and abs(fixed[-2] - fixed[-3]) <= tolerance_s:
        fixed[-1], odd = fixed[-2], np.append(odd, n - 1)
    if not len(odd):
        return deviation, []
    odd = np.sort(odd)
    worst = float(np.abs(deviation[odd] - fixed[odd]).max())
    return fixed, [Finding("timekeeping_outlier", f"{len(odd)} records, first {odd[0] + 1}",
                           f"onset off by up to {worst:g} s", True, "placed between its neighbors")]  # fmt: skip


def _smooth_jitter(
    deviation: NDArray[np.float64], tolerance_s: float, *, declared_continuous: bool
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Records that come a few milliseconds early or late, again and again, are a clumsy clock, not a thousand gaps."""
    steps = np.diff(deviation)
    small = (np.abs(steps) > tolerance_s) & (np.abs(steps) <= JITTER_MAX_S)
    removed = np.concatenate([[0.0], np.cumsum(np.where(small, steps, 0.0))])
    habit = declared_continuous or small.sum() > max(2.0, JITTER_SHARE_MIN * len(steps))
    if not small.any() or not habit or np.abs(removed).max() > JITTER_SUM_MAX_S:
        return deviation, []
    seen = f"{int(small.sum())} of {len(steps)} onsets off by up to {1e3 * float(np.abs(steps[small]).max()):.3g} ms"
    return deviation - removed, [Finding("timekeeping_jitter", "record onsets", seen, True,
                                         "records placed one after another")]  # fmt: skip


def _runs(deviation: NDArray[np.float64], tolerance_s: float) -> list[tuple[int, int]]:
    """(first record, number of records) of stretches whose onsets follow each other."""
    breaks = np.flatnonzero(np.abs(np.diff(deviation)) > tolerance_s) + 1
    edges = [0, *breaks.tolist(), len(deviation)]
    return [(a, b - a) for a, b in pairwise(edges)]


def _place(
    runs: list[tuple[int, int]], deviation: NDArray[np.float64], record_s: float, origin_s: float, tolerance_s: float
) -> tuple[list[Run], list[Finding]]:
    placed: list[Run] = []
    findings: list[Finding] = []
    end_s, dropped, moved = 0.0, 0, 0
    for first, count in runs:
        start_s = first * record_s + float(deviation[first]) - origin_s
        overlap_s = end_s - start_s if placed else 0.0
        if overlap_s > tolerance_s:
            if overlap_s <= 0.5 * record_s:
                start_s, moved = end_s, moved + 1
            else:
                skip = min(int(np.ceil((overlap_s - tolerance_s) / record_s)), count)
                dropped += skip
                first, count, start_s = first + skip, count - skip, start_s + skip * record_s
        if not count:
            continue
        start_s = max(start_s, end_s) if placed else start_s
        drift_s = float(deviation[first + count - 1] - deviation[first])
        if abs(drift_s) > 2 * tolerance_s:
            findings.append(Finding("clock_drift", f"records {first + 1} to {first + count}",
                                    f"onsets drift by {drift_s:g} s", False,
                                    "samples placed at the nominal rate"))  # fmt: skip
        placed.append(Run(first, count, start_s))
        end_s = start_s + count * record_s
    if dropped:
        findings.append(Finding("overlapping_records", "record onsets", f"{dropped} records begin before the one "
                                "before them ends", True, "left out"))  # fmt: skip
    if moved:
        findings.append(Finding("overlapping_records", "record onsets", f"{moved} stretches begin up to half a record "
                                "too early", True, "moved to the end of the stretch before"))  # fmt: skip
    return placed, findings
