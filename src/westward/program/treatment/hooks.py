"""Who proposes what comes next and who knows the chart's findings; the app that judges the response offers both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from westward.care.candidacy import Evidence
from westward.care.escalation import Proposal
from westward.program.people.models import Child
from westward.program.treatment.models import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Established:
    """That a treatment does not work, with the day, what showed it, and the page where that stands."""

    on: date
    words: str
    source: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The proposals for one run, and the failure from which the clock to the next drug counts."""

    run: Run
    day: int
    proposals: tuple[Proposal, ...]
    failed: Established | None = None


Gather = Callable[[Child], Sequence[Proposed]]
_OFFERED: list[Gather] = []


def offer(gather: Gather) -> None:
    """Offer the proposals; the last one offered is asked."""
    _OFFERED[:] = [gather]


def proposed(child: Child) -> Sequence[Proposed]:
    """What is proposed for each open run; nothing if no app judges the response."""
    return _OFFERED[0](child) if _OFFERED else ()


Findings = Callable[[Child], Mapping[str, Sequence[Evidence]]]
_FINDINGS: list[Findings] = []


def offer_findings(gather: Findings) -> None:
    """Offer the rows of the chart that speak to the surgical checklist; the last one offered is asked."""
    _FINDINGS[:] = [gather]


def findings(child: Child) -> Mapping[str, Sequence[Evidence]]:
    """Rows of the chart by item of the checklist."""
    return _FINDINGS[0](child) if _FINDINGS else {}
