"""Scores of developmental assessments over age: one small drawing for each edition of an instrument and each domain."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from westward.core.ages import months_of
from westward.look import svg, words
from westward.program.followup.models import Assessment

WIDTH, HEIGHT = 240.0, 148.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 14.0, 16.0, 38.0
_STEP, _ROOM = 10.0, 5.0
"""Scores: to what the axis is rounded, and what stays free above and below."""
_MONTHS = (1, 3, 6, 12, 24, 48)
_LABEL = 24.0
"""Width that a number beside a dot may need."""


@dataclass(frozen=True, slots=True)
class Point:
    """A score, also as it was told, at the age that the program used, in months, corrected for prematurity or not."""

    on: date
    months: float
    corrected: bool
    score: float
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """Scores of one domain of one edition of an instrument, in time; no other score stands among them."""

    instrument: str
    version: str
    domain: str
    points: tuple[Point, ...]

    @property
    def joined(self) -> tuple[tuple[Point, Point], ...]:
        """Neighbors that a line joins: not a score at a corrected age with one at the age from birth."""
        return tuple((a, b) for a, b in pairwise(self.points) if a.corrected == b.corrected)


@dataclass(frozen=True, slots=True)
class Panel:
    """A domain with its drawing."""

    domain: str
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of an instrument and its domains."""

    instrument: str
    version: str
    panels: tuple[Panel, ...]


def lines(assessments: Iterable[Assessment]) -> list[Line]:
    """One for each instrument, edition and domain, in order of the first score. Case and spaces make no difference."""
    found: dict[tuple[str, str, str], list[Point]] = {}
    names: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for one in sorted(assessments, key=lambda one: (one.on, one.pk)):
        for told in one.scores:
            name = (one.get_instrument_display(), one.version, told["domain"])
            key = (one.instrument, _plain(one.version), _plain(told["domain"]))
            names.setdefault(key, name)
            point = Point(one.on, months_of(one.age_used_d), one.corrected, float(told["score"]), told["score"])
            found.setdefault(key, []).append(point)
    return [Line(*names[key], tuple(points)) for key, points in found.items()]


def editions(assessments: Sequence[Assessment]) -> list[Edition]:
    """Every edition with a drawing for each domain, all on one axis of age; none without an assessment."""
    drawn = lines(assessments)
    ages = [point.months for line in drawn for point in line.points]
    found: dict[tuple[str, str], list[Panel]] = {}
    for place, line in enumerate(drawn):
        panel = Panel(line.domain, draw(line, ages=_ages(ages), key=f"trajectory-{place + 1}"))
        same = next(
            (key for key in found if key[0] == line.instrument and _plain(key[1]) == _plain(line.version)), None
        )
        found.setdefault(same or (line.instrument, line.version), []).append(panel)
    return [Edition(*key, tuple(panels)) for key, panels in found.items()]


def draw(line: Line, *, ages: tuple[int, int], key: str) -> Markup:
    """Dots at their age and score, the newest with its number, and the others where there is room."""
    low, high = _scores([point.score for point in line.points])
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(months: float) -> float:
        return LEFT + (right - LEFT) * (months - ages[0]) / (ages[1] - ages[0])

    def y(score: float) -> float:
        return TOP + (base - TOP) * (high - score) / (high - low)

    parts: list[Markup] = []
    for level in (low, (low + high) / 2, high):
        parts.append(svg.line(LEFT, y(level), right, y(level), class_="grid"))
        parts.append(svg.text(LEFT - 5, y(level) + 4, words.number(level), class_="tick level"))
    step = next((one for one in _MONTHS if (ages[1] - ages[0]) / one <= 5), _MONTHS[-1])
    for month in range(math.ceil(ages[0] / step) * step, ages[1] + 1, step):
        parts.append(svg.line(x(month), base, x(month), base + 4, class_="axis"))
        parts.append(svg.text(x(month), base + 16, str(month), class_="tick middle"))
    parts.append(svg.line(LEFT, base, right, base, class_="axis"))
    parts.append(svg.text(LEFT, HEIGHT - 6, _caption(line.points), class_="tick"))
    for a, b in line.joined:
        parts.append(svg.line(x(a.months), y(a.score), x(b.months), y(b.score), class_="joined"))
    mixed = len({point.corrected for point in line.points}) > 1
    taken: list[float] = []
    labels: list[Markup] = []
    for point in reversed(line.points):
        at = x(point.months)
        kind = "dot open" if mixed and not point.corrected else "dot"
        parts.append(svg.element("circle", svg.title(_said(point)), cx=at, cy=y(point.score), r=4, class_=kind))
        if all(abs(at - other) >= _LABEL for other in taken):
            taken.append(at)
            labels.append(svg.text(at, y(point.score) - 8, point.told, class_="score"))
    return svg.drawing(
        *parts,
        *labels,
        width=WIDTH,
        height=HEIGHT,
        name=f"{line.instrument}, {line.version}: {line.domain} over age",
        description="; ".join(map(_said, line.points)) + ".",
        key=key,
        class_="trajectory",
    )


def _said(point: Point) -> str:
    age = f"{words.number(point.months, decimals=1)} months{' corrected' if point.corrected else ''}"
    return f"{words.day(point.on)}, {age}: {point.told}"


def _caption(points: Sequence[Point]) -> str:
    kinds = {point.corrected for point in points}
    if len(kinds) > 1:
        return "Age in months; open dots: from birth"
    return "Corrected age in months" if True in kinds else "Age in months"


def _plain(told: str) -> str:
    return " ".join(told.split()).casefold()


def _ages(ages: Sequence[float]) -> tuple[int, int]:
    """Whole quarters of a year around all ages, half a year at least."""
    low = max(math.floor((min(ages) - 1) / 3) * 3, 0) if ages else 0
    return low, max(math.ceil((max(ages) + 1) / 3) * 3, low + 6) if ages else 6


def _scores(scores: Sequence[float]) -> tuple[float, float]:
    """Rounded scores around all of them; below zero only where a score is."""
    low = math.floor((min(scores) - _ROOM) / _STEP) * _STEP
    high = math.ceil((max(scores) + _ROOM) / _STEP) * _STEP
    return (max(low, 0.0) if min(scores) >= 0 else low), high
