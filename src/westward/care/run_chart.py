"""Run charts: medians by period, and the signals that are not chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from westward.evidence.loader import Fact, Sheet, load


@dataclass(frozen=True, slots=True)
class Point:
    """One period: its label, its value and on how many children it rests; value None where not shown."""

    period: str
    value: float | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Signal:
    """A shift or a trend, from the first to the last of its points, by period."""

    kind: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class RunChart:
    """Points with their center line.

    ``signals`` is None while there are too few points to read any; ``facts`` are the limits used.
    """

    points: tuple[Point, ...]
    center: float | None
    signals: tuple[Signal, ...] | None
    facts: tuple[Fact, ...]


def run_chart(points: Sequence[Point], *, sheet: Sheet | None = None) -> RunChart:
    """Center line and signals of points in order of time; points without a value are skipped.

    Source: ``evidence/quality.toml``, section ``run_chart`` (recalled).
    """
    sheet = sheet or load("quality")
    shown = [(p.period, p.value) for p in points if p.value is not None]
    facts = sheet.section("run_chart")
    if not shown:
        return RunChart(tuple(points), None, None, facts)
    center = median(value for _, value in shown)
    if len(shown) < sheet.integer("run_chart.baseline"):
        return RunChart(tuple(points), center, None, facts)
    sides = [(period, (value > center) - (value < center)) for period, value in shown if value != center]
    signals = _runs(sides, sheet.integer("run_chart.shift"), "shift")
    moved = [shown[0]]
    moved += [later for before, later in pairwise(shown) if later[1] != before[1]]
    steps = [(b[0], a[0], (b[1] > a[1]) - (b[1] < a[1])) for a, b in pairwise(moved)]
    trends = _runs([(period, way) for period, _, way in steps], sheet.integer("run_chart.trend") - 1, "trend")
    before = {period: earlier for period, earlier, _ in steps}
    signals += [Signal(t.kind, before[t.first], t.last) for t in trends]
    return RunChart(tuple(points), center, tuple(signals), facts)


def _runs(ways: Sequence[tuple[str, int]], least: int, kind: str) -> list[Signal]:
    found, start = [], 0
    for i in range(1, len(ways) + 1):
        if i == len(ways) or ways[i][1] != ways[start][1]:
            if i - start >= least:
                found.append(Signal(kind, ways[start][0], ways[i - 1][0]))
            start = i
    return found
