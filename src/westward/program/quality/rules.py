"""What the quality board shows of the children: measures, quarters, strata. Small cells are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import OF_TREATMENT, ClockName, Milestone
from westward.care.control_limits import ControlLimits, Limits
from westward.care.quality import NOT_RECORDED, Measure, Row, by_stratum, measure, quarters, usable
from westward.care.quality_treatment import Aim, Count, Treated
from westward.care.quality_treatment import by_stratum as treatment_by_stratum
from westward.care.run_chart import Point, RunChart, run_chart
from westward.care.shares import small_cells
from westward.evidence.loader import Fact, load

STRATA = {"language": "Language", "interpreter": "Interpreter", "sex": "Sex", "site": "Site"}
"""Groups between which a program should not differ, as far as charts record them; insurance is not recorded."""

TREATED_STRATA = {"cause": "Class of cause", **STRATA}
"""The same after the first dose, with the cause: drugs work differently by it."""

DEFINITIONS = {
    Milestone.ONSET: "first spasm, as the family dates it",
    Milestone.SUSPICION: "day on which somebody first suspected spasms",
    Milestone.EFFECTIVE_PROVIDER: "first provider who acted on the suspicion",
    Milestone.REFERRAL: "day on which the referral arrived",
    Milestone.CONTACT: "first contact with the family",
    Milestone.EEG: "first video-EEG of this program",
    Milestone.DIAGNOSIS: "diagnosis decided",
    Milestone.TREATMENT: "first treatment given",
}


INTERVALS = tuple(name for name in ClockName if name not in OF_TREATMENT)
"""Clocks of which the board shows medians; what follows a first dose has measures of its own."""


def eligible(name: ClockName, rows: Iterable[tuple[Row, bool]]) -> list[Row]:
    """Rows that an interval may count: children without spasms wait for no diagnosis and no treatment.

    Each row comes with whether infantile spasms were ruled out.
    """
    late = name.ends[1] in (Milestone.DIAGNOSIS, Milestone.TREATMENT)
    return [row for row, ruled_out in rows if not (late and ruled_out)]


@dataclass(frozen=True, slots=True)
class Quarter:
    """One interval in one quarter."""

    label: str
    measure: Measure


def by_quarter(name: ClockName, rows: Sequence[Row], *, on: date) -> tuple[list[Quarter], RunChart]:
    """An interval by the quarter in which it started, with the run chart of its medians.

    A quarter is hidden if few of its children have a usable interval, and so is the next smallest if the total would
    reveal it.
    """
    groups = quarters(name, rows, on=on)
    found = {label: measure(name, group, on=on) for label, group in groups.items()}
    counts = {label: usable(name, group, on=on) for label, group in groups.items()}
    hidden = small_cells(counts, below=load("quality").integer("cells.below"))
    told = [
        Quarter(label, Measure(name, None, None, None, None, None, (), suppressed=True) if label in hidden else one)
        for label, one in found.items()
    ]
    points = [Point(one.label, one.measure.median_d, one.measure.n) for one in told if one.measure.n != 0]
    return told, run_chart(points)


def strata(name: ClockName, rows: Sequence[Row], *, on: date) -> dict[str, Mapping[str, Measure]]:
    """An interval by each stratum in which children differ."""
    told: dict[str, Mapping[str, Measure]] = {}
    for stratum, label in STRATA.items():
        values = {row.strata.get(stratum) or NOT_RECORDED for row in rows}
        if len(values) > 1:
            told[label] = by_stratum(name, rows, stratum=stratum, on=on)
    return told


def treated_strata(aim: Aim, rows: Sequence[Treated]) -> dict[str, Mapping[str, Count]]:
    """An aim of treatment by each stratum in which children differ."""
    told: dict[str, Mapping[str, Count]] = {}
    for stratum, label in TREATED_STRATA.items():
        values = {row.strata.get(stratum) or NOT_RECORDED for row in rows}
        if len(values) > 1:
            told[label] = treatment_by_stratum(aim, rows, stratum=stratum)
    return told


def with_limits(chart: RunChart, control: ControlLimits) -> list[tuple[Point, Limits | None]]:
    """Each period of a chart with its control limits; None where it has none."""
    found = {one.period: one for one in control.limits if one.low is not None}
    return [(point, found.get(point.period)) for point in chart.points]


def benchmarks(name: ClockName) -> tuple[Fact, ...]:
    """Published figures of an interval; empty if none was found."""
    prefix = f"benchmark.{name.value}"
    return tuple(f for f in load("quality").section("benchmark") if f.key.startswith(prefix) and f.unit)


def short_standard(told: str) -> str:
    """``less than 3 days, CEWT 2008 and 2013``: a limit and the first words of its source."""
    limit, _, source = told.partition(" (")
    head = re.split(r"[,;:()]", source)[0].split()
    return f"{limit}, {' '.join(head[:4])}"


def definition(name: ClockName) -> str:
    """From which day to which."""
    start, end = name.ends
    return f"from {DEFINITIONS[start]} to {DEFINITIONS[end]}"
