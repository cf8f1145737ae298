"""Tables that are printed as text and written as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A title, columns, rows of words, and what a reader must know to read them right.

    The first column is set to the left, the others to the right.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """For a terminal."""
        width = [max(len(row[i]) for row in (self.columns, *self.rows)) for i in range(len(self.columns))]
        lines = [self.title]
        for row in (self.columns, *self.rows):
            rest = (f"{cell:>{w}}" for cell, w in zip(row[1:], width[1:], strict=True))
            lines.append("  " + "  ".join((f"{row[0]:{width[0]}}", *rest)).rstrip())
        return "\n".join((*lines, *(f"  {note}" for note in self.notes)))

    def markdown(self) -> str:
        """A section of a page."""
        rule = ("---", *["---:"] * (len(self.columns) - 1))
        rows = "\n".join(_row(row) for row in (self.columns, rule, *self.rows))
        notes = "\n".join(f"- {note}" for note in self.notes)
        return "\n\n".join(part for part in (f"## {self.title}", rows, notes) if part)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
