"""Warnings of a calendar that was changed from a day on: each with the days it is about, where these are not all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from westward.care.calendar import HORMONES_WITHOUT_TAPER, NOT_SOURCED
from westward.care.ceilings import ON_DAY, recounted

_LABELED = re.compile(r"day ([\d toand]+): (.+)")


def warnings_of(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    kept: Sequence[Mapping[str, Any]],
    coming: Sequence[Mapping[str, Any]],
) -> list[str]:
    """What was told of the days that are kept, and what is told of those to come; each once.

    A warning that holds for some of its days alone has them in front, ``day 1 to 9: …``. One that is about no day left
    is left out.

    Parameters
    ----------
    before, after : mapping
        Documents of the calendar that was followed until then, and of the one that is followed from then on.
    kept, coming : sequence of mapping
        Days of the one and of the other.
    """
    earlier, later = _held(before, _dates(kept)), _held(after, _dates(coming))
    found = {words: set[str]() for words in (*(words for words in earlier if words not in later), *later)}
    for told in (earlier, later):
        for words, dates in told.items():
            found[words] |= dates
    return [_labeled(words, dates, [*kept, *coming]) for words, dates in found.items()]


def _dates(days: Iterable[Mapping[str, Any]]) -> set[str]:
    return {day["date"] for day in days}


def _held(document: Mapping[str, Any], dates: Collection[str]) -> dict[str, set[str]]:
    """Warnings of a document that are about one of these dates at least, each with those."""
    found: dict[str, set[str]] = {}
    for line in document["warnings"]:
        words, days = _read(line, document["days"])
        mine = _dates(_about(words, days)).intersection(dates)
        if mine:
            found[words] = mine
    return found


def _read(line: str, days: Sequence[Mapping[str, Any]]) -> tuple[str, list[Mapping[str, Any]]]:
    """A warning without the days in front of it, and those days; all where none stand there."""
    labeled = _LABELED.fullmatch(line)
    if labeled is None:
        return line, [*days]
    spans = [(int(first), int(last or first)) for first, last in re.findall(r"(\d+)(?: to (\d+))?", labeled[1])]
    return labeled[2], [day for day in days if any(first <= day["day"] <= last for first, last in spans)]


def _labeled(words: str, dates: Collection[str], days: Sequence[Mapping[str, Any]]) -> str:
    """A warning with the days on which it holds in front, unless these are all it is about."""
    words = recounted(words, lambda _: next(int(day["day"]) for day in days if day["date"] in dates))
    mine = _dates(_about(words, days))
    if mine.issubset(dates):
        return words
    concerned = [day for day in days if day["date"] in mine.union(dates)]
    spans = [[day["day"] for day in run] for held, run in groupby(concerned, lambda day: day["date"] in dates) if held]
    return f"day {' and '.join(map(_span, spans))}: {words}"


def _span(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


def _about(words: str, days: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The days that a warning is about; all of them where it names no day, step or drug of theirs."""
    if words == HORMONES_WITHOUT_TAPER:
        return days[-1:]
    if words == NOT_SOURCED:
        return [day for day in days if day["mark"]]
    return _on_its_day(words, days) or _in_its_step(words, days) or _with_its_drug(words, days) or days


def _on_its_day(words: str, days: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = ON_DAY.match(words)
    return [day for day in days if found and day["day"] == int(found[1])]


def _in_its_step(words: str, days: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    drug, _, step = words.partition(": ")[0].partition(", ")
    return [day for day in days if not {step, f"{drug}: {step}"}.isdisjoint(day["step"].split("; "))]


def _with_its_drug(words: str, days: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    drug = words.partition(": ")[0]
    return [day for day in days if any(dose["drug"] == drug for dose in day["doses"])]
