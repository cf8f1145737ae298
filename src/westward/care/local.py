"""Whether what a site enters for an empty value can be: unit, kind, bounds, ceilings, and how a taper runs.

None of it says that a value is right: that is what the source and the second person are for.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from westward.core.errors import UsageError
from westward.evidence import shelf
from westward.evidence.blank import Blank, Shape
from westward.evidence.loader import load, names
from westward.evidence.local import PER_WORDS, Band, Entered, LocalStep, LocalValue
from westward.evidence.protocol import TAPERS, Basis, Course, Step

_BASIS = {"dose": Basis.FIXED, "kg_day": Basis.WEIGHT, "m2_dose": Basis.AREA}


@lru_cache(maxsize=1)
def blanks() -> tuple[Blank, ...]:
    """Every empty value of the shipped evidence, read from protocols and sheets, once."""
    sheets = (load(name) for name in names())
    return (*shelf.all_blanks(), *(blank for sheet in sheets for blank in sheet.blanks.values()))


def blank(field: str) -> Blank:
    """One of them.

    Raises
    ------
    UsageError
        If there is none.
    """
    found = next((one for one in blanks() if one.field == field), None)
    if found is None:
        raise UsageError(f"there is no empty value {field!r}; what a source gave is not entered here")
    return found


def check(blank: Blank, entered: LocalValue, *, this_year: int) -> None:
    """Raise UsageError if the value cannot be stored as it is: one line says why."""
    rules = load("local")
    if entered.field != blank.field:
        raise UsageError(f"the value is for {entered.field}, not for {blank.field}")
    if entered.unit != blank.unit:
        raise UsageError(f"the unit is {entered.unit!r}; this value is entered in {blank.unit}, and never converted")
    least = rules.integer("source.least_letters")
    if len(entered.source.strip()) < least:
        raise UsageError("say the source so that somebody else can find it: authors or institution, title, place")
    if not rules.integer("source.oldest") <= entered.year <= this_year:
        raise UsageError(f"the year of the source is {entered.year}; it must be from {rules['source.oldest'].value} on")
    value = entered.value
    if blank.shape is Shape.STEPS:
        _steps(blank, tuple(one for one in _rows(blank, value) if isinstance(one, LocalStep)))
    elif blank.shape is Shape.BANDS:
        _bands(blank, tuple(one for one in _rows(blank, value) if isinstance(one, Band)))
    elif isinstance(value, tuple):
        raise UsageError(f"this is one number in {blank.unit}, not rows")
    else:
        _bounds(blank, value)


def _rows(blank: Blank, value: Entered) -> tuple[Band, ...] | tuple[LocalStep, ...]:
    wanted = LocalStep if blank.shape is Shape.STEPS else Band
    if not isinstance(value, tuple) or not value or not all(isinstance(one, wanted) for one in value):
        raise UsageError("this takes rows, at least one")
    return value


def _bounds(blank: Blank, value: float, what: str = "") -> None:
    if blank.whole and not float(value).is_integer():
        raise UsageError(f"{what}{value:g} {blank.unit} is not whole")
    if blank.least is not None and blank.most is not None and not blank.least <= value <= blank.most:
        raise UsageError(
            f"{what}{value:g} {blank.unit} is outside {blank.least:g} to {blank.most:g}; look for a slip of the pen"
        )


def _bands(blank: Blank, bands: tuple[Band, ...]) -> None:
    last: Band | None = None
    for n, band in enumerate(bands, start=1):
        if not 0 <= band.lower < band.upper:
            raise UsageError(f"row {n}: from {band.lower:g} to {band.upper:g} {blank.axis} is no span")
        if last is not None and band.lower != last.upper:
            how = "overlaps" if band.lower < last.upper else "leaves a gap after"
            raise UsageError(f"row {n} {how} the row before, which ends at {last.upper:g} {blank.axis}")
        _bounds(blank, band.value, f"row {n}: ")
        last = band


def _steps(blank: Blank, steps: tuple[LocalStep, ...]) -> None:
    rules, (protocol, drug, name) = load("local"), blank.place
    most, days = rules.integer("steps.most"), rules.integer("steps.most_days")
    if len(steps) > most:
        raise UsageError(f"{len(steps)} steps are more than {most}")
    course, before, after = _place(protocol, drug, name)
    for n, step in enumerate(steps, start=1):
        if step.days > days:
            raise UsageError(f"step {n} lasts {step.days} days, more than {days}; look for a slip of the pen")
        if step.times_a_day not in range(1, 5):
            raise UsageError(f"step {n}: {step.times_a_day} times a day are not provided for; use 1 to 4")
        if step.every_d > step.days:
            raise UsageError(f"step {n}: every {step.every_d} days, but it lasts {step.days}")
        _ceiling(drug, blank.unit, n, step)
    _course(blank, steps, before)
    first = before.to_day + 1 if before is not None else 1
    last = first + sum(step.days for step in steps) - 1
    if after is not None and last >= after.from_day:
        raise UsageError(
            f"the steps end on day {last}, but {after.name} of {course.drug} begins on day {after.from_day}"
        )


def _place(protocol: str, drug: str, name: str) -> tuple[Course, Step | None, Step | None]:
    """The course of an empty step, and the steps before and after it."""
    course = next(one for one in shelf.load(protocol).courses if one.drug == drug)
    own = next(step for step in course.steps if step.name == name)
    line = [step for step in course.steps if step.branch == own.branch]
    at = line.index(own)
    return course, line[at - 1] if at else None, line[at + 1] if at + 1 < len(line) else None


def _ceiling(drug: str, unit: str, n: int, step: LocalStep) -> None:
    """No step is above a hard stop whatever the weight; the calendar of a child is checked as well."""
    sheet = load("ceilings")
    key = {"dose": f"per_day.{drug}", "kg_day": f"per_kg.{drug}"}.get(step.per, "")
    if key in sheet.facts and (daily := _daily(step)) > sheet.integer(key):
        high = Decimal(sheet.integer(key)) / 1000
        per = "per kg and day" if step.per == "kg_day" else "a day"
        raise UsageError(
            f"step {n} gives {daily / 1000:f} {unit} {per}, above the ceiling of {high:f} ({sheet[key].status}: "
            f"{sheet[key].source})"
        )


def _daily(step: LocalStep) -> Decimal:
    """Small units on a day with the drug; per kilogram it is the amount itself."""
    return step.small if step.per == "kg_day" else step.small * step.times_a_day


def _course(blank: Blank, steps: tuple[LocalStep, ...], before: Step | None) -> None:
    """A taper never rises, anything else never falls, as far as two steps count in the same way.

    The steps of a taper all count in one way, so that they can be compared. How the first compares with a step before
    that counts in another depends on the child: :func:`westward.care.dosing.check_falls` holds it at each calendar.
    """
    falling = blank.place[-1].startswith(TAPERS)
    if falling and len(ways := dict.fromkeys(step.per for step in steps)) > 1:
        raise UsageError(
            f"the steps of a {blank.place[-1]} are {' and '.join(PER_WORDS[one] for one in ways)}; "
            "enter all of them in one way, so that none can rise"
        )
    last: tuple[str, Fraction, int] | None = None
    if before is not None and before.rate is not None:
        per = next(key for key, basis in _BASIS.items() if basis is before.basis)
        times = 1 if per == "kg_day" else len(before.times)
        last = per, before.rate * times, before.every_d
    for n, step in enumerate(steps, start=1):
        daily = Fraction(_daily(step))
        if last is None or last[0] != step.per:
            last = step.per, daily, step.every_d
            continue
        if (daily > last[1]) if falling else (daily < last[1]):
            way = "rises" if falling else "falls"
            was, now = (f"{float(one) / 1000:g} {blank.unit}" for one in (last[1], daily))
            raise UsageError(f"step {n} {way} from {was} to {now}; the doses of a {blank.place[-1]} do not")
        if falling and daily / step.every_d > last[1] / last[2]:
            raise UsageError(
                f"step {n} rises: every {step.every_d} days after every {last[2]} days is more of the drug; "
                f"the doses of a {blank.place[-1]} do not"
            )
        last = step.per, daily, step.every_d


def words(blank: Blank, value: Entered) -> tuple[str, ...]:
    """The value in lines for a reader."""
    if not isinstance(value, tuple):
        return (f"{value:g} {blank.unit}".strip(),)
    lines = []
    for one in value:
        if isinstance(one, Band):
            shown = "" if blank.unit == "1" else f" {blank.unit}"
            lines.append(f"from {one.lower:g} to below {one.upper:g} {blank.axis}: {one.value:g}{shown}")
        else:
            every = "" if one.every_d == 1 else f", every {one.every_d} days"
            times = "once a day" if one.times_a_day == 1 else f"{one.times_a_day} times a day"
            days = "1 day" if one.days == 1 else f"{one.days} days"
            lines.append(f"{days}: {one.amount} {blank.unit} {PER_WORDS[one.per]}, {times}{every}")
    return tuple(lines)
