"""Change of each main measure as a factor with its interval, NREM sleep beside wakefulness."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from westward.eeg.compare.measures import measures
from westward.look import svg, words

_ROW, _TOP, _LEFT, _WIDE, _GAP, _VALUES = 20.0, 50.0, 196.0, 308.0, 112.0, 96.0
_STATES = (("nrem", "NREM sleep"), ("wake", "wakefulness"))
_TICKS: Mapping[float, tuple[float, ...]] = {
    1.5: (1.2, 1.5), 2.0: (1.5, 2), 4.0: (2, 4), 8.0: (2, 4, 8), 16.0: (2, 4, 16),
}  # fmt: skip
"""Ticks of an axis that ends at the factor."""
MAX_FACTOR = 16.0
"""Changes beyond are drawn at the edge with an arrow."""

_PLACE = {key: k for k, key in enumerate(measures())}


def draw(
    rows: Sequence[Mapping[str, Any]], states: Sequence[Mapping[str, Any]], *, key: str = "forest"
) -> Markup | None:
    """The drawing of ``differences``; None without a factor to draw.

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
    parts: list[Markup] = []
    height = _TOP + _ROW * len(names) + 6
    for k, (state, shown) in enumerate(_STATES):
        x = _LEFT + k * (_WIDE + _GAP)
        s = told[state]
        if s["why"]:
            parts.append(svg.text(x, 12, shown, class_="which"))
            parts += _refusal(x, s["why"])
            continue
        minutes = [words.number(s[k]) for k in ("before_minutes", "after_minutes")]
        parts.append(svg.text(x, 12, f"{shown}, {minutes[0]} → {minutes[1]} min", class_="which"))
        parts += _axis(x, top, height)
        for j, measure in enumerate(names):
            row = of.get((state, measure))
            parts += _mark(x, _TOP + _ROW * (j + 0.5), row, top, only_nrem=measure == "spindles_per_min" and k == 1)
    for j, name in enumerate(names.values()):
        y = _TOP + _ROW * (j + 0.5)
        parts.append(svg.text(_LEFT - 14, y + 4, name, class_="label"))
    n = sum(r["ratio"] is not None for r in main)
    return svg.drawing(
        *parts, width=_LEFT + 2 * _WIDE + _GAP + _VALUES, height=height, key=key, class_="forest",
        name="Change of each measure as a factor with its interval",
        description=f"{words.count(n, 'change')} drawn; the table has the numbers.",
    )  # fmt: skip


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


def _at(x: float, factor: float, top: float) -> float:
    share = 0.5 + 0.5 * math.log(factor) / math.log(top) if factor > 0 else -1.0
    return x + _WIDE * min(max(share, 0.0), 1.0)


def _axis(x: float, top: float, height: float) -> list[Markup]:
    ups = _TICKS[top]
    out: list[Markup] = []
    for factor in (*(1 / u for u in reversed(ups)), 1.0, *ups):
        at = _at(x, factor, top)
        out.append(svg.line(at, _TOP - 6, at, height - 4, class_="none" if factor == 1 else "grid"))
        shown = "same" if factor == 1 else f"×{factor:g}" if factor > 1 else f"÷{round(1 / factor, 3):g}"
        out.append(svg.text(at, _TOP - 12, shown, class_="time"))
    return out


def _mark(x: float, y: float, row: Mapping[str, Any] | None, top: float, *, only_nrem: bool) -> list[Markup]:
    if only_nrem:
        return []
    if row is None or row["before"] is None:
        return [svg.text(x + _WIDE / 2 + 6, y + 4, words.ABSENT, class_="soft")]
    told = f"{row['name']}: {words.number(row['before'])} to {words.number(row['after'])} {row['unit']}".strip()
    if row["ratio"] is None:
        return [
            svg.text(
                x + _WIDE / 2 + 6, y + 4, f"{words.number(row['before'])} → {words.number(row['after'])}", class_="soft"
            )
        ]
    out: list[Markup] = [svg.title(told)]
    if row["ratio_low"] is not None:
        low, high = row["ratio_low"], row["ratio_high"]
        out.append(svg.line(_at(x, low, top), y, _at(x, high, top), y, class_="bar"))
        out += [
            _cut(_at(x, end, top), y, tip) for end, tip in ((low, -1), (high, 1)) if (end * top < 1, end > top)[tip > 0]
        ]
    at = _at(x, row["ratio"], top)
    beyond = row["ratio"] <= 0 or not 1 / top <= row["ratio"] <= top
    if beyond:
        tip = -1 if row["ratio"] < 1 else 1
        d = f"M{svg.short(at + 7 * tip)} {svg.short(y)}l{-8 * tip} -5v10z"
        out.append(svg.element("path", d=d, class_="dot"))
    else:
        class_ = "dot" if row["changed"] else "dot open" if row["changed"] is False else "dot bare"
        out.append(svg.element("circle", cx=at, cy=y, r=4, class_=class_))
    values = svg.text(x + _WIDE + 14, y + 4, f"{short(row['before'])} → {short(row['after'])}", class_="value")
    return [svg.group(*out), values]


def _cut(x: float, y: float, tip: int) -> Markup:
    """The end of a bar that goes on beyond the axis."""
    return svg.element("path", d=f"M{svg.short(x - 1 * tip)} {svg.short(y - 4)}l{5 * tip} 4l{-5 * tip} 4", class_="cut")


def short(value: float) -> str:
    """A value in as few figures as tell it."""
    size = abs(value)
    if size >= 10_000:
        return f"{value / 1000:.0f}k"
    return words.number(value, decimals=0 if size >= 100 or value == 0 else 1 if size >= 10 else 2)


def _refusal(x: float, why: str) -> list[Markup]:
    lines: list[str] = [""]
    for word in why.split():
        if len(lines[-1]) + len(word) > 46:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [svg.text(x, _TOP + 14 + 18 * k, t, class_="refusal") for k, t in enumerate(lines)]
