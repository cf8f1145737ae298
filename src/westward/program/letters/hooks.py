"""Who composes which kind of letter from a chart. Apps above offer a composer when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from westward.program.letters.blocks import Block
from westward.program.letters.choices import LetterKind
from westward.program.people.models import Caregiver, Child, Clinician

Recipient = Clinician | Caregiver
Gather = Callable[[Child, Recipient, str], Sequence[Block]]
"""The blocks of a letter on a child to a recipient in a language, from what the chart says now."""

_OFFERED: dict[str, Gather] = {}


def offer(kind: LetterKind, gather: Gather) -> None:
    """Offer a composer for a kind; the last one offered is asked."""
    _OFFERED[kind.value] = gather


def offered(kind: str) -> Gather | None:
    """The composer of a kind; None if no app offers one yet, and the letter starts with gaps."""
    return _OFFERED.get(kind)
