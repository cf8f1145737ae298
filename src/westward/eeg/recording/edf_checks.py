"""Does the header fit the file, and do the channels fit each other? What does not is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.channel import Kind
from westward.eeg.recording.edf_calibration import VOLTAGES, Calibration
from westward.eeg.recording.edf_file import EdfFile
from westward.eeg.recording.edf_header import EdfHeader, SignalHeader
from westward.eeg.recording.finding import Finding

_USUAL_RECORDS = 100_000_000


def check_layout(header: EdfHeader, file: EdfFile, *, path: Path, file_bytes: int) -> tuple[int, list[Finding]]:
    """How many whole records the file has, and what the header says instead.

    Raises
    ------
    UnreadableRecordingError
        If not one whole record fits, or the data went through a text conversion.
    """
    findings: list[Finding] = []
    data_bytes = file_bytes - header.header_bytes
    if header.record_bytes <= 0:
        raise UnreadableRecordingError(
            "no signal has any samples", path=path, where=f"byte {256 + 216 * len(header.signals)}",
            remedy="export the recording again",
        )  # fmt: skip
    n_records, rest = divmod(data_bytes, header.record_bytes)
    if n_records < 1:
        raise UnreadableRecordingError(
            f"not one whole data record: a record takes {header.record_bytes} bytes and {data_bytes} follow the header",
            path=path, where=f"byte {header.header_bytes}", remedy="the file is cut short or its header is damaged; "
            "copy or export it again",
        )  # fmt: skip
    if rest or n_records != header.n_records:
        _refuse_text_conversion(header, file, path)
    stated = header.n_records
    if stated == -1:
        findings.append(Finding("record_count", "number of data records, byte 236", "-1 (not closed by the recorder)",
                                True, f"used the {n_records} whole records of the file"))  # fmt: skip
    elif stated != n_records:
        findings.append(Finding("record_count", "number of data records, byte 236", str(stated), True,
                                f"used the {n_records} whole records of the file"))  # fmt: skip
    if rest:
        kind = "truncated_record" if stated > n_records or stated == -1 else "trailing_bytes"
        findings.append(Finding(kind, f"byte {file_bytes - rest}", f"{rest} of {header.record_bytes} bytes of a record",
                                True, "left out"))  # fmt: skip
    return n_records, findings


def _refuse_text_conversion(header: EdfHeader, file: EdfFile, path: Path) -> None:
    data = file.head_of_data(1 << 20)
    replaced = data.count(b"\xef\xbf\xbd")
    newlines, pairs = data.count(b"\n"), data.count(b"\r\n")
    if replaced * 500 > len(data) and replaced >= 8:
        sign = f"{replaced} UTF-8 replacement marks in the first {len(data)} data bytes"
    elif newlines >= 50 and pairs == newlines:
        sign = f"each of {newlines} line feeds follows a carriage return"
    else:
        return
    raise UnreadableRecordingError(
        f"the samples were ruined by a text conversion: {sign}", path=path, where=f"byte {header.header_bytes}",
        remedy="nothing can restore them; copy the original again in binary mode",
    )  # fmt: skip


def check_plausibility(signals: Sequence[SignalHeader], calibration: Calibration, record_s: float) -> list[Finding]:
    """Channels that stand out among their likes: a damaged header shows itself this way."""
    findings: list[Finding] = []
    for kind in VOLTAGES:
        members = [k for k, c in enumerate(calibration.channels) if c.kind is kind and signals[k].calibrated]
        findings += _odd_ones(kind, members, signals, calibration)
    return findings


def _odd_ones(
    kind: Kind, members: Sequence[int], signals: Sequence[SignalHeader], calibration: Calibration
) -> list[Finding]:
    findings: list[Finding] = []
    if len(members) < 3:
        return findings
    gains = np.array([calibration.gains[k] for k in members])
    middle = float(np.median(gains))
    for k in members:
        if abs(calibration.gains[k] - middle) > 1e-3 * abs(middle):
            findings.append(Finding("odd_channel_range", f"channel {calibration.channels[k].label!r}",
                                    f"{calibration.gains[k]:g} uV per step, other {kind} channels {middle:g}", False,
                                    "scaled as written"))  # fmt: skip
    return findings


__all__ = ["check_layout", "check_plausibility"]
_ = (re, Counter)
