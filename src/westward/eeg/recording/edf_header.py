"""The header of an EDF or BDF file: bytes in, typed fields and findings out; no sample is touched.

Sources: Kemp et al., "A simple format for exchange of digitized polygraphic recordings", 1992 (EDF); Kemp and
Olivan, "European data format 'plus' (EDF+)", 2003; BioSemi's description of BDF. Status: recalled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.finding import Finding

FIXED_BYTES = 256
SIGNAL_BYTES = 256
ANNOTATION_LABELS = ("EDF Annotations", "BDF Annotations")
BDF_MAGIC = b"\xffBIOSEMI"
EDF_MAGIC = b"0       "
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_LEADING_ZERO = re.compile(r"[+-]?0\d")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SIGNAL_FIELDS = (
    ("label", 16), ("transducer", 80), ("unit", 8), ("physical_min", 8), ("physical_max", 8), ("digital_min", 8),
    ("digital_max", 8), ("prefilter", 80), ("n_samples", 8), ("reserved", 32),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignalHeader:
    """One signal as the header describes it.

    Attributes
    ----------
    label, transducer, unit, prefilter, reserved : str
        As in the file, blanks stripped; ``unit`` is the physical dimension.
    physical_min, physical_max : float
        In ``unit``.
    digital_min, digital_max : int
        The digital values that mean ``physical_min`` and ``physical_max``.
    n_samples : int
        Samples in each data record.
    is_annotation : bool
        True for ``EDF Annotations`` and ``BDF Annotations``.
    calibrated : bool
        False when the ranges give no scale (a range of zero, or a number nobody can read).
    """

    label: str
    transducer: str
    unit: str
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: str
    n_samples: int
    reserved: str
    is_annotation: bool
    calibrated: bool = True

    @property
    def gain(self) -> float:
        """Physical units per digital step (1 where the signal is not calibrated)."""
        if not self.calibrated:
            return 1.0
        return (self.physical_max - self.physical_min) / (self.digital_max - self.digital_min)

    @property
    def offset(self) -> float:
        """Physical value of digital zero (0 where the signal is not calibrated)."""
        return self.physical_min - self.gain * self.digital_min if self.calibrated else 0.0


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A whole header.

    Attributes
    ----------
    sample_bytes : int
        2 for EDF, 3 for BDF.
    plus : str
        ``C`` or ``D`` for EDF+ and BDF+, empty for plain files.
    patient, recording, reserved : str
        The identification fields and the reserved field, blanks stripped.
    start : datetime or None
        Start by the header (whole seconds); the EDF+ ``Startdate`` wins over the two-digit year.
    n_records : int
        As stated; -1 when unknown.
    record_s : float
        Duration of a data record; 0 in files that hold annotations only.
    signals : tuple of SignalHeader
        In file order, annotation signals included.
    """

    sample_bytes: int
    plus: str
    patient: str
    recording: str
    reserved: str
    start: datetime | None
    n_records: int
    record_s: float
    signals: tuple[SignalHeader, ...]

    @property
    def header_bytes(self) -> int:
        """Where the data records begin."""
        return FIXED_BYTES + SIGNAL_BYTES * len(self.signals)

    @property
    def record_bytes(self) -> int:
        """Size of a data record."""
        return self.sample_bytes * sum(s.n_samples for s in self.signals)

    @property
    def format(self) -> str:
        """``EDF``, ``EDF+C``, ``EDF+D``, ``BDF``, ``BDF+C`` or ``BDF+D``."""
        return ("EDF" if self.sample_bytes == 2 else "BDF") + (f"+{self.plus}" if self.plus else "")


def looks_like_edf(head: bytes) -> bool:
    """Whether the first eight bytes are those of an EDF or BDF file."""
    return head[:8] in (EDF_MAGIC, BDF_MAGIC)


def parse_header(head: bytes, *, path: Path, file_bytes: int) -> tuple[EdfHeader, list[Finding]]:
    """Read a header.

    Parameters
    ----------
    head : bytes
        The beginning of the file, at least the whole header where the file has one.
    path : Path
        For messages and, where the first bytes are damaged, for the suffix.
    file_bytes : int
        Size of the whole file.

    Raises
    ------
    UnreadableRecordingError
        If the file is no EDF or BDF, or a field without which nothing can be placed is unreadable.
    """
    return _Parser(head, path, file_bytes).parse()


