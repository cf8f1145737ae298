"""A program of its own for one crash: processes that act in it and are killed, and what must hold afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]
POSTGRESQL = os.environ.get("WESTWARD_TEST_POSTGRESQL", "")


@dataclass
class Process:
    """A Python process in the program."""

    child: subprocess.Popen[str]

    def lines(self, count: int) -> list[str]:
        """Wait for so many lines; fewer if it ended."""
        found: list[str] = []
        out: IO[str] = self.child.stdout  # type: ignore[assignment]
        while len(found) < count and (line := out.readline()):
            found.append(line.rstrip("\n"))
        return found

    def kill(self) -> list[str]:
        """Kill it as a power cut would, and return the lines it still had told."""
        self.child.send_signal(signal.SIGKILL)
        told = self.child.stdout.read() if self.child.stdout else ""
        self.child.wait(timeout=30)
        # The last line may be torn: what it tells was not acknowledged.
        return told.split("\n")[:-1]

    def end(self, timeout: float = 60) -> tuple[int, list[str]]:
        """Wait for its end."""
        told, _ = self.child.communicate(timeout=timeout)
        return self.child.returncode, told.splitlines()


@dataclass
class Clinic:
    """A data folder with a migrated database, on SQLite or PostgreSQL as the session is."""

    folder: Path
    database: str = ""
    processes: list[Process] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """For processes of this program."""
        return {
            **os.environ,
            "WESTWARD_FOLDER": str(self.folder),
            "WESTWARD_DATABASE": self.database,
            "DJANGO_SETTINGS_MODULE": "westward.program.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *words: str, **options: Any) -> Process:
        """Start ``python -m tests.crash.acting WORDS``."""
        return self.start([sys.executable, "-m", "tests.crash.acting", *words], **options)

    def start(self, command: list[str], **options: Any) -> Process:
        """Start any command in the program."""
        child = subprocess.Popen(
            command, env=self.environment(), stdout=subprocess.PIPE, text=True, cwd=ROOT, **options
        )
        self.processes.append(Process(child))
        return self.processes[-1]

    def ask(self, *words: str, **options: Any) -> list[str]:
        """Run to the end and return what was told."""
        status, told = self.run(*words, **options).end()
        assert status == 0, told
        return told

    def check(self) -> list[str]:
        """The chain holds and the triggers stand; returns the names of all charts."""
        verdict, *made = self.ask("made")
        assert verdict == "whole", verdict
        return made


def prepare(folder: Path) -> Clinic:
    """A fresh program with its tables, to be copied by :func:`copy`."""
    from tests.support import empty

    from westward.program.folder import DataFolder

    at = DataFolder(folder).open()
    if POSTGRESQL:
        clinic = Clinic(folder, _database("westward_crash_template", template=empty.postgresql()))
    else:
        shutil.copyfile(empty.sqlite(), at.database)
        clinic = Clinic(folder)
    clinic.ask("prepare")
    return clinic


def copy(template: Clinic, folder: Path, *, name: str) -> Clinic:
    """The same program elsewhere."""
    shutil.copytree(template.folder, folder)
    return Clinic(folder, _database(name, template="westward_crash_template") if POSTGRESQL else "")


def _database(name: str, *, template: str = "template0") -> str:
    import psycopg

    parts = urlsplit(POSTGRESQL)
    host = dict(parse_qsl(parts.query)).get("host", parts.hostname)
    with psycopg.connect(host=host, user=parts.username, dbname=parts.path.lstrip("/"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
    return urlunsplit(parts._replace(path=f"/{name}"))
