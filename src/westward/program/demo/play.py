"""Make the simulated program in a marked folder and serve it on localhost, open without a password."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from http.client import HTTPConnection, HTTPException
from importlib.resources import files
from typing import Any

from westward.core.errors import RefusedError
from westward.program.database import VARIABLE
from westward.program.demo import marker
from westward.program.folder import DataFolder, held
from westward.program.project import require_packages, start
from westward.program.server import prepare, run, settle, worker
from westward.program.serving import Serving

SETTINGS = "westward.program.demo.settings"
HEALTHY_S = 60.0
"""Seconds within which a started server must answer."""


def play(
    folder: DataFolder,
    how: Serving,
    *,
    say: Callable[[str], None],
    fresh: bool = False,
    eegs: bool = True,
    once: bool = False,
) -> None:
    """Serve the demo until interrupted; with ``once`` until it has answered once; without ``eegs`` none is recorded.

    Raises
    ------
    RefusedError
        If the folder holds something that is no demo, or is in use; with ``once`` also if no healthy answer came.
    """
    require_packages()
    if os.environ.get(VARIABLE):
        raise RefusedError(f"a demo lives in its own folder, not in a database elsewhere; unset {VARIABLE}")
    if how.secure:
        raise RefusedError("a demo is served on localhost alone")
    empty = marker.clear(folder, today=date.today(), fresh=fresh)  # noqa: DTZ011  the day here, as people read it
    how.to_environment()
    with held(folder):
        start(folder, settings=SETTINGS)
        prepare()
        if empty:
            _make(folder, say=say, eegs=eegs)
        else:
            say(f"The demo in {folder.path} is of {_made(folder)}; --fresh makes a new one.")
        answers: list[int] = []
        with worker():
            say(f"The simulated program is served at {how.origin}/demo/ (data in {folder.path}). Ctrl-C stops it.")
            run(how, watch=(lambda server: _leave_when_healthy(server, how, answers)) if once else None)
        settle()
    if once and answers != [200]:
        raise RefusedError("the program was started and did not answer; start it again without WESTWARD_DEMO_ONCE")


def _make(folder: DataFolder, *, say: Callable[[str], None], eegs: bool) -> None:
    from westward.program.demo import story

    made = time.monotonic()
    put_foods(folder)
    acts = story.play(say=say, eegs=eegs)
    marker.Marker(made=date.today().isoformat(), finished=True).write(folder)  # noqa: DTZ011
    say(f"made by {acts} acts of the program in {time.monotonic() - made:.0f} s")


def put_foods(folder: DataFolder) -> None:
    """A table of foods as a site would put it there, of obviously made-up ones."""
    from westward.program.treatment.foods import NAME

    text = (files("westward.program.demo") / "foods.csv").read_text("utf-8")
    (folder.path / NAME).write_text(text, encoding="utf-8")


def _made(folder: DataFolder) -> str:
    found = marker.read(folder)
    return found.made if found else "today"


def _leave_when_healthy(server: Any, how: Serving, answers: list[int]) -> None:
    """Ask until the program answers, then let the server stop."""
    until = time.monotonic() + HEALTHY_S
    while time.monotonic() < until and not answers:
        time.sleep(0.2)
        try:
            with closing(HTTPConnection(how.host, how.port, timeout=5)) as asked:
                asked.request("GET", "/healthy/")
                answers.append(asked.getresponse().status)
        except (OSError, HTTPException):
            continue
    server.should_exit = True
