"""All events as an EDF+ file that holds annotations only, for any reading station."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from westward._version import __version__
from westward.core.files import replacing
from westward.eeg.events.event import Event

_RECORD_BYTES = 4096
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NO_DATE = datetime(1985, 1, 1, tzinfo=UTC)


def words_of(event: Event) -> str:
    """What an annotation says: ``spike C3, 132 µV, confidence 0.84``; uncounted ones say why.

    A note of the recording keeps its text.
    """
    if event.trial_type == "note":
        return event.reason or event.subtype or "note"
    name = event.trial_type.replace("_", " ")
    if event.subtype:
        name += f" ({event.subtype.replace('_', ' ')})"
    if event.channels:
        name += f" {' '.join(event.channels[:4])}" + (" ..." if len(event.channels) > 4 else "")
    parts = [name]
    if event.amplitude_uv is not None:
        parts.append(f"{event.amplitude_uv:.0f} µV")
    if event.confidence is not None:
        parts.append(f"confidence {event.confidence:.2f}")
    if event.trial_type in ("spike", "attenuation", "grouped_multifocal_spikes") and not event.counted:
        parts.append(f"not counted{f': {event.reason}' if event.reason else ''}")
    return ", ".join(parts)


def _seconds(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def tal(onset_s: float, duration_s: float, text: str) -> bytes:
    """One time-stamped annotation list (EDF+ 2.2.2); control characters in the text become spaces."""
    if not (math.isfinite(onset_s) and math.isfinite(duration_s)):
        raise ValueError(f"an annotation needs finite times, got onset {onset_s!r} and duration {duration_s!r}")
    onset = _seconds(abs(onset_s))
    sign = "-" if onset_s < 0 and onset != "0" else "+"
    length = f"\x15{_seconds(duration_s)}" if duration_s > 0 else ""
    clean = "".join(c if c >= " " and c != "\x7f" else " " for c in text).strip()
    return f"{sign}{onset}{length}\x14{clean}\x14\x00".encode()


def _records(events: Iterable[Event]) -> Iterator[bytes]:
    """Whole data records; each begins with the time-keeping list that EDF+ asks for."""
    first = b"+0\x14\x14\x00"
    room = _RECORD_BYTES - len(first)
    record = bytearray(first)
    for event in events:
        text = words_of(event)
        one = tal(event.onset_s, event.duration_s, text)
        while len(one) > room:
            text = text[: len(text) * 3 // 4]
            one = tal(event.onset_s, event.duration_s, text + " ...")
        if len(record) + len(one) > _RECORD_BYTES:
            yield bytes(record.ljust(_RECORD_BYTES, b"\x00"))
            record = bytearray(first)
        record += one
    yield bytes(record.ljust(_RECORD_BYTES, b"\x00"))


def _header(start: datetime | None, n_records: int, simulated: bool) -> bytes:
    when = start or _NO_DATE
    date = f"{when.day:02d}-{_MONTHS[when.month - 1]}-{when.year:04d}" if start else "X"
    kind = "simulated" if simulated else "X"

    def field(text: str, width: int) -> bytes:
        return text.encode("ascii", "replace")[:width].ljust(width)

    main = [
        ("0", 8), ("X X X X", 80), (f"Startdate {date} {kind} X Westward_{__version__}", 80),
        (f"{when.day:02d}.{when.month:02d}.{when.year % 100:02d}", 8),
        (f"{when.hour:02d}.{when.minute:02d}.{when.second:02d}", 8),
        ("512", 8), ("EDF+C", 44), (str(n_records), 8), ("0", 8), ("1", 4),
    ]  # fmt: skip
    signal = [
        ("EDF Annotations", 16), ("", 80), ("", 8), ("-1", 8), ("1", 8), ("-32768", 8), ("32767", 8), ("", 80),
        (str(_RECORD_BYTES // 2), 8), ("", 32),
    ]  # fmt: skip
    return b"".join(field(text, width) for text, width in main + signal)


def write_edf(events: Iterable[Event], path: Path, *, start: datetime | None = None, simulated: bool = False) -> int:
    """Write events as an annotation-only EDF+C file (data record duration 0) and return their number.

    Parameters
    ----------
    events : iterable of Event
        In order of onset; consumed once, never held as a whole.
    path : Path
        Written beside its place, then renamed.
    start : datetime, optional
        Start of the recording, so that the file lies on top of it in a viewer. Without it the date is the
        EDF+ anonymous one (1 Jan 1985).
    simulated : bool
        Says so in the recording field.

    Notes
    -----
    No name, code or birth date is written: the patient field is ``X X X X``. Source: EDF+ specification
    (Kemp 2003), sections 2.1.3 and 2.2.
    """
    n_events = n_records = 0

    def counted() -> Iterator[Event]:
        nonlocal n_events
        for event in events:
            n_events += 1
            yield event

    with replacing(path) as beside, beside.open("wb") as out:
        out.write(_header(start, -1, simulated))
        for record in _records(counted()):
            out.write(record)
            n_records += 1
        out.seek(0)
        out.write(_header(start, n_records, simulated))
    return n_events
