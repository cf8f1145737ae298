"""Sensitivity and false spasms of each patient with their intervals, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from westward.eeg.evaluate.intervals import Interval, poisson_rate, wilson
from westward.look import svg, words

NOTE = (
    "Each patient's spasm sensitivity (Wilson) and false spasms per hour (exact Poisson). "
    "Patients without marked spasms have no sensitivity; without a known length no rate."
)
_ROW, _TOP, _LEFT, _WIDE, _GAP = 22, 44, 190, 330, 90
MAX_PATIENTS = 150


def draw(patients: Sequence[Mapping[str, Any]], *, confidence: float) -> Markup | None:
    """The drawing; None when no patient has either figure. The first :data:`MAX_PATIENTS` are drawn."""
    rows = []
    for p in patients[:MAX_PATIENTS]:
        marked, matched = p["spasms_marked"], p["spasms_matched"]
        share = None if not marked else (matched / marked, wilson(int(matched), int(marked), confidence=confidence))
        hours, false = p["spasm_hours"], p["spasms_false"]
        rate = (
            None
            if not hours or false is None
            else (false / hours, poisson_rate(int(false), hours, confidence=confidence))
        )
        if share or rate:
            rows.append((str(p["patient"]), share, rate))
    if not rows:
        return None
    highest = max((r[1].high for _, _, r in rows if r and r[1]), default=1.0)
    top = next((t for t in (0.5, 1, 2, 5, 10, 20, 50, 100) if t >= highest), highest)
    second = _LEFT + _WIDE + _GAP
    height = _TOP + _ROW * len(rows) + 8
    parts = [
        svg.text(_LEFT, 14, "spasm sensitivity"),
        svg.text(second, 14, "false spasms per hour"),
        *_axis(_LEFT, 1.0, height, percent=True),
        *_axis(second, float(top), height, percent=False),
    ]
    for k, (name, share, rate) in enumerate(rows):
        y = _TOP + _ROW * (k + 0.5)
        parts.append(svg.text(0, y + 4, name if len(name) <= 26 else f"{name[:25]}…"))
        for x, most, told in ((_LEFT, 1.0, share), (second, float(top), rate)):
            if told is None:
                parts.append(svg.text(x + 4, y + 4, words.ABSENT, class_="soft"))
            else:
                parts += _mark(x, y, told[0] / most, told[1], most)
    measured = sum(s is not None for _, s, _ in rows)
    return svg.drawing(
        *parts,
        width=second + _WIDE + 40,
        height=height,
        name="Spasm sensitivity and false spasms by patient",
        description=f"{words.count(len(rows), 'patient')}, {measured} with a sensitivity; the table has the numbers.",
        key="forest",
        class_="forest",
    )


def _axis(x: float, most: float, height: float, *, percent: bool) -> list[Markup]:
    out: list[Markup] = []
    for part in (0.0, 0.5, 1.0):
        value = part * most
        label = words.percent(value) if percent else words.number(value)
        at = x + part * _WIDE
        out.append(svg.line(at, _TOP - 4, at, height - 4, class_="grid"))
        out.append(svg.text(at, _TOP - 10, label, class_="soft", text_anchor="middle"))
    return out


def _mark(x: float, y: float, share: float, span: Interval | None, most: float) -> list[Markup]:
    out: list[Markup] = []
    if span is not None:
        out.append(svg.line(x + span.low / most * _WIDE, y, x + span.high / most * _WIDE, y, class_="bar"))
    out.append(svg.element("circle", cx=x + share * _WIDE, cy=y, r=4, class_="dot"))
    return out
