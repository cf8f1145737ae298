"""The surgical checklist: what the chart's findings say of each item, kept apart from what a person answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from westward.care.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One row of the chart that speaks to an item.

    Attributes
    ----------
    says : Answer
        Yes or no where the row by itself answers the item; unknown where it touches the item without deciding it.
    words : str
        What the row says.
    on : date or None
        Its day.
    source, address : str
        The row, such as ``read:12``, and the page where it stands.
    """

    says: Answer
    words: str
    on: date | None = None
    source: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the checklist: no score, no verdict.

    Attributes
    ----------
    chart : Answer
        What the chart says; unknown without a row that decides, or where rows contradict each other.
    contradicted : bool
        Whether rows of the chart contradict each other.
    person : Answer or None
        What a person answered last; None if nobody did. It stands, whatever the chart says.
    person_on : date or None
        When.
    """

    chart: Answer
    contradicted: bool
    evidence: tuple[Evidence, ...]
    person: Answer | None = None
    person_on: date | None = None

    @property
    def answer(self) -> Answer:
        """The answer in force: a person's before the chart's."""
        return self.chart if self.person is None else self.person

    @property
    def newer(self) -> tuple[Evidence, ...]:
        """Rows of the chart since the person's answer that say something else; the answer is to be looked at again."""
        if self.person is None or self.person_on is None:
            return ()
        known = (one for one in self.evidence if one.on is not None and one.on >= self.person_on)
        return tuple(one for one in known if one.says not in (Answer.UNKNOWN, self.person))


def item(evidence: Sequence[Evidence], *, person: Answer | None = None, person_on: date | None = None) -> Item:
    """One item from its rows and a person's answer."""
    says = {one.says for one in evidence} - {Answer.UNKNOWN}
    chart = next(iter(says)) if len(says) == 1 else Answer.UNKNOWN
    return Item(chart=chart, contradicted=len(says) > 1, evidence=tuple(evidence), person=person, person_on=person_on)
