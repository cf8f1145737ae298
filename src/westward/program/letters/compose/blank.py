"""A letter that no app composes yet: the headings every letter has, with gaps to fill in."""

from __future__ import annotations

from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Contact, Reader, whom_to_call


def compose(child: str, *, contact: Contact, reader: Reader = Reader.CLINICIAN) -> tuple[Block, ...]:
    """Opening, what was found, what is next, whom to call."""
    return (
        Block(slot=Slot.OPENING, lines=(f"This letter is about {child}.",)),
        Block(slot=Slot.FOUND, heading="What was found", shape=Shape.LIST, lines=(gap("what was found"),)),
        Block(slot=Slot.NEXT, heading="What is next", shape=Shape.LIST, lines=(gap("what is next"),)),
        whom_to_call(contact, reader=reader),
    )
