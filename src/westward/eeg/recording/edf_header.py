"""The header of an EDF or BDF file: bytes in, typed fields and findings out; no sample is touched.

Sources: Kemp et al., "A simple format for exchange of digitized polygraphic recordings", 1992 (EDF); Kemp and
Olivan, "European data format 'plus' (EDF+)", 2003; BioSemi's description of BDF. Status: recalled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from westward.eeg.recording.edf_start import start_of
from westward.eeg.recording.edf_text import HeaderText, last_decimal, number
from westward.eeg.recording.finding import Finding

FIXED_BYTES = 256
SIGNAL_BYTES = 256
ANNOTATION_LABELS = ("EDF Annotations", "BDF Annotations")
BDF_MAGIC = b"\xffBIOSEMI"
EDF_MAGIC = b"0       "
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
    precision : float
        One step of the last decimal with which the physical range is written.
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
    precision: float = 1.0
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
        self.fields, self.file_bytes = HeaderText(head, path), file_bytes

    def parse(self) -> tuple[EdfHeader, list[Finding]]:
        if len(self.fields.head) < FIXED_BYTES:
            raise self.fields.error(
                f"only {len(self.fields.head)} bytes, but an EDF header has at least {FIXED_BYTES}",
                "the whole file",
                "copy the file again from the recorder",
            )
        sample_bytes = self._sample_bytes()
        n_signals = self._n_signals()
        self._check_text(FIXED_BYTES + SIGNAL_BYTES * n_signals)
        stated = self.fields.integer(184, 8, "header bytes", default=-1)
        if stated != FIXED_BYTES + SIGNAL_BYTES * n_signals:
            self.fields.note(
                "header_bytes", "header bytes, byte 184", self.fields.text(184, 8),
                f"used {FIXED_BYTES + SIGNAL_BYTES * n_signals} for {n_signals} signals",
            )  # fmt: skip
        reserved = self.fields.text(192, 44)
        signals = self._signals(n_signals)
        plus = self._plus(reserved, sample_bytes, signals)
        n_records = self.fields.integer(236, 8, "number of data records", default=-1)
        record_s = self.fields.real(244, 8, "duration of a data record")
        if record_s is None or record_s < 0:
            raise self.fields.error(
                f"the duration of a data record is {self.fields.text(244, 8)!r}, not a number of seconds", "byte 244",
                "export the recording again; the header is damaged",
            )  # fmt: skip
        patient, recording = self.fields.text(8, 80), self.fields.text(88, 80)
        start = start_of(self.fields)
        header = EdfHeader(sample_bytes, plus, patient, recording, reserved, start, n_records, record_s, signals)
        return header, self.fields.findings

    # The first fields --------------------------------------------------------------------------------------------

    def _sample_bytes(self) -> int:
        version = self.fields.head[:8]
        if version == EDF_MAGIC:
            return 2
        if version == BDF_MAGIC:
            return 3
        suffix = self.fields.path.suffix.lower()
        plausible = self._is_count(252, 4) and self._is_count(184, 8)
        if not plausible or suffix not in (".edf", ".bdf", ".rec"):
            raise self.fields.error(
                f"not an EDF or BDF file: it begins with {version!r}", "version, byte 0",
                "open the file with the software that wrote it and export EDF",
            )  # fmt: skip
        bdf = b"BIOSEMI" in version or self.fields.head[192:195] == b"BDF" or suffix == ".bdf"
        self.fields.note("version_field", "version, byte 0", repr(version), f"read as {'BDF' if bdf else 'EDF'}")
        return 3 if bdf else 2

    def _is_count(self, at: int, width: int) -> bool:
        return self.fields.head[at : at + width].strip(b" \0").isdigit()

    def _n_signals(self) -> int:
        fields = self.fields
        said = fields.integer(252, 4, "number of signals", default=0)
        stated = number(fields.text(184, 8)) or 0.0
        by_size = int(stated) // SIGNAL_BYTES - 1 if stated % SIGNAL_BYTES == 0 else 0
        if said == by_size and self._fits(said) > 0:
            return said
        best = max((said, by_size), key=self._fits)
        if self._fits(best) == 0:
            raise fields.error(
                f"the number of signals is {fields.text(252, 4)!r}, which does not fit a file of "
                f"{self.file_bytes} bytes", "byte 252", "copy or export the recording again",
            )  # fmt: skip
        if best != said:
            fields.note("signal_count", "number of signals, byte 252", fields.text(252, 4), f"used {best}")
        return best

    def _fits(self, n: int) -> int:
        """How well a number of signals fits the file: 0 impossible, 1 possible, 2 sizes readable, 3 sizes agree."""
        at = FIXED_BYTES + SIGNAL_BYTES * n
        if n < 1 or at > self.file_bytes:
            return 0
        sizes = [number(self.fields.text(at - 40 * n + 8 * i, 8)) for i in range(n)]
        if any(size is None or size < 0 or size != int(size) for size in sizes):
            return 1
        samples = int(sum(size for size in sizes if size is not None))
        return 3 if samples and (self.file_bytes - at) % samples == 0 else 2

    def _plus(self, reserved: str, sample_bytes: int, signals: tuple[SignalHeader, ...]) -> str:
        name = "EDF" if sample_bytes == 2 else "BDF"
        has_annotations = any(s.is_annotation for s in signals)
        where = "reserved, byte 192"
        for kind in "CD":
            if not reserved.startswith(f"{name}+{kind}"):
                continue
            if reserved != f"{name}+{kind}":
                self.fields.note("reserved_field", where, reserved, f"read as {name}+{kind}")
            if not has_annotations:
                self.fields.note(
                    "annotation_signal_missing", where, reserved, f"no annotation signal; read as plain {name}"
                )
                return ""
            return kind
        if has_annotations:
            self.fields.note("reserved_field", where, reserved, f"the file has an annotation signal; read as {name}+")
            return "D" if "D" in reserved[3:] else "C"
        if reserved not in ("", "24BIT"):
            self.fields.note("reserved_field", where, reserved, f"read as plain {name}")
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

        return self._stray_annotations([self._signal(i, n, place) for i in range(n)])

    def _stray_annotations(self, signals: list[SignalHeader]) -> tuple[SignalHeader, ...]:
        """Annotation signals of a file are alike in all fields; one whose label is damaged is known by that."""
        likes = {replace(s, label="") for s in signals if s.is_annotation}
        for i, signal in enumerate(signals):
            if not signal.is_annotation and replace(signal, label="", is_annotation=True) in likes:
                self.fields.note("annotation_label", f"label of signal {i + 1}", signal.label,
                           "read as an annotation signal: all else is as in one")  # fmt: skip
                signals[i] = replace(signal, is_annotation=True)
            elif not signal.label:
                self.fields.report("label_missing", f"label of signal {i + 1}", "blank", "kept without a name")
        return tuple(signals)

    def _signal(self, i: int, n: int, place: Callable[[str, int], tuple[int, int]]) -> SignalHeader:
        text = {
            name: self.fields.text(*place(name, i)) for name in ("label", "transducer", "unit", "prefilter", "reserved")
        }
        label = text["label"]
        is_annotation = label in ANNOTATION_LABELS
        if not is_annotation and _nearly_annotations(label):
            is_annotation = True
            self.fields.note("annotation_label", f"label of signal {i + 1}, byte {place('label', i)[0]}", label,
                       "read as an annotation signal")  # fmt: skip
        at, width = place("n_samples", i)
        n_samples = self.fields.integer(at, width, f"samples per record of signal {i + 1} {label!r}", default=-1)
        if n_samples < 0 or (n_samples == 0 and n == 1):
            raise self.fields.error(
                f"samples per record of signal {i + 1} {label!r} is {self.fields.text(at, width)!r}", f"byte {at}",
                "export the recording again; the header is damaged",
            )  # fmt: skip
        values: dict[str, float] = {}
        calibrated = True
        for name in ("physical_min", "physical_max", "digital_min", "digital_max"):
            at, width = place(name, i)
            value = self.fields.real(at, width, f"{name.replace('_', ' ')}imum of signal {i + 1} {label!r}")
            if value is not None and name.startswith("digital") and value != int(value):
                self.fields.note(
                    "digital_not_whole", f"{name} of {label!r}, byte {at}", self.fields.text(at, width), "rounded"
                )
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
            precision=max(last_decimal(self.fields.text(*place(name, i))) for name in ("physical_min", "physical_max")),
            calibrated=calibrated,
        )

    def _sibling(self, name: str, i: int, n: int, place: Callable[[str, int], tuple[int, int]]) -> float | None:
        """The value that at least three other signals, and more than half of them, agree on."""
        texts = Counter(self.fields.text(*place(name, j)) for j in range(n) if j != i)
        best, count = texts.most_common(1)[0] if texts else ("", 0)
        if count < 3 or count * 2 <= n or number(best) is None:
            return None
        self.fields.note("malformed_number", f"{name} of signal {i + 1}, byte {place(name, i)[0]}",
                   self.fields.text(*place(name, i)), f"used {best}, as most other signals have")  # fmt: skip
        return float(best)

    def _check_ranges(self, i: int, label: str, values: dict[str, float], calibrated: bool) -> bool:
        where = f"signal {i + 1} {label!r}"
        low, high = values["physical_min"], values["physical_max"]
        first, last = values["digital_min"], values["digital_max"]
        if not calibrated:
            self.fields.note("not_calibrated", where, "unreadable range", "left in digital steps")
            return False
        if low == high or first == last:
            what = "physical" if low == high else "digital"
            self.fields.note(
                "not_calibrated", where, f"{what} minimum and maximum are both {low if low == high else first:g}",
                "left in digital steps",
            )  # fmt: skip
            return False
        if first > last:
            self.fields.report("digital_range_reversed", where, f"{first:g} to {last:g}", "scaled as written")
        if low > high:
            self.fields.report(
                "negative_gain", where, f"physical minimum {low:g} above maximum {high:g}",
                "legal in EDF: scaled as written, the signal is turned over",
            )  # fmt: skip
        return True

    def _check_text(self, header_bytes: int) -> None:
        fields = self.fields
        if len(fields.head) < header_bytes:
            raise fields.error(
                f"the file ends after {len(fields.head)} bytes, inside its header of {header_bytes}", "header",
                "copy the file again from the recorder",
            )  # fmt: skip
        odd = [k for k in range(8, header_bytes) if not 32 <= fields.head[k] <= 126]
        if odd:
            seen = f"{len(odd)} bytes, first 0x{fields.head[odd[0]]:02X}"
            fields.report("non_ascii_header", f"header, byte {odd[0]}", seen, "read as UTF-8 or Latin-1")


def _nearly_annotations(label: str) -> bool:
    """Whether a label differs from that of annotation signals in at most four places, or in case and blanks."""
    target = "EDF Annotations"
    folded = label.lower().replace(" ", "")
    if folded in ("edfannotations", "bdfannotations"):
        return True
    return len(label) == len(target) and sum(a != b for a, b in zip(label[1:], target[1:], strict=True)) <= 4
