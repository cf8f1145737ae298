"""What a treatment protocol is: courses of drugs in steps of days, every dose with its status and its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from westward.evidence.status import Status


class Basis(StrEnum):
    """What a dose is reckoned from."""

    FIXED = "fixed"
    WEIGHT = "weight"
    AREA = "area"
    NONE = "none"


class DoseUnit(StrEnum):
    """Named small units; micrograms and milliunits are never converted into each other."""

    UG = "ug"
    MU = "mU"


USABLE = frozenset({Status.VERIFIED, Status.EXCERPT, Status.DERIVED})
"""Statuses of a dose that may be used before two named people have approved it locally."""

TAPERS = ("taper", "wean")
"""How the names of steps begin whose doses never rise."""

_WEAKER = (Status.VERIFIED, Status.EXCERPT, Status.DERIVED, Status.POLICY, Status.RECALLED, Status.UNCONFIRMED)


def weakest(statuses: list[Status]) -> Status:
    """The least of several statuses; ``verified`` of none."""
    return max(statuses, key=_WEAKER.index, default=Status.VERIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Days with one dose.

    Attributes
    ----------
    name : str
        A word or two, such as ``full dose``.
    from_day, to_day : int
        Days of the protocol, the first is 1; both ends belong to it. In a branch ``from_day`` 0 means the day on which
        the branch begins.
    every_d : int
        1 for daily, 2 for every other day, counted from ``from_day``.
    times : tuple of str
        Times of the day, one dose each.
    rate : Fraction or None
        Small units per dose (fixed), per kg and day (weight) or per m2 and dose (area), by ``basis``; None where no
        source gives a number and a site must enter its own.
    share : Fraction or None
        Share of the dose of the course's first step, instead of a rate.
    max_day : int or None
        At most this much a day, all doses together.
    branch : str
        Empty, or the branch to which it belongs.
    """

    name: str
    from_day: int
    to_day: int
    every_d: int
    times: tuple[str, ...]
    basis: Basis
    rate: Fraction | None
    share: Fraction | None
    max_day: int | None
    branch: str
    status: Status
    source: str

    @property
    def tapers(self) -> bool:
        """Whether it is part of the taper of a hormone or the wean of another drug."""
        return self.name.startswith(TAPERS)

    @property
    def empty(self) -> bool:
        """Whether no source gives a number for it."""
        return self.rate is None and self.share is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What replaces the rest of a course from a day on, by a rule of the protocol."""

    id: str
    words: str
    first_day: int
    last_day: int
    status: Status
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One drug of a protocol.

    Attributes
    ----------
    drug : str
        Key of the drug, such as ``acth_natural``; a dose is never moved to another drug.
    product : str
        Key of the usual product.
    kind : str
        ``hormone``, ``vigabatrin`` ...: which monitoring belongs to it.
    """

    drug: str
    product: str
    kind: str
    route: str
    unit: DoseUnit
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A published protocol, one version of it."""

    id: str
    version: str
    title: str
    notes: tuple[str, ...]
    courses: tuple[Course, ...]
    branches: tuple[Branch, ...]

    @property
    def status(self) -> Status:
        """The weakest status among its doses and branches: what the whole can rest on."""
        steps = [step.status for course in self.courses for step in course.steps]
        return weakest(steps + [branch.status for branch in self.branches])

    @property
    def empty(self) -> tuple[str, ...]:
        """Steps for which no source gives a number."""
        return tuple(s.name for c in self.courses for s in c.steps if s.empty)

    @property
    def drugs(self) -> tuple[str, ...]:
        """Its drugs, in its order."""
        return tuple(dict.fromkeys(course.drug for course in self.courses))

    @property
    def usual(self) -> dict[str, str]:
        """The usual product of each drug."""
        return {course.drug: course.product for course in self.courses}

    @property
    def needs_area(self) -> bool:
        """Whether a length is needed."""
        return any(step.basis is Basis.AREA for course in self.courses for step in course.steps)

    @property
    def needs_weight(self) -> bool:
        """Whether any dose hangs on the weight."""
        bases = {step.basis for course in self.courses for step in course.steps}
        return bool(bases & {Basis.AREA, Basis.WEIGHT})
