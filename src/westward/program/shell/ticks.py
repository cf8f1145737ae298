"""What the worker does again and again: each app adds its own when it is ready.

A tick must be safe to run at any time, twice, and in two processes at once; what it does follows from dates in the
database, so that nothing is lost while no worker runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do every so many seconds."""

    name: str
    do: Callable[[], Any]
    every_s: float


_TICKS: dict[str, Tick] = {}


def add(name: str, do: Callable[[], Any], *, every_s: float) -> None:
    """Add a tick; one of the same name is replaced."""
    _TICKS[name] = Tick(name, do, every_s)


def run(stop: threading.Event, *, rest_s: float = 1.0) -> None:
    """Run each tick when it is due, until told to stop; one that fails is logged and tried again at its next time."""
    last: dict[str, float] = {}
    while not stop.wait(rest_s):
        now = time.monotonic()
        for tick in list(_TICKS.values()):
            if now - last.get(tick.name, -tick.every_s) >= tick.every_s:
                last[tick.name] = now
                once(tick)


def once(tick: Tick) -> bool:
    """Run a tick with a connection of its own; whether it went well."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        tick.do()
    except Exception as error:
        log.warning("tick %s failed: %s", tick.name, type(error).__name__)
        return False
    finally:
        close_old_connections()
    return True
