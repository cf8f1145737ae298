"""Wait for what was caused, and only then look: a click returns before the page it leads to is there, often unmade."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LONG_S = 60
"""Patience with a slow machine; what is there sooner is not waited for."""


def follow(thing: Any, key: str = "") -> None:
    """Click a link or a button, or press ``key`` on it, and go on when the page that it leads to is loaded whole."""
    with thing.page.expect_navigation(timeout=1000 * LONG_S):
        thing.press(key) if key else thing.click()


def until(page: Any, holds: Callable[[], Any]) -> bool:
    """Whether what a script of ``page`` does behind it comes true: a row in the database, say."""
    end = time.monotonic() + LONG_S
    while not holds():
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(50)
    return True


def resize(page: Any, width: int, height: int) -> None:
    """Make the window another size, and go on when the page is laid out for it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h", arg=[width, height])
