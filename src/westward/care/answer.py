"""Yes, no, or not known: the answer to a clinical question."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Answer(StrEnum):
    """What is known about one question; nothing asked yet is ``unknown``, never ``no``."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes, no if all are no, else unknown."""
    seen = set(answers)
    if Answer.YES in seen:
        return Answer.YES
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """No if one is no, yes if all are yes, else unknown."""
    seen = set(answers)
    if Answer.NO in seen:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.YES
