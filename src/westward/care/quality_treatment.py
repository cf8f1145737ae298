"""Quality of what follows the first dose: shares by named definitions only, children still open apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from westward.care.answer import Answer
from westward.care.control_limits import ControlLimits, p_limits, xmr_limits
from westward.care.quality import NOT_RECORDED
from westward.care.run_chart import Point, RunChart, run_chart
from westward.care.shares import HIDDEN, Share, is_small, share, small_cells
from westward.evidence.loader import Sheet, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """What quality needs of one child from the first dose on; no name.

    Attributes
    ----------
    first_dose : date
        Of the first treatment; it decides the quarter.
    eeg_14, remission_14, remission_3mo, relapse, next_in_time : Answer
        Unknown while it may still come or cannot be said.
    checks_due, checks_done : int
        Checks of all calendars whose day has passed, and those of them that were done.
    access_due, access_in_time : int
        Steps to the drug whose time has passed or that were followed by the next, and those followed in time.
    strata : mapping of str to str
        Such as ``language`` to ``Spanish``; what is absent is counted as not recorded.
    """

    first_dose: date
    standard_first: Answer
    eeg_14: Answer
    remission_14: Answer
    remission_3mo: Answer
    relapse: Answer
    next_in_time: Answer
    checks_due: int
    checks_done: int
    access_due: int = 0
    access_in_time: int = 0
    strata: Mapping[str, str] = field(default_factory=dict)


class Aim(StrEnum):
    """What is counted."""

    STANDARD_FIRST = "standard_first"
    EEG_14 = "eeg_14"
    REMISSION_14 = "remission_14"
    REMISSION_3MO = "remission_3mo"
    RELAPSE = "relapse"
    NEXT_DRUG = "next_drug"
    MONITORING = "monitoring"
    ACCESS = "access"


_ANSWERS: dict[Aim, Callable[[Treated], Answer]] = {
    Aim.STANDARD_FIRST: lambda one: one.standard_first,
    Aim.EEG_14: lambda one: one.eeg_14,
    Aim.REMISSION_14: lambda one: one.remission_14,
    Aim.REMISSION_3MO: lambda one: one.remission_3mo,
    Aim.RELAPSE: lambda one: one.relapse,
    Aim.NEXT_DRUG: lambda one: one.next_in_time,
}


_COUNTED: dict[Aim, Callable[[Treated], tuple[int, int]]] = {
    Aim.MONITORING: lambda one: (one.checks_due, one.checks_done),
    Aim.ACCESS: lambda one: (one.access_due, one.access_in_time),
}
"""Aims that count things of a child, not children: how many were due, and how many were done."""


@dataclass(frozen=True, slots=True)
class Count:
    """One aim over a group; ``open_`` children cannot be judged (yet) and count in neither part."""

    aim: Aim
    share: Share
    open_: int | None


def count(aim: Aim, rows: Sequence[Treated], *, sheet: Sheet | None = None) -> Count:
    """One aim; hidden if it rests on few children. What counts checks or steps is hidden by its children as well."""
    below = (sheet or load("quality")).integer("cells.below")
    if aim in _COUNTED:
        mine = [counted for counted in map(_COUNTED[aim], rows) if counted[0]]
        if 0 < len(mine) < below:
            return Count(aim, HIDDEN, None)
        return Count(aim, share(sum(done for _, done in mine), sum(due for due, _ in mine)), 0)
    answers = [_ANSWERS[aim](one) for one in rows]
    yes, no = answers.count(Answer.YES), answers.count(Answer.NO)
    found = share(yes, yes + no)
    if is_small(found, below=below, numerators=False):
        return Count(aim, HIDDEN, None)
    return Count(aim, found, answers.count(Answer.UNKNOWN))


def by_quarter(aim: Aim, rows: Sequence[Treated], *, sheet: Sheet | None = None) -> RunChart:
    """Run chart of the share by the quarter of the first dose; small quarters, and what would reveal them, hidden."""
    sheet = sheet or load("quality")
    groups: dict[str, list[Treated]] = defaultdict(list)
    for one in rows:
        groups[f"{one.first_dose.year} Q{(one.first_dose.month + 2) // 3}"].append(one)
    judged = {label: _judged(aim, group) for label, group in groups.items()}
    hidden = small_cells(judged, below=sheet.integer("cells.below"))
    points = []
    for label in sorted(groups):
        found = count(aim, groups[label], sheet=sheet)
        shown = label not in hidden and not found.share.suppressed and found.share.n
        points.append(Point(label, found.share.value if shown else None, judged[label] if shown else None))
    return run_chart(points, sheet=sheet)


def limits(aim: Aim, chart: RunChart, *, sheet: Sheet | None = None) -> ControlLimits:
    """Control limits of :func:`by_quarter`: of a p chart where children are counted; checks and steps belong together
    by child, so that their shares have those of an individuals chart.
    """
    if aim in _COUNTED:
        return xmr_limits(chart.points, most=1.0, sheet=sheet)
    return p_limits(chart.points, sheet=sheet)


def by_stratum(aim: Aim, rows: Sequence[Treated], *, stratum: str, sheet: Sheet | None = None) -> dict[str, Count]:
    """One aim by stratum, largest groups first; small groups hidden so that the total does not reveal them."""
    sheet = sheet or load("quality")
    groups: dict[str, list[Treated]] = defaultdict(list)
    for one in rows:
        groups[one.strata.get(stratum) or NOT_RECORDED].append(one)
    hidden = small_cells(
        {key: _judged(aim, group) for key, group in groups.items()}, below=sheet.integer("cells.below")
    )
    order = sorted(groups, key=lambda key: (-len(groups[key]), key))
    return {key: Count(aim, HIDDEN, None) if key in hidden else count(aim, groups[key], sheet=sheet) for key in order}


def _judged(aim: Aim, rows: Sequence[Treated]) -> int:
    if aim in _COUNTED:
        return sum(bool(_COUNTED[aim](one)[0]) for one in rows)
    return sum(_ANSWERS[aim](one) is not Answer.UNKNOWN for one in rows)
