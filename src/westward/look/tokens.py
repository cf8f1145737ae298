"""The design tokens of ``tokens.css`` as values, for whatever CSS cannot reach."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Mode = Literal["light", "dark", "print"]

_CONDITION: dict[Mode, str] = {"light": "", "dark": "(prefers-color-scheme: dark)", "print": "print"}


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The text of ``tokens.css``."""
    return files("westward.look").joinpath("tokens.css").read_text("utf-8")


@lru_cache(maxsize=3)
def tokens(mode: Mode = "light") -> MappingProxyType[str, str]:
    """Every custom property without its leading dashes, as it holds in one mode.

    Dark and print state only what differs from light.
    """
    css = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    found: dict[str, str] = {}
    for media, block in re.findall(r"(?:@media\s+([^{]+?)\s*\{\s*)?:root\s*\{([^}]*)\}", css):
        if media in ("", _CONDITION[mode]):
            found.update((name, value.strip()) for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", block))
    return MappingProxyType(found)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colors, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
