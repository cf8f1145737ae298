"""Whether the name in a file and the name on a chart can be the same person's."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_WORD = re.compile(r"[^\W\d_]+")
_JOINERS = re.compile(r"[-'\u2019\u2010\u2011]")
_FOLD = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})
_NO_NAME = frozenset(
    {"anon", "anonym", "anonymous", "anonymized", "anonymised", "deidentified", "unknown", "none", "na"}
)
_NO_NAME |= {"name", "noname", "patient", "test"}
_TITLES = frozenset({"jr", "sr", "baby", "boy", "girl", "infant", "newborn", "neonate", "twin", "triplet"})
_TITLES |= {"male", "female"}
_APART = ({"boy", "male"}, {"girl", "female"})
"""Words in place of a given name that tell two children apart."""
_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_PARTICLES = frozenset({"de", "la", "las", "los", "del", "da", "das", "dos", "van", "von", "der", "den", "di", "el"})
_PARTICLES |= {"al", "abu", "ben", "bin", "bint", "le", "mac", "san", "santa"}


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

    Order of the parts, case, accents, apostrophes, an umlaut written with an e, and a space where the other has a
    hyphen make no difference. Initials that fit, a further given name on one side, a family name alone and words such
    as "baby girl" in place of a given name are likely; all else differs.
    """
    if is_absent(in_file):
        return Fit.ABSENT
    tries = {(one, other) for one in _spellings(family) for other in _spellings(given)}
    found = {_compare(in_file, one, other) for one, other in tries}
    return next(fit for fit in (Fit.SAME, Fit.LIKELY, Fit.DIFFERS) if fit in found)


def could_be(in_file: str, *, family: str, given: str) -> bool:
    """Whether a name in a file does not exclude a chart; one of several family names is enough, nothing said too."""
    if is_absent(in_file):
        return True
    several = [word for word in words(family) if len(word) > 1 and word not in _PARTICLES]
    return any(compare(in_file, family=one, given=given) is not Fit.DIFFERS for one in (family, *several))


def beginnings(*names: str) -> frozenset[str]:
    """First two letters of every part of some names: how the family name of a chart begins that they could mean."""
    parts = (word for name in names for one in _spellings(name) for word in (*words(one), *words(_apart(one))))
    return frozenset(word[:2] for word in parts if len(word) > 1)


def _apart(name: str) -> str:
    return _JOINERS.sub(" ", name)


def _spellings(name: str) -> tuple[str, ...]:
    """As it is, and with umlauts written by two letters."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return tuple(dict.fromkeys((composed, composed.translate(_UMLAUT))))


def _compare(in_file: str, family: str, given: str) -> Fit:
    theirs, ours = tuple(word for word in _parts(in_file) if not _crossed_out(word)), _parts(given)
    surname = "".join(words(family))
    if _placeholders_differ(in_file, given):
        return Fit.DIFFERS
    if ours and sorted(theirs) == sorted((*words(family), *ours)):
        return Fit.SAME
    rest = _without(theirs, surname)
    if rest is None:
        return Fit.DIFFERS
    if not rest or not ours:
        return Fit.LIKELY
    if "".join(rest) == "".join(ours):
        return Fit.SAME
    return Fit.LIKELY if _given_fits(rest, ours) else Fit.DIFFERS


def sex_in(in_file: str, *, family: str) -> str:
    """``male`` or ``female`` if a name says boy or girl in place of a given name; empty if it says neither or both."""
    found = set(words(in_file)) - set(words(family))
    sexes = [sex for sex, said in zip(("male", "female"), _APART, strict=True) if said & found]
    return sexes[0] if len(sexes) == 1 else ""


def _crossed_out(word: str) -> bool:
    return set(word) == {"x"}


def _parts(text: str) -> tuple[str, ...]:
    """Words that name somebody: neither titles nor the letter of a twin without a name."""
    found = words(text)
    return tuple(
        word for n, word in enumerate(found) if word not in _TITLES and not (_numbered(found, n) and len(word) == 1)
    )


def _numbered(found: tuple[str, ...], n: int) -> bool:
    return n > 0 and found[n - 1] in ("twin", "triplet")


def _placeholders_differ(one: str, other: str) -> bool:
    """Whether "baby boy" stands against "baby girl", or twin A against twin B."""
    first, second = words(one), words(other)
    boy, girl = _APART
    sexes = [(bool(boy & set(found)), bool(girl & set(found))) for found in (first, second)]
    letters = [
        {word for n, word in enumerate(found) if _numbered(found, n) and len(word) == 1} for found in (first, second)
    ]
    return sexes in ([(True, False), (False, True)], [(False, True), (True, False)]) or (
        bool(letters[0]) and bool(letters[1]) and letters[0] != letters[1]
    )


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
