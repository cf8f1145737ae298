"""When a recording began and who was recorded, from the first fields of the header."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from westward.eeg.recording.edf_text import HeaderText
from westward.eeg.recording.finding import Finding
from westward.eeg.recording.recording import Patient

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TRIPLE = re.compile(r"(\d{1,2})([.:/ -])(\d{1,2})\2(\d{1,2})", re.ASCII)
_CLIPPING_YEAR = 85


def start_of(fields: HeaderText) -> datetime | None:
    """Start in whole seconds, or None with a finding.

    The four-digit year of an EDF+ recording field ``Startdate dd-MMM-yyyy`` wins over the two digits of the start
    date, which mean 1985 to 2084 (EDF specification, clipping year; recalled).
    """
    recording = fields.text(88, 80)
    short_text, time_text = fields.text(168, 8), fields.text(176, 8)
    short, full = _short_date(fields, short_text), startdate_of(recording)
    words = recording.split()
    if full is not None:
        beyond = short_text == f"{full.day:02d}.{full.month:02d}.yy" and not 1985 <= full.year <= 2084
        if short != full and not beyond:
            fields.note("start_date", "start date, byte 168", short_text, f"used {full} of the recording field")
    elif short is None:
        fields.report("start_date", "start date, byte 168", short_text, "start unknown")
    elif words[:1] == ["Startdate"] and words[1:2] != ["X"]:
        fields.report("start_date", "recording field, byte 88", " ".join(words[:2]), "used the short date")
    clock = _clock(fields, time_text)
    if clock is None:
        fields.report("start_time", "start time, byte 176", time_text, "start unknown")
    day = full or short
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def patient_of(text: str, start: datetime | None) -> tuple[Patient, list[Finding]]:
    """EDF+ subfields ``code sex dd-MMM-yyyy name``; anything else is kept whole as the name."""
    words = text.split()
    if len(words) < 4 or words[1] not in ("M", "F", "X"):
        return Patient(name=text), []
    birth = edf_date(words[2])
    seen = ""
    if birth is not None and start is not None and birth > start.date():
        birth, seen = None, "birth date after the start of the recording"
    elif birth is None and words[2] != "X":
        seen = "birth date is no date dd-MMM-yyyy"
    findings = [Finding("birth_date", "patient field, byte 8", seen, False, "age unknown")] if seen else []
    code, sex, name = ("" if word == "X" else word.replace("_", " ") for word in (*words[:2], " ".join(words[3:])))
    return Patient(code=code, name=name, sex=sex, birth_date=birth), findings


def startdate_of(recording: str) -> date | None:
    """The date of an EDF+ recording field ``Startdate dd-MMM-yyyy ...``, or None."""
    words = recording.split()
    return edf_date(words[1]) if len(words) > 1 and words[0] == "Startdate" else None


def edf_date(text: str) -> date | None:
    """A date written ``02-AUG-1951``, or None."""
    match = re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", text, re.ASCII)
    if match is None or match[2].upper() not in _MONTHS:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
    except ValueError:
        return None


def _short_date(fields: HeaderText, text: str) -> date | None:
    match = _TRIPLE.fullmatch(text)
    if match is None or len(match[4]) != 2:
        return None
    if match[2] != ".":
        fields.note("start_date_form", "start date, byte 168", text, "read as day.month.year")
    year = int(match[4])
    try:
        return date(1900 + year if year >= _CLIPPING_YEAR else 2000 + year, int(match[3]), int(match[1]))
    except ValueError:
        return None


def _clock(fields: HeaderText, text: str) -> time | None:
    match = _TRIPLE.fullmatch(text)
    if match is None:
        return None
    if match[2] != ".":
        fields.note("start_time_form", "start time, byte 176", text, "read as hours.minutes.seconds")
    try:
        return time(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
