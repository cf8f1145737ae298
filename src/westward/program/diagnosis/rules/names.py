"""Whether the name in a file and the name on a chart can be the same person's."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_WORD = re.compile(r"[^\W\d_]+")
_JOINERS = re.compile(r"[-'\u2019\u2010\u2011]")
_FOLD = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})
_NO_NAME = frozenset(
    {"anon", "anonym", "anonymous", "anonymized", "anonymised", "deidentified", "unknown", "none", "na"}
)
_NO_NAME |= {"name", "noname", "patient", "test"}
_TITLES = frozenset({"jr", "sr", "baby", "boy", "girl", "infant"})


class Fit(StrEnum):
    """What the comparison of one field says; a field that is not in the file is never a match."""

    SAME = "same"
    LIKELY = "likely"
    ABSENT = "not in the file"
    UNKNOWN = "not on the chart"
    DIFFERS = "differs"
    SWAPPED = "day and month swapped"


def words(name: str) -> tuple[str, ...]:
    """Parts of a name without case, accents and signs; parts joined by a hyphen or an apostrophe are one part."""
    flat = unicodedata.normalize("NFKD", name.casefold().translate(_FOLD))
    plain = "".join(c for c in flat if not unicodedata.combining(c))
    return tuple(_WORD.findall(_JOINERS.sub("", plain)))


def is_absent(text: str) -> bool:
    """Whether a field says nothing: blank, crossed out with X, or a word of those who anonymize."""
    found = words(text)
    return not found or all(word in _NO_NAME or _crossed_out(word) for word in found)


def compare(in_file: str, *, family: str, given: str) -> Fit:
    """The name of a file against family and given name of a chart.

    Order of the parts, case, accents, apostrophes, and a space where the other has a hyphen make no difference.
    Initials that fit, a further given name on one side, and a family name alone are likely; all else differs.
    """
    if is_absent(in_file):
        return Fit.ABSENT
    theirs, ours = tuple(word for word in _parts(in_file) if not _crossed_out(word)), _parts(given)
    surname = "".join(words(family))
    if sorted(theirs) == sorted((*words(family), *ours)):
        return Fit.SAME
    rest = _without(theirs, surname)
    if rest is None:
        return Fit.DIFFERS
    if "".join(rest) == "".join(ours):
        return Fit.SAME
    if not rest or not ours:
        return Fit.LIKELY
    return Fit.LIKELY if _given_fits(rest, ours) else Fit.DIFFERS


def _crossed_out(word: str) -> bool:
    return set(word) == {"x"}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(word for word in words(text) if word not in _TITLES)


def _without(theirs: tuple[str, ...], surname: str) -> tuple[str, ...] | None:
    """What is left of the file's name when the family name is taken away; None if it is not in it."""
    for start in range(len(theirs)):
        for stop in range(start + 1, len(theirs) + 1):
            if "".join(theirs[start:stop]) == surname:
                return theirs[:start] + theirs[stop:]
    return None


def _given_fits(rest: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether the first given name of the chart is in the file, and all of the shorter side in the longer one.

    A single letter stands for a name.
    """

    def fits(one: str, other: str) -> bool:
        return one == other or (1 in (len(one), len(other)) and one[0] == other[0])

    if not any(fits(name, given[0]) for name in rest):
        return False
    few, many = sorted((rest, given), key=len)
    left = list(many)
    for name in few:
        found = next((other for other in left if fits(name, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True
