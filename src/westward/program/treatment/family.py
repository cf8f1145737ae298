"""The calendar as a family knows it: months of days, today large, what changes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from westward.care.safety import VaccineBlock
from westward.program.treatment import vaccines
from westward.program.treatment.expiry import after_expiry, of_products
from westward.program.treatment.exposure import HORMONES
from westward.program.treatment.labels import NO_LABEL, Label, Labels
from westward.program.treatment.models import Bottle, Plan
from westward.program.treatment.wording import amount, volume, words


@dataclass(frozen=True, slots=True)
class Given:
    """One dose in the family's words; ``measure`` is empty until a bottle is recorded.

    ``bottle`` is what the bottle says that it comes from, where the calendar takes the drug from more than one.
    """

    time: str
    drug: str
    amount: str
    measure: str
    bottle: Label = NO_LABEL


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month; ``number`` is 0 for a day outside the calendar.

    ``doses`` stand in the order of the day, whatever the drug; ``day`` is the date in the family's language and
    ``weekday`` its first word; ``new_bottle`` says that a dose of the day lies after the expiry of the bottle
    dispensed.
    """

    on: date
    number: int
    doses: tuple[Given, ...]
    note: str
    checks: tuple[str, ...]
    inside: bool
    new_bottle: bool = False
    day: str = ""
    weekday: str = ""

    @property
    def by_drug(self) -> tuple[tuple[str, tuple[Given, ...]], ...]:
        """The doses of each drug under its name."""
        drugs = dict.fromkeys(dose.drug for dose in self.doses)
        return tuple((drug, tuple(dose for dose in self.doses if dose.drug == drug)) for drug in drugs)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday."""

    title: str
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What a bottle says, and on which days it is the one; ``days`` is empty where no other one follows."""

    drug: str
    label: Label
    days: str = ""


@dataclass(frozen=True, slots=True)
class FamilyCalendar:
    """All of it.

    Attributes
    ----------
    today : Cell or None
        The day told large: today, and before the first day that one.
    begun : bool
        Whether it is today, and not a day to come.
    change_words : str
        Whether the dose changes then, the bottle, or both.
    bottles : tuple of Read
        Every bottle from today on for which milliliters were reckoned; empty without milliliters.
    """

    words: dict[str, Any]
    months: tuple[Month, ...]
    today: Cell | None
    begun: bool
    change: Cell | None
    change_words: str
    hormone: bool
    several: bool
    agreed: str
    no_live_vaccines: str
    bottles: tuple[Read, ...]

    @property
    def in_turn(self) -> bool:
        """Whether one bottle follows another of the same drug, so that each stands with its days."""
        return any(one.days for one in self.bottles)


def family_calendar(plan: Plan, *, language: str, today: date) -> FamilyCalendar:
    """The months that the plan touches, in the family's language."""
    said = words(language)
    days = {date.fromisoformat(day["date"]): day for day in plan.document["days"]}
    held, labels = of_products(plan.run.bottles.all()), Labels(plan, said)
    cells = {on: _cell(on, day, said, held, labels) for on, day in days.items()}
    first, last = min(days), max(on for on, day in days.items() if day["doses"])
    months = []
    start = first.replace(day=1)
    while start <= last:
        months.append(_month(start, cells, said, last=last))
        start = (start + timedelta(days=32)).replace(day=1)
    upcoming = sorted(on for on in cells if on > today and on <= last)
    here = cells.get(today) or (cells[first] if today < first else None)
    change = None
    if here is not None:
        change = next((cells[on] for on in upcoming if _key(cells[on]) != _key(here)), None)
    change_words = "" if here is None or change is None else str(said[_what_changes(here, change, labels)])
    drugs = {dose["drug"] for day in plan.document["days"] for dose in day["doses"]}
    agreed = in_words(timezone.localtime(plan.checked_at).date(), said) if plan.checked_at else ""
    hormone, several = bool(drugs & HORMONES), len(drugs) > 1
    wait = no_live_vaccines(vaccines.block(plan.run, plan), said)
    read, begun = _bottles(labels, said, today), today >= first
    return FamilyCalendar(said, tuple(months), here, begun, change, change_words, hormone, several, agreed, wait, read)


