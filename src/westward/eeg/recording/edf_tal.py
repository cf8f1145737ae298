"""Time-stamped annotation lists (TALs) of EDF+ and BDF+.

A TAL is ``onset [0x15 duration] 0x14 text 0x14 text 0x14 ... 0x00``. The first TAL of every data record begins
with an empty text and tells when the record starts. Source: Kemp and Olivan 2003, EDF+ specification 2.2 (recalled).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.recording.edf_text import decode_text

_STAMP = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?)?)?")
_LOOSE_STAMP = re.compile(rb"([+-]?\d+(?:\.\d*)?)(?:\x15([+-]?\d*(?:\.\d*)?))?")
_LONGEST_STAMP = 24


@dataclass(frozen=True, slots=True)
class Tal:
    """One annotation: ``onset_s`` counted from the start stated in the header; ``duration_s`` 0 when not given."""

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class TalProblem:
    """Bytes of an annotation signal that are no TAL: the record, what is there and whether a reading was found."""

    record: int
    seen: bytes
    repaired: bool


def record_onsets(first: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Start of every record by its timekeeping TAL.

    Parameters
    ----------
    first : uint8 array, shape (n_records, n_bytes)
        Bytes of the first annotation signal.

    Returns
    -------
    float64 array, shape (n_records,)
        Seconds from the start stated in the header; NaN where a record has no timekeeping TAL.
    """
    n_records, width = first.shape
    onsets = np.full(n_records, np.nan)
    if not n_records or width < 4:
        return onsets
    head = first[:, : min(width, _LONGEST_STAMP + 2)]
    ends = head == 0x14
    length = np.argmax(ends, axis=1)
    signed = ends.any(axis=1) & np.isin(head[:, 0], (0x2B, 0x2D)) & (length >= 2)
    rows = np.flatnonzero(signed)
    rows = rows[length[rows] + 1 < width]
    rows = rows[first[rows, length[rows] + 1] == 0x14]
    inside = np.arange(head.shape[1])[None, :] < length[rows, None]
    body = head[rows]
    digit = (body >= 0x30) & (body <= 0x39)
    point = (body == 0x2E) & inside
    inside[:, 0] = False
    good = ((digit | point)[:, :] | ~inside).all(axis=1) & (point.sum(axis=1) <= 1) & (digit & inside).any(axis=1)
    rows, body, digit, point, inside = rows[good], body[good], digit[good] & inside[good], point[good], inside[good]
    value = np.zeros(len(rows))
    scale = np.ones(len(rows))
    after = np.zeros(len(rows), bool)
    for column in range(body.shape[1]):
        use = digit[:, column]
        value = np.where(use, value * 10 + (body[:, column] - np.float64(0x30)), value)
        scale = np.where(use & after, scale * 10, scale)
        after |= point[:, column]
    onsets[rows] = np.where(body[:, 0] == 0x2D, -value, value) / scale
    return onsets


def parse_tals(
    records: NDArray[np.uint8], *, timekeeping: bool, rows: Iterable[int] | None = None
) -> tuple[list[Tal], list[TalProblem]]:
    """All annotations of one annotation signal.

    Parameters
    ----------
    records : uint8 array, shape (n_records, n_bytes)
    timekeeping : bool
        Whether the first TAL of each record is the timekeeping one (first annotation signal), whose empty text
        is no annotation.
    rows : iterable of int, optional
        Only these records.
    """
    tals: list[Tal] = []
    problems: list[TalProblem] = []
    if rows is None:
        rows = _rows_with_more(records) if timekeeping else np.flatnonzero(records.any(axis=1)).tolist()
    for row in rows:
        raw = records[row].tobytes().rstrip(b"\0")
        for part in raw.split(b"\0"):
            if part:
                _parse_one(row, part, tals, problems)
    return tals, problems


def _rows_with_more(records: NDArray[np.uint8]) -> list[int]:
    """Records that hold more than a timekeeping TAL, or something else in its place."""
    if not records.size:
        return []
    ends = records == 0x14
    length = np.argmax(ends, axis=1)
    column = np.arange(records.shape[1])[None, :]
    rest = (records != 0) & (column > length[:, None] + 1)
    second = records[np.arange(len(records)), np.minimum(length + 1, records.shape[1] - 1)] == 0x14
    known = ~np.isnan(record_onsets(records))
    nothing = ~records.any(axis=1)
    plain = known & second & ~rest.any(axis=1)
    return np.flatnonzero(~(plain | nothing)).tolist()


def _parse_one(row: int, part: bytes, tals: list[Tal], problems: list[TalProblem]) -> None:
    stamp, found, rest = part.partition(b"\x14")
    match = _STAMP.fullmatch(stamp)
    if match is None or not found:
        match = _LOOSE_STAMP.fullmatch(stamp)
        problems.append(TalProblem(row, part, match is not None))
        if match is None:
            return
    onset_s = float(match[1])
    duration_s = _duration(match[2])
    if not rest.endswith(b"\x14") and rest:
        problems.append(TalProblem(row, part, True))
    tals += [Tal(onset_s, duration_s, decode_text(text)) for text in rest.split(b"\x14") if text]


def _duration(raw: bytes | None) -> float:
    try:
        value = float(raw) if raw else 0.0
    except ValueError:
        return 0.0
    return max(value, 0.0)
