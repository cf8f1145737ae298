"""A signal of an EDF+ or BDF+ file to be written, and the header that describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from westward.core.errors import UsageError
from westward.eeg.recording.edf_fields import ascii_field, number_field, unit_field


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """One ordinary signal of a file to be written.

    Attributes
    ----------
    label : str
        At most 16 printable ASCII characters, such as ``EEG C3-Ref``.
    sfreq_hz : float
        Samples per second; times ``record_s`` it must be a whole number.
    physical_min, physical_max : float
        Range in ``unit``; values outside are clipped and counted. The header has 8 characters for each, so a
        limit that needs more digits is widened by the least amount.
    unit : str
        Physical dimension (``µV`` is written ``uV``, as EDF+ demands).
    prefilter, transducer : str
        At most 80 characters, such as ``HP:0.1Hz LP:75Hz``.
    digital_min, digital_max : int, optional
        Default: the whole range of the format (16 bits, or 24 bits in BDF).
    """

    label: str
    sfreq_hz: float
    physical_min: float
    physical_max: float
    unit: str = "uV"
    prefilter: str = ""
    transducer: str = ""
    digital_min: int | None = None
    digital_max: int | None = None


@dataclass(frozen=True, slots=True)
class ScaledSignal:
    """A signal with the scaling that the header can express.

    Attributes
    ----------
    spec : SignalSpec
        What was asked for.
    samples : int
        Samples in each data record.
    physical : tuple of str
        Minimum and maximum as written.
    digital : tuple of int
        Minimum and maximum.
    """

    spec: SignalSpec
    samples: int
    physical: tuple[str, str]
    digital: tuple[int, int]

    @property
    def gain(self) -> float:
        """Digital steps per physical unit."""
        low, high = (float(text) for text in self.physical)
        return (self.digital[1] - self.digital[0]) / (high - low)

    @property
    def offset(self) -> float:
        """Digital value of physical zero."""
        return self.digital[0] - float(self.physical[0]) * self.gain


def scaled(spec: SignalSpec, *, record_s: float, bits: int) -> ScaledSignal:
    """A signal fitted to the format.

    Raises
    ------
    UsageError
        If the rate, a range or a text does not fit.
    """
    exact = spec.sfreq_hz * record_s
    if not exact >= 0.5 or abs(exact - round(exact)) > 1e-6 * exact:
        raise UsageError(
            f"{spec.label!r}: {spec.sfreq_hz!r} Hz gives {exact!r} samples in a record of {record_s!r} s;"
            " choose a record duration that holds a whole number"
        )
    full = 1 << (bits - 1)
    digital = (
        -full if spec.digital_min is None else spec.digital_min,
        full - 1 if spec.digital_max is None else spec.digital_max,
    )
    if not -full <= digital[0] < digital[1] < full:
        raise UsageError(f"{spec.label!r}: digital range {digital!r} does not fit the format")
    upward = spec.physical_max > spec.physical_min
    physical = (
        number_field(spec.physical_min, f"physical minimum of {spec.label!r}", toward=-1 if upward else 1),
        number_field(spec.physical_max, f"physical maximum of {spec.label!r}", toward=1 if upward else -1),
    )
    if float(physical[0]) == float(physical[1]):
        raise UsageError(f"{spec.label!r}: physical minimum and maximum are equal ({physical[0]})")
    return ScaledSignal(spec, round(exact), physical, digital)


@dataclass(frozen=True, slots=True)
class HeaderTexts:
    """The fixed texts of the main header, already checked."""

    patient: str
    recording: str
    date: str
    time: str
    record_duration: str


def header_bytes(
    texts: HeaderTexts,
    signals: Sequence[ScaledSignal],
    *,
    bits: int,
    discontinuous: bool,
    n_records: int,
    annotation_samples: int,
) -> bytes:
    """The whole header of an EDF+ (16 bits) or BDF+ (24 bits) file, annotation signal last."""
    kind = "BDF" if bits == 24 else "EDF"
    full = 1 << (bits - 1)
    columns: list[tuple[str, int, list[str]]] = [
        ("label", 16, [*(s.spec.label for s in signals), f"{kind} Annotations"]),
        ("transducer", 80, [*(s.spec.transducer for s in signals), ""]),
        ("unit", 8, [*(unit_field(s.spec.unit) for s in signals), ""]),
        ("physical minimum", 8, [*(s.physical[0] for s in signals), "-1"]),
        ("physical maximum", 8, [*(s.physical[1] for s in signals), "1"]),
        ("digital minimum", 8, [*(str(s.digital[0]) for s in signals), str(-full)]),
        ("digital maximum", 8, [*(str(s.digital[1]) for s in signals), str(full - 1)]),
        ("prefilter", 80, [*(s.spec.prefilter for s in signals), ""]),
        ("samples in a record", 8, [*(str(s.samples) for s in signals), str(annotation_samples)]),
        ("reserved", 32, [""] * (len(signals) + 1)),
    ]
    fields = [
        b"\xffBIOSEMI" if bits == 24 else b"0       ",
        ascii_field(texts.patient, 80, "patient field"),
        ascii_field(texts.recording, 80, "recording field"),
        ascii_field(texts.date, 8, "start date"),
        ascii_field(texts.time, 8, "start time"),
        ascii_field(str(header_size(len(signals))), 8, "header size"),
        ascii_field(f"{kind}+{'D' if discontinuous else 'C'}", 44, "reserved field"),
        ascii_field(str(n_records), 8, "number of records"),
        ascii_field(texts.record_duration, 8, "record duration"),
        ascii_field(str(len(signals) + 1), 4, "number of signals"),
    ]
    return b"".join(fields + [ascii_field(text, width, name) for name, width, column in columns for text in column])


def header_size(n_signals: int) -> int:
    """Bytes of a header with so many ordinary signals and one annotation signal."""
    return 256 * (2 + n_signals)
