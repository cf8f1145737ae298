"""Whether two charts are of one child: names, birth date, sex. Pure; the limits are a policy of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from westward.program.people.names import folded

EQUAL, SIMILAR = 0.9, 0.72
"""Likeness of two names, 0 to 1, from which they are taken for one name written twice, or for similar."""

_PLACEHOLDER = re.compile(
    r"^(?:baby|infant|newborn|neonate|bb|bg|boy|girl|male|female|twin|triplet)"
    r"(?: (?:boy|girl|male|female|twin|triplet|of \w+))*(?: (?P<which>[a-d1-4]))?$"
)
YEARS = 2


class Verdict(StrEnum):
    """How sure it is that two charts are one child; ``twin`` is another child of the same birth."""

    SAME = "same"
    MAYBE = "maybe"
    TWIN = "twin"


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared."""

    family_name: str
    given_name: str
    birth_date: date
    sex: str = "unknown"
    multiple_birth: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """A verdict and one line that says why."""

    verdict: Verdict
    why: str


def near_dates(day: date) -> frozenset[date]:
    """The day, and those that one slip of typing makes of it: day and month swapped, or one of the three wrong."""
    near = {day + timedelta(days=n) for n in (-1, 0, 1)}
    tries = [(day.year, day.day, day.month)]
    tries += [(day.year, day.month, d) for d in range(1, 32)]
    tries += [(day.year, m, day.day) for m in range(1, 13)]
    tries += [(day.year + n, day.month, day.day) for n in range(-YEARS, YEARS + 1)]
    for year, month, d in tries:
        try:
            near.add(date(year, month, d))
        except ValueError:
            continue
    return frozenset(near)


def compare(one: Person, other: Person) -> Likeness | None:
    """Likeness of two charts; None if there is no reason to think of one child."""
    same_day = one.birth_date == other.birth_date
    if not same_day and other.birth_date not in near_dates(one.birth_date):
        return None
    family = _ratio(one.family_name, other.family_name)
    swapped = min(_ratio(one.family_name, other.given_name), _ratio(one.given_name, other.family_name))
    if family < SIMILAR and swapped < EQUAL:
        return None
    given, which = _given(one, other)
    if swapped >= EQUAL:
        family = given = swapped
    when = "the same birth date" if same_day else "nearly the same birth date"
    clash = "unknown" not in (one.sex, other.sex) and one.sex != other.sex
    but = ", but another sex" if clash else ""
    twins = one.multiple_birth or other.multiple_birth
    if which == "different" or (given is not None and given < SIMILAR):
        if not same_day or family < EQUAL:
            return None
        if twins or which == "different":
            return Likeness(Verdict.TWIN, "same family name and birth date, another given name: a twin")
        return Likeness(Verdict.MAYBE, "same family name and birth date: a twin, or one child renamed")
    if given is None:
        if not same_day:
            return None
        words = "same" if family >= EQUAL else "similar"
        return Likeness(Verdict.MAYBE, f"{words} family name and {when}, one without a given name{but}")
    names = "same name" if min(family, given) >= EQUAL else "similar name"
    sure = names == "same name" and same_day and not clash
    return Likeness(Verdict.SAME if sure else Verdict.MAYBE, f"{names} and {when}{but}")


def _given(one: Person, other: Person) -> tuple[float | None, str]:
    first, second = folded(one.given_name), folded(other.given_name)
    a, b = _PLACEHOLDER.match(first), _PLACEHOLDER.match(second)
    if a and b and a["which"] and b["which"] and a["which"] != b["which"]:
        return None, "different"
    if not first or not second or a or b:
        return (1.0, "") if first == second and a else (None, "")
    return _ratio(first, second), ""


def _ratio(one: str, other: str) -> float:
    first, second = folded(one), folded(other)
    if not first or not second:
        return 0.0
    if first == second or sorted(first.split()) == sorted(second.split()):
        return 1.0
    # One of two given or family names left out: "maria jose" and "maria".
    if set(first.split()) <= set(second.split()) or set(second.split()) <= set(first.split()):
        return EQUAL
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for bound in (matcher.real_quick_ratio, matcher.quick_ratio):
        if (most := bound()) < SIMILAR:
            return most
    return matcher.ratio()
