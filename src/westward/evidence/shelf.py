"""The shelf of protocols: their texts, shipped or kept, read and checked."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.blank import Blank
from westward.evidence.empty_steps import empty_steps, fill
from westward.evidence.entries import sourced
from westward.evidence.local import LocalValue, of_text, to_text
from westward.evidence.protocol import Basis, Branch, Course, DoseUnit, Protocol, Step, weakest
from westward.evidence.status import Status

_TIMES = {
    1: ("morning",),
    2: ("morning", "evening"),
    3: ("morning", "afternoon", "evening"),
    4: ("morning", "noon", "afternoon", "evening"),
}
_RATES = {"per_dose": Basis.FIXED, "per_kg_day": Basis.WEIGHT, "per_m2": Basis.AREA}
_STEP = {"name", "from_day", "to_day", "every_d", "times_a_day", *_RATES, "share", "max_day", "branch"} | {
    "status",
    "source",
}


def parse(
    name: str,
    document: str,
    *,
    library: Callable[[str], Protocol] | None = None,
    local: Iterable[LocalValue] = (),
) -> Protocol:
    """Read and check one protocol.

    Parameters
    ----------
    library : callable, optional
        Where included protocols come from; the shipped ones by default.
    local : iterable of LocalValue, optional
        The site's own steps for those that are empty.

    Raises
    ------
    InputError
        Broken TOML; a key that does not exist; a step without status or source, with two rates, or whose days run
        backward or overlap those of another step of the same course and branch; a branch that may be taken after the
        fixed day on which its first step begins, so that it would change days that have passed; a hormone that ends
        without taper is not an error here but a property of the source.
    """
    data = _toml(name, document)
    fill(name, data, {value.field: value for value in local})
    sources = data.get("sources", {})
    wrong = set(data) - {"id", "version", "title", "notes", "sources", "course", "branch"}
    if wrong or data.get("id") != name or not all(isinstance(data.get(k), str) for k in ("version", "title")):
        what = f"unknown keys {sorted(wrong)}" if wrong else "needs id (the file's name), version and title"
        raise InputError(f"protocol {name!r}: {what}")
    branches = tuple(
        Branch(
            id=_text(name, b, "id"),
            words=_text(name, b, "words"),
            first_day=int(b["first_day"]),
            last_day=int(b["last_day"]),
            **_sourced(name, b, sources),
        )
        for b in data.get("branch", [])
    )
    known = {""} | {branch.id for branch in branches}
    courses: list[Course] = []
    for course in data.get("course", []):
        courses.extend(_course(name, course, sources, known, library or load))
    if not courses:
        raise InputError(f"protocol {name!r} has no course")
    _check_branches(name, courses, branches)
    return Protocol(
        id=name,
        version=data["version"],
        title=data["title"],
        notes=tuple(data.get("notes", ())),
        courses=tuple(courses),
        branches=branches,
    )


def _toml(name: str, document: str) -> dict[str, Any]:
    try:
        return tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"protocol {name!r} is not valid TOML: {error}") from None


def _course(
    name: str,
    data: Mapping[str, Any],
    sources: Mapping[str, str],
    branches: set[str],
    library: Callable[[str], Protocol],
) -> list[Course]:
    if "include" in data:
        return _included(name, data, branches - {""}, library)
    wrong = set(data) - {"drug", "product", "kind", "route", "unit", "step"}
    if wrong:
        raise InputError(f"protocol {name!r}: unknown keys of a course {sorted(wrong)}")
    steps = tuple(_step(name, step, sources, branches) for step in data.get("step", []))
    _check_days(name, steps)
    return [
        Course(
            drug=_text(name, data, "drug"),
            product=_text(name, data, "product"),
            kind=_text(name, data, "kind"),
            route=_text(name, data, "route"),
            unit=DoseUnit(_text(name, data, "unit")),
            steps=steps,
        )
    ]


def _included(
    name: str, data: Mapping[str, Any], branches: set[str], library: Callable[[str], Protocol]
) -> list[Course]:
    """Courses of another protocol, moved by ``offset_d`` days and cut after ``until_day`` of their own.

    Of its branches those stay that the including protocol declares as its own; the others are not provided for there.
    """
    wrong = set(data) - {"include", "offset_d", "until_day", "status", "source"}
    if wrong:
        raise InputError(f"protocol {name!r}: unknown keys of an included course {sorted(wrong)}")
    other, offset = library(str(data["include"])), int(data.get("offset_d", 0))
    until = data.get("until_day")
    courses = []
    for course in other.courses:
        steps = [
            s for s in course.steps if (not s.branch or s.branch in branches) and (until is None or s.from_day <= until)
        ]
        moved = tuple(
            replace(
                s,
                from_day=s.from_day + offset if s.from_day else 0,
                to_day=(s.to_day if until is None else min(s.to_day, until)) + offset,
            )
            for s in steps
        )
        courses.append(replace(course, steps=moved))
    return [course for course in courses if course.steps]


def _step(name: str, data: Mapping[str, Any], sources: Mapping[str, str], branches: set[str]) -> Step:
    where = f"protocol {name!r}, step {data.get('name')!r}"
    if wrong := set(data) - _STEP:
        raise InputError(f"{where}: unknown keys {sorted(wrong)}")
    given = [key for key in _RATES if key in data]
    if len(given) + ("share" in data) > 1:
        raise InputError(f"{where}: one of {', '.join(_RATES)} or share, not several")
    branch = str(data.get("branch", ""))
    if branch not in branches:
        raise InputError(f"{where}: there is no branch {branch!r}")
    start, end, every = int(data["from_day"]), int(data["to_day"]), int(data.get("every_d", 1))
    if start < (0 if branch else 1) or end < start or every < 1:
        raise InputError(f"{where}: days {start} to {end}, every {every}, make no sense")
    rate = _rate(where, data[given[0]]) if given else None
    times = int(data.get("times_a_day", 1))
    if times not in _TIMES:
        raise InputError(f"{where}: {times} times a day are not provided for; use 1 to 4")
    share = data.get("share")
    if share is not None and not (len(share) == 2 and 0 < share[0] <= share[1]):
        raise InputError(f"{where}: share is {share!r}, not two whole numbers such as [3, 4]")
    return Step(
        name=_text(name, data, "name"),
        from_day=start,
        to_day=end,
        every_d=every,
        times=_TIMES[times],
        basis=_RATES[given[0]] if given else Basis.NONE,
        rate=rate,
        share=Fraction(*share) if share is not None else None,
        max_day=data.get("max_day"),
        branch=branch,
        **_sourced(name, data, sources),
    )


def _rate(where: str, value: Any) -> Fraction:
    """Whole small units, or a decimal as text: never a float."""
    try:
        rate = Fraction(value) if isinstance(value, int | str) and not isinstance(value, bool) else Fraction(0)
    except ValueError:
        rate = Fraction(0)
    if rate <= 0:
        raise InputError(f"{where}: {value!r} is no rate; give whole small units, or a decimal in quotes")
    return rate


def _check_days(name: str, steps: tuple[Step, ...]) -> None:
    for branch in {step.branch for step in steps}:
        last = -1
        for step in (s for s in steps if s.branch == branch):
            if step.from_day <= last:
                raise InputError(
                    f"protocol {name!r}: step {step.name!r} begins on day {step.from_day}, before the last ends"
                )
            last = step.to_day


def _check_branches(name: str, courses: list[Course], branches: tuple[Branch, ...]) -> None:
    """A branch taken on its last day begins no step on a day before: what was given is not changed afterwards."""
    for course in courses:
        for branch in branches:
            first = next((step for step in course.steps if step.branch == branch.id), None)
            if first is not None and 0 < first.from_day < branch.last_day:
                raise InputError(
                    f"protocol {name!r}: step {first.name!r} of branch {branch.id!r} begins on day {first.from_day}, "
                    f"though the branch may be taken until day {branch.last_day}",
                    remedy="let it begin with its branch (from_day = 0), or not before the branch's last day",
                )


def _sourced(name: str, data: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    return sourced(data, sources, f"protocol {name!r}: {data.get('name') or data.get('id')!r}")


def _text(name: str, data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"protocol {name!r}: {key} is {value!r}, not text")
    return value


def names() -> tuple[str, ...]:
    """Ids of the shipped protocols, in alphabetical order."""
    folder = files("westward.evidence") / "protocols"
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")))


LOCAL = "local:"
"""Before the name of a protocol: the key of the site's own values among its texts."""

