"""Who proposes what comes next; the app that judges the response offers it when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from westward.care.escalation import Proposal
from westward.program.people.models import Child
from westward.program.treatment.models import Run


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposals for one run."""

    run: Run
    day: int
    proposals: tuple[Proposal, ...]


Gather = Callable[[Child], Sequence[Proposed]]
_OFFERED: list[Gather] = []


def offer(gather: Gather) -> None:
    """Offer the proposals; the last one offered is asked."""
    _OFFERED[:] = [gather]


def proposed(child: Child) -> Sequence[Proposed]:
    """What is proposed for each open run; nothing if no app judges the response."""
    return _OFFERED[0](child) if _OFFERED else ()
