"""What somebody typed into the search box: a name, a record number, a pseudonym, a birth date."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q

from westward.program.people.names import folded

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_WORDED = re.compile(r"\b(\d{1,2})\s+([A-Za-z]{3})[A-Za-z]*\.?\s+(\d{4})\b")
_PSEUDONYM = re.compile(r"^w-?([0-9a-z]{4})-?([0-9a-z]{4})$", re.IGNORECASE)


def dates_in(words: str) -> tuple[frozenset[date], str]:
    """Days that the words may mean, and the words that are left.

    ``2026-03-01`` and ``1 Mar 2026`` are one day; ``3/1/2026`` may be 1 March or 3 January, so it is both.
    """
    if found := _ISO.search(words):
        tries = [(int(found[1]), int(found[2]), int(found[3]))]
    elif (found := _WORDED.search(words)) and found[2].lower() in _MONTHS:
        tries = [(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))]
    elif found := _SLASHED.search(words):
        tries = [(int(found[3]), int(found[1]), int(found[2])), (int(found[3]), int(found[2]), int(found[1]))]
    else:
        return frozenset(), words
    days = set()
    for year, month, day in tries:
        try:
            days.add(date(year, month, day))
        except ValueError:
            continue
    if not days:
        return frozenset(), words
    return frozenset(days), (words[: found.start()] + words[found.end() :]).strip()


def matching(words: str) -> Q:
    """The condition on children; every word of a name must be found, in any order, without case or accents."""
    words = words.strip()
    days, rest = dates_in(words)
    whole = Q(birth_date__in=days) if days else Q()
    if not rest:
        return whole
    named = Q()
    for word in folded(rest).split():
        named &= Q(name_key__contains=word)
    found = Q(record_number__iexact=rest)
    if folded(rest):
        found |= named
    if pseudonym := _PSEUDONYM.match(rest):
        found |= Q(pseudonym=f"W-{pseudonym[1]}-{pseudonym[2]}".upper())
    return whole & found
