"""The night at a glance: everything on one time axis."""

from __future__ import annotations

import math

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import EPOCH_S, STATES
from westward.eeg.report.content import Night
from westward.eeg.signal.runs import runs
from westward.look import svg, words

WIDTH = 1000.0
LEFT = svg.room("grouped spikes", 11.5) + 10
RIGHT = svg.room(words.ABSENT, 10.5) + 8
_ROWS = ("wake", "rem", "drowsy", "nrem")
_ROW_NAMES = {"wake": "wake", "rem": "REM", "drowsy": "drowsy", "nrem": "NREM"}


def _tick_step(duration_s: float) -> float:
    """A round step in seconds that gives 5 to 12 labels."""
    steps = (30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600)
    return float(next((s for s in steps if duration_s / s <= 12), 43200))


def pooled(values: NDArray[np.floating], n_max: int) -> tuple[NDArray[np.float64], int]:
    """Mean of neighboring minutes so that at most ``n_max`` columns remain; NaN only where all are NaN."""
    by = max(1, math.ceil(len(values) / n_max))
    padded = np.full(math.ceil(len(values) / by) * by if len(values) else 0, np.nan)
    padded[: len(values)] = values
    table = padded.reshape(-1, by)
    n = np.isfinite(table).sum(axis=1)
    total = np.where(np.isfinite(table), table, 0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan), by


