"""Charts by Vega-Lite, rendered to SVG here so that reports and pages need no script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from westward.look import theme


def render(spec: Mapping[str, Any], *, key: str, name: str, description: str) -> Markup:
    """A Vega-Lite specification as inline SVG that follows the page's tokens."""
    import vl_convert as vlc

    full = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": theme.config(), **spec}
    svg = str(vlc.vegalite_to_svg(json.dumps(full)))
    svg = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", svg, flags=re.DOTALL)
    svg = svg[svg.index("<svg") :]
    opening, rest = svg.split(">", 1)
    opening = re.sub(r'\s(?:class|role|aria-[\w-]+)="[^"]*"', "", opening)
    opening += f' role="img" class="chart" aria-labelledby="{key}-title {key}-desc">'
    titles = f'<title id="{key}-title">{escape(name)}</title><desc id="{key}-desc">{escape(description)}</desc>'
    rest = re.sub(r'\s(?:role|aria-[\w-]+)="[^"]*"', "", rest)
    return Markup(theme.follow_tokens(opening + titles + rest))  # noqa: S704  our own rendering
