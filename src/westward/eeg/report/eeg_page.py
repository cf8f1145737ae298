"""A page of EEG in the clinical convention: negative up, millimeters that are millimeters, every mark numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from westward.eeg.report import ictal_marks
from westward.eeg.report.content import EegPage, SpikeMark, WaveMark
from westward.eeg.report.trace import UNIT_MM, trace_path
from westward.look import svg, words

SENSITIVITIES_UV_MM = (5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)
"""The steps of the sensitivity switch of a reading station."""

DIGIT_MM, NUMBER_MM = 1.45, 2.1
"""Width of a digit and height of a number beside a mark, in the widest of the usual fonts."""

_SHORT = {
    "grouped_multifocal_spikes": "grouped spikes",
    "ictal_candidate": "masked: ictal candidate",
    "spasm": "candidate spasm",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures of a page.

    Attributes
    ----------
    mm_per_s : float
        Timebase; 15 mm/s is half the paper speed of 30 mm/s.
    uv_per_mm : float
        Sensitivity.
    row_mm, chain_gap_mm : float
        Between rows, and extra between chains.
    left_mm, right_mm, top_mm, bottom_mm : float
        Margins for labels, scale bar, marks and the strip of seconds.
    column_mm : float
        Device column of the traces.
    positive_bins : int
        Seconds with a counted spike that make a page positive.
    few_waves : int
        Up to so many high-amplitude waves on a page all show their µV at once; beyond, only the largest of each
        derivation does until the reader asks for every value.
    emg_uv_per_mm : float
        Sensitivity of limb EMG.
    """

    mm_per_s: float = 15.0
    uv_per_mm: float = 20.0
    row_mm: float = 7.0
    chain_gap_mm: float = 3.2
    left_mm: float = 17.0
    right_mm: float = 11.0
    top_mm: float = 8.0
    bottom_mm: float = 10.5
    column_mm: float = 0.2
    positive_bins: int = 8
    few_waves: int = 24
    emg_uv_per_mm: float = 10.0


