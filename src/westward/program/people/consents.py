"""Consents as they stand: the latest answer for each purpose, and what each answer means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from westward.program.people.choices import ConsentAnswer, ConsentPurpose
from westward.program.people.models import Child, Consent

WITHDRAWN = {
    ConsentPurpose.CARE: "The family ends care here. Talk with them, arrange who cares next, and set the state of the "
    "chart to transferred: that silences every message. The record itself is kept as law asks.",
    ConsentPurpose.RESEARCH: "From this day the child is left out of every research list and export. What was "
    "published before cannot be taken back; copies handed out before must be asked back by a person.",
    ConsentPurpose.SHARING: "From this day nothing more goes to other centers. Centers that received data before must "
    "be told by a person.",
    ConsentPurpose.VIDEO: "From this day videos of the child are no longer shown for teaching or research. They stay "
    "in the chart for care.",
}
"""What it means that a consent was withdrawn, for the page."""


def in_force(child: Child) -> dict[ConsentPurpose, Consent | None]:
    """The answer in force for every purpose; None if nobody was asked, which allows nothing."""
    return of_many([child.pk])[child.pk]


def of_many(children: Sequence[int]) -> dict[int, dict[ConsentPurpose, Consent | None]]:
    """Answers in force of many children at once, by key: the latest day, and on one day the one recorded last."""
    found: dict[int, dict[ConsentPurpose, Consent | None]] = {
        key: dict.fromkeys(ConsentPurpose, None) for key in children
    }
    for one in Consent.objects.filter(child__in=children).select_related("given_by").order_by("on", "pk"):
        found[one.child_id][ConsentPurpose(one.purpose)] = one
    return found


def given(child: Child, purpose: ConsentPurpose) -> Consent | None:
    """The answer in force if it is yes, else None."""
    answer = in_force(child)[purpose]
    return answer if answer is not None and answer.answer == ConsentAnswer.GIVEN else None


def allows(child: Child, purpose: ConsentPurpose) -> bool:
    """Whether the answer in force is yes."""
    return given(child, purpose) is not None


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered for one purpose: the answer in force, and all of them, newest first."""

    purpose: ConsentPurpose
    now: Consent | None
    all: tuple[Consent, ...]

    @property
    def meaning(self) -> str:
        """What a withdrawal means; empty for any other answer."""
        withdrawn = self.now is not None and self.now.answer == ConsentAnswer.WITHDRAWN
        return WITHDRAWN[self.purpose] if withdrawn else ""


def answers(child: Child) -> list[Answers]:
    """Every purpose with its history."""
    rows = list(child.consents.select_related("given_by", "recorded_by").order_by("-on", "-pk"))
    found = []
    for purpose in ConsentPurpose:
        mine = tuple(one for one in rows if one.purpose == purpose)
        found.append(Answers(purpose, mine[0] if mine else None, mine))
    return found
