"""What the app itself asks for: consent before a genetic sample, an opt-in before a secondary finding, a full first
tier before ``unknown``. Pure; clinical rules are in :mod:`westward.care`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from westward.care.workup import Test
from westward.program.etiology.choices import ConsentKind, SecondaryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One talk before genetic tests.

    Attributes
    ----------
    number : int
        Order of recording: of two talks on one day the later recorded one counts.
    """

    on: date
    number: int
    tests: frozenset[str]
    consent: str
    secondary: str


def latest(talks: Iterable[Talk], test: Test) -> Talk | None:
    """The talk in force for a test: the latest that covers it."""
    covering = [talk for talk in talks if test in talk.tests]
    return max(covering, key=lambda talk: (talk.on, talk.number), default=None)


def no_consent(talks: Iterable[Talk], test: Test, *, on: date) -> str:
    """Why a sample for a test may not be collected on a day; empty if it may."""
    if not test.genetic:
        return ""
    talk = latest(talks, test)
    if talk is None:
        return f"no talk about {_name(test)} is recorded; counsel the family and record their answer first"
    if talk.consent == ConsentKind.DECLINED:
        return f"the family declined {_name(test)} on {talk.on.isoformat()}"
    if talk.consent == ConsentKind.WITHDRAWN:
        return f"consent to {_name(test)} was withdrawn on {talk.on.isoformat()}"
    if talk.on > on:
        return f"consent to {_name(test)} was given on {talk.on.isoformat()}, after the sample"
    return ""


def no_secondary(talks: Iterable[Talk], test: Test) -> str:
    """Why a secondary finding of a test may not be recorded; empty if the family wants to know."""
    talk = latest(talks, test)
    if talk is not None and talk.consent == ConsentKind.GIVEN and talk.secondary == SecondaryKind.OPT_IN:
        return ""
    if talk is not None and talk.secondary == SecondaryKind.OPT_OUT:
        return "the family does not want to know secondary findings"
    return "no answer of the family on secondary findings is recorded"


def _name(test: Test) -> str:
    return {Test.PANEL: "the panel", Test.MICROARRAY: "the microarray"}.get(test, f"the {test.value}")
