"""Addresses of the public pages: English at the root, Spanish below ``/es/``."""

from __future__ import annotations

from django.urls import reverse

NAMES = ("front", "about", "refer", "refer-parent", "refer-professional", "refer-sent")
ROUTES = frozenset(name + after for name in NAMES for after in ("", "-es"))
"""Names of all routes of this app; none needs a session."""


def address(name: str, language: str, *args: str) -> str:
    """The path of one page in one language."""
    return reverse(f"{name}-es" if language == "es" else name, args=args)


def links(language: str) -> dict[str, str]:
    """Paths of the pages that need no argument, for templates."""
    return {name.replace("-", "_"): address(name, language) for name in NAMES if name != "about"}
