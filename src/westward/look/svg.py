"""A tiny SVG writer: elements as strings, numbers short, text escaped, every drawing titled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def short(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """One element; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``, None is left out.

    Children that are plain strings are escaped; markup is kept.
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is not None:
            shown = short(float(value)) if isinstance(value, (int, float)) else escape(value)
            parts.append(f' {name.rstrip("_").replace("_", "-")}="{shown}"')
    if not children:
        return Markup("".join([*parts, "/>"]))  # noqa: S704  every part is escaped above
    return Markup("".join([*parts, ">", *(escape(child) for child in children), f"</{tag}>"]))  # noqa: S704


def group(*children: str, **attributes: object) -> Markup:
    """A ``g`` element."""
    return element("g", *(children or ("",)), **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """A straight line."""
    return element("path", d=f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}", **attributes)


def rect(x: float, y: float, width: float, height: float, *children: str, **attributes: object) -> Markup:
    """A rectangle; children are for a title."""
    return element("rect", *children, x=x, y=y, width=width, height=height, **attributes)


def text(x: float, y: float, words: str, **attributes: object) -> Markup:
    """A line of text at its baseline."""
    return element("text", words, x=x, y=y, **attributes)


def room(words: str, size: float) -> float:
    """Width that a line of text of ``size`` may take in the widest usual sans-serif font (DejaVu, Verdana).

    A drawing is laid out before anybody knows the font it will be shown in.
    """
    return float(math.ceil(0.66 * size * len(words)))


def title(words: str) -> Markup:
    """The name of an element, shown on hover and read aloud."""
    return element("title", words)


def polyline(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Path data through points."""
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in zip(xs, ys, strict=True))


def steps(edges: Sequence[float], values: Sequence[float], base: float) -> str:
    """Path data of a filled step curve: one column per value between consecutive edges, down to ``base``.

    Columns whose value is NaN are left open. ``len(edges) == len(values) + 1``.
    """
    parts: list[str] = []
    inside = False
    for k, value in enumerate(values):
        if value != value:
            if inside:
                parts.append(f"V{short(base)}Z")
            inside = False
            continue
        if not inside:
            parts.append(f"M{short(edges[k])} {short(base)}")
            inside = True
        parts.append(f"V{short(value)}H{short(edges[k + 1])}")
    if inside:
        parts.append(f"V{short(base)}Z")
    return "".join(parts)


def drawing(
    *children: str,
    width: float,
    height: float,
    name: str,
    description: str,
    key: str,
    class_: str = "",
    unit: str = "",
    role: str = "img",
) -> Markup:
    """A whole inline SVG with a title and a description tied to it for screen readers.

    ``key`` makes the ids unique within a page; ``unit`` is the CSS unit of the view box (``mm`` prints to scale). A
    drawing that holds links is a ``group`` by its ``role``: what is inside an ``img`` cannot be reached.
    """
    return element(
        "svg",
        element("title", name, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {short(width)} {short(height)}",
        width=f"{short(width)}{unit}",
        height=f"{short(height)}{unit}",
        role=role,
        aria_labelledby=f"{key}-title {key}-desc",
        class_=class_ or None,
    )
