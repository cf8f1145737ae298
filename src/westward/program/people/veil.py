"""From whom it is hidden what was decided, written and given for a child: whoever is to read its EEG blind.

A decision, a drug or a letter tells what the first reader saw. So all of it is closed as long as the own read is not
stored, whether there is any or not: that something is hidden must not tell that it is there. Diagnosis says of whom.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.models import User

LINE = "EEG: second read waited for"
"""The line of state of such a child."""
ACT = "Read EEG (second reader)"
"""What such a reader has to do next."""

_CLOSED = ("treatment.", "followup.", "letters.", "etiology.", "diagnosis.treatment", "people.merge")
"""Beginnings of verbs that open what follows from a diagnosis; a merge counts the rows of both charts."""
_TOLD = frozenset(Milestone) - frozenset(
    {
        Milestone.ONSET,
        Milestone.SUSPICION,
        Milestone.EFFECTIVE_PROVIDER,
        Milestone.REFERRAL,
        Milestone.CONTACT,
        Milestone.EEG,
    }
)
_OPEN = frozenset({"followup.worklist", "letters.list"})


@dataclass(frozen=True, slots=True)
class Veil:
    """What one user must not see of one child.

    Attributes
    ----------
    since : date
        Day of the EEG that is to be read blind; what was before it tells nothing of it.
    address, give_up : str
        Where the read is stored; where the user gives it up, and everything opens.
    """

    since: date
    address: str
    give_up: str


Read = Callable[[User, Collection[int] | None], Mapping[int, Veil]]
_READS: list[Read] = []


def add(read: Read) -> None:
    """Add what says of whom a user must not learn what was decided, once."""
    if read not in _READS:
        _READS.append(read)


def veils(user: User, children: Collection[int] | None = None) -> dict[int, Veil]:
    """By key of the child; of all children if none are named. Almost always empty."""
    return {key: veil for read in _READS for key, veil in read(user, children).items()}


def before(found: Mapping[Milestone, When], veil: Veil | None) -> dict[Milestone, When]:
    """What had happened before the EEG, and what an EEG does not tell; everything without a veil."""
    if veil is None:
        return dict(found)
    return {
        one: when
        for one, when in found.items()
        if one not in _TOLD or (when.latest is not None and when.latest < veil.since)
    }


def closes(verb: str) -> bool:
    """Whether a verb on a chart opens what such a reader must not see."""
    return verb.startswith(_CLOSED) and verb not in _OPEN