class _Strip:
    """The drawing while it grows downward; y is the top of the next row."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.duration_s = max(night.duration_s, 1.0)
        self.right = WIDTH - RIGHT
        self.y = 34.0
        self.parts: list[Markup] = []

    def x(self, seconds: float) -> float:
        return LEFT + (self.right - LEFT) * min(max(seconds / self.duration_s, 0.0), 1.0)

    def label(self, y: float, words_: str, class_: str = "night-label") -> None:
        self.parts.append(svg.text(LEFT - 10, y, words_, class_=class_))

    def states(self) -> None:
        height, state = 15.0, self.night.state
        for row, name in enumerate(_ROWS):
            y = self.y + row * height
            self.label(y + 11, _ROW_NAMES[name])
            d = "".join(
                f"M{svg.short(self.x(a * EPOCH_S))} {svg.short(y + 2)}H{svg.short(self.x(b * EPOCH_S))}v{height - 4:g}"
                f"H{svg.short(self.x(a * EPOCH_S))}z"
                for a, b in runs(state == STATES.index(name))
            )
            self.parts.append(svg.line(LEFT, y + height, self.right, y + height, class_="night-rule"))
            if d:
                self.parts.append(svg.element("path", svg.title(_ROW_NAMES[name]), d=d, class_=f"state state-{name}"))
        for a, b in runs(state == STATES.index("unknown")):
            x, width = self.x(a * EPOCH_S), self.x(b * EPOCH_S) - self.x(a * EPOCH_S)
            self.parts.append(svg.rect(x, self.y, width, 4 * height, svg.title("state unknown"), class_="unknown"))
        self.y += 4 * height + 20

    def share(self, name: str, fraction: NDArray[np.floating], class_: str, mark: float | None, note: str) -> None:
        """A row of 0 to 100 % as filled steps."""
        height = 38.0
        values, by = pooled(fraction, 700)
        base = self.y + height
        edges = [self.x(60.0 * by * k) for k in range(len(values) + 1)]
        d = svg.steps(edges, [base - height * min(v, 1.0) if v == v else v for v in values.tolist()], base)
        self.label(self.y + height / 2, name)
        self.label(self.y + height / 2 + 13, note, "night-label soft")
        self.parts.append(svg.line(LEFT, base, self.right, base, class_="night-axis"))
        if d:
            self.parts.append(svg.element("path", svg.title(f"{name}, {note}"), d=d, class_=class_))
        for level, shown in ((1.0, "100%"), (0.0, "0%")):
            self.parts.append(svg.text(self.right + 8, base - height * level + 4, shown, class_="night-scale"))
        if mark is not None:
            y = base - height * mark
            self.parts.append(svg.line(LEFT, y, self.right, y, class_="limit"))
            self.parts.append(svg.text(self.right + 8, y + 4, words.percent(mark), class_="night-scale"))
        self.y += height + 18

    def amplitude(self) -> None:
        n, height = self.night, 60.0
        limits = [v for v in (n.limit_anterior_uv, n.limit_posterior_uv) if v is not None]
        both = np.concatenate([n.anterior_uv, n.posterior_uv])
        both = both[np.isfinite(both)]
        top = max([1.15 * v for v in limits] + [float(both.max()) if len(both) else 100.0])
        base = self.y + height

        def y(value: float) -> float:
            return base - height * min(value / top, 1.0)

        self.label(self.y + height / 2 - 6, "amplitude")
        self.label(self.y + height / 2 + 7, "median µV", "night-label soft")
        self.parts.append(svg.line(LEFT, base, self.right, base, class_="night-axis"))
        ends: list[tuple[float, str, str]] = [(base, "0", "night-scale")]
        for limit in sorted(set(limits)):
            self.parts.append(svg.line(LEFT, y(limit), self.right, y(limit), class_="limit"))
            ends.append((y(limit), f"{limit:g} limit", "night-scale"))
        for name, series in (("anterior", n.anterior_uv), ("posterior", n.posterior_uv)):
            values, by = pooled(series, 350)
            d, pen = [], "M"
            for k, v in enumerate(values.tolist()):
                if v != v:
                    pen = "M"
                    continue
                d.append(f"{pen}{svg.short(self.x(60.0 * by * (k + 0.5)))} {svg.short(y(v))}")
                if pen == "M":
                    d.append("h.5")
                pen = "L"
            if d:
                self.parts.append(
                    svg.element(
                        "path", svg.title(f"{name}: median background wave"), d="".join(d), class_=f"amp amp-{name}"
                    )
                )
                last = float(values[np.isfinite(values)][-1])
                ends.append((y(last), name, f"night-scale end-{name}"))
        placed: list[float] = []
        for at, shown, class_ in sorted(ends, key=lambda e: -e[0]):
            at = min([at, *[p - 12 for p in placed[-1:]]])
            placed.append(at)
            self.parts.append(svg.text(self.right + 8, at + 4, shown, class_=class_))
        self.y += height + 20

    def ticks(self, name: str, onsets: NDArray[np.float64], class_: str) -> None:
        height = 12.0
        self.label(self.y + 10, name)
        self.parts.append(svg.line(LEFT, self.y + height, self.right, self.y + height, class_="night-rule"))
        xs = sorted({round(self.x(float(t)) * 2) / 2 for t in onsets})
        if xs:
            d = "".join(f"M{svg.short(x)} {svg.short(self.y + 1)}v{height - 2:g}" for x in xs)
            self.parts.append(svg.element("path", d=d, class_=f"night-tick {class_}"))
        self.parts.append(svg.text(self.right + 8, self.y + 10, words.number(len(onsets)), class_="night-scale"))
        self.y += height + 6

    def clusters(self) -> None:
        """Candidate spasms as ticks, near-misses as short ones, clusters as bars with their number."""
        n, height = self.night, 16.0
        base = self.y + height
        self.label(self.y + 12, "spasms")
        self.label(self.y + 12 + 11, "candidates", "night-label soft")
        self.parts.append(svg.line(LEFT, base, self.right, base, class_="night-rule"))
        for start, stop, k in n.clusters:
            x, width = self.x(start), max(self.x(stop) - self.x(start), 2.0)
            told = f"cluster of {k} candidates, {words.clock(start)} to {words.clock(stop)}"
            self.parts.append(svg.rect(x, base, width, 5, svg.title(told), class_="night-cluster"))
        for onsets, top, class_ in ((n.near_miss_s, base - 6, "tick-near-miss"), (n.spasm_s, self.y + 2, "")):
            xs = sorted({round(self.x(float(t)) * 2) / 2 for t in onsets})
            d = "".join(f"M{svg.short(x)} {svg.short(top)}V{svg.short(base)}" for x in xs)
            if d:
                self.parts.append(svg.element("path", d=d, class_=f"night-tick tick-ictal {class_}".strip()))
        counted = len(n.spasm_s)
        shown = words.number(counted) if counted else "none found" if n.spasms_assessed else words.ABSENT
        self.parts.append(svg.text(self.right + 8, self.y + 12, shown, class_="night-scale"))
        self.y += height + 16

    def review(self) -> None:
        """Stretches offered for review."""
        height = 8.0
        self.label(self.y + 8, "to review")
        self.parts.append(svg.line(LEFT, self.y + height + 2, self.right, self.y + height + 2, class_="night-rule"))
        for start, stop in self.night.review:
            told = f"to review: {words.clock(start)} to {words.clock(stop)}"
            x = self.x(start)
            self.parts.append(
                svg.rect(x, self.y + 1, max(self.x(stop) - x, 1.5), height - 1, svg.title(told), class_="night-review")
            )
        self.parts.append(
            svg.text(self.right + 8, self.y + 9, words.number(len(self.night.review)), class_="night-scale")
        )
        self.y += height + 8

    def axis(self) -> None:
        step = _tick_step(self.duration_s)
        self.parts.append(svg.line(LEFT, self.y, self.right, self.y, class_="night-axis"))
        for k in range(int(self.duration_s / step) + 1):
            x = self.x(k * step)
            self.parts.append(svg.line(x, self.y, x, self.y + 5, class_="night-axis"))
            shown = words.clock(k * step, with_seconds=step < 60)
            self.parts.append(svg.text(x, self.y + 18, shown, class_="night-time"))
        unit = "h:min:s" if step < 60 else "h:min"
        self.parts.append(svg.text(WIDTH, self.y + 18, unit, class_="night-scale", text_anchor="end"))
        self.y += 24

    def over_all(self) -> tuple[list[Markup], list[Markup]]:
        """Bands through every row: epochs behind, gaps in front."""
        behind, front, bottom = [], [], self.y - 24
        for k, (start, stop) in enumerate(self.night.epochs):
            x = self.x(start)
            width = max(self.x(stop) - x, 2.0)
            told = f"{'worst' if k == 0 else f'{k + 1}. worst'} 5 min, {words.clock(start)} to {words.clock(stop)}"
            class_ = "epoch" if k == 0 else "epoch-other"
            behind.append(svg.rect(x, 24, width, bottom - 24, svg.title(told), class_=class_))
            if k == 0:
                anchor = "start" if x < self.right - 260 else "end"
                name = "worst 5 min" if self.night.stands_out else "no epoch stands out; shown: 5 min"
                shown = f"▼ {name} at {words.clock(start)}"
                shift = 0 if anchor == "start" else width
                front.append(svg.text(x + shift, 18, shown, class_="epoch-name", text_anchor=anchor))
            else:
                front.append(svg.text(x + width / 2, 34, str(k + 1), class_="night-time"))
        for start, stop in self.night.gaps:
            x = self.x(start)
            told = f"gap, {words.duration(stop - start)}"
            front.append(svg.rect(x, 28, max(self.x(stop) - x, 1.0), bottom - 28, svg.title(told), class_="gap"))
        return behind, front


def draw(night: Night, *, key: str = "night") -> Markup:
    """States, spasms, spikes, amplitude, artifact and more on one time axis, with gaps and the worst epoch."""
    strip = _Strip(night)
    strip.states()
    strip.clusters()
    strip.share("spikes", night.spike_bin_fraction, "area-spike", 0.5, "% of seconds")
    strip.amplitude()
    strip.share("artifact", night.artifact_fraction, "area-artifact", None, "% of seconds")
    strip.ticks("attenuations", night.attenuation_s, "tick-attenuation")
    strip.ticks("grouped spikes", night.grouped_s, "tick-grouped")
    strip.ticks("arousals", night.arousal_s, "tick-arousal")
    strip.review()
    strip.axis()
    behind, front = strip.over_all()
    counted, clusters = len(night.spasm_s), len(night.clusters)
    absent = "none found" if night.spasms_assessed else words.ABSENT
    description = (
        f"{words.duration(night.duration_s)}; {words.count(len(night.attenuation_s), 'attenuation')}, "
        f"candidate spasms: {counted or absent}, clusters: {clusters or absent}, {words.count(len(night.gaps), 'gap')}."
    )
    return svg.drawing(
        svg.group(*behind), svg.group(*strip.parts), svg.group(*front),
        width=WIDTH, height=strip.y, key=key, name="The recording on one time axis", description=description,
        class_="night",
    )  # fmt: skip