def no_live_vaccines(block: VaccineBlock | None, said: Mapping[str, Any], *, ended: bool = False) -> str:
    """Until when live vaccines wait, in the family's words; ``ended`` once the last hormone dose was given."""
    if block is None or block.until is None:
        return str(said["no_live_vaccines"])
    key = "no_live_vaccines_after" if ended else "no_live_vaccines_until"
    return str(said[key]).format(date=in_words(block.until, said))


def in_words(on: date, said: Mapping[str, Any]) -> str:
    """``Tue 1 December 2026`` in the family's language."""
    return f"{said['weekdays'][on.weekday()]} {on.day} {said['months'][on.month - 1]} {on.year}"


def _bottles(labels: Labels, said: Mapping[str, Any], today: date) -> tuple[Read, ...]:
    """The bottles of each drug's doses from today on, in turn."""
    coming = [one for one in labels.stretches if one.ends >= today]
    in_milliliters = {one.drug for one in coming if one.strength}
    found = []
    for drug in dict.fromkeys(one.drug for one in coming if one.drug in in_milliliters):
        mine = [one for one in coming if one.drug == drug and labels.words(one)]
        for one in mine:
            days = []
            if one.begins > today and labels.another_from(one.begins):
                days.append(said["from_day"].format(date=in_words(one.begins, said)))
            if one is not mine[-1]:
                days.append(said["to_day"].format(date=in_words(one.ends, said)))
            found.append(Read(said["drugs"].get(drug, drug), labels.words(one), ", ".join(days)))
    return tuple(found)


def _what_changes(here: Cell, change: Cell, labels: Labels) -> str:
    """The words for it: the same milliliters from another bottle are a change, too."""
    if not labels.another_from(change.on):
        return "change"
    same = [one[:3] for one in _key(here)] == [one[:3] for one in _key(change)]
    return "change_bottle" if same else "change_both"


def _key(cell: Cell) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((dose.time, dose.drug, dose.measure or dose.amount, str(dose.bottle)) for dose in cell.doses)


def _cell(
    on: date, day: dict[str, Any], said: dict[str, Any], held: Mapping[tuple[str, str], Bottle], labels: Labels
) -> Cell:
    order = list(said["times"])
    doses = tuple(
        Given(
            said["times"][dose["time_of_day"]],
            said["drugs"].get(dose["drug"], dose["drug"]),
            amount(dose["amount"], dose["unit"]),
            "" if dose["volume_ul"] is None else volume(dose["volume_ul"]),
            labels.of(dose, on) if labels.several(dose["drug"]) else NO_LABEL,
        )
        for dose in sorted(day["doses"], key=lambda dose: order.index(dose["time_of_day"]))
    )
    note = said["pause"] if day["step"] == "pause" else "" if doses else said["nothing"]
    checks = tuple(check["what"] for check in day["checks"])
    late = any(after_expiry(held, dose, on) for dose in day["doses"])
    told = in_words(on, said)
    weekday = said["weekdays"][on.weekday()]
    return Cell(on, day["day"], doses, note, checks, inside=True, new_bottle=late, day=told, weekday=weekday)


def _month(start: date, cells: dict[date, Cell], said: dict[str, Any], *, last: date) -> Month:
    weeks = []
    monday = start - timedelta(days=start.weekday())
    while monday.month == start.month or monday < start:
        week = []
        for offset in range(7):
            on = monday + timedelta(days=offset)
            cell = cells.get(on) if on.month == start.month and on <= last else None
            week.append(cell or Cell(on, 0, (), "", (), inside=on.month == start.month))
        if any(cell.number for cell in week):
            weeks.append(tuple(week))
        monday += timedelta(days=7)
    return Month(f"{said['months'][start.month - 1]} {start.year}", tuple(weeks))