LOWERED = "lowered:"
"""Before a drug: the key of the share of its dose that one child gets, among the texts of a run."""


def texts(name: str, local: Iterable[LocalValue] = ()) -> dict[str, str]:
    """The text of a shipped protocol and of those it includes, by name: what a run of a child keeps.

    ``local`` are the site's own values, of any protocol; those that belong here are texts as well, so that a version
    with local values is another one than without.

    Raises
    ------
    InputError
        If there is no such protocol.
    """
    if name not in names():
        raise InputError(f"there is no protocol {name!r}", remedy=f"known: {', '.join(names())}")
    found = {name: (files("westward.evidence") / "protocols" / f"{name}.toml").read_text(encoding="utf-8")}
    local = list(local)
    if mine := sorted((one for one in local if one.field.startswith(f"protocol:{name}/")), key=lambda one: one.field):
        found[f"{LOCAL}{name}"] = "\n".join(map(to_text, mine))
    for course in tomllib.loads(found[name]).get("course", []):
        if "include" in course:
            found |= texts(str(course["include"]), local)
    return found


def blanks(name: str, document: str) -> tuple[Blank, ...]:
    """The empty steps of a protocol's own courses; those that it includes are blanks of the other protocol.

    Raises
    ------
    InputError
        If the text is broken.
    """
    return empty_steps(name, _toml(name, document))


