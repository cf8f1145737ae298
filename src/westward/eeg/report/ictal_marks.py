"""What a page of a cluster carries beside the EEG: candidate spasms above, limb EMG below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup

from westward.eeg.report.content import EegPage, EmgTrace, SpasmMark
from westward.eeg.report.trace import UNIT_MM, trace_path
from westward.look import svg, words

EMG_ROW_MM, EMG_GAP_MM = 11.0, 4.0
EMG_STEPS_UV_MM = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500)

Place = Callable[[float], float]
"""From recording time to mm."""


def emg_height(page: EegPage) -> float:
    """What the rows of limb EMG need, mm."""
    return EMG_GAP_MM + EMG_ROW_MM * len(page.emg) if page.emg else 0.0


def emg_sensitivity(pages: Sequence[EegPage], *, half_mm: float = 5.2) -> float:
    """The finest usual sensitivity (µV/mm) at which bursts of all pages stay within their row but for single peaks."""
    tops = [float(np.nanpercentile(np.abs(t.data), 99.5)) for p in pages for t in p.emg if np.isfinite(t.data).any()]
    wanted = max(tops, default=0.0) / half_mm
    return float(next((s for s in EMG_STEPS_UV_MM if s >= wanted), EMG_STEPS_UV_MM[-1]))


def name_of(mark: SpasmMark) -> str:
    """Number, time, length and what was measured."""
    what = f"candidate spasm {mark.number}" if mark.number else "near-miss"
    parts = [what, words.clock(mark.onset_s, decimals=1), words.duration(mark.stop_s - mark.onset_s)]
    if mark.confidence is not None:
        parts.append(f"confidence {mark.confidence:.2f}")
    return ", ".join([*parts, *([mark.reason] if mark.reason else [])])


def spasms(page: EegPage, x: Place, *, top: float, floor: float) -> Markup:
    """Each candidate as a band from its onset to its end with its number, its decrement as a paler one."""
    parts: list[Markup] = []
    for mark in page.spasms:
        a, b, c = x(mark.onset_s), x(mark.stop_s), x(mark.decrement_stop_s)
        kind = "spasm" if mark.number else "near-miss"
        inside = [
            svg.title(name_of(mark)),
            svg.rect(a, top, max(b - a, 0.4), floor - top, class_=f"band-{kind}"),
            svg.line(a, top, max(b, a + 0.4), top, class_=f"lid-{kind}"),
        ]
        if c - b > 0.4:
            inside += [
                svg.rect(b, top, c - b, floor - top, class_="band-decrement"),
                svg.line(b, top, c, top, class_="lid-decrement"),
            ]
            if c - b > 12:
                inside.append(svg.text(b + 0.6, top - 0.9, "decrement", class_="eeg-span-name soft"))
        if mark.number:
            label = svg.text(a, top - 0.9, f"◆ {mark.number}", class_="spasm-number")
            inside.append(svg.element("a", label, href=f"#spasm-{mark.number}"))
        else:
            inside.append(svg.text(a, top - 0.9, "◇", class_="spasm-number"))
        parts.append(svg.group(*inside))
    return svg.group(*parts, class_="eeg-spasms")


def emg(page: EegPage, *, left: float, right: float, y: float, mm_per_s: float, uv_per_mm: float) -> Markup:
    """Rows of limb EMG on the clock of the page, with their own scale."""
    parts: list[Markup] = [svg.line(left, y + 1, right, y + 1, class_="eeg-divide")]
    for k, row in enumerate(page.emg):
        parts += _row(row, page.sfreq_hz, left, y + EMG_GAP_MM + EMG_ROW_MM * (k + 0.5), mm_per_s, uv_per_mm)
    uv = min((10, 20, 50, 100, 200, 500, 1000, 2000), key=lambda v: abs(v / uv_per_mm - 7))
    height, at = uv / uv_per_mm, y + EMG_GAP_MM + 1
    bar = f"M{svg.short(right + 1.3)} {svg.short(at)}h1.4m-.7 0v{svg.short(height)}m-.7 0h1.4"
    parts.append(
        svg.group(
            svg.element("path", d=bar),
            svg.text(right + 3.4, at + height / 2 + 0.2, f"{uv}"),
            svg.text(right + 3.4, at + height / 2 + 3.0, "µV"),
            class_="eeg-scale",
        )
    )
    return svg.group(*parts, class_="eeg-emg")


def _row(row: EmgTrace, rate: float, left: float, y: float, mm_per_s: float, uv_per_mm: float) -> list[Markup]:
    lines = row.name.removeprefix("EMG ").split(" ")
    out = [
        svg.text(left - 1.5, y - 1.0 * (len(lines) - 1) + 2.9 * k, word, class_="eeg-label")
        for k, word in enumerate(["EMG", *lines] if len(lines) < 2 else [f"EMG {lines[0]}", " ".join(lines[1:])])
    ]
    d = trace_path(row.data, sfreq_hz=rate, mm_per_s=mm_per_s, uv_per_mm=uv_per_mm, column_mm=0.2, tolerance_mm=0.05)
    if d:
        move = f"translate({svg.short(left)} {svg.short(y)}) scale({svg.short(UNIT_MM)})"
        out.append(svg.element("path", d=d, transform=move, class_="eeg-trace emg-trace"))
    return out
