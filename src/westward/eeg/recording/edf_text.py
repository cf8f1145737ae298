"""Fields of an EDF header as they are read: text, numbers, and a finding for whatever is odd about them."""

from __future__ import annotations

import re
from pathlib import Path

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.finding import Finding

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_LEADING_ZERO = re.compile(r"[+-]?0\d", re.ASCII)
_LARGEST = 1e30


class HeaderText:
    """The bytes of a header, read field by field; ``findings`` grows as oddities are met.

    Parameters
    ----------
    head : bytes
        At least the header.
    path : Path
        The file, for messages.
    """

    def __init__(self, head: bytes, path: Path) -> None:
        self.head, self.path = head, path
        self.findings: list[Finding] = []

    def text(self, at: int, width: int) -> str:
        """A field without the blanks (or NUL bytes) that fill it."""
        return decode_text(self.head[at : at + width]).strip(" \0")

    def real(self, at: int, width: int, name: str) -> float | None:
        """A number, or None with a finding; a decimal comma is read as a point."""
        raw = self.text(at, width)
        where = f"{name}, byte {at}"
        value = number(raw)
        if value is None:
            self.report("malformed_number", where, raw, "not a number")
            return None
        if "," in raw:
            self.note("decimal_comma", where, raw, f"read as {value:g}")
        elif self.head[at : at + 1] == b" " or _LEADING_ZERO.match(raw):
            self.report("number_form", where, decode_text(self.head[at : at + width]), f"read as {value:g}")
        return value

    def integer(self, at: int, width: int, name: str, *, default: int) -> int:
        """A whole number, or ``default`` (with a finding where it is no number at all)."""
        value = self.real(at, width, name)
        return default if value is None or value != int(value) else int(value)

    def note(self, kind: str, where: str, seen: str, action: str) -> None:
        """Add a finding about something that was repaired."""
        self.findings.append(Finding(kind, where, seen, True, action))

    def report(self, kind: str, where: str, seen: str, action: str) -> None:
        """Add a finding about something that was left as it is."""
        self.findings.append(Finding(kind, where, seen, False, action))

    def error(self, what: str, where: str, remedy: str) -> UnreadableRecordingError:
        """The error to raise about this file."""
        return UnreadableRecordingError(what, path=self.path, where=where, remedy=remedy)


def number(text: str) -> float | None:
    """A decimal number (comma or point, optional exponent) of reasonable size, or None."""
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else None
    return value if value is not None and abs(value) < _LARGEST else None


def last_decimal(text: str) -> float:
    """Weight of the last decimal of a number as it is written: 0.01 for ``-3.25``, 1 for ``800``."""
    _, point, decimals = text.replace(",", ".").partition(".")
    return 10.0 ** -len(decimals) if point and decimals.isdigit() else 1.0


def decode_text(raw: bytes) -> str:
    """Text of a header field or annotation: UTF-8 where that is what it is, else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
