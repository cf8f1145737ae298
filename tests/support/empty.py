"""A database with every table of the program and no row of ours: made once by ``migrate``, copied by all who need one.

``WESTWARD_TEST_RUN`` names a folder that the parts of one run of tests share, so that only one of them makes it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from tests.support.program import FOLDER

NAME = "westward_empty"


@cache
def sqlite() -> Path:
    """A file to be copied."""
    folder = Path(os.environ.get("WESTWARD_TEST_RUN") or FOLDER)
    file, half = folder / f"{NAME}.sqlite3", folder / f"{NAME}.half"
    with (folder / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            half.unlink(missing_ok=True)
            with default_database(half):
                call_command("migrate", interactive=False, verbosity=0)
            with closing(sqlite3.connect(half)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file; memory takes no other
            half.rename(file)
    return file


def into_memory(name: str) -> sqlite3.Connection:
    """Fill a database of that name in memory; it lasts as long as what is returned is open."""
    held = sqlite3.connect(name, uri=True)
    with closing(sqlite3.connect(sqlite())) as source:
        source.backup(held)
    return held


@cache
def postgresql() -> str:
    """Name of a database on the server of these tests, to be a template."""
    creation = connections["default"].creation
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    with default_database(NAME):
        call_command("migrate", interactive=False, verbosity=0)
    return NAME


@contextmanager
def default_database(name: str | Path) -> Iterator[None]:
    """Point the default database elsewhere; the connection of the other tests waits, open, and comes back."""
    waiting, known = connections["default"], connections.settings["default"]
    del connections["default"]
    before, known["NAME"] = known["NAME"], str(name)
    try:
        yield
    finally:
        connections["default"].close()
        del connections["default"]
        known["NAME"] = before
        connections["default"] = waiting
