"""Does the header fit the file? What does not is said."""

from __future__ import annotations

from pathlib import Path

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.edf_file import EdfFile
from westward.eeg.recording.edf_header import EdfHeader
from westward.eeg.recording.finding import Finding


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
