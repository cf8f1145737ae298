"""Drawings of the public pages: each wide and narrow, in the look's tokens, with a title and a description."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from westward.care.causes import Cause, cohorts
from westward.care.shares import share
from westward.evidence.loader import load
from westward.look import words
from westward.look.svg import drawing, element, group, line, rect, text
from westward.program.public.speech import phrases

# Height of each spasm of the example against the tallest, and seconds from one to the next.
_STRENGTHS = (0.3, 0.45, 0.6, 0.8, 0.95, 1.0, 0.95, 1.0, 0.85, 0.65, 0.5, 0.35)
_PAUSES_S = (9, 8, 11, 10, 12, 9, 10, 13, 11, 14, 15)
_AXIS_S, _WAKES_S, _FIRST_S = 180, 12, 24


def cluster(language: str, *, narrow: bool) -> Markup:
    """What a cluster looks like in time: an example, said to be one."""
    t = phrases(language)["figure"]
    width, left = (340.0, 10.0) if narrow else (680.0, 20.0)
    base, tallest = 128.0, 70.0

    def x(at_s: float) -> float:
        return left + (width - 2 * left) * at_s / _AXIS_S

    starts = [float(_FIRST_S)]
    for pause in _PAUSES_S:
        starts.append(starts[-1] + pause)
    marks = [
        rect(x(s), base - tallest * h, max(x(1.5) - x(0), 3.0), tallest * h, class_="spasm")
        for s, h in zip(starts, _STRENGTHS, strict=True)
    ]
    ticks = [
        group(line(x(60 * m), base, x(60 * m), base + 5, class_="axis"), text(x(60 * m), base + 20, str(m), **_MIDDLE))
        for m in range(4)
    ]
    peak = starts[5]
    return drawing(
        line(x(0), base, x(_AXIS_S), base, class_="axis"),
        *ticks,
        text(x(_AXIS_S), base + 36, t["minutes"], text_anchor="end", class_="soft"),
        line(x(_WAKES_S), base, x(_WAKES_S), base - 24, class_="axis"),
        text(x(_WAKES_S), base - 30, t["wakes"], text_anchor="start" if narrow else "middle"),
        *marks,
        line(x(peak) + 1.5, base - tallest - 5, x(peak) + 1.5, 34, class_="axis"),
        text(x(peak), 28, t["one_spasm"], **_MIDDLE),
        _bracket(x(starts[0]), x(starts[-1] + 2), base + 44, t["cluster"]),
        width=width,
        height=base + 72,
        name=t["cluster_name"],
        description=t["cluster_says"],
        key=f"cluster-{'narrow' if narrow else 'wide'}",
        class_="figure",
    )


def limits() -> dict[str, str]:
    """The two limits in days that the drawing of the way shows, from the evidence."""
    sheet = load("clocks")
    limits = {"eeg": "suspicion_to_eeg.cewt", "days": "diagnosis_to_treatment.aan_cns"}
    return {name: sheet.text(key).lstrip("<= ") for name, key in limits.items()}


def way(language: str, *, narrow: bool) -> Markup:
    """From the first call to treatment, with how soon each step should come."""
    t = phrases(language)["figure"]
    steps = [(t[f"way_{k}"], t[f"way_{k}_when"].format(**limits())) for k in range(1, 5)]
    parts: list[Markup] = []
    if narrow:
        width, height, top, gap = 340.0, 268.0, 26.0, 70.0
        parts.append(line(24, top, 24, top + 3 * gap, class_="track"))
        for k, (name, when) in enumerate(steps):
            y = top + k * gap
            parts += [_stop(24, y, k), text(52, y + 1, name, class_="strong"), text(52, y + 21, when, class_="soft")]
    else:
        width, height, top, gap = 760.0, 112.0, 26.0, 190.0
        parts.append(line(20, top, 20 + 3 * gap, top, class_="track"))
        for k, (name, when) in enumerate(steps):
            x = 20 + k * gap
            parts += [_stop(x, top, k), text(x - 14, top + 42, name, class_="strong")]
            parts += [text(x - 14, top + 60 + 17 * n, row, class_="soft") for n, row in enumerate(_wrapped(when, 25))]
    return drawing(
        *parts,
        width=width,
        height=height,
        name=t["way_name"],
        description=t["way_says"],
        key=f"way-{'narrow' if narrow else 'wide'}",
        class_="figure",
    )


def unknown(language: str, *, narrow: bool) -> Markup:
    """Share of unknown cause as each cohort published it, with its interval; never merged."""
    t = phrases(language)["causes"]
    rows = [(c, c.shares[Cause.UNKNOWN]) for c in cohorts() if Cause.UNKNOWN in c.shares]
    width, left, right, step = (340.0, 12.0, 40.0, 56.0) if narrow else (680.0, 230.0, 60.0, 36.0)
    top, bottom = 24.0, 24.0 + step * len(rows)

    def x(value: float) -> float:
        return left + (width - left - right) * value

    parts: list[Markup] = []
    for percent in (0, 25, 50, 75, 100):
        parts.append(line(x(percent / 100), top - 6, x(percent / 100), bottom, class_="grid"))
        parts.append(text(x(percent / 100), bottom + 16, f"{percent}%", class_="soft", text_anchor="middle"))
    said = []
    for k, (cohort, fact) in enumerate(rows):
        value = float(fact.value) if isinstance(fact.value, int | float) else 0.0
        of = share(round(value * cohort.n), cohort.n)
        low, high = of.low or 0.0, of.high or 0.0
        y = top + step * k + (34 if narrow else 14)
        name = f"{cohort.name} {cohort.year or ''}".strip()
        parts.append(text(left, y - 16, name) if narrow else text(left - 16, y + 5, name, text_anchor="end"))
        parts.append(line(x(low), y, x(high), y, class_="whisker"))
        parts.append(element("circle", cx=x(value), cy=y, r=5.0, class_="dot"))
        parts.append(text(x(high) + 10, y + 5, words.percent(value), class_="strong"))
        said.append(f"{name} {words.percent(value)} ({words.percent(low)}–{words.percent(high)}, n = {cohort.n})")
    return drawing(
        *parts,
        width=width,
        height=bottom + 26,
        name=t["figure"],
        description=t["figure_says"].format(list="; ".join(said)),
        key=f"unknown-{'narrow' if narrow else 'wide'}",
        class_="figure",
    )


_MIDDLE = {"text_anchor": "middle"}


def _stop(x: float, y: float, k: int) -> Markup:
    return group(
        element("circle", cx=x, cy=y, r=14.0, class_="stop"),
        text(x, y + 5, str(k + 1), class_="on-stop", text_anchor="middle"),
    )


def _bracket(x1: float, x2: float, y: float, label: str) -> Markup:
    return group(
        element("path", d=f"M{x1:.1f} {y - 6:.1f}V{y:.1f}H{x2:.1f}V{y - 6:.1f}", class_="axis"),
        text((x1 + x2) / 2, y + 18, label, text_anchor="middle"),
    )


def _wrapped(said: str, width: int) -> Sequence[str]:
    rows = [""]
    for word in said.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows
