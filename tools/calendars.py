"""Write docs/calendars.md: every published protocol for three children, beside a reckoning by hand.

The program's columns come from ``westward.care.calendar``. The column "by hand" is ``tools/calendars_by_hand.csv``:
reckoned from the published rates, apart from the program; a test sets the two side by side.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

from westward.care.calendar import Chosen, build
from westward.care.dosing import Body
from westward.care.strength import strength
from westward.evidence import shelf
from westward.look.words import thousandths

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "calendars.md"
BY_HAND = Path(__file__).with_name("calendars_by_hand.csv")
START = date(2026, 12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A made-up child: weight in g, length in mm."""

    letter: str
    weight_g: int
    length_mm: int


CHILDREN = (
    Child(letter="A", weight_g=4200, length_mm=550),
    Child(letter="B", weight_g=7500, length_mm=670),
    Child(letter="C", weight_g=12600, length_mm=860),
)

CALENDARS = (
    "acth_label_150", "prednisolone_perc", "prednisolone_iciss", "prednisolone_iciss spasms_on_day_7@7",
    "prednisolone_ucla_8mgkg", "prednisolone_ucla_then_acth", "prednisolone_iciss_then_acth",
    "prednisolone_perc_then_acth", "tetracosactide_iciss", "tetracosactide_iciss spasms_on_day_7@7",
    "vigabatrin_standard", "vigabatrin_iciss", "vigabatrin_iciss spasms_after_96_h@5", "hormone_plus_vigabatrin",
    "pyridoxine_trial", "plp_trial",
)  # fmt: skip
"""A protocol, and where a branch is taken, the branch with its day."""

STRENGTHS = {
    "acth_natural": "80 U/mL", "prednisolone": "15 mg/5 mL", "tetracosactide": "1 mg/mL", "vigabatrin": "50 mg/mL",
    "pyridoxine": "50 mg/mL", "plp": "50 mg/mL",
}  # fmt: skip
"""What the bottles of these examples say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Days in a row with one dose.

    Attributes
    ----------
    every : int
        1 for every day, 2 for every other.
    amount : int
        Micrograms or milliunits a dose.
    drawn_ul : int
        Volume at a mark of the syringe.
    """

    first: int
    last: int
    every: int
    name: str
    drug: str
    times: int
    amount: int
    unit: str
    drawn_ul: int
    capped: bool
    status: str


def steps(calendar: str, child: Child) -> list[Step]:
    """The calendar of the program, equal days gathered."""
    name, _, branch = calendar.partition(" ")
    protocol = shelf.load(name)
    drugs = protocol.drugs
    taken = [Chosen(branch=b, day=int(day)) for b, _, day in [branch.partition("@")] if b]
    made = build(
        protocol,
        Body(weight_g=child.weight_g, length_mm=child.length_mm),
        start=START,
        strengths={drug: strength(STRENGTHS[drug]) for drug in drugs},
        chosen=taken,
        approved=True,
    )
    found: list[Step] = []
    for day in made.days:
        assert day.date == START + timedelta(days=day.day - 1)
        for drug in drugs:
            doses = [dose for dose in day.doses if dose.drug == drug]
            if not doses:
                continue
            one = doses[0]
            assert len({(dose.amount, dose.volume_ul) for dose in doses}) == 1
            assert one.volume_ul is not None
            new = Step(
                first=day.day, last=day.day, every=one.every_d, name=_own(day.step, drug), drug=drug, times=len(doses),
                amount=one.amount, unit="U" if one.unit == "mU" else "mg", drawn_ul=one.volume_ul,
                capped=one.capped, status=str(one.status),
            )  # fmt: skip
            last = next((step for step in reversed(found) if step.drug == drug), None)
            if last is not None and replace(new, first=last.first, last=last.last) == last:
                assert day.day == last.last + last.every, "a day is missing"
                found[found.index(last)] = replace(last, last=day.day)
            else:
                found.append(new)
    return sorted(found, key=lambda step: (drugs.index(step.drug), step.first))


def _own(words: str, drug: str) -> str:
    """The step of one drug, of a day that names the steps of several."""
    parts = (part.partition(": ") for part in words.split("; "))
    return next((step for named, _, step in parts if named == drug), words)


@dataclass(frozen=True, slots=True)
class Hand:
    """One row reckoned by hand; ``words`` is the arithmetic of one dose."""

    first: int
    last: int
    every: int
    drug: str
    times: int
    words: str
    dose: float
    unit: str
    ml: float
    drawn: float


def by_hand() -> dict[tuple[str, str], list[Hand]]:
    """Rows by calendar and child."""
    found: dict[tuple[str, str], list[Hand]] = {}
    with BY_HAND.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = Hand(
                int(row["first"]), int(row["last"]), int(row["every"]), row["drug"], int(row["times"]), row["by_hand"],
                float(row["dose"]), row["unit"], float(row["ml"]), float(row["drawn"]),
            )  # fmt: skip
            found.setdefault((row["calendar"], row["child"]), []).append(one)
    return found


