"""Fields of an EDF+ header and annotation list, as they are written."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from westward.core.errors import UsageError

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
"""English abbreviations in upper case, whatever the locale (EDF+ 2.1.3.3)."""

_DATE = re.compile(rf"(?:0[1-9]|[12]\d|3[01])-(?:{'|'.join(MONTHS)})-\d{{4}}")


def ascii_field(text: str, width: int, name: str) -> bytes:
    """Printable US-ASCII, left-justified and filled with spaces.

    Raises
    ------
    UsageError
        If the text is too long or holds anything but printable ASCII.
    """
    if len(text) > width or any(not 32 <= ord(c) < 127 for c in text):
        raise UsageError(f"EDF {name} {text!r} must be printable ASCII of at most {width} characters")
    return text.encode("ascii").ljust(width)


def number_field(value: float, name: str, *, toward: int = 0) -> str:
    """A number in at most 8 characters, exact where 8 characters allow it.

    ``toward`` says which way to go where they do not: -1 down, 1 up, 0 to the nearest.
    """
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise UsageError(f"EDF {name} {value!r} is not a number")
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if plain in ("-0", ""):
        plain = "0"
    for text in (plain, f"{number.normalize():E}".replace("E+", "E")):
        if len(text) <= 8 and float(text) == float(value):
            return text
    rounding = {-1: ROUND_FLOOR, 0: ROUND_HALF_EVEN, 1: ROUND_CEILING}[toward]
    for digits in range(6, -1, -1):
        text = f"{number.quantize(Decimal(1).scaleb(-digits), rounding=rounding):f}"
        if len(text) <= 8 and (digits == 0 or float(text) != 0):
            return text
    raise UsageError(f"EDF {name} {value!r} does not fit into 8 characters")


def unit_field(unit: str) -> str:
    """Physical dimension with ``u`` for micro, in any of its encodings."""
    return unit.replace("\u00b5", "u").replace("\u03bc", "u")


def onset_text(time_s: float) -> bytes:
    """Signed seconds of a time-stamped annotation list, to the microsecond, without an exponent."""
    text = f"{time_s:+.6f}".rstrip("0").rstrip(".")
    return b"+0" if text in ("+0", "-0") else text.encode("ascii")


def date_text(moment: date) -> str:
    """``dd-MMM-yyyy``."""
    return f"{moment.day:02d}-{MONTHS[moment.month - 1]}-{moment.year:04d}"


def start_fields(start: datetime | None) -> tuple[str, str]:
    """Start date and time of the main header; years that two digits cannot tell are written ``yy``."""
    if start is None:
        return "01.01.85", "00.00.00"
    year = f"{start.year % 100:02d}" if 1985 <= start.year <= 2084 else "yy"
    return f"{start.day:02d}.{start.month:02d}.{year}", f"{start.hour:02d}.{start.minute:02d}.{start.second:02d}"


def dated_recording(recording: str, start: datetime | None) -> str:
    """Recording field with an unknown start date filled in."""
    if start is None or not re.match(r"Startdate X(?: |$)", recording):
        return recording
    return f"Startdate {date_text(start)}{recording.removeprefix('Startdate X')}"


def check_patient(patient: str) -> str:
    """The patient field if it has the EDF+ subfields.

    Raises
    ------
    UsageError
        If a subfield is missing or malformed.
    """
    parts = patient.split(" ")
    if len(parts) < 4 or "" in parts or parts[1] not in ("X", "F", "M"):
        raise UsageError(f"EDF+ patient field {patient!r} must read 'code sex birthdate name', X for unknown")
    if parts[2] != "X" and not _DATE.fullmatch(parts[2]):
        raise UsageError(f"EDF+ birth date {parts[2]!r} must read dd-MMM-yyyy in English capitals, or X")
    return patient


def check_recording(recording: str, start: datetime | None) -> str:
    """The recording field if it has the EDF+ subfields and its date is the start date.

    Raises
    ------
    UsageError
        If a subfield is missing or malformed, or the dates differ.
    """
    parts = recording.split(" ")
    if len(parts) < 5 or "" in parts or parts[0] != "Startdate":
        raise UsageError(
            f"EDF+ recording field {recording!r} must read 'Startdate date code technician equipment', X for unknown"
        )
    if parts[1] == "X":
        return recording
    if not _DATE.fullmatch(parts[1]):
        raise UsageError(f"EDF+ start date {parts[1]!r} must read dd-MMM-yyyy in English capitals, or X")
    expected = "01-JAN-1985" if start is None else date_text(start)
    if parts[1] != expected:
        raise UsageError(f"EDF+ start date {parts[1]!r} differs from the start of the recording, {expected}")
    return recording
