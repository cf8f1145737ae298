"""A course of a few values as a small line in a table cell."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from westward.look import svg, words

WIDTH, HEIGHT, MARGIN = 104.0, 26.0, 3.0


def draw(values: Sequence[float | None], *, key: str, name: str) -> Markup:
    """Values over their common reference of 1 (the dashed line), from zero up; the largest has a dot.

    What was not measured (None) breaks the line. Empty without any measured value.
    """
    known = {k: float(v) for k, v in enumerate(values) if v is not None and math.isfinite(v)}
    if not known:
        return Markup("")
    top = max(2.0, *known.values())
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)

    def at(k: int) -> tuple[float, float]:
        return MARGIN + step * k, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * known[k] / top

    d = []
    for k in known:
        x, y = at(k)
        d.append(f"{'L' if k - 1 in known else 'M'}{svg.short(x)} {svg.short(y)}")
        if k - 1 not in known and k + 1 not in known:
            d.append("h.5")
    one = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) / top
    peak = max(known, key=known.__getitem__)
    x, y = at(peak)
    told = f"{words.count(len(values), 'spasm')}; largest {words.number(known[peak], decimals=1)} at number {peak + 1}."
    return svg.drawing(
        svg.line(MARGIN, one, WIDTH - MARGIN, one, class_="spark-one"),
        svg.element("path", d="".join(d), class_="spark"),
        svg.element("circle", cx=x, cy=y, r=2.2, class_="spark-peak"),
        width=WIDTH, height=HEIGHT, key=key, name=name, description=told, class_="sparkline",
    )  # fmt: skip
