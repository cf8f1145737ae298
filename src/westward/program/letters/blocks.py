"""The text of a letter as blocks, each with the facts it came from. Pure: no database, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from westward.core.errors import UsageError

GAP_OPENS, GAP_CLOSES = "\u27e8", "\u27e9"
"""What is missing stands between these; a letter with such a gap cannot be signed."""

ROW = ": "


class Slot(StrEnum):
    """What a block is for; a letter can be signed when ``found``, ``next`` and ``call`` say something."""

    OPENING = "opening"
    FOUND = "found"
    NEXT = "next"
    CALL = "call"
    MORE = "more"


REQUIRED = (Slot.FOUND, Slot.NEXT, Slot.CALL)


class Shape(StrEnum):
    """How a block is set."""

    TEXT = "text"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block.

    Attributes
    ----------
    lines : tuple of str
        Paragraphs, items, or rows ``term: value``, by shape.
    sources : tuple of str
        Ids of the facts it was composed from, such as ``study:12``.
    edited : bool
        Whether a person changed what was composed.
    """

    slot: Slot
    heading: str = ""
    shape: Shape = Shape.TEXT
    lines: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    edited: bool = False

    @property
    def text(self) -> str:
        """One line each, as a person edits it."""
        return "\n".join(self.lines)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Term and value of each row of a table; a line without a colon is a value."""
        return tuple(
            (term, value) if mark else ("", term) for term, mark, value in (x.partition(ROW) for x in self.lines)
        )

    def with_text(self, text: str) -> Block:
        """The same block with other words; marked as edited if they differ."""
        lines = lines_of(text)
        return self if lines == self.lines else replace(self, lines=lines, edited=True)


def lines_of(text: str) -> tuple[str, ...]:
    """Lines that say something, spaces at their ends removed."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def gap(what: str) -> str:
    """A visible gap: what a person has to fill in or take out before the letter can be signed."""
    return f"{GAP_OPENS}{what}{GAP_CLOSES}"


def gaps(blocks: Sequence[Block]) -> tuple[str, ...]:
    """What is still missing, in the order of the letter."""
    pieces = (piece for block in blocks for piece in block.text.split(GAP_OPENS)[1:])
    return tuple(piece.partition(GAP_CLOSES)[0] for piece in pieces)


def unsaid(blocks: Sequence[Block]) -> tuple[Slot, ...]:
    """Which of what was found, what is next and whom to call the letter does not say."""
    said = {block.slot for block in blocks if block.lines}
    return tuple(slot for slot in REQUIRED if slot not in said)


def to_data(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """As plain data for storage."""
    return [
        {**asdict(b), "slot": str(b.slot), "shape": str(b.shape), "lines": list(b.lines), "sources": list(b.sources)}
        for b in blocks
    ]


def from_data(data: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """From plain data.

    Raises
    ------
    UsageError
        If a block has a slot or a shape that does not exist.
    """
    try:
        return tuple(
            Block(
                slot=Slot(one["slot"]),
                heading=str(one["heading"]),
                shape=Shape(one["shape"]),
                lines=tuple(map(str, one["lines"])),
                sources=tuple(map(str, one["sources"])),
                edited=bool(one["edited"]),
            )
            for one in data
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"this is no block of a letter: {error}") from None


def canonical(sealed: Mapping[str, Any]) -> str:
    """The one way a sealed letter is written, so that equal letters have equal digests."""
    return json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
