"""What can look like spasms: the list to go through before the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from westward.care.answer import Answer
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


@dataclass(frozen=True, slots=True)
class Mimic:
    """One entry of the list.

    Attributes
    ----------
    key : str
        Such as ``not_epileptic.shuddering``.
    name : str
        What it is.
    tells_apart : str
        What tells it from spasms; empty if no text that was read says so.
    epileptic : bool
        Whether it is another epilepsy.
    considered : Answer
        Yes: still possible; no: excluded; unknown: not considered yet.
    fact : Fact
        Source and status.
    """

    key: str
    name: str
    tells_apart: str
    epileptic: bool
    considered: Answer
    fact: Fact


def mimics(considered: Mapping[str, Answer], *, sheet: Sheet | None = None) -> tuple[Mimic, ...]:
    """The whole list with what a physician has said of each entry; silence is not exclusion.

    Source: ``evidence/mimics.toml`` (excerpt and recalled).

    Raises
    ------
    UsageError
        If an answer is given for something that is not on the list.
    """
    sheet = sheet or load("mimics")
    if strange := sorted(set(considered) - set(sheet.facts)):
        raise UsageError(f"{strange[0]!r} is not on the list of mimics")
    return tuple(
        Mimic(f.key, f.meaning, str(f.value), f.key.startswith("epileptic."), considered.get(f.key, Answer.UNKNOWN), f)
        for f in sheet
    )
