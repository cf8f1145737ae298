"""The foci on a head seen from above, nose up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from westward.look import svg, words

_RING = {
    "Fp1": 108, "F7": 144, "T7": 180, "P7": 216, "O1": 252, "Fp2": 72, "F8": 36, "T8": 0, "P8": -36, "O2": -72,
}  # fmt: skip
_OUTER = 0.8

POSITIONS: dict[str, tuple[float, float]] = {
    **{e: (_OUTER * math.cos(math.radians(a)), _OUTER * math.sin(math.radians(a))) for e, a in _RING.items()},
    "Fz": (0, 0.4), "Cz": (0, 0), "Pz": (0, -0.4), "C3": (-0.4, 0), "C4": (0.4, 0),
    "F3": (-0.33, 0.43), "F4": (0.33, 0.43), "P3": (-0.33, -0.43), "P4": (0.33, -0.43),
}  # fmt: skip
"""Places of the 10-20 electrodes on a head of radius 1, x to the right, y to the nose."""


def draw(foci: Sequence[Mapping[str, Any]], *, key: str = "head") -> Markup:
    """A map with one circle per focus: area by number of spikes, lines to the electrodes of its field.

    Parameters
    ----------
    foci : sequence of mapping
        As in ``summary.based.foci``. Those whose peak has no place on the map are left to the table.
    """
    size, r = 360.0, 138.0
    cx, cy = size / 2, size / 2 + 6

    def at(electrode: str) -> tuple[float, float]:
        x, y = POSITIONS[electrode]
        return cx + r * x, cy - r * y

    outline = [
        svg.element("circle", cx=cx, cy=cy, r=r, class_="head"),
        svg.element(
            "path", d=f"M{cx - 16:g} {cy - r + 1:g}L{cx:g} {cy - r - 17:g}L{cx + 16:g} {cy - r + 1:g}", class_="head"
        ),
        svg.element("path", d=f"M{cx - r:g} {cy - 20:g}q-13 20 0 40M{cx + r:g} {cy - 20:g}q13 20 0 40", class_="head"),
    ]
    taken = {f["peak"] for f in foci}
    for name in POSITIONS:
        x, y = at(name)
        outline.append(svg.element("circle", cx=x, cy=y, r=2, class_="electrode"))
        if name not in taken:
            outline.append(svg.text(x, y - 6, name, class_="electrode-name"))
    most = max([max(int(f["n_spikes"]), 1) for f in foci], default=1)
    fields, circles, names = [], [], []
    placed = sorted((f for f in foci if f["peak"] in POSITIONS), key=lambda f: -int(f["n_spikes"]))
    seen: dict[str, int] = {}
    for focus in placed:
        x, y = at(focus["peak"])
        radius = max(6.0, 27.0 * math.sqrt(int(focus["n_spikes"]) / most))
        for other in focus["electrodes"]:
            if other in POSITIONS and other != focus["peak"]:
                ox, oy = at(other)
                fields.append(svg.line(x, y, ox, oy, class_="field"))
                fields.append(svg.element("circle", cx=ox, cy=oy, r=4, class_="field-end"))
        worst = focus.get("n_spikes_worst_epoch")
        told = f"{focus['name']}: {words.count(focus['n_spikes'], 'spike')} in the study, "
        told += f"{words.number(worst)} in the worst 5 min; field {', '.join(focus['electrodes'])}"
        circles.append(svg.element("circle", svg.title(told), cx=x, cy=y, r=radius, class_="focus"))
        k = seen.get(focus["peak"], 0)
        seen[focus["peak"]] = k + 1
        low = (0.0 if radius >= 20 else radius + 12) + 27 * k
        names.append(svg.text(x, y + low, focus["name"], class_="focus-name"))
        names.append(svg.text(x, y + low + 12, words.number(focus["n_spikes"]), class_="focus-count"))
    description = "; ".join(f"{f['name']} {words.count(f['n_spikes'], 'spike')}" for f in foci) or "no focus found"
    sides = svg.text(14, 22, "L", class_="side") + svg.text(size - 14, 22, "R", class_="side")
    return svg.drawing(
        svg.group(*outline), svg.group(*fields), svg.group(*circles), svg.group(*names), sides,
        width=size, height=size - 12, key=key, name="Map of spike foci, seen from above, nose up", class_="head-map",
        description=description,
    )  # fmt: skip