def choose_sensitivity(pages: Sequence[EegPage], *, height_mm: float = 13.0) -> float:
    """The finest usual sensitivity (µV/mm) at which three of four one-second swings stay within ``height_mm``."""
    swings = []
    for page in pages:
        n = int(page.sfreq_hz)
        whole = page.data[:, : page.data.shape[1] // n * n].reshape(len(page.data), -1, n)
        swing = whole.max(axis=2) - whole.min(axis=2)
        swings.append(swing[np.isfinite(swing)])
    every = np.concatenate(swings) if swings else np.zeros(0)
    wanted = float(np.percentile(every, 75)) / height_mm if len(every) else 0.0
    return float(next((s for s in SENSITIVITIES_UV_MM if s >= wanted), SENSITIVITIES_UV_MM[-1]))


def _chain(derivation: str) -> str:
    """Which chain of the longitudinal montage a derivation belongs to, by its most lateral electrode."""
    ends = derivation.split("-")
    side = "".join(sorted({"left" if e[-1:] in "13579" else "right" if e[-1:].isdigit() else "mid" for e in ends}))
    temporal = any(e in {"F7", "T7", "P7", "F8", "T8", "P8"} for e in ends)
    return f"{side}{temporal}"


def row_positions(derivations: Sequence[str], layout: Layout) -> list[float]:
    """Zero line of each row in mm from the top, with a gap wherever the chain changes."""
    y = layout.top_mm + layout.row_mm
    rows: list[float] = []
    for k, derivation in enumerate(derivations):
        if k:
            y += layout.row_mm + (layout.chain_gap_mm if _chain(derivation) != _chain(derivations[k - 1]) else 0)
        rows.append(y)
    return rows


def row_of(mark: SpikeMark, page: EegPage) -> int | None:
    """The row a spike is marked on: its own derivation, else the one with its electrode where it is largest."""
    if mark.derivation in page.derivations:
        return page.derivations.index(mark.derivation)
    around = slice(
        max(0, round((mark.time_s - page.start_s - 0.06) * page.sfreq_hz)),
        max(1, round((mark.time_s - page.start_s + 0.06) * page.sfreq_hz)),
    )
    best: tuple[float, int] | None = None
    for k, derivation in enumerate(page.derivations):
        piece = page.data[k, around]
        piece = piece[np.isfinite(piece)]
        if mark.electrode in derivation.split("-") and len(piece):
            best = max(best or (-1.0, k), (float(np.ptp(piece)), k))
    return best[1] if best else None


def positive_seconds(page: EegPage) -> list[int]:
    """Seconds of recording time of the page that carry a counted spike and are assessable."""
    hit = {int(np.floor(s.time_s)) for s in page.spikes if s.counted and page.start_s <= s.time_s < page.stop_s}
    return sorted(hit - set(page.excluded_seconds))


def for_paper(pages: Sequence[EegPage], most: int) -> set[int]:
    """Which pages of the worst epoch print: the ``most`` that show most of what the grade counts.

    A counted attenuation or run of grouped spikes weighs as three seconds with a spike; high waves decide between
    equals, then the earlier page.
    """

    def shown(index: int) -> tuple[int, int]:
        page = pages[index]
        events = sum(s.counted and s.kind in ("attenuation", "grouped_multifocal_spikes") for s in page.spans)
        return len(positive_seconds(page)) + 3 * events, len(page.waves)

    worst = [k for k, page in enumerate(pages) if page.rank == 1]
    return set(sorted(worst, key=shown, reverse=True)[:most])


class _Drawing:
    """One page being drawn; all coordinates in mm."""

    def __init__(self, page: EegPage, layout: Layout, first_number: int) -> None:
        self.page, self.layout, self.first = page, layout, first_number
        self.rows = row_positions(page.derivations, layout)
        self.left = max(layout.left_mm, 3.0 + 1.5 * max(map(len, page.derivations), default=0))
        self.right = self.left + page.duration_s * layout.mm_per_s
        self.top = layout.top_mm
        self.floor = (self.rows[-1] if self.rows else layout.top_mm) + layout.row_mm
        self.bottom = self.floor + ictal_marks.emg_height(page)
        self.labels: list[tuple[float, float, float]] = []
        self.width, self.height = self.right + layout.right_mm, self.bottom + layout.bottom_mm

    def x(self, time_s: float) -> float:
        inside = min(max(time_s - self.page.start_s, 0.0), self.page.duration_s)
        return self.left + inside * self.layout.mm_per_s

    def room(self, left: float, y: float, digits: int, *, step: float) -> float:
        """The first height from ``y`` on, in steps of ``step`` mm, where a number covers no other; it is taken then."""
        right = left + DIGIT_MM * digits
        while any(left < stop and start < right and abs(y - at) < NUMBER_MM for start, stop, at in self.labels):
            y += step
        self.labels.append((left, right, y))
        return y

    def value(self, row: int, time_s: float) -> float:
        """The drawn y of a row at a moment."""
        at = min(max(round((time_s - self.page.start_s) * self.page.sfreq_hz), 0), self.page.data.shape[1] - 1)
        v = float(self.page.data[row, at])
        return self.rows[row] + (v / self.layout.uv_per_mm if np.isfinite(v) else 0.0)

    def grid(self) -> Markup:
        lines = []
        for second in range(int(np.ceil(self.page.start_s)), int(np.floor(self.page.stop_s)) + 1):
            x = self.x(second)
            lines.append(f"M{svg.short(x)} {svg.short(self.top)}V{svg.short(self.bottom)}")
        return svg.element("path", d="".join(lines), class_="eeg-grid")

    def spans(self) -> Markup:
        parts: list[Markup] = []
        for span in self.page.spans:
            x, width = self.x(span.start_s), max(self.x(span.stop_s) - self.x(span.start_s), 0.3)
            name = span.kind.replace("_", " ")
            if span.label:
                name += f": {span.label}"
            name += f", {words.duration(span.stop_s - span.start_s)}"
            if not span.counted:
                name += ", not counted"
            if span.event_id:
                name += f" ({span.event_id})"
            box = svg.rect(
                x, self.top, width, self.floor - self.top, svg.title(name), class_=f"eeg-span span-{span.kind}"
            )
            lid = svg.line(x, self.top, x + width, self.top, class_=f"eeg-lid span-{span.kind}")
            label = _SHORT.get(span.kind, (span.label or span.kind).replace("_", " "))
            parts += [box, lid]
            if width > 1.15 * len(label):
                parts.append(svg.text(x + 0.5, self.top - 0.9, label, class_=f"eeg-span-name span-{span.kind}"))
        return svg.group(*parts, class_="eeg-spans")

    def traces(self) -> Markup:
        scale = svg.short(UNIT_MM)
        out = []
        for k, derivation in enumerate(self.page.derivations):
            d = trace_path(
                self.page.data[k],
                sfreq_hz=self.page.sfreq_hz,
                mm_per_s=self.layout.mm_per_s,
                uv_per_mm=self.layout.uv_per_mm,
                column_mm=self.layout.column_mm,
                tolerance_mm=min(0.2 * self.layout.column_mm, 0.08),
            )
            y = self.rows[k]
            out.append(svg.text(self.left - 1.5, y + 0.9, derivation, class_="eeg-label"))
            if d:
                move = f"translate({svg.short(self.left)} {svg.short(y)}) scale({scale})"
                out.append(svg.element("path", d=d, transform=move, class_="eeg-trace"))
        return svg.group(*out)

    def waves(self) -> tuple[Markup, int]:
        """Brackets of all waves that lie on the page, and their number."""
        page = self.page
        here = [w for w in page.waves if w.derivation in page.derivations and page.start_s <= w.start_s < page.stop_s]
        largest: dict[str, WaveMark] = {}
        for wave in here:
            if wave.derivation not in largest or wave.amplitude_uv > largest[wave.derivation].amplitude_uv:
                largest[wave.derivation] = wave
        few = len(here) <= self.layout.few_waves
        drawn = [self.wave(w, told=few or largest[w.derivation] is w) for w in here]
        return svg.group(*drawn, class_="eeg-waves" if few else "eeg-waves dense"), len(here)

    def wave(self, mark: WaveMark, *, told: bool) -> Markup:
        row = self.page.derivations.index(mark.derivation)
        y1, y2 = sorted((self.value(row, mark.start_s), self.value(row, mark.stop_s)))
        x = self.x(mark.stop_s) + 0.5
        d = f"M{svg.short(x - 0.7)} {svg.short(y1)}h.7V{svg.short(y2)}h-.7"
        value = words.number(round(mark.amplitude_uv))
        name = f"{mark.derivation}: {value} µV, limit {words.number(mark.limit_uv)} µV"
        y = (y1 + y2) / 2 + 0.7
        if told:
            y = self.room(x + 0.5, y, len(value), step=NUMBER_MM + 0.1)
        return svg.group(
            svg.title(name),
            svg.element("path", d=d, class_="eeg-caliper"),
            svg.text(x + 0.5, y, value, class_="eeg-uv" if told else "eeg-uv more"),
        )

    def spike(self, number: int, mark: SpikeMark) -> Markup | None:
        row = row_of(mark, self.page)
        if row is None or not self.page.start_s <= mark.time_s < self.page.stop_s:
            return None
        x, y = self.x(mark.time_s), self.rows[row]
        n = slice(
            max(0, round((mark.time_s - self.page.start_s - 0.08) * self.page.sfreq_hz)),
            round((mark.time_s - self.page.start_s + 0.08) * self.page.sfreq_hz) + 1,
        )
        piece = self.page.data[row, n]
        piece = piece[np.isfinite(piece)]
        top = y + (float(piece.min()) if len(piece) else 0.0) / self.layout.uv_per_mm
        top = max(top - 0.7, self.top + 3.2)
        facts = [f"{number}: {mark.electrode or mark.derivation}", words.clock(mark.time_s, decimals=2)]
        if mark.amplitude_uv is not None:
            facts.append(f"{mark.amplitude_uv:.0f} µV")
        facts.append("counted" if mark.counted else f"not counted: {mark.reason or 'no reason given'}")
        digits = len(str(number))
        label = self.room(x - DIGIT_MM * digits / 2, top - 1.9, digits, step=-NUMBER_MM - 0.1)
        tick = f"M{svg.short(x)} {svg.short(top)}l-.75-1.5h1.5z"
        return svg.element(
            "a",
            svg.title(", ".join(facts)),
            svg.element("path", d=tick, class_="tick" if mark.counted else "tick-open"),
            svg.text(x, label, str(number), class_="eeg-number"),
            href=f"#spike-{number}",
        )

    def ictal(self) -> list[Markup]:
        """Candidate spasms and limb EMG."""
        page, layout = self.page, self.layout
        out = [ictal_marks.spasms(page, self.x, top=self.top, floor=self.bottom)] if page.spasms else []
        if page.emg:
            measures = {"left": self.left, "right": self.right, "y": self.floor, "mm_per_s": layout.mm_per_s}
            out.append(ictal_marks.emg(page, **measures, uv_per_mm=layout.emg_uv_per_mm))
        return out

    def clock(self) -> Markup:
        """Times below a page that shows no seconds of the grade."""
        first, stop = int(np.ceil(self.page.start_s)), int(np.floor(self.page.stop_s)) + 1
        times = [
            svg.text(self.x(second), self.bottom + 4.5, words.clock(second), class_="eeg-time")
            for second in range(first, stop)
            if second % 5 == 0
        ]
        return svg.group(*times)

    def seconds(self) -> Markup:
        """The strip below: which seconds carry a counted spike, which were not assessable."""
        positive, excluded = set(positive_seconds(self.page)), set(self.page.excluded_seconds)
        y, parts = self.floor + 2.2, []
        for second in range(int(np.floor(self.page.start_s)), int(np.ceil(self.page.stop_s))):
            x, width = self.x(second), self.x(second + 1) - self.x(second)
            if width < 1:
                continue
            kind = "positive" if second in positive else "excluded" if second in excluded else "negative"
            words_ = {"positive": "counted spike", "excluded": "not assessable", "negative": "no counted spike"}[kind]
            parts.append(
                svg.rect(x + 0.4, y, width - 0.8, 2.2, svg.title(f"second {second}: {words_}"), class_=f"bin-{kind}")
            )
            parts.append(svg.text(x, y + 6.0, words.clock(second) if second % 5 == 0 else "", class_="eeg-time"))
        parts.append(svg.text(self.left - 1.5, y + 2.0, "spike in s", class_="eeg-label soft"))
        return svg.group(*[p for p in parts if p])

    def scale(self) -> Markup:
        """A bar of round height, so that the scale holds at any zoom."""
        uv = min((50, 100, 200, 500, 1000), key=lambda v: abs(v / self.layout.uv_per_mm - 9))
        height, x, y = uv / self.layout.uv_per_mm, self.right + 2.0, self.top + 2
        return svg.group(
            svg.element("path", d=f"M{svg.short(x - 0.7)} {svg.short(y)}h1.4m-.7 0v{svg.short(height)}m-.7 0h1.4"),
            svg.text(x + 1.4, y + height / 2 + 0.2, f"{uv}"),
            svg.text(x + 1.4, y + height / 2 + 3.0, "µV"),
            class_="eeg-scale",
        )


def draw(page: EegPage, *, layout: Layout, key: str, name: str, first_number: int = 1) -> Markup:
    """The page as inline SVG whose view box is in millimeters.

    Parameters
    ----------
    key : str
        Unique id within the document.
    name : str
        What the page is, for the title of the drawing.
    first_number : int
        Number of the page's first spike; spikes are numbered in the order of ``page.spikes``.
    """
    d = _Drawing(page, layout, first_number)
    waves, n_waves = d.waves()
    spikes = [s for s in (d.spike(first_number + i, mark) for i, mark in enumerate(page.spikes)) if s]
    counted = sum(s.counted for s in page.spikes)
    description = (
        f"{len(page.derivations)} derivations, {page.duration_s:g} s, negative up, {layout.uv_per_mm:g} µV/mm, "
        f"{layout.mm_per_s:g} mm/s; "
    )
    if page.ictal:
        numbers = [str(s.number) for s in page.spasms if s.number]
        description += f"candidate spasms {words.listing(numbers)}; limb EMG rows: {len(page.emg)}."
    else:
        description += f"{words.count(counted, 'counted spike')}, {words.count(n_waves, 'high-amplitude wave')}."
    below = d.clock() if page.ictal else d.seconds()
    return svg.drawing(
        d.spans(), d.grid(), *d.ictal(), d.traces(), waves, svg.group(*spikes, class_="eeg-spikes"), below, d.scale(),
        width=d.width, height=d.height, unit="mm", name=name, description=description, key=key, class_="eeg",
    )  # fmt: skip
