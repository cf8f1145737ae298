"""Charts of the quality board, by Vega-Lite in the program's own hand; each stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from westward.care.control_limits import ControlLimits, Limits
from westward.care.quality import Measure
from westward.care.run_chart import RunChart
from westward.look.tokens import tokens
from westward.look.vega import render
from westward.program.quality.rules import Quarter, short_standard

_WIDTH, _HEIGHT, _NARROW = 410, 190, 340
_APART = 8
"""Most periods whose counts fit beside each other with their letter."""


def medians(chart: RunChart, measure: Measure, control: ControlLimits, *, name: str) -> Markup | None:
    """Medians by quarter, their center line, control limits, published limits as lines; None without a median."""
    points = tuple((p.period, p.value, p.n) for p in chart.points)
    if not any(value is not None for _, value, _ in points):
        return None
    limits = tuple(sorted({(one.max_d, short_standard(one.standard)) for one in measure.within}))
    return _medians(points, chart.center, limits, control.limits, name)


@lru_cache(maxsize=64)
def _medians(
    points: tuple[tuple[str, float | None, int | None], ...],
    center: float | None,
    limits: tuple[tuple[int, str], ...],
    control: tuple[Limits, ...],
    name: str,
) -> Markup:
    ink = tokens("light")
    rows = [{"quarter": q, "days": d, "n": _count(n, points)} for q, d, n in points if d is not None]
    order = [q for q, _, _ in points]
    highest = [*(d for _, d, _ in points), *(float(limit) for limit, _ in limits), *(one.high for one in control), 1.0]
    top = max(value for value in highest if value is not None)
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, top * 1.18]}, "title": "days"}
    x: dict[str, Any] = {"field": "quarter", "type": "ordinal", "sort": order, "title": None}
    x |= {"scale": {"domain": order}, "axis": {"labelAngle": 0, "labelOverlap": True}}
    layer: list[dict[str, Any]] = [
        {"mark": {"type": "line", "color": ink["accent"]}, "encoding": {"x": x, "y": {"field": "days", **y}}},
        {"mark": {"type": "point", "size": 55}, "encoding": {"x": x, "y": {"field": "days", **y}}},
        {
            "mark": {"type": "text", "dy": -11, "fontSize": 11, "color": ink["ink-soft"]},
            "encoding": {"x": x, "y": {"field": "days", **y}, "text": {"field": "n"}},
        },
    ]
    if center is not None:
        layer.append(_rule(center, ink["line-strong"], "median", y, []))
    layer += _control(control, x, y)
    layer += [_rule(days, ink["due"], words, y, [5, 3]) for days, words in limits]
    return _render({"data": {"values": rows}, "layer": layer}, "medians", name)


def shares(quarters: Sequence[Quarter], *, name: str) -> Markup | None:
    """Share within the strictest published limit by quarter, with its interval; None without one to draw."""
    rows = []
    for one in quarters:
        within = min(one.measure.within, key=lambda w: w.max_d, default=None)
        if within is None or within.share.value is None:
            continue
        cell = within.share
        rows.append((one.label, cell.value, cell.low, cell.high, f"{cell.k}/{cell.n}"))
    return _shares(tuple(rows), tuple(one.label for one in quarters), name) if rows else None


@lru_cache(maxsize=64)
def _shares(rows: tuple[tuple[Any, ...], ...], order: tuple[str, ...], name: str) -> Markup:
    ink = tokens("light")
    values = [dict(zip(("quarter", "share", "low", "high", "n"), row, strict=True)) for row in rows]
    x: dict[str, Any] = {"field": "quarter", "type": "ordinal", "sort": list(order), "title": None}
    x |= {"scale": {"domain": list(order)}, "axis": {"labelAngle": 0, "labelOverlap": True}}
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, 1.12]}, "title": "share within"}
    y |= {"axis": {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}}
    layer: list[dict[str, Any]] = [
        {
            "mark": {"type": "rule", "color": ink["line-strong"], "strokeWidth": 1.5},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {"mark": {"type": "point", "size": 55}, "encoding": {"x": x, "y": {"field": "share", **y}}},
        {
            "mark": {"type": "text", "dx": 8, "align": "left", "fontSize": 11, "color": ink["ink-soft"]},
            "encoding": {"x": x, "y": {"field": "share", **y}, "text": {"field": "n"}},
        },
    ]
    return _render({"data": {"values": values}, "layer": layer}, "shares", name)


def _rule(
    days: float, color: str, words: str, y: dict[str, Any], dash: list[int], *, width: int = _WIDTH
) -> dict[str, Any]:
    value = [{"days": days, "words": words.replace(", ", "\n", 1)}]
    line = {"mark": {"type": "rule", "color": color, "strokeDash": dash}, "encoding": {"y": {"field": "days", **y}}}
    said = {
        "mark": {
            "type": "text",
            "x": width + 6,
            "align": "left",
            "dy": 6 if dash else -6,
            "lineBreak": "\n",
            "fontSize": 11,
            "color": color,
        },
        "encoding": {"y": {"field": "days", **y}, "text": {"field": "words"}},
    }
    return {"data": {"values": value}, "layer": [line, said]}


def _count(n: int | None, points: Sequence[object]) -> str:
    """``n 12`` above a point; the number alone where points stand close."""
    return f"n {n}" if len(points) <= _APART else str(n)


def _control(limits: tuple[Limits, ...], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """Control limits as a step at each period; nothing where a period has none."""
    rows = [
        {"quarter": one.period, "days": value} for one in limits for value in (one.low, one.high) if value is not None
    ]
    if not rows:
        return []
    mark = {"type": "tick", "orient": "horizontal", "thickness": 1.5, "color": tokens("light")["ink-soft"]}
    return [{"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": {"field": "days", **y}}}]


def _render(spec: dict[str, Any], key: str, name: str) -> Markup:
    told = {"width": _WIDTH, "height": _HEIGHT, **spec}
    return render(told, key=key, name=name, description="The same figures stand in the table beside it.")


def aim(chart: RunChart, control: ControlLimits, *, name: str, key: str) -> Markup | None:
    """Share by quarter with its center line and control limits; None without a point to draw."""
    points = tuple((p.period, p.value, p.n) for p in chart.points)
    if not any(value is not None for _, value, _ in points):
        return None
    return _aim(points, chart.center, control.limits, name, key)


@lru_cache(maxsize=64)
def _aim(
    points: tuple[tuple[str, float | None, int | None], ...],
    center: float | None,
    control: tuple[Limits, ...],
    name: str,
    key: str,
) -> Markup:
    ink = tokens("light")
    rows = [{"quarter": q, "days": share, "n": _count(n, points)} for q, share, n in points if share is not None]
    order = [q for q, _, _ in points]
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, 1.15]}, "title": None}
    y |= {"axis": {"format": "%", "values": [0, 0.5, 1]}}
    x: dict[str, Any] = {"field": "quarter", "type": "ordinal", "sort": order, "title": None}
    x |= {"scale": {"domain": order}, "axis": {"labelAngle": 0, "labelOverlap": True}}
    layer: list[dict[str, Any]] = [
        {"mark": {"type": "line", "color": ink["accent"]}, "encoding": {"x": x, "y": {"field": "days", **y}}},
        {"mark": {"type": "point", "size": 45}, "encoding": {"x": x, "y": {"field": "days", **y}}},
        {
            "mark": {"type": "text", "dy": -10, "fontSize": 11, "color": ink["ink-soft"]},
            "encoding": {"x": x, "y": {"field": "days", **y}, "text": {"field": "n"}},
        },
    ]
    if center is not None:
        layer.append(_rule(center, ink["line-strong"], "median", y, [], width=_NARROW))
    layer += _control(control, x, y)
    return _render({"data": {"values": rows}, "layer": layer, "height": 110, "width": _NARROW}, key, name)