class _Parser:
    def __init__(self, head: bytes, path: Path, file_bytes: int) -> None:
        self.head, self.path, self.file_bytes = head, path, file_bytes
        self.findings: list[Finding] = []

    def parse(self) -> tuple[EdfHeader, list[Finding]]:
        if len(self.head) < FIXED_BYTES:
            self._fail(
                f"only {len(self.head)} bytes, but an EDF header has at least {FIXED_BYTES}",
                "the whole file",
                "copy the file again from the recorder",
            )
        sample_bytes = self._sample_bytes()
        n_signals = self._n_signals()
        self._check_text(FIXED_BYTES + SIGNAL_BYTES * n_signals)
        stated = self._integer(184, 8, "header bytes", default=-1)
        if stated != FIXED_BYTES + SIGNAL_BYTES * n_signals:
            self._note(
                "header_bytes", "header bytes, byte 184", self._text(184, 8),
                f"used {FIXED_BYTES + SIGNAL_BYTES * n_signals} for {n_signals} signals",
            )  # fmt: skip
        reserved = self._text(192, 44)
        signals = self._signals(n_signals)
        plus = self._plus(reserved, sample_bytes, signals)
        n_records = self._integer(236, 8, "number of data records", default=-1)
        record_s = self._real(244, 8, "duration of a data record")
        if record_s is None or record_s < 0:
            self._fail(
                f"the duration of a data record is {self._text(244, 8)!r}, not a number of seconds", "byte 244",
                "export the recording again; the header is damaged",
            )  # fmt: skip
        patient, recording = self._text(8, 80), self._text(88, 80)
        start = self._start(recording)
        header = EdfHeader(sample_bytes, plus, patient, recording, reserved, start, n_records, record_s, signals)
        return header, self.findings

    # The first fields --------------------------------------------------------------------------------------------

    def _sample_bytes(self) -> int:
        version = self.head[:8]
        if version == EDF_MAGIC:
            return 2
        if version == BDF_MAGIC:
            return 3
        suffix = self.path.suffix.lower()
        plausible = self._is_count(252, 4) and self._is_count(184, 8)
        if not plausible or suffix not in (".edf", ".bdf", ".rec"):
            self._fail(
                f"not an EDF or BDF file: it begins with {version!r}", "version, byte 0",
                "open the file with the software that wrote it and export EDF",
            )  # fmt: skip
        bdf = b"BIOSEMI" in version or self.head[192:195] == b"BDF" or suffix == ".bdf"
        self._note("version_field", "version, byte 0", repr(version), f"read as {'BDF' if bdf else 'EDF'}")
        return 3 if bdf else 2

    def _is_count(self, at: int, width: int) -> bool:
        return self.head[at : at + width].strip(b" \0").isdigit()

    def _n_signals(self) -> int:
        fits = (self.file_bytes - FIXED_BYTES) // SIGNAL_BYTES
        n = self._integer(252, 4, "number of signals", default=0)
        if n < 1 or n > fits:
            stated = self._integer(184, 8, "header bytes", default=0, silent=True)
            by_size = (stated - FIXED_BYTES) // SIGNAL_BYTES
            if n > 0 or stated % SIGNAL_BYTES or not 1 <= by_size <= fits:
                self._fail(
                    f"the number of signals is {self._text(252, 4)!r}, which the file of {self.file_bytes} bytes cannot hold",
                    "byte 252", "copy or export the recording again",
                )  # fmt: skip
            self._note("signal_count", "number of signals, byte 252", self._text(252, 4), f"used {by_size}")
            n = by_size
        return n

    def _plus(self, reserved: str, sample_bytes: int, signals: tuple[SignalHeader, ...]) -> str:
        name = "EDF" if sample_bytes == 2 else "BDF"
        has_annotations = any(s.is_annotation for s in signals)
        where = "reserved, byte 192"
        for kind in "CD":
            if not reserved.startswith(f"{name}+{kind}"):
                continue
            if reserved != f"{name}+{kind}":
                self._note("reserved_field", where, reserved, f"read as {name}+{kind}")
            if not has_annotations:
                self._note("annotation_signal_missing", where, reserved, f"no annotation signal; read as plain {name}")
                return ""
            return kind
        if has_annotations:
            self._note("reserved_field", where, reserved, f"the file has an annotation signal; read as {name}+")
            return "D" if "D" in reserved[3:] else "C"
        if reserved not in ("", "24BIT"):
            self._note("reserved_field", where, reserved, f"read as plain {name}")
        return ""

    # Signals -----------------------------------------------------------------------------------------------------

    def _signals(self, n: int) -> tuple[SignalHeader, ...]:
        at, columns = FIXED_BYTES, {}
        for name, width in _SIGNAL_FIELDS:
            columns[name] = (at, width)
            at += width * n

        def place(name: str, i: int) -> tuple[int, int]:
            start, width = columns[name]
            return start + i * width, width

        return tuple(self._signal(i, n, place) for i in range(n))

    def _signal(self, i: int, n: int, place: Callable[[str, int], tuple[int, int]]) -> SignalHeader:
        text = {name: self._text(*place(name, i)) for name in ("label", "transducer", "unit", "prefilter", "reserved")}
        label = text["label"]
        is_annotation = label in ANNOTATION_LABELS
        if not is_annotation and _nearly_annotations(label):
            is_annotation = True
            self._note("annotation_label", f"label of signal {i + 1}, byte {place('label', i)[0]}", label,
                       "read as an annotation signal")  # fmt: skip
        at, width = place("n_samples", i)
        n_samples = self._integer(at, width, f"samples per record of signal {i + 1} {label!r}", default=-1)
        if n_samples < 0 or (n_samples == 0 and n == 1):
            self._fail(
                f"samples per record of signal {i + 1} {label!r} is {self._text(at, width)!r}", f"byte {at}",
                "export the recording again; the header is damaged",
            )  # fmt: skip
        values: dict[str, float] = {}
        calibrated = True
        for name in ("physical_min", "physical_max", "digital_min", "digital_max"):
            at, width = place(name, i)
            value = self._real(at, width, f"{name.replace('_', ' ')}imum of signal {i + 1} {label!r}")
            if value is not None and name.startswith("digital") and value != int(value):
                self._note("digital_not_whole", f"{name} of {label!r}, byte {at}", self._text(at, width), "rounded")
                value = round(value)
            if value is None:
                value = self._sibling(name, i, n, place)
                calibrated = calibrated and value is not None
            values[name] = 0.0 if value is None else value
        if not is_annotation:
            calibrated = self._check_ranges(i, label, values, calibrated)
        return SignalHeader(
            **text,
            physical_min=values["physical_min"],
            physical_max=values["physical_max"],
            digital_min=int(values["digital_min"]),
            digital_max=int(values["digital_max"]),
            n_samples=n_samples,
            is_annotation=is_annotation,
            calibrated=calibrated,
        )

    def _sibling(self, name: str, i: int, n: int, place: Callable[[str, int], tuple[int, int]]) -> float | None:
        """The value that at least three other signals, and more than half of them, agree on."""
        texts = Counter(self._text(*place(name, j)) for j in range(n) if j != i)
        best, count = texts.most_common(1)[0] if texts else ("", 0)
        if count < 3 or count * 2 <= n or not _NUMBER.fullmatch(best):
            return None
        self._note("malformed_number", f"{name} of signal {i + 1}, byte {place(name, i)[0]}",
                   self._text(*place(name, i)), f"used {best}, as most other signals have")  # fmt: skip
        return float(best)

    def _check_ranges(self, i: int, label: str, values: dict[str, float], calibrated: bool) -> bool:
        where = f"signal {i + 1} {label!r}"
        low, high = values["physical_min"], values["physical_max"]
        first, last = values["digital_min"], values["digital_max"]
        if not calibrated:
            self._note("not_calibrated", where, "unreadable range", "left in digital steps")
            return False
        if low == high or first == last:
            what = "physical" if low == high else "digital"
            self._note(
                "not_calibrated", where, f"{what} minimum and maximum are both {low if low == high else first:g}",
                "left in digital steps",
            )  # fmt: skip
            return False
        if first > last:
            self._report("digital_range_reversed", where, f"{first:g} to {last:g}", "scaled as written")
        if low > high:
            self._report(
                "negative_gain", where, f"physical minimum {low:g} above maximum {high:g}",
                "legal in EDF: scaled as written, the signal is turned over",
            )  # fmt: skip
        return True

    # Date --------------------------------------------------------------------------------------------------------

    def _start(self, recording: str) -> datetime | None:
        day_text, time_text = self._text(168, 8), self._text(176, 8)
        day = self._short_date(day_text)
        full = startdate_of(recording)
        if full is not None:
            if day is None or (full.day, full.month, full.year % 100) != (day.day, day.month, day.year % 100):
                self._note(
                    "start_date", "start date, byte 168", day_text, f"used {full.isoformat()} of the recording field"
                )
            day = full
        elif day is None:
            self._report("start_date", "start date, byte 168", day_text, "start unknown")
        elif recording.startswith("Startdate") and recording.split()[1:2] != ["X"]:
            self._report(
                "start_date", "recording field, byte 88", " ".join(recording.split()[:2]), "used the short date"
            )
        clock = self._clock(time_text)
        if clock is None:
            self._report("start_time", "start time, byte 176", time_text, "start unknown")
        return datetime.combine(day, clock) if day is not None and clock is not None else None

    def _short_date(self, text: str) -> date | None:
        match = re.fullmatch(r"(\d{1,2})([.:/ -])(\d{1,2})\2(\d\d)", text)
        if match is None:
            return None
        d, separator, m, y = int(match[1]), match[2], int(match[3]), int(match[4])
        if separator != ".":
            self._note("start_date_form", "start date, byte 168", text, "read as day.month.year")
        try:
            return date(1900 + y if y >= 85 else 2000 + y, m, d)
        except ValueError:
            return None

    def _clock(self, text: str) -> time | None:
        match = re.fullmatch(r"(\d{1,2})([.:/ -])(\d{1,2})\2(\d{1,2})", text)
        if match is None:
            return None
        if match[2] != ".":
            self._note("start_time_form", "start time, byte 176", text, "read as hours.minutes.seconds")
        try:
            return time(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            return None

    # Fields ------------------------------------------------------------------------------------------------------

    def _text(self, at: int, width: int) -> str:
        return decode_text(self.head[at : at + width]).strip(" \0")

    def _real(self, at: int, width: int, name: str, *, silent: bool = False) -> float | None:
        raw = self._text(at, width)
        text = raw.strip()
        where = f"{name}, byte {at}"
        if re.fullmatch(r"[+-]?\d*,\d+", text):
            text = text.replace(",", ".")
            if not silent:
                self._note("decimal_comma", where, raw, f"read as {text}")
        if not _NUMBER.fullmatch(text):
            if not silent:
                self._report("malformed_number", where, raw, "not a number")
            return None
        if not silent and (self.head[at : at + 1] == b" " or _LEADING_ZERO.match(text)):
            self._report("number_form", where, decode_text(self.head[at : at + width]), f"read as {text}")
        value = float(text)
        return value if abs(value) < 1e30 else None

    def _integer(self, at: int, width: int, name: str, *, default: int, silent: bool = False) -> int:
        value = self._real(at, width, name, silent=silent)
        if value is None or value != int(value):
            return default
        return int(value)

    def _check_text(self, header_bytes: int) -> None:
        if len(self.head) < header_bytes:
            self._fail(
                f"the file ends after {len(self.head)} bytes, inside its header of {header_bytes}", "header",
                "copy the file again from the recorder",
            )  # fmt: skip
        odd = [k for k in range(8, header_bytes) if not 32 <= self.head[k] <= 126]
        if odd:
            self._report(
                "non_ascii_header", f"header, byte {odd[0]}", f"{len(odd)} bytes, first 0x{self.head[odd[0]]:02X}",
                "read as UTF-8 or Latin-1",
            )  # fmt: skip

    def _note(self, kind: str, where: str, seen: str, action: str) -> None:
        self.findings.append(Finding(kind, where, seen, True, action))

    def _report(self, kind: str, where: str, seen: str, action: str) -> None:
        self.findings.append(Finding(kind, where, seen, False, action))

    def _fail(self, what: str, where: str, remedy: str) -> None:
        raise UnreadableRecordingError(what, path=self.path, where=where, remedy=remedy)


def decode_text(raw: bytes) -> str:
    """Text of a header field or annotation: UTF-8 where that is what it is, else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def startdate_of(recording: str) -> date | None:
    """The date of an EDF+ recording field ``Startdate dd-MMM-yyyy ...``, or None."""
    words = recording.split()
    return edf_date(words[1]) if len(words) > 1 and words[0] == "Startdate" else None


def edf_date(text: str) -> date | None:
    """A date written ``02-AUG-1951``, or None."""
    match = re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", text)
    if match is None or match[2].upper() not in _MONTHS:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
    except ValueError:
        return None


def _nearly_annotations(label: str) -> bool:
    """Whether a label differs from that of annotation signals in at most four places, or in case and blanks."""
    target = "EDF Annotations"
    folded = label.lower().replace(" ", "")
    if folded in ("edfannotations", "bdfannotations"):
        return True
    return len(label) == len(target) and sum(a != b for a, b in zip(label[1:], target[1:], strict=True)) <= 4
