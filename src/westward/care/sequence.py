"""From one protocol to the next: whether a switch joins two sources, and which protocol stands for the whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from westward.evidence.loader import Fact, Sheet, load


class Join(StrEnum):
    """What a switch is.

    ``joined`` puts two sources together within one mechanism, so that the whole is a protocol of its own;
    ``other_mechanism`` ends one standard drug and begins another, each by its own protocol; ``neither`` is provided
    for nowhere.
    """

    JOINED = "joined"
    OTHER_MECHANISM = "other_mechanism"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Joining:
    """A switch as the evidence knows it.

    Attributes
    ----------
    protocol : str
        The protocol that stands for a joined sequence and is approved as such; empty where none is shipped.
    """

    join: Join
    protocol: str = ""


def joining(before: str, after: str, *, given: frozenset[str], sheet: Sheet | None = None) -> Joining:
    """What the switch from one protocol to another is.

    Parameters
    ----------
    before, after : str
        Ids of protocols.
    given : frozenset of str
        Mechanisms that the child was given so far, those of ``before`` among them.

    Notes
    -----
    Sources: ``evidence/escalation.toml``, sections ``sequence``, ``joined`` and ``mechanism``.
    """
    sheet = sheet or load("escalation")
    follows = sheet.facts.get(f"sequence.{before}")
    if follows is not None and str(follows.value) == after:
        whole = sheet.facts.get(f"joined.{before}")
        return Joining(Join.JOINED, "" if whole is None else str(whole.value))
    for fact in sheet.section("mechanism"):
        if fact.key.removeprefix("mechanism.") not in given and after in protocols_of(fact):
            return Joining(Join.OTHER_MECHANISM)
    return Joining(Join.NEITHER)


def joined(sheet: Sheet | None = None) -> frozenset[str]:
    """Protocols that join two sources: none of them is used before it is approved as such, however well its parts are
    sourced.
    """
    return frozenset(str(fact.value) for fact in (sheet or load("escalation")).section("joined"))


def protocols_of(fact: Fact) -> tuple[str, ...]:
    """Ids of the protocols that a fact names."""
    return tuple(map(str, fact.value)) if isinstance(fact.value, tuple) else (str(fact.value),)
