"""The timeline as one SVG: dates and ages above, one row a kind of fact, clocks with their limits below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.utils import timezone
from markupsafe import Markup

from westward.care.clocks import Clock, State
from westward.look import svg, words
from westward.program.journey import standing
from westward.program.journey.axis import Axis, age_ticks, date_ticks
from westward.program.journey.board import clock_name
from westward.program.journey.timeline import TITLES, Told, Window, days_words
from westward.program.people.marks import Mark, Meaning, Track

WIDTH, GUTTER, RIGHT = 1192.0, 172.0, 10.0
LANE, LANES, LETTER = 18.0, 7, 6.05
"""Height of a line of labels, the most of them in a row, and the mean width of a letter at 12 px."""
ALWAYS = (Track.EVENTS, Track.EEG, Track.CAUSE)
"""Rows that are drawn even when nothing stands in them: their emptiness is news."""
EMPTY = {Track.EVENTS: "no event", Track.EEG: "no EEG", Track.CAUSE: "no test of cause"}
_GRADES, _PLOT = 5, 64.0


def draw(told: Told, window: Window) -> Markup:
    """The whole drawing for one stretch of time."""
    axis = Axis(start=window.start, end=window.end, left=GUTTER, right=WIDTH - RIGHT)
    marks = [mark for mark in told.marks if window.holds(mark)]
    top = 54.0
    parts: list[Markup] = []
    y = top
    acts = [mark for mark in _acts(told) if window.holds(mark)]
    if acts:
        row, height = _lanes(acts, axis, y + 4)
        parts += [_heading("Next", y), row]
        y += height + 8
    for track in Track:
        here = [mark for mark in marks if mark.track is track]
        ever = [mark for mark in told.marks if mark.track is track]
        if not here and track not in ALWAYS:
            continue
        row, height = _row(track, here, ever, axis, y, told.today)
        parts += [_rule(y), _heading(TITLES[track], y), row]
        y += height
    clocks = [clock for clock in told.clocks if _drawn(clock, told, window)]
    if clocks:
        parts += [_rule(y), _heading("Clocks", y)]
        y += 22
        for clock in clocks:
            parts.append(_clock(clock, told, axis, y))
            y += LANE
        y += 6
    parts.append(_rule(y))
    return svg.drawing(
        *_ground(told, axis, top, y),
        *parts,
        width=WIDTH,
        height=y + 4,
        name=f"Timeline, {window.words}",
        description=f"{len(marks)} marks; every mark stands in the table below.",
        key="timeline",
        class_="timeline",
        role="group",
    )


def _rule(y: float) -> Markup:
    return svg.line(0, y, WIDTH, y, class_="rule")


def _heading(name: str, y: float) -> Markup:
    return svg.text(0, y + 17, name, class_="track")


def _ground(told: Told, axis: Axis, top: float, bottom: float) -> list[Markup]:
    parts = []
    if axis.holds(told.today) or told.today < axis.end:
        x = max(axis.x(told.today + timedelta(days=1)), axis.left)
        parts.append(svg.rect(x, top, axis.right - x, bottom - top, class_="ahead"))
    if axis.start < told.child.birth_date:
        parts.append(svg.rect(axis.left, top, axis.x(told.child.birth_date) - axis.left, bottom - top, class_="ahead"))
    for day, label, strong in date_ticks(axis):
        x = axis.x(day)
        parts.append(svg.line(x, 2, x, bottom, class_="grid strong" if strong else "grid"))
        if label:
            parts.append(svg.text(x + 3, 12, label, class_="tick strong" if strong else "tick"))
    parts.append(svg.text(0, 12, "Date", class_="axis"))
    parts.append(svg.text(0, 45, "Corrected age" if told.corrected else "Age", class_="axis"))
    for day, label in age_ticks(axis, told.term, first="term" if told.corrected else "birth"):
        parts.append(svg.text(axis.x(day) + 3, 45, label, class_="tick"))
        parts.append(svg.line(axis.x(day), 35, axis.x(day), top, class_="grid strong"))
    if axis.holds(told.today):
        x = axis.x(told.today)
        parts.append(svg.rect(x, 18, max(axis.x(told.today + timedelta(days=1)) - x, 1.5), bottom - 18, class_="today"))
        parts.append(svg.text(min(x + 3, axis.right - 32), 28, "today", class_="tick now"))
    return parts


def _acts(told: Told) -> list[Mark]:
    """Open acts with a due moment, as marks."""
    found = []
    for act, due in told.acts:
        if act.due is not None and due is not None:
            meaning = Meaning.UNSAFE if due.meaning == "unsafe" else Meaning.DUE
            at, said = timezone.localtime(act.due).date(), f"{act.words}, {due.words}"
            found.append(Mark(at=at, track=Track.EVENTS, words=said, address=act.address, meaning=meaning))
    return found


def _row(
    track: Track, marks: Sequence[Mark], ever: Sequence[Mark], axis: Axis, y: float, today: date
) -> tuple[Markup, float]:
    valued = [mark for mark in marks if mark.value is not None]
    if track is Track.EEG:
        before = [mark for mark in ever if mark.value is not None and mark.at < axis.start]
        valued = [*before[-1:], *valued]
    if not marks and not valued:
        said = f"{EMPTY[track]} in this stretch; earlier ones in the table" if ever else f"{EMPTY[track]} recorded"
        return svg.group(svg.text(axis.left + 3, y + 17, said, class_="none")), 26
    if track is Track.EEG and valued:
        plot = _grades(valued, axis, y + 8, today)
        rest, height = _lanes([mark for mark in marks if mark.value is None], axis, y + _PLOT + 16)
        return svg.group(plot, rest), _PLOT + 18 + height
    if track in (Track.SPASMS, Track.LABS, Track.DEVELOPMENT) and valued:
        plot = _heights(valued, axis, y + 8, columns=track is Track.SPASMS)
        rest, height = _lanes([mark for mark in marks if mark.value is None], axis, y + _PLOT + 16)
        return svg.group(plot, rest), _PLOT + 18 + height
    row, height = _lanes(marks, axis, y + 4)
    return row, max(height + 8, 26)


def _grades(marks: Sequence[Mark], axis: Axis, y: float, today: date) -> Markup:
    """BASED grades as steps from 0 to 5: each holds until the next, the last until today."""

    def height(value: float) -> float:
        return y + _PLOT * (1 - value / _GRADES)

    parts = []
    for grade in range(_GRADES + 1):
        parts.append(svg.line(axis.left, height(grade), axis.right, height(grade), class_="grid"))
        parts.append(svg.text(axis.left - 6, height(grade) + 4, str(grade), class_="level"))
    points = [(max(axis.middle(mark.at), axis.left), height(float(mark.value or 0))) for mark in marks]
    path = ""
    for (x, value), (later, _) in pairwise(points):
        path += f"M{svg.short(x)} {svg.short(value)}H{svg.short(later)}"
    for (_, before), (x, value) in pairwise(points):
        path += f"M{svg.short(x)} {svg.short(before)}V{svg.short(value)}"
    if path:
        parts.append(svg.element("path", d=path, class_="steps"))
    x, value = points[-1]
    until = min(axis.middle(today), axis.right)
    if until > x:
        parts.append(svg.element("path", d=f"M{svg.short(x)} {svg.short(value)}H{svg.short(until)}", class_="held"))
    taken: list[tuple[float, float, float]] = []
    links = []
    for mark, (x, value) in reversed(list(zip(marks, points, strict=True))):  # the newest is named first
        label = _cut(mark.words, 30)
        width = LETTER * len(label)
        above, below = (value - 7 if value > y + 12 else value + 16), value + 16
        places = [(x + 7, above), (x + 7, below), (x - 7 - width, above), (x - 7 - width, below)]
        inside = [(left, row) for left, row in places if axis.left <= left and left + width <= axis.right]
        free = next(((left, row) for left, row in inside if not _meets(taken, left, left + width, row)), None)
        told = []
        if free is not None:
            taken.append((free[0], free[0] + width, free[1]))
            at = {"x": x + 7, "class_": "label"} if free[0] > x else {"x": x - 7, "class_": "label end"}
            told = [svg.element("text", label, y=free[1], **at)]
        links.append(_link(mark, svg.element("circle", cx=x, cy=value, r=4.5, class_=f"dot {mark.meaning}"), *told))
    parts += reversed(links)
    return svg.group(*parts)


def _meets(taken: Sequence[tuple[float, float, float]], first: float, last: float, row: float) -> bool:
    return any(first < end and last > start and abs(row - other) < LANE - 4 for start, end, other in taken)


def _heights(marks: Sequence[Mark], axis: Axis, y: float, *, columns: bool) -> Markup:
    """Values from zero up: columns of a day, or dots."""
    top = max(float(mark.value or 0) for mark in marks) or 1.0
    parts = [
        svg.line(axis.left, y + _PLOT, axis.right, y + _PLOT, class_="grid strong"),
        svg.text(axis.left - 6, y + 8, words.number(top), class_="level"),
        svg.text(axis.left - 6, y + _PLOT, "0", class_="level"),
    ]
    for mark in marks:
        value = y + _PLOT * (1 - float(mark.value or 0) / top)
        x = axis.x(mark.at)
        shape = (
            svg.rect(x, value, max(axis.day - 1, 1), max(y + _PLOT - value, 0.5), class_="bar")
            if columns
            else svg.element("circle", cx=axis.middle(mark.at), cy=value, r=3.5, class_=f"dot {mark.meaning}")
        )
        parts.append(_link(mark, shape))
    return svg.group(*parts)


def _lanes(marks: Sequence[Mark], axis: Axis, y: float) -> tuple[Markup, float]:
    """Marks with their words, each in the first line that is free; where none is, below them without words."""
    reach: list[float] = []
    full, parts = False, []
    for mark in marks:
        x = axis.middle(mark.at)
        from_, until = (axis.x(mark.at), axis.x(mark.until + timedelta(days=1))) if mark.until else (x - 5, x + 5)
        from_, until = max(from_, axis.left), min(max(until, from_ + 4), axis.right)
        label = _cut(mark.words, 44)
        width = LETTER * len(label) + 8
        left = until + width > axis.right
        low, high = (from_ - width, until) if left else (from_, until + width)
        if low < axis.left and left:
            low, high, left = from_, until + width, False
        lane = next((k for k, taken in enumerate(reach) if taken <= low), len(reach))
        named = lane < LANES
        lane = min(lane, LANES)
        full = full or not named
        if named:
            reach[lane : lane + 1] = [high + 6]
        middle = y + lane * LANE + LANE / 2
        told = []
        if named:
            at = (from_ - 4, "label end") if left else (until + 4, "label")
            told = [svg.text(at[0], middle + 4, label, class_=at[1])]
        parts.append(_link(mark, _shape(mark, from_, until, middle), *told))
    return svg.group(*parts), (max(len(reach), 1) + full) * LANE if marks else 0.0


def _shape(mark: Mark, from_: float, until: float, y: float) -> Markup:
    if mark.until:
        kind = "span about" if mark.approximate else "span"
        return svg.rect(from_, y - 4.5, until - from_, 9, rx=2, class_=f"{kind} {mark.meaning}".strip())
    x = (from_ + until) / 2
    if mark.meaning is Meaning.DUE:
        return svg.element("path", d=f"M{svg.short(x)} {svg.short(y - 5)}l5 5l-5 5l-5 -5Z", class_="dot due")
    if mark.meaning is Meaning.UNSAFE:
        return svg.element("path", d=f"M{svg.short(x)} {svg.short(y - 5)}l5.5 9.5h-11Z", class_="dot unsafe")
    return svg.element("circle", cx=x, cy=y, r=4, class_=f"dot {mark.meaning}".strip())


def _link(mark: Mark, *shapes: Markup) -> Markup:
    when = words.day(mark.at)
    if mark.until:
        when = f"{when} to {words.day(mark.until)}" + (" (some day between)" if mark.approximate else "")
    named = svg.title(f"{when}: {mark.words}")
    if not mark.address:
        return svg.group(named, *shapes)
    return svg.element("a", named, *shapes, href=mark.address, class_="mark")


def _started(clock: Clock, told: Told) -> date | None:
    judged = next((j for j in clock.judged if j.due is not None and j.standard.max_d is not None), None)
    if judged is not None and judged.due is not None:
        return judged.due - timedelta(days=judged.standard.max_d or 0)
    return told.today - timedelta(days=clock.days.high) if clock.days and clock.state is State.RUNNING else None


def _drawn(clock: Clock, told: Told, window: Window) -> bool:
    """Clocks that run and can be met, and those that stopped in the stretch that is shown."""
    start = _started(clock, told)
    if start is None or clock.days is None:
        return False
    if clock.state is State.RUNNING:
        return clock in standing.running(told.clocks) and start <= window.end
    return start <= window.end and start + timedelta(days=clock.days.high) >= window.start


def _clock(clock: Clock, told: Told, axis: Axis, y: float) -> Markup:
    start = _started(clock, told)
    if start is None or clock.days is None:
        return svg.group()
    strictest = clock.strictest
    live = clock in standing.running(told.clocks)
    end = told.today if clock.state is State.RUNNING else start + timedelta(days=clock.days.high)
    middle = y + LANE / 2
    name = clock_name(clock.name.value)
    said = [svg.text(6, middle + 4, name, class_="clock" if live else "clock past")]
    limit = strictest.due if strictest else None
    late = limit is not None and end > limit
    shapes = []
    for first, last, kind in _stretches(start, end, limit):
        from_, until = axis.clip(axis.x(first)), axis.clip(axis.x(last + timedelta(days=1)))
        if until > from_:
            shapes.append(svg.rect(from_, middle - 4, until - from_, 8, class_=kind if live else f"{kind} past"))
    if limit is not None and axis.holds(limit):
        x = axis.x(limit + timedelta(days=1))
        shapes.append(svg.line(x, middle - 8, x, middle + 8, class_="limit"))
    words_ = days_words(clock)
    if strictest is not None:
        words_ += f", limit {strictest.standard.words}"
    sign = "▲ " if late else ""
    room = LETTER * (len(words_) + 2)
    edge = axis.x(max(end, limit or end) + timedelta(days=1))
    at = (
        (axis.clip(edge) + 6, "label")
        if axis.clip(edge) + room < axis.right
        else (axis.clip(axis.x(start)) - 6, "label end")
    )
    if at[1] == "label end" and at[0] - room < axis.left:
        at = (axis.left + 6, "label over")
    said.append(svg.text(at[0], middle + 4, sign + words_, class_=f"{at[1]} unsafe" if late and live else at[1]))
    what = "running" if live else clock.state.value
    return svg.group(svg.title(f"{name}, {what}: {words_}"), *shapes, *said)


def _stretches(start: date, end: date, limit: date | None) -> list[tuple[date, date, str]]:
    if limit is None or end <= limit:
        return [(start, end, "run")]
    after = max(limit + timedelta(days=1), start)
    before = [(start, limit, "run")] if limit >= start else []
    return [*before, (after, end, "run late")]


def _cut(told: str, most: int) -> str:
    return told if len(told) <= most else told[: most - 1].rstrip() + "…"
