"""Both nights on one time axis: states, arousals, spasm candidates, worst five minutes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from westward.eeg.compare.side import Side
from westward.eeg.events.hypnogram import EPOCH_S, STATES
from westward.eeg.signal.runs import runs
from westward.look import svg, words

_WIDTH, _ROW = 1000.0, 14.0
_LEFT = svg.room("spasm candidates", 12) + 10
_RIGHT = svg.room(words.ABSENT, 11)
_ROWS = ("wake", "rem", "drowsy", "nrem")
_NAMES = {"wake": "wake", "rem": "REM", "drowsy": "drowsy", "nrem": "NREM"}
_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600)


class _Axis:
    """Seconds to the horizontal place, one scale for both."""

    def __init__(self, longest_s: float) -> None:
        self.longest_s = max(longest_s, 60.0)

    def x(self, seconds: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * min(max(seconds / self.longest_s, 0.0), 1.0)

    def ticks(self, y: float) -> list[Markup]:
        step = next((s for s in _STEPS if self.longest_s / s <= 12), 43200)
        out = [svg.line(_LEFT, y, _WIDTH - _RIGHT, y, class_="axis")]
        for k in range(int(self.longest_s / step) + 1):
            x = self.x(k * step)
            out.append(svg.line(x, y, x, y + 5, class_="axis"))
            out.append(svg.text(x, y + 18, words.clock(k * step, with_seconds=False), class_="time"))
        out.append(svg.text(_WIDTH, y + 18, "h:min", class_="scale", text_anchor="end"))
        return out


def draw(sides: Sequence[tuple[str, Side]], *, key: str = "nights") -> Markup:
    """One strip per study, named ``before`` and ``after``."""
    axis = _Axis(max(float(s.summary["recording"]["duration_s"]) for _, s in sides))
    parts: list[Markup] = []
    y = 6.0
    told = []
    for name, side in sides:
        strip, y = _strip(name, side, axis, y)
        parts += strip
        told.append(f"{name}: {words.duration(float(side.summary['recording']['duration_s']))}")
    parts += axis.ticks(y - 8)
    return svg.drawing(
        *parts, width=_WIDTH, height=y + 18, key=key, class_="nights",
        name="States of both studies on one time axis", description="; ".join(told) + ".",
    )  # fmt: skip


def _strip(name: str, side: Side, axis: _Axis, top: float) -> tuple[list[Markup], float]:
    duration = float(side.summary["recording"]["duration_s"])
    end, y = axis.x(duration), top + 20
    bottom = y + len(_ROWS) * _ROW
    parts: list[Markup] = [svg.text(0, top + 12, name, class_="which")]
    worst = side.summary["based"].get("worst_epoch")
    if worst:
        x, width = axis.x(worst["start_s"]), max(axis.x(worst["end_s"]) - axis.x(worst["start_s"]), 2.0)
        when = words.clock(float(worst["start_s"]))
        title = svg.title(f"worst 5 min, {when} to {words.clock(float(worst['end_s']))}")
        parts.append(svg.rect(x, y - 2, width, bottom - y + 4, title, class_="epoch"))
        at, anchor = (x, "start") if x < _WIDTH - _RIGHT - 230 else (x + width, "end")
        what = (
            "5 min shown, none stands out,"
            if side.summary["based"].get("worst_epoch_stands_out") is False
            else "worst 5 min"
        )
        parts.append(svg.text(at, top + 12, f"▼ {what} at {when}", class_="epoch-name", text_anchor=anchor))
    assessed = side.summary["sleep_wake_cycles"] is not None
    for row, state in enumerate(_ROWS):
        base = y + row * _ROW
        parts.append(svg.text(_LEFT - 10, base + 11, _NAMES[state], class_="label"))
        parts.append(svg.line(_LEFT, base + _ROW, end, base + _ROW, class_="rule"))
        if assessed:
            parts += _spans(
                side.state == STATES.index(state), axis, base + 2, _ROW - 4, f"state state-{state}", _NAMES[state]
            )
            minutes = side.summary["states"].get(state)
            shown = words.number(minutes, "min")
            parts.append(svg.text(_WIDTH, base + 11, shown, class_="scale", text_anchor="end"))
    unknown = side.state == STATES.index("unknown") if assessed else np.ones(len(side.state), np.bool_)
    parts += _spans(unknown, axis, y, bottom - y, "unknown", "state unknown")
    if not assessed:
        parts.append(svg.text((_LEFT + end) / 2, (y + bottom) / 2 + 4, "states not assessed", class_="absent"))
    for gap in side.summary["recording"].get("gaps") or []:
        x = axis.x(gap["start_s"])
        title = svg.title(f"gap, {words.duration(gap['end_s'] - gap['start_s'])}")
        parts.append(svg.rect(x, y, max(axis.x(gap["end_s"]) - x, 1.0), bottom - y, title, class_="gap"))
    parts.append(svg.line(end, y - 2, end, bottom + 30, class_="axis"))
    y = bottom + 2
    looked = side.summary["spasms"] is not None
    for label, moments, class_, known in (
        ("spasm candidates", side.spasm_s, "mark-spasm", looked),
        ("arousals", side.arousal_s, "mark-arousal", assessed),
    ):
        parts.append(svg.text(_LEFT - 10, y + 11, label, class_="label"))
        parts.append(svg.line(_LEFT, y + _ROW, end, y + _ROW, class_="rule"))
        xs = sorted({round(2 * axis.x(float(t))) / 2 for t in moments})
        if xs:
            d = "".join(f"M{svg.short(x)} {svg.short(y + 2)}v{_ROW - 3:g}" for x in xs)
            parts.append(svg.element("path", d=d, class_=class_))
        shown = words.number(len(moments)) if known else words.ABSENT
        parts.append(svg.text(_WIDTH, y + 11, shown, class_="scale", text_anchor="end"))
        y += _ROW
    return parts, y + 26


def _spans(where: np.ndarray, axis: _Axis, y: float, height: float, class_: str, name: str) -> list[Markup]:
    edges = runs(where)
    if not len(edges):
        return []
    d = "".join(
        f"M{svg.short(axis.x(a * EPOCH_S))} {svg.short(y)}H{svg.short(axis.x(b * EPOCH_S))}v{height:g}"
        f"H{svg.short(axis.x(a * EPOCH_S))}z"
        for a, b in edges
    )
    return [svg.element("path", svg.title(name), d=d, class_=class_)]
