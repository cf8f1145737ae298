"""A taper or a wean that begins before its day: its steps as they are, never a dose above the last one given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from westward.care import dosing
from westward.care.dosing import Body
from westward.core.errors import UsageError
from westward.evidence.protocol import Protocol, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Wean:
    """The end of one kind of drug, begun early.

    Attributes
    ----------
    kind : str
        ``hormone``, ``vigabatrin`` ...: every course of this kind goes into its taper.
    day : int
        Day of the protocol on which the taper or wean begins.
    """

    kind: str
    day: int


def weaned(
    protocol: Protocol, courses: Sequence[tuple[Step, ...]], weans: Iterable[Wean], body: Body
) -> list[tuple[Step, ...]]:
    """The steps in force of each course of a protocol, with the weans begun on their days.

    Steps of the wean keep their length and their dose. Those above the last dose given before are left out, since a
    wean never rises. What lies between is not given.

    Raises
    ------
    UsageError
        If the protocol has no such kind, no wean with numbers for it, or the wean begins by itself before that day.
    """
    found = list(courses)
    for wean in weans:
        mine = [index for index, course in enumerate(protocol.courses) if course.kind == wean.kind and found[index]]
        words = wean.kind.replace("_", " ")
        if not mine:
            raise UsageError(f"{protocol.id} gives no {words} that could be weaned")
        tapers = [step for index in mine for step in found[index] if step.tapers]
        if not tapers or any(step.empty for step in tapers):
            raise UsageError(
                f"{protocol.id} has no wean of {words} with numbers: no source gives one; enter the site's own"
            )
        first = min(step.from_day for step in tapers)
        if not 2 <= wean.day < first:
            raise UsageError(
                f"the wean of {words} begins by itself on day {first}; an earlier day from 2 on may be chosen, "
                f"not {wean.day}"
            )
        kept = {index: _not_above(found[index], wean.day, body) for index in mine}
        left = [step for steps in kept.values() for step in steps]
        if not left:
            raise UsageError(
                f"on day {wean.day} {words} is given in less than every step of its wean; nothing is left to wean by"
            )
        by = min(step.from_day for step in left) - wean.day
        for index in mine:
            before = [step for step in found[index] if not step.tapers and step.from_day < wean.day]
            found[index] = (
                *(replace(step, to_day=min(step.to_day, wean.day - 1)) for step in before),
                *(replace(step, from_day=step.from_day - by, to_day=step.to_day - by) for step in kept[index]),
            )
    return found


def _not_above(steps: tuple[Step, ...], day: int, body: Body) -> list[Step]:
    """Steps of the wean that give no more a day than the last step before the day; all, if the drug is not given yet.

    The doses are those of the body now: a share is of the first step's.
    """
    amounts = dosing.doses(steps, body)

    def daily(step: Step) -> Fraction:
        return Fraction((amounts[step] or 0) * len(step.times), step.every_d)

    before = [step for step in steps if not step.tapers and step.from_day < day]
    return [step for step in steps if step.tapers and (not before or daily(step) <= daily(before[-1]))]
