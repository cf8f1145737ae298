"""Change of each main measure as a factor with its interval, NREM sleep beside wakefulness.

A table whose cells hold small drawings: the browser gives every name and number the room that its font needs. Places
on the axis are percentages of a cell, so that marks keep their size at any width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from westward.eeg.compare.measures import measures
from westward.look import svg, words

_ROW = 20.0
_STATES = (("nrem", "NREM sleep"), ("wake", "wakefulness"))
_TICKS: Mapping[float, tuple[float, ...]] = {
    1.5: (1.2, 1.5), 2.0: (1.5, 2), 4.0: (2, 4), 8.0: (2, 4, 8), 16.0: (2, 4, 16),
}  # fmt: skip
"""Ticks of an axis that ends at the factor."""
MAX_FACTOR = 16.0
"""Changes beyond are drawn at the edge with an arrow."""

_PLACE = {key: k for k, key in enumerate(measures())}


def draw(rows: Sequence[Mapping[str, Any]], states: Sequence[Mapping[str, Any]]) -> Markup | None:
    """The table of ``differences`` with its drawings; None without a factor to draw.

    Parameters
    ----------
    rows : sequence of mapping
        ``differences`` of ``comparison.json``.
    states : sequence of mapping
        ``states`` of it: minutes of each, and why one is not compared.
    """
    main = sorted((r for r in rows if r["main"]), key=lambda r: _PLACE.get(r["measure"], len(_PLACE)))
    names = {r["measure"]: _label(r) for r in main}
    told = {s["state"]: s for s in states}
    of = {(r["state"], r["measure"]): r for r in main}
    if not any(r["ratio"] is not None for r in main):
        return None
    top = _top(main)
    body: list[Markup] = []
    for k, (measure, name) in enumerate(names.items()):
        cells = [svg.element("th", name, scope="row")]
        for state, _ in _STATES:
            why = told[state]["why"]
            if why:
                refusal = svg.element("td", why, colspan="2", rowspan=str(len(names)), class_="refusal")
                cells += [refusal] if k == 0 else []
            else:
                cells += _cells(of.get((state, measure)), top)
        body.append(svg.element("tr", *cells))
    return svg.element(
        "table",
        svg.element("caption", "Change of each measure as a factor with its interval", class_="unseen"),
        svg.element("thead", *_head(told, top)),
        svg.element("tbody", *body),
        class_="forest",
    )


def _head(told: Mapping[str, Mapping[str, Any]], top: float) -> list[Markup]:
    """Each state with its minutes, and below it its axis."""
    titles, axes = [svg.element("th", "Measure", scope="col", rowspan="2")], []
    for state, shown in _STATES:
        s = told[state]
        minutes = "" if s["why"] else f", {words.number(s['before_minutes'])} → {words.number(s['after_minutes'])} min"
        titles.append(svg.element("th", f"{shown}{minutes}", scope="colgroup", colspan="2", class_="which"))
        if s["why"]:
            axes.append(svg.element("th", "", colspan="2"))
        else:
            axes += [
                svg.element("th", _plot(*_axis(top)), scope="col", class_="plot"),
                svg.element("th", "before → after", scope="col", class_="value"),
            ]
    return [svg.element("tr", *titles), svg.element("tr", *axes)]


def _label(row: Mapping[str, Any]) -> str:
    """Name with the unit; a count per minute has it in its name."""
    unit = str(row["unit"])
    return str(row["name"]) if not unit or unit == "/min" or unit.startswith("log10") else f"{row['name']}, {unit}"


def _top(rows: Sequence[Mapping[str, Any]]) -> float:
    values = [
        abs(math.log(v)) for r in rows for v in (r["ratio"], r["ratio_low"], r["ratio_high"]) if v is not None and v > 0
    ]
    most = math.exp(max(values, default=0.0))
    return next((t for t in _TICKS if t >= most), MAX_FACTOR)


def _at(factor: float, top: float) -> str:
    """Place on the axis, in percent of the cell."""
    share = 0.5 + 0.5 * math.log(factor) / math.log(top) if factor > 0 else -1.0
    return f"{svg.short(100 * min(max(share, 0.0), 1.0))}%"


def _factors(top: float) -> tuple[float, ...]:
    ups = _TICKS[top]
    return (*(1 / u for u in reversed(ups)), 1.0, *ups)


def _plot(*marks: Markup) -> Markup:
    """A drawing as wide as its cell; its numbers stand in the cell beside it."""
    return svg.element("svg", *marks, xmlns="http://www.w3.org/2000/svg", height=f"{_ROW:g}", aria_hidden="true")


def _upright(at: str, class_: str) -> Markup:
    return svg.element("line", x1=at, x2=at, y1="0", y2="100%", class_=class_)


def _axis(top: float) -> list[Markup]:
    out = []
    for factor in _factors(top):
        shown = "same" if factor == 1 else f"×{factor:g}" if factor > 1 else f"÷{round(1 / factor, 3):g}"
        out.append(svg.element("text", shown, x=_at(factor, top), y="14", class_="time"))
    return out


def _cells(row: Mapping[str, Any] | None, top: float) -> list[Markup]:
    """The drawing of one measure in one state, and its values; where it was not compared, why."""
    if row is None:
        return [svg.element("td", "", colspan="2")]
    if row["before"] is None:
        return [svg.element("td", _absent(row), colspan="2", class_="soft")]
    lines = [_upright(_at(f, top), "none" if f == 1 else "grid") for f in _factors(top)]
    values = svg.element("td", f"{short(row['before'])} → {short(row['after'])}", class_="value")
    if row["ratio"] is None:
        return [svg.element("td", _plot(*lines), class_="plot"), values]
    told = f"{row['name']}: {words.number(row['before'])} to {words.number(row['after'])} {row['unit']}".strip()
    marks = [svg.title(told), *lines, *_bar(row, top), _dot(row, top)]
    return [svg.element("td", _plot(*marks), class_="plot"), values]


def _absent(row: Mapping[str, Any]) -> str:
    """Few values are told with how many; every other reason is in the table of all measures."""
    if row["n_before"] or row["n_after"]:
        return f"too few epochs: {row['n_before']} before, {row['n_after']} after"
    return words.ABSENT


def _bar(row: Mapping[str, Any], top: float) -> list[Markup]:
    low, high, y = row["ratio_low"], row["ratio_high"], svg.short(_ROW / 2)
    if low is None:
        return []
    out = [svg.element("line", x1=_at(low, top), x2=_at(high, top), y1=y, y2=y, class_="bar")]
    out += [_placed(low, top, "M1-4l-5 4l5 4", "cut")] if low * top < 1 else []
    out += [_placed(high, top, "M-1-4l5 4l-5 4", "cut")] if high > top else []
    return out


def _dot(row: Mapping[str, Any], top: float) -> Markup:
    ratio = row["ratio"]
    if ratio <= 0 or not 1 / top <= ratio <= top:
        return _placed(ratio, top, "M-7 0l8-5v10z" if ratio < 1 else "M7 0l-8-5v10z", "dot")
    class_ = "dot" if row["changed"] else "dot open" if row["changed"] is False else "dot bare"
    return svg.element("circle", cx=_at(ratio, top), cy=svg.short(_ROW / 2), r=4, class_=class_)


def _placed(factor: float, top: float, d: str, class_: str) -> Markup:
    """A shape in pixels at a place in percent."""
    return svg.element("svg", svg.element("path", d=d, class_=class_), x=_at(factor, top), y=svg.short(_ROW / 2))


def short(value: float) -> str:
    """A value in as few figures as tell it."""
    size = abs(value)
    if size >= 10_000:
        return f"{value / 1000:.0f}k"
    return words.number(value, decimals=0 if size >= 100 or value == 0 else 1 if size >= 10 else 2)
