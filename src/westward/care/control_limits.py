"""Control limits beside a run chart: between which values chance alone moves a period, by Shewhart's rules.

A share of children has the limits of a p chart, each period by its own number of children; anything else, such as
medians of days or shares of checks that belong together by child, has those of an individuals chart (XmR). Neither
says whether a value is good: a process may be stable and bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt

from westward.care.run_chart import Point
from westward.evidence.loader import Fact, Sheet, load


class Kind(StrEnum):
    """How the limits are reckoned."""

    P = "p chart"
    XMR = "individuals chart (XmR)"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one period; None where a period has none, as it is hidden or rests on too few children."""

    period: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """Limits of every period of a chart.

    Attributes
    ----------
    center : float or None
        The mean the limits lie around; None without limits.
    limits : tuple of Limits
        In the order of the chart; empty without limits.
    beyond : tuple of str
        Periods outside their limits.
    missing : str
        Why there are no limits, or not at every period; empty if nothing is missing.
    """

    kind: Kind
    center: float | None
    limits: tuple[Limits, ...]
    beyond: tuple[str, ...]
    missing: str
    facts: tuple[Fact, ...]


def p_limits(points: Sequence[Point], *, sheet: Sheet | None = None) -> ControlLimits:
    """Limits of shares of children: the pooled share, plus and minus sigmas of each period's own number of children.

    A period of which too few children would be expected on either side has none. Source: ``evidence/quality.toml``,
    section ``control``.
    """
    sheet = sheet or load("quality")
    shown = [(p.period, p.value, p.n) for p in points if p.value is not None and p.n]
    if why := _too_few(len(shown), sheet):
        return _none(Kind.P, why, sheet)
    whole = sum(n for _, _, n in shown)
    center = sum(value * n for _, value, n in shown) / whole
    if not 0 < center < 1:
        return _none(Kind.P, "every period has the same share", sheet)
    sigmas, least = sheet.number("control.sigmas"), sheet.number("control.least_expected")
    limits = []
    for point in points:
        if point.value is None or not point.n or point.n * min(center, 1 - center) < least:
            limits.append(Limits(point.period, None, None))
            continue
        reach = sigmas * sqrt(center * (1 - center) / point.n)
        limits.append(Limits(point.period, max(0.0, center - reach), min(1.0, center + reach)))
    without = sum(one.low is None and p.value is not None for one, p in zip(limits, points, strict=True))
    if without == len(shown):
        return _none(Kind.P, "too few children in every period", sheet)
    missing = f"{without} of {len(shown)} periods have too few children for limits" if without else ""
    return _found(Kind.P, points, center, limits, missing, sheet)


def xmr_limits(points: Sequence[Point], *, most: float | None = None, sheet: Sheet | None = None) -> ControlLimits:
    """Limits of single values of at least zero: the mean, plus and minus a factor of the mean step between neighbors.

    Parameters
    ----------
    most : float, optional
        The highest value there can be, such as 1 for a share.
    """
    sheet = sheet or load("quality")
    values = [p.value for p in points if p.value is not None]
    if why := _too_few(len(values), sheet):
        return _none(Kind.XMR, why, sheet)
    center = sum(values) / len(values)
    steps = [abs(later - before) for before, later in pairwise(values)]
    reach = sheet.number("control.xmr_factor") * sum(steps) / len(steps)
    if not reach:
        return _none(Kind.XMR, "every period has the same value", sheet)
    high = center + reach if most is None else min(most, center + reach)
    limits = [
        Limits(p.period, None, None) if p.value is None else Limits(p.period, max(0.0, center - reach), high)
        for p in points
    ]
    return _found(Kind.XMR, points, center, limits, "", sheet)


def _too_few(shown: int, sheet: Sheet) -> str:
    needed = sheet.integer("control.baseline")
    return f"{shown} of the {needed} periods that limits need" if shown < needed else ""


def _none(kind: Kind, why: str, sheet: Sheet) -> ControlLimits:
    return ControlLimits(kind, None, (), (), why, sheet.section("control"))


def _found(
    kind: Kind, points: Sequence[Point], center: float, limits: Sequence[Limits], missing: str, sheet: Sheet
) -> ControlLimits:
    beyond = tuple(
        point.period
        for point, one in zip(points, limits, strict=True)
        if point.value is not None
        and one.low is not None
        and one.high is not None
        and not one.low <= point.value <= one.high
    )
    return ControlLimits(kind, center, tuple(limits), beyond, missing, sheet.section("control"))
