"""What the tables of evidence share: status and source of an entry, whole numbers of a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from westward.core.errors import InputError
from westward.evidence.status import Status


def sourced(entry: Mapping[str, Any], sources: Mapping[str, str], what: str) -> dict[str, Any]:
    """``status`` and ``source`` of an entry, the source in its words.

    Raises
    ------
    InputError
        If the status does not exist, or the source is none of ``sources``; ``what`` names the entry.
    """
    status, source = entry.get("status"), entry.get("source")
    if status not in set(Status) or source not in sources:
        raise InputError(f"{what} needs a status and a known source")
    return {"status": Status(str(status)), "source": sources[str(source)]}


def whole(text: str, name: str, where: str) -> int | None:
    """A whole number of a row; None if the field is empty.

    Raises
    ------
    InputError
        If it is none.
    """
    if not text:
        return None
    if not text.isdigit():
        raise InputError(f"{name} is {text!r}, not a whole number", where=where)
    return int(text)