def all_blanks() -> tuple[Blank, ...]:
    """Every empty step of the shipped protocols."""
    return tuple(blank for name in names() for blank in blanks(name, texts(name)[name]))


def from_texts(name: str, kept: Mapping[str, str]) -> Protocol:
    """A protocol from texts that were kept, whatever is shipped today.

    Raises
    ------
    InputError
        If a text is missing or broken.
    """
    if name not in kept:
        raise InputError(f"the text of protocol {name!r} was not kept")
    made = parse(name, kept[name], library=lambda other: from_texts(other, kept), local=_local(name, kept))
    numbers = [
        str(json.loads(line)["number"]) for key in sorted(kept) if key.startswith(LOCAL) for line in _lines(kept[key])
    ]
    made = replace(made, version=f"{made.version}+L{'.'.join(numbers)}") if numbers else made
    shares = {key.removeprefix(LOWERED): json.loads(text) for key, text in kept.items() if key.startswith(LOWERED)}
    return replace(made, courses=tuple(_lowered(course, shares.get(course.drug)) for course in made.courses))


def lowered(share: Fraction, source: str) -> str:
    """The text of a lower dose for one child, for the texts of its run."""
    return json.dumps({"share": str(share), "source": source}, sort_keys=True)


def _lowered(course: Course, share: Mapping[str, str] | None) -> Course:
    """Every rate times the share; what is a share of the first step follows by itself, ceilings stay."""
    if share is None:
        return course
    part, source = Fraction(share["share"]), share["source"]
    steps = (
        replace(
            step,
            rate=step.rate * part if step.rate is not None else None,
            status=weakest([step.status, Status.POLICY]),
            source=f"{step.source}; times {float(part):g}: {source}",
        )
        for step in course.steps
    )
    return replace(course, steps=tuple(steps))


def _local(name: str, kept: Mapping[str, str]) -> list[LocalValue]:
    lines = _lines(kept.get(f"{LOCAL}{name}", ""))
    known = {blank.field: blank for blank in blanks(name, kept[name])} if lines else {}
    try:
        return [of_text(known[json.loads(line)["field"]], line) for line in lines]
    except (KeyError, TypeError, ValueError):
        raise InputError(f"the local values kept with protocol {name!r} are broken") from None


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def digest(kept: Mapping[str, str]) -> str:
    """SHA-256 of texts: what two people approve; a lower dose of one child is signed with its plan and is no part."""
    text = {name: text for name, text in kept.items() if not name.startswith(LOWERED)}
    return hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=64)
def load(name: str) -> Protocol:
    """One of the shipped protocols.

    Raises
    ------
    InputError
        If there is no such protocol or it is broken.
    """
    return from_texts(name, texts(name))
