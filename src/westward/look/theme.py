"""Vega-Lite in our hand: a configuration made of the tokens, and plots that follow light, dark and print."""

from __future__ import annotations

import re
from typing import Any

from westward.look.tokens import tokens

_COLORS = ("ink", "ink-soft", "paper", "panel", "line", "line-strong", "accent", "accent-soft", "due", "unsafe", "done")


def config() -> dict[str, Any]:
    """The ``config`` of every Vega-Lite specification: no boxes, hairlines, direct labels, our ink."""
    t = tokens("light")
    font = "Liberation Sans, Arial, sans-serif"
    return {
        "background": None,
        "font": font,
        "view": {"stroke": None},
        "axis": {
            "domainColor": t["line-strong"],
            "gridColor": t["line"],
            "tickColor": t["line-strong"],
            "labelColor": t["ink-soft"],
            "titleColor": t["ink-soft"],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "tickSize": 4,
        },
        "bar": {"color": t["accent"]},
        "point": {"color": t["accent"], "filled": True},
        "rule": {"color": t["line-strong"]},
        "text": {"color": t["ink"], "fontSize": 12},
        "legend": {"disable": True},
    }


def follow_tokens(svg: str) -> str:
    """Replace our light colors in a rendered SVG by their custom properties, so that it follows the page."""
    t = tokens("light")
    for name in _COLORS:
        svg = re.sub(re.escape(t[name]), f"var(--{name})", svg, flags=re.IGNORECASE)
    return svg
