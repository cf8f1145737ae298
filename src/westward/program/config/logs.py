"""A log without patients: types of errors and places in our code, never their words, paths or arguments."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class QuietFormatter(logging.Formatter):
    """``2026-12-01T09:30:00Z ERROR django.request: Internal Server Error`` and the frames of the error.

    The message template is kept, its arguments are left out: a path or a value may name a child.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record; its arguments are dropped."""
        template = str(record.msg).split(": %s")[0] if record.args else str(record.msg)
        words = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')} {record.levelname} {record.name}: {template}"
        if record.exc_info:
            words += "\n" + self.formatException(record.exc_info)
        return words

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name is logging's
        """Type of the error and its frames, without its text."""
        kind, _, trace = ei
        frames = _frames(trace)
        return "\n".join([*frames, f"{getattr(kind, '__name__', 'Error')} (its words are not logged)"])


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
