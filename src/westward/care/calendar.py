"""The dated calendar of a protocol for one child, day by day to the last step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from westward.care import ceilings, dosing
from westward.care.dosing import Body
from westward.care.monitoring import Span, due
from westward.care.strength import Measured, Strength, measure, unusual
from westward.care.wean import Wean, weaned
from westward.core.errors import RefusedError, UsageError
from westward.evidence.loader import Sheet, load
from westward.evidence.monitoring import Check
from westward.evidence.protocol import USABLE, Branch, Course, DoseUnit, Protocol, Step, weakest
from westward.evidence.status import Status

NOT_SOURCED = "not sourced: needs approval by two named people; no milliliters are printed"
HORMONES_WITHOUT_TAPER = "no taper is sourced: a hormone is never stopped suddenly; enter the site's own taper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose.

    Attributes
    ----------
    amount : int
        Micrograms or milliunits, as reckoned.
    volume_ul : int or None
        Microliters to draw up, at a mark of the syringe; None until a strength is given, and for a dose that is not
        sourced and not approved.
    measured : int or None
        What that volume holds, to the nearest small unit.
    capped : bool
        Whether the daily ceiling of the protocol cut it.
    every_d : int
        Days from one such dose to the next: 1 for daily, 2 for every other day.
    """

    time_of_day: str
    drug: str
    product: str
    route: str
    amount: int
    unit: DoseUnit
    volume_ul: int | None
    measured: int | None
    capped: bool
    status: Status
    source: str
    every_d: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day; without a drug ``doses`` is empty and ``step`` says why.

    Attributes
    ----------
    sourced : bool
        False if any dose of the day may not be used without local approval and has none.
    weight_g : int or None
        The weight that its doses were reckoned from, or held against their ceilings; None if none was given.
    """

    date: date
    day: int
    step: str
    doses: tuple[Dose, ...]
    checks: tuple[Check, ...]
    sourced: bool
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """All of one drug over the calendar, as planned; what was given is :mod:`westward.care.exposure`."""

    drug: str
    unit: DoseUnit
    amount: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A protocol for one child from one day on.

    Attributes
    ----------
    cumulative : tuple of Total
        As planned.
    """

    protocol: Protocol
    status: Status
    days: tuple[Day, ...]
    cumulative: tuple[Total, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The branch a course took and on which day."""

    branch: str
    day: int


def build(
    protocol: Protocol,
    body: Body,
    *,
    start: date,
    strengths: Mapping[str, Strength] | None = None,
    products: Mapping[str, str] | None = None,
    chosen: Iterable[Chosen] = (),
    weans: Iterable[Wean] = (),
    from_day: int = 1,
    approved: bool = False,
    unapproved: bool = False,
    sheet: Sheet | None = None,
    limits: Sheet | None = None,
) -> Calendar:
    """The calendar; day 1 is ``start``.

    Parameters
    ----------
    strengths : mapping of str to Strength, optional
        What stands on the bottle dispensed, by drug; without it no volume is given.
    products : mapping of str to str, optional
        Product by drug, where it is not the protocol's usual one.
    chosen : iterable of Chosen, optional
        Branches of the protocol that were taken.
    weans : iterable of Wean, optional
        Tapers and weans that begin before their day.
    from_day : int
        The first day for which the measures hold. Days before it are kept from an earlier calendar
        (:func:`westward.care.calendar_document.carried_on`), so no ceiling is held against them here.
    approved : bool
        Whether two named people have approved this version at this site.
    unapproved : bool
        Whether to go on although doses are neither sourced nor approved; such days are marked.
    sheet, limits : Sheet, optional
        Products and ceilings as a site uses them, in place of the shipped ones.

    Raises
    ------
    UsageError
        If a measure is missing or cannot be, a dose is above its ceiling (:mod:`westward.care.ceilings`), a taper
        rises for this child, a product is of another drug or unit, a branch does not exist, or a wean cannot begin on
        its day.
    RefusedError
        If doses are neither sourced nor approved, and ``unapproved`` is not set.
    """
    sheet = sheet or load("products")
    dosing.check(body, protocol, sheet=sheet)
    ceilings.check_build(body.weight_g, body.length_mm, sheet=limits)
    taken = _taken(protocol, chosen)
    weans = tuple(weans)
    _before_wean(protocol, taken, weans)
    planned = [_steps(course, taken) for course in protocol.courses]
    for course, own in zip(protocol.courses, planned, strict=True):
        dosing.check_falls(course, own, body, from_day=from_day)
    in_force = weaned(protocol, planned, weans, body)
    courses = [
        _Course(course, mine, body, products or {}, strengths or {}, sheet, limits)
        for course, mine in zip(protocol.courses, in_force, strict=True)
    ]
    _known(courses, strengths or {}, "strength")
    _known(courses, products or {}, "product")
    statuses = [step.status for course in courses for step in course.steps]
    loose = not approved and not set(statuses) <= USABLE
    if loose and not unapproved:
        steps = sorted({f"{s.name} ({s.status})" for c in courses for s in c.steps if s.status not in USABLE})
        raise RefusedError(
            f"{protocol.id} has doses that are not sourced well enough and not approved: {', '.join(steps)}; "
            "have two named people approve it, or look at it with --unapproved"
        )
    last = max(step.to_day for course in courses for step in course.steps)
    checks = due(course.span for course in courses if course.steps)
    days = [
        Day(
            date=start + timedelta(days=number - 1),
            day=number,
            step=_words(courses, number),
            doses=tuple(dose for course in courses for dose in course.doses(number, approved=approved)),
            checks=checks.get(number, ()),
            sourced=approved or all(s.status in USABLE for c in courses for s in c.on(number)),
            weight_g=body.weight_g,
        )
        for number in sorted({*range(1, last + 1), *checks})
    ]
    coming = [day for day in days if day.day >= from_day]
    ceilings.check_doses(coming, weight_g=body.weight_g, sheet=limits)
    ceilings.check_length(protocol, days, sheet=limits)
    high = ceilings.told(coming, weight_g=body.weight_g, sheet=limits)
    return Calendar(
        protocol=protocol,
        status=weakest(statuses),
        days=tuple(days),
        cumulative=tuple(course.total(days) for course in courses if course.steps),
        warnings=(
            *high,
            *(unweighed(protocol, limits=limits) if body.weight_g is None else ()),
            *_warnings(protocol, courses, loose=loose),
        ),
    )


class _Course:
    """One drug with the steps in force, its single dose by step, and its bottle."""

    def __init__(
        self,
        course: Course,
        steps: tuple[Step, ...],
        body: Body,
        products: Mapping[str, str],
        strengths: Mapping[str, Strength],
        sheet: Sheet,
        limits: Sheet | None,
    ) -> None:
        self.course, self.sheet, self.limits = course, sheet, limits
        self.weight_g = body.weight_g
        self.steps = steps
        self.product = products.get(course.drug, course.product)
        if f"{self.product}.drug" not in sheet.facts:
            raise UsageError(f"there is no product {self.product!r}")
        if sheet.text(f"{self.product}.drug") != course.drug:
            raise UsageError(
                f"{self.product} is {sheet.text(f'{self.product}.drug')}, the protocol gives {course.drug}"
            )
        self.bottle = strengths.get(course.drug)
        self.amounts = dosing.doses(self.steps, body)
        if any(amount == 0 for amount in self.amounts.values()):
            raise UsageError(f"a dose of {course.drug} comes out as zero; check the weight")

    @property
    def span(self) -> Span:
        taper = next((s.from_day for s in self.steps if s.tapers), None)
        return Span(self.course.kind, self.steps[0].from_day, self.steps[-1].to_day, taper)

    def on(self, day: int) -> list[Step]:
        return [step for step in self.steps if step.from_day <= day <= step.to_day]

    @cached_property
    def measured(self) -> dict[Step, Measured]:
        """What the bottle's syringe makes of the dose of each step; empty without a bottle."""
        if self.bottle is None:
            return {}
        return {
            step: measure(amount, self.bottle, unit=self.course.unit, most=self._most(step), sheet=self.sheet)
            for step, amount in self.amounts.items()
            if amount is not None
        }

    def _most(self, step: Step) -> Fraction | None:
        """What a single dose may hold: by the protocol, and by the hard stops for this child."""
        own = _ceiling(step)
        hard = ceilings.per_dose(self.course.drug, len(step.times), weight_g=self.weight_g, sheet=self.limits)
        return min((Fraction(one) for one in (own, hard) if one is not None), default=None)

    def doses(self, day: int, *, approved: bool) -> list[Dose]:
        found: list[Dose] = []
        for step in self.on(day):
            amount = self.amounts[step]
            if amount is None or (day - step.from_day) % step.every_d:
                continue
            shown = self.measured.get(step) if approved or step.status in USABLE else None
            found.extend(
                Dose(
                    time_of_day=time,
                    drug=self.course.drug,
                    product=self.product,
                    route=self.course.route,
                    amount=amount,
                    unit=self.course.unit,
                    volume_ul=shown.volume_ul if shown else None,
                    measured=round(shown.amount) if shown else None,
                    capped=amount == _ceiling(step),
                    status=step.status,
                    source=step.source,
                    every_d=step.every_d,
                )
                for time in step.times
            )
        return found

    def unusual(self) -> list[str]:
        """A bottle of another strength than the product usually has."""
        usual = unusual(self.bottle, self.product, sheet=self.sheet) if self.bottle else ""
        if not usual or self.bottle is None:
            return []
        return [
            f"{self.course.drug}: the bottle says {self.bottle.words}, {self.product} usually has {usual}; "
            "check the product on the label"
        ]

    def coarse(self) -> list[str]:
        """Steps whose dose the marks of the syringe meet badly."""
        limit = self.sheet["syringe.tell_from"]
        found = []
        for step, measured in self.measured.items():
            off = measured.amount / (self.amounts[step] or 1) - 1
            if abs(off) >= Fraction(str(limit.value)):
                found.append(
                    f"{self.course.drug}, {step.name}: the marks of the syringe are coarse for this dose: "
                    f"{float(100 * off):+.0f} %; ask the pharmacy for a weaker preparation"
                )
        return found

    def total(self, days: list[Day]) -> Total:
        mine = [[d.amount for d in day.doses if d.drug == self.course.drug] for day in days]
        return Total(self.course.drug, self.course.unit, sum(map(sum, mine)), sum(bool(one) for one in mine))


def _ceiling(step: Step) -> int | None:
    """Of a single dose."""
    return None if step.max_day is None else step.max_day // len(step.times)


def _taken(protocol: Protocol, chosen: Iterable[Chosen]) -> dict[str, tuple[Branch, int]]:
    known = {branch.id: branch for branch in protocol.branches}
    taken: dict[str, tuple[Branch, int]] = {}
    for choice in chosen:
        branch = known.get(choice.branch)
        if branch is None:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError(f"{protocol.id} has no branch {choice.branch!r}; {there}")
        if not branch.first_day <= choice.day <= branch.last_day:
            raise UsageError(f"{branch.id} begins on day {branch.first_day} to {branch.last_day}, not {choice.day}")
        taken[branch.id] = (branch, choice.day)
    return taken


def _before_wean(protocol: Protocol, taken: Mapping[str, tuple[Branch, int]], weans: Iterable[Wean]) -> None:
    """A step of a drug that is being weaned can no longer be taken."""
    for wean in weans:
        for name, (_, day) in taken.items():
            mine = any(s.branch == name for c in protocol.courses if c.kind == wean.kind for s in c.steps)
            if mine and day >= wean.day:
                raise UsageError(
                    f"{name} on day {day}: its drug is being weaned from day {wean.day} on; the step can no longer be "
                    "taken"
                )


def _steps(course: Course, taken: Mapping[str, tuple[Branch, int]]) -> tuple[Step, ...]:
    """The steps in force: those of a branch replace the rest of the course from its day on.

    A branch begins with the next dose that is due: a dose for every other day never follows another on the next day.
    """
    steps = [step for step in course.steps if not step.branch]
    for name, (_, day) in taken.items():
        mine = [s for s in course.steps if s.branch == name]
        if not mine:
            continue
        before = [s for s in steps if s.from_day < min(day, mine[0].from_day or day)]
        first = mine[0].from_day or _next_due(before, day)
        if first > mine[0].to_day:
            raise UsageError(
                f"{name} on day {day}: the next dose of {course.drug} is due on day {first}, after the last day of "
                f"{mine[0].name} ({mine[0].to_day}); it can no longer be taken"
            )
        if first < day:
            raise UsageError(f"{name} on day {day}: {mine[0].name} would begin on day {first}, which has passed")
        mine = [replace(s, from_day=s.from_day or first) for s in mine]
        steps = [replace(s, to_day=min(s.to_day, max(day, first) - 1)) for s in before] + mine
    return tuple(steps)


def _next_due(before: list[Step], day: int) -> int:
    """The first day from ``day`` on that the rhythm of the step before provides."""
    if not before:
        return day
    return day + (before[-1].from_day - day) % before[-1].every_d


def _words(courses: list[_Course], day: int) -> str:
    names = [(course.course.drug, step.name) for course in courses for step in course.on(day)]
    if not names:
        return "after the last dose"
    if len(courses) == 1:
        return names[0][1]
    return "; ".join(f"{drug}: {name}" for drug, name in names)


def _known(courses: list[_Course], given: Mapping[str, object], what: str) -> None:
    drugs = {course.course.drug for course in courses}
    if wrong := sorted(set(given) - drugs):
        raise UsageError(f"a {what} is given for {', '.join(wrong)}; the protocol gives {', '.join(sorted(drugs))}")


def unweighed(protocol: Protocol, *, limits: Sheet | None = None) -> tuple[str, ...]:
    """Notes on fixed doses without a weight: nobody can say whether they are below their ceilings."""
    return tuple(
        f"{drug}: the ceiling by weight is not assessable, no weight was given; weigh before a dose is given"
        for drug in ceilings.by_weight(protocol, sheet=limits)
    )


def _warnings(protocol: Protocol, courses: list[_Course], *, loose: bool) -> Iterable[str]:
    if loose:
        yield NOT_SOURCED
    for course in courses:
        for step in course.steps:
            if course.amounts[step] is None:
                where = f"{course.course.drug}, {step.name}"
                yield f"{where}: no source has a number; enter the site's own value and source"
        if course.course.kind == "hormone" and course.steps and course.amounts[course.steps[-1]] is None:
            yield HORMONES_WITHOUT_TAPER
        yield from course.unusual()
        yield from course.coarse()
        if course.bottle is None and course.steps:
            yield f"{course.course.drug}: no milliliters until the strength on the bottle dispensed is given"
    yield from protocol.notes
