"""Quality measures of the way to the first treatment: intervals, shares within standard, strata, run charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import DEFAULT_CONDITIONS, Clock, ClockName, Judged, Milestone, State, Verdict, run_clock
from westward.care.run_chart import Point, RunChart, run_chart
from westward.care.shares import HIDDEN, Share, is_small, share, small_cells
from westward.care.silence import Silence
from westward.care.waiting import median, wait_of
from westward.care.when import When
from westward.core.ages import days_from_months
from westward.evidence.loader import Sheet, load

NOT_RECORDED = "not recorded"
"""The stratum of children of whom the value is not recorded; shown like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What quality needs of one child; no name and no birth date.

    Attributes
    ----------
    facts : mapping of Milestone to When
        As for the clocks.
    strata : mapping of str to str
        Such as ``language`` to ``Spanish``; what is absent is counted as not recorded.
    conditions : frozenset of str
        As for the clocks.
    age_at_diagnosis_d : int or None
        Days; for the AAN/CNS measure.
    excluded : str
        Why the child is left out of the AAN/CNS measure; empty if it is not.
    """

    facts: Mapping[Milestone, When]
    strata: Mapping[str, str]
    conditions: frozenset[str] = DEFAULT_CONDITIONS
    silence: Silence | None = None
    age_at_diagnosis_d: int | None = None
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """Share of children who kept one standard; ``open_`` may still keep it, ``uncertain`` cannot be said."""

    standard: str
    max_d: int
    share: Share
    open_: int | None
    uncertain: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One interval over a group of children.

    Attributes
    ----------
    n : int or None
        Children with a usable interval, ended or still running; None where suppressed.
    waiting : int or None
        Of these still running.
    approximate : int or None
        Of these known only approximately, counted by their middle.
    not_assessable : int or None
        Children whose clock has started or stopped but whose days are not known; never counted as 0 days.
    median_d : float or None
        Product-limit median; None if fewer than half have ended, or suppressed.
    within : tuple of Within
        One per published standard with a number, never merged.
    """

    name: ClockName
    n: int | None
    waiting: int | None
    approximate: int | None
    not_assessable: int | None
    median_d: float | None
    within: tuple[Within, ...]
    suppressed: bool


def measure(
    name: ClockName, rows: Iterable[Row], *, on: date, numerators: bool = False, sheet: Sheet | None = None
) -> Measure:
    """One interval over a group, small groups suppressed.

    Parameters
    ----------
    numerators : bool, optional
        Also hide a share that rests on few children within or without; for figures that leave the program.
    sheet : Sheet, optional
        Evidence in place of the shipped ``quality``.

    Notes
    -----
    A running clock that has passed a standard counts against it; one that has not is open and counts in neither
    part. Silenced children count if their clock had stopped. Sources: ``evidence/quality.toml`` and ``clocks.toml``.
    """
    return _measure(name, _clocks(name, rows, on), _below(sheet), numerators=numerators)


def by_stratum(
    name: ClockName,
    rows: Iterable[Row],
    *,
    stratum: str,
    on: date,
    numerators: bool = False,
    sheet: Sheet | None = None,
) -> dict[str, Measure]:
    """One interval by stratum, largest groups first; small groups hidden so that the total does not reveal them."""
    below = _below(sheet)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.strata.get(stratum) or NOT_RECORDED].append(row)
    clocks = {key: _clocks(name, group, on) for key, group in groups.items()}
    counts = {key: sum(wait_of(c) is not None for c in found) for key, found in clocks.items()}
    hidden = small_cells(counts, below=below)
    order = sorted(groups, key=lambda key: (-len(groups[key]), key))
    return {
        key: _hidden(name) if key in hidden else _measure(name, clocks[key], below, numerators=numerators)
        for key in order
    }


def usable(name: ClockName, rows: Iterable[Row], *, on: date) -> int:
    """Children with a usable interval: the number by which a group is small."""
    return sum(wait_of(clock) is not None for clock in _clocks(name, rows, on))


