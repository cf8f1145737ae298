"""Every error that Westward raises on purpose.

::

    WestwardError
    ├── InputError            the input cannot be used; one line: what, where, what to do
    │   ├── UnreadableRecordingError   not a recording, or broken beyond repair
    │   └── UnsupportedFormatError     a known format that no kept library reads
    ├── RefusedError          the input is fine, but doing it would lose or reveal something
    └── UsageError            the arguments do not make sense
"""

from __future__ import annotations

from pathlib import Path


class WestwardError(Exception):
    """Base of all errors raised on purpose; its text is one line a person can act on."""


class InputError(WestwardError):
    """The input cannot be used.

    Parameters
    ----------
    what : str
        What is wrong, with the offending value quoted.
    path : Path or str, optional
        The file concerned.
    where : str, optional
        Place inside it, such as a header field and its byte offset.
    remedy : str, optional
        What the user can do.
    """

    def __init__(self, what: str, *, path: Path | str | None = None, where: str = "", remedy: str = "") -> None:
        self.what, self.path, self.where, self.remedy = what, path, where, remedy
        parts = [f"{Path(path).name}: " if path is not None else "", what]
        if where:
            parts.append(f" ({where})")
        if remedy:
            parts.append(f"; {remedy}")
        super().__init__("".join(parts).replace("\n", " "))


class UnreadableRecordingError(InputError):
    """Not a recording, or broken beyond what can be repaired."""


class UnsupportedFormatError(InputError):
    """A format that Westward recognizes but cannot read."""


class RefusedError(WestwardError):
    """Doing this would overwrite, lose or reveal something."""


class UsageError(WestwardError):
    """The arguments do not make sense."""
