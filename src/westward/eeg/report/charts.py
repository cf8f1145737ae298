"""Charts by Vega-Lite, rendered to SVG here so that the report needs no script."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from westward.eeg.report.content import ChannelAmplitude
from westward.look import words
from westward.look.tokens import tokens
from westward.look.vega import render


def epoch_scores(counts: Sequence[tuple[str, int]], *, score: int | None, key: str = "scores") -> Markup:
    """How many of the assessable five-minute epochs reach each level, as bars with their numbers."""
    rows = [{"score": s, "n": n, "shown": words.number(n), "worst": s == str(score)} for s, n in counts]
    most = max((n for _, n in counts), default=0)
    spec = {
        "width": 300,
        "height": 170,
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "score",
                "type": "nominal",
                "sort": None,
                "title": "level of an epoch",
                "axis": {"labelAngle": 0, "ticks": False, "labelFontSize": 13, "labelPadding": 6},
            },
            "y": {
                "field": "n",
                "type": "quantitative",
                "title": None,
                "axis": None,
                "scale": {"zero": True, "nice": False, "domain": [0, 1.12 * most or 1]},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.72}},
                "encoding": {
                    "color": {
                        "condition": {"test": "datum.worst", "value": tokens("light")["accent"]},
                        "value": tokens("light")["line-strong"],
                    }
                },
            },
            {
                "mark": {"type": "text", "dy": -8, "fontSize": 13},
                "encoding": {"text": {"field": "shown", "type": "nominal"}},
            },
        ],
    }
    told = ", ".join(f"{words.count(n, 'epoch')} {s}" for s, n in counts)
    return render(spec, key=key, name="Scores of all assessable epochs", description=f"{told}.")


def amplitudes(channels: Sequence[ChannelAmplitude], *, key: str = "amplitudes") -> Markup:
    """Median to 95th percentile of the background waves of each derivation against its limit."""
    rows = [
        {
            "name": c.name,
            "median": c.median_uv,
            "p95": c.median_uv if c.p95_uv is None else c.p95_uv,
            "limit": c.limit_uv,
            "high": c.high is True,
        }
        for c in channels
    ]
    color = {
        "condition": {"test": "datum.high", "value": tokens("light")["due"]},
        "value": tokens("light")["ink-soft"],
    }
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    spec = {
        "width": 330,
        "height": {"step": 18},
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": {
                        "field": "median",
                        "type": "quantitative",
                        "title": "µV",
                        "scale": {"zero": True},
                        "axis": {"tickCount": 6},
                    },
                    "x2": {"field": "p95"},
                    "color": color,
                },
            },
            {
                "mark": {"type": "point", "size": 46, "opacity": 1},
                "encoding": {"x": {"field": "median", "type": "quantitative"}, "color": color},
            },
            {
                "mark": {"type": "tick", "thickness": 2, "size": 13, "color": tokens("light")["ink"]},
                "encoding": {"x": {"field": "limit", "type": "quantitative"}},
            },
        ],
    }
    over = [c.name for c in channels if c.high]
    told = f"{len(channels)} derivations; of high amplitude: {', '.join(over) or 'none'}."
    return render(spec, key=key, name="Background waves against their limits", description=told)


def intervals(counts: Sequence[tuple[str, int]], *, key: str = "intervals") -> Markup:
    """Intervals between the spasms of a cluster, as bars with their numbers."""
    rows = [{"bin": name, "n": n, "shown": words.number(n) if n else ""} for name, n in counts]
    most = max((n for _, n in counts), default=0)
    spec = {
        "width": 380,
        "height": 150,
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "bin",
                "type": "nominal",
                "sort": None,
                "title": "seconds from onset to onset",
                "axis": {"labelAngle": 0, "ticks": False, "labelPadding": 6},
            },
            "y": {
                "field": "n",
                "type": "quantitative",
                "title": None,
                "axis": None,
                "scale": {"zero": True, "nice": False, "domain": [0, 1.15 * most or 1]},
            },
        },
        "layer": [
            {"mark": {"type": "bar", "width": {"band": 0.8}, "color": tokens("light")["accent"]}},
            {
                "mark": {"type": "text", "dy": -8, "fontSize": 13},
                "encoding": {"text": {"field": "shown", "type": "nominal"}},
            },
        ],
    }
    told = ", ".join(f"{words.number(n)} of {name} s" for name, n in counts)
    return render(spec, key=key, name="Intervals between the spasms of clusters", description=f"{told}.")