def quarters(name: ClockName, rows: Iterable[Row], *, on: date) -> dict[str, list[Row]]:
    """Children by the quarter in which a clock started, such as ``2026 Q3``, in order of time.

    Children whose start is known only to a span across quarters are left out.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        start = row.facts.get(name.ends[0])
        if start is None or start.earliest is None or start.latest is None or start.earliest > on:
            continue
        found = {f"{day.year} Q{(day.month + 2) // 3}" for day in (start.earliest, start.latest)}
        if len(found) == 1:
            groups[found.pop()].append(row)
    return {quarter: groups[quarter] for quarter in sorted(groups)}


def by_quarter(name: ClockName, rows: Iterable[Row], *, on: date, sheet: Sheet | None = None) -> RunChart:
    """Run chart of the median by :func:`quarters`; those without children are absent."""
    points = []
    for quarter, group in quarters(name, rows, on=on).items():
        found = measure(name, group, on=on, sheet=sheet)
        if found.n != 0:
            points.append(Point(quarter, found.median_d, found.n))
    return run_chart(points, sheet=sheet)


def aan_measure(rows: Iterable[Row], *, on: date, sheet: Sheet | None = None) -> Share:
    """Share of eligible children on a first-line drug within 1 week of diagnosis: the AAN/CNS measure of 2017.

    Eligible are children of 2 weeks to 24 months at the diagnosis who are not excluded; a child of unknown age is
    not counted. Source: ``evidence/quality.toml`` (excerpt).
    """
    sheet = sheet or load("quality")
    low, high = sheet.integer("aan_measure.age_from_d"), days_from_months(sheet.number("aan_measure.age_to_months"))
    limit = sheet.integer("aan_measure.within_d")
    eligible = [r for r in rows if r.age_at_diagnosis_d is not None and low <= r.age_at_diagnosis_d <= high]
    kept = missed = 0
    for clock in _clocks(ClockName.DIAGNOSIS_TO_TREATMENT, [r for r in eligible if not r.excluded], on):
        if clock.days is None:
            continue
        if clock.days.low > limit:
            missed += 1
        elif clock.state is State.STOPPED and clock.days.high <= limit:
            kept += 1
    found = share(kept, kept + missed)
    return HIDDEN if is_small(found, below=_below(sheet), numerators=False) else found


def _clocks(name: ClockName, rows: Iterable[Row], on: date) -> list[Clock]:
    return [run_clock(name, r.facts, on=on, silence=r.silence, conditions=r.conditions) for r in rows]


def _below(sheet: Sheet | None) -> int:
    return (sheet or load("quality")).integer("cells.below")


def _hidden(name: ClockName) -> Measure:
    return Measure(name, None, None, None, None, None, (), suppressed=True)


def _measure(name: ClockName, clocks: Sequence[Clock], below: int, *, numerators: bool) -> Measure:
    waits = [wait for clock in clocks if (wait := wait_of(clock)) is not None]
    if 0 < len(waits) < below:
        return _hidden(name)
    return Measure(
        name,
        len(waits),
        sum(not w.ended for w in waits),
        sum(w.approximate for w in waits),
        sum(clock.state is State.NOT_ASSESSABLE for clock in clocks),
        median(waits),
        _within(clocks, below, numerators=numerators),
        suppressed=False,
    )


def _within(clocks: Sequence[Clock], below: int, *, numerators: bool) -> tuple[Within, ...]:
    tallies: dict[str, list[tuple[Clock, Judged]]] = defaultdict(list)
    for clock in clocks:
        for judged in clock.judged:
            if judged.standard.max_d is not None:
                tallies[judged.standard.fact.key].append((clock, judged))
    rows = []
    for found in tallies.values():
        standard = found[0][1].standard
        kept = sum(j.verdict is Verdict.WITHIN and c.state is State.STOPPED for c, j in found)
        missed = sum(j.verdict is Verdict.EXCEEDED for _, j in found)
        open_ = sum(j.verdict is Verdict.WITHIN and c.state is State.RUNNING for c, j in found)
        cell = share(kept, kept + missed)
        label = f"{standard.words} ({standard.fact.source})"
        max_d = standard.max_d or 0
        if is_small(cell, below=below, numerators=numerators):
            rows.append(Within(label, max_d, HIDDEN, None, None))
        else:
            rows.append(Within(label, max_d, cell, open_, len(found) - kept - missed - open_))
    return tuple(rows)
