"""The steroid card: one page that the family carries and shows wherever the child is treated."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.look import words
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.compose.said import Reader, row, whom_to_call
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.treatment import hormone_words
from westward.program.treatment.ending import hormones


def compose(child: Child, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """For the family and for whoever treats the child, whoever it is handed to; a gap without a hormone."""
    today = timezone.localdate()
    call = whom_to_call(contact(), reader=Reader.CLINICIAN)
    card = hormone_words.cover(child, today)
    if card is None:
        missing = "the hormone: no treatment with one is known here, or it ended too long ago"
        return (
            Block(slot=Slot.FOUND, heading="Steroid card", lines=(gap(missing),)),
            Block(slot=Slot.NEXT, heading="In illness", lines=(gap("what to do in illness"),)),
            call,
        )
    run, over = card.run, card.ends < today
    drugs = ", ".join(map(words.coded, sorted(hormones(run))))
    given = f"{words.day(run.start)} to {words.day(card.ends)}" + (", ended" if over else ", as planned")
    begun = "was given" if over else "is given"
    opening = f"{child.name} {begun} a hormone for infantile spasms. Carry this card always."
    never = [] if over else [hormone_words.never_suddenly(family=False)]
    lines = (*never, *hormone_words.vaccine_lines(child, today, family=False))
    source = (run.audit_id,)
    return (
        Block(slot=Slot.OPENING, lines=(opening,), sources=source),
        Block(
            slot=Slot.FOUND, heading="Steroid card", shape=Shape.TABLE, sources=source,
            lines=(
                row("Medicine", drugs), row("Given", given),
                row("Carried until", hormone_words.carried(card, family=False)),
            ),
        ),
        Block(
            slot=Slot.NEXT, heading="In illness", shape=Shape.LIST, sources=source,
            lines=(
                f"Family: {hormone_words.in_illness(family=True)}",
                f"Whoever treats the child: {hormone_words.in_illness(family=False)}",
            ),
        ),
        *((Block(slot=Slot.MORE, heading="Do not", shape=Shape.LIST, lines=lines, sources=source),) if lines else ()),
        call,
    )  # fmt: skip
