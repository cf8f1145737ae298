"""EDF and BDF files byte by byte, right or wrong on purpose; independent of our writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Signal:
    """A signal of a test file. ``digital``: whole records of digital values; ``raw``: bytes of each record instead."""

    label: str = "EEG C3-Ref"
    n_samples: int = 4
    digital: Sequence[int] | np.ndarray | None = None
    raw: Sequence[bytes] | None = None
    unit: str = "uV"
    physical_min: str = "-3276.8"
    physical_max: str = "3276.7"
    digital_min: str = "-32768"
    digital_max: str = "32767"
    transducer: str = ""
    prefilter: str = ""
    reserved: str = ""


def annotations(tals: Sequence[bytes], *, n_samples: int = 30, label: str = "EDF Annotations") -> Signal:
    """An annotation signal with these bytes in each record."""
    return Signal(label=label, n_samples=n_samples, raw=tals, unit="", physical_min="-1", physical_max="1")


def stamp(onset_s: float | str, *texts: str, duration: str = "") -> bytes:
    """A TAL: ``stamp(3)`` is the timekeeping one of a record that starts after three seconds."""
    onset = onset_s if isinstance(onset_s, str) else f"{onset_s:+.10g}"
    head = onset + (f"\x15{duration}" if duration else "")
    return (head + "\x14" + "".join(t + "\x14" for t in texts or ("",))).encode() + b"\0"


def edf_bytes(
    signals: Sequence[Signal],
    *,
    n_records: int,
    record_s: str = "1",
    reserved: str = "",
    bdf: bool = False,
    patient: str = "X X X X",
    recording: str = "Startdate 02-MAR-2024 X X X",
    start_date: str = "02.03.24",
    start_time: str = "10.11.12",
    override: Mapping[str, bytes] | None = None,
    stated_records: int | None = None,
) -> bytes:
    """A whole file. ``override`` replaces the bytes of a main header field by name."""
    n = len(signals)
    main = {
        "version": b"\xffBIOSEMI" if bdf else b"0       ",
        "patient": _pad(patient, 80),
        "recording": _pad(recording, 80),
        "start_date": _pad(start_date, 8),
        "start_time": _pad(start_time, 8),
        "header_bytes": _pad(str(256 * (n + 1)), 8),
        "reserved": _pad(reserved, 44),
        "n_records": _pad(str(n_records if stated_records is None else stated_records), 8),
        "record_s": _pad(record_s, 8),
        "n_signals": _pad(str(n), 4),
    } | dict(override or {})
    parts = [*main.values()]
    for name, width in (
        ("label", 16), ("transducer", 80), ("unit", 8), ("physical_min", 8), ("physical_max", 8), ("digital_min", 8),
        ("digital_max", 8), ("prefilter", 80), ("n_samples", 8), ("reserved", 32),
    ):  # fmt: skip
        parts += [_pad(str(getattr(s, name)), width) for s in signals]
    columns = [_column(s, n_records, 3 if bdf else 2) for s in signals]
    for record in range(n_records):
        parts += [column[record] for column in columns]
    return b"".join(parts)


def _pad(text: str, width: int) -> bytes:
    raw = text.encode("latin-1")
    assert len(raw) <= width, text
    return raw.ljust(width)


def _column(signal: Signal, n_records: int, width: int) -> list[bytes]:
    size = signal.n_samples * width
    if signal.raw is not None:
        assert all(len(r) <= size for r in signal.raw)
        return [r.ljust(size, b"\0") for r in signal.raw]
    count = n_records * signal.n_samples
    values = np.arange(count) % 1000 if signal.digital is None else np.asarray(signal.digital)
    four = values.astype("<i4").view(np.uint8).reshape(count, 4)[:, :width]
    return [four[k * signal.n_samples : (k + 1) * signal.n_samples].tobytes() for k in range(n_records)]