def value(words: str) -> float:
    """What the arithmetic gives: numbers, ``×``, ``÷`` and one root."""
    if not re.fullmatch(r"[0-9.×÷√() ]+", words):
        raise ValueError(f"{words!r} is no arithmetic")
    root = re.fullmatch(r"([0-9.]+) × √\(([^()]+)\)", words)
    if root is not None:
        return float(root[1]) * sqrt(value(root[2]))
    found, sign = 1.0, "×"
    for part in words.split():
        if part in "×÷":
            sign = part
        else:
            found = found * float(part) if sign == "×" else found / float(part)
    return found


def page() -> str:
    """The page."""
    hand = by_hand()
    return "\n".join([*_head(), *(line for one in CALENDARS for line in _section(one, hand)), *_empty(), ""])


def _head() -> Iterator[str]:
    yield "# Published calendars, three children each"
    yield ""
    yield (
        "Every published protocol with all its steps, for three made-up children, from the first dose on "
        f"{START.day} December {START.year} to the last. Equal days are gathered; no day is left out. Written by "
        "`python tools/calendars.py`; a test compares the page with the program and with the column *by hand*, which "
        "was reckoned from the published rates without the program (`tools/calendars_by_hand.csv`)."
    )
    yield ""
    yield "| child | weight | length | body surface by hand (Mosteller) |"
    yield "|---|---|---|---|"
    for child in CHILDREN:
        cm, kg = f"{child.length_mm / 10:g}", f"{child.weight_g / 1000:g}"
        area = sqrt(float(cm) * float(kg) / 3600)
        yield f"| {child.letter} | {kg} kg | {cm} cm | √({cm} × {kg} ÷ 3600) = {area:.4f} m² |"
    yield ""
    yield (
        "One dose is what the rate gives; *draw up* is the nearest mark of the smallest syringe that holds it (0.01 mL "
        "up to 1 mL, 0.1 mL up to 3 mL, 0.2 mL above); in the middle between two "
        "marks the lower one is taken, and where a mark would pass a ceiling the one below it (pyridoxine of A and C). "
        "Bottles of these examples: "
        + ", ".join(f"{drug.replace('_', ' ')} {label}" for drug, label in STRENGTHS.items())
        + ". Statuses say how far a number was verified; *recalled* and *policy* need the approval of two people at a "
        "site, which this page takes as given. **Not for treatment: decision support, not a certified medical device.**"
    )


def _section(calendar: str, hand: dict[tuple[str, str], list[Hand]]) -> Iterator[str]:
    name, _, branch = calendar.partition(" ")
    protocol = shelf.load(name)
    yield ""
    yield f"## {protocol.title}"
    yield ""
    said = f"`{name}`, version {protocol.version}"
    if branch:
        taken, _, day = branch.partition("@")
        words = next(one.words for one in protocol.branches if one.id == taken)
        said += f"; branch taken on day {day}: {words}"
    yield said + "."
    yield ""
    yield "| child | days | step | one dose | times a day | draw up | status | by hand: one dose | by hand: mL |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for child in CHILDREN:
        rows = hand[calendar, child.letter]
        for step, one in zip(steps(calendar, child), rows, strict=True):
            yield _row(child, step, one)


def _row(child: Child, step: Step, one: Hand) -> str:
    days = f"{step.first}-{step.last}" if step.last > step.first else str(step.first)
    days += ", every other" if step.every == 2 else ""
    drug, unit = step.drug.replace("_", " "), step.unit
    dose = f"{thousandths(step.amount)} {unit}" + (" (capped)" if step.capped else "")
    reckoned = one.words if re.fullmatch(r"[0-9.]+", one.words) else f"{one.words} = {one.dose:g}"
    per_ml = value(_per_ml(step.drug))
    return (
        f"| {child.letter} | {days} | {drug}: {step.name} | {dose} | {step.times} "
        f"| {thousandths(step.drawn_ul)} mL | {step.status} | {reckoned} {one.unit} "
        f"| {one.dose:g} ÷ {per_ml:g} = {one.ml:g}, so {one.drawn:g} |"
    )


def _per_ml(drug: str) -> str:
    amount, _, volume = STRENGTHS[drug].partition("/")
    return f"{amount.split()[0]} ÷ {volume.removesuffix('mL').strip() or '1'}"


def _empty() -> Iterator[str]:
    yield ""
    yield "## No calendar"
    yield ""
    yield "No source gave these steps a number, so there is no calendar until a site enters its own with its source:"
    yield ""
    for name in shelf.names():
        one = shelf.load(name)
        if one.empty:
            yield f"- {one.title} (`{name}`): {', '.join(one.empty)}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
