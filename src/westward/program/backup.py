"""Backup and restore of a whole program: database, files, key, and a manifest with their hashes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from westward._version import __version__
from westward.core.digest import sha256_of
from westward.core.errors import InputError, RefusedError
from westward.program.database import VARIABLE
from westward.program.folder import DataFolder

MANIFEST = "manifest.json"
SCHEMA = 1
OWN = ("site.toml", "values.toml", "foods.csv")
"""What a site writes into its data folder by hand; `shell.site`, `shell.values` and `treatment.foods` read it."""


def backup(folder: DataFolder, out: Path) -> dict[str, Any]:
    """Copy a program, running or not, to the new folder ``out``; it appears whole or not at all.

    The database is copied by SQLite's online backup: a state between two transactions. A file that is uploaded
    while the copy is made may be in it without its row, never the other way round, since files come last.
    The copy holds the key: whoever has it can read everything.

    Raises
    ------
    RefusedError
        If ``out`` exists, or the program runs on PostgreSQL.
    """
    if os.environ.get(VARIABLE) or not folder.database.is_file():
        raise RefusedError(
            "the program runs on PostgreSQL: back up its database with pg_dump, and copy the data folder"
            if os.environ.get(VARIABLE)
            else f"{folder.path} holds no database yet; serve it first"
        )
    if out.exists():
        raise RefusedError(f"{out} exists; name a new folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    beside.mkdir(mode=0o700)
    try:
        _copy_database(folder.database, beside / folder.database.name)
        _copy(folder.key, beside / folder.key.name)
        for path in _kept(folder):
            _copy(path, beside / path.relative_to(folder.path))
        manifest = {
            "schema_version": SCHEMA,
            "westward": __version__,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "audit": _audit_head(beside / folder.database.name),
            "files": {name: sha256_of(beside / name) for name in _names(beside)},
        }
        (beside / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return manifest


def _kept(folder: DataFolder) -> list[Path]:
    """Every file besides database and key: uploads, recordings, results, what waits in the inbox, and what a site
    wrote for itself: details, values, foods. What is still coming in is left out: its row is not there yet, and it may
    be gone before it is copied.
    """
    found = [path for place in (folder.files, folder.inbox) for path in place.rglob("*") if path.is_file()]
    incoming = folder.files / "incoming"
    own = [path for name in OWN if (path := folder.path / name).is_file()]
    return sorted([*(path for path in found if incoming not in path.parents), *own])


def restore(source: Path, folder: DataFolder) -> dict[str, Any]:
    """Put a backup into an empty folder, after every hash has been compared.

    Raises
    ------
    RefusedError
        If the folder is not empty.
    InputError
        If the backup is not one, or a file is missing, added or changed.
    """
    if folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise RefusedError(f"{folder.path} is not empty; restore into a new folder")
    manifest = check(source)
    existed = folder.path.exists()
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as undo:
        undo.callback(_clear, folder.path, keep=existed)
        for name in manifest["files"]:
            _copy(source / name, folder.path / name)
            if sha256_of(folder.path / name) != manifest["files"][name]:
                raise InputError(f"{name!r} was not copied whole", path=source, remedy="check the disk and try again")
        folder.open()
        undo.pop_all()
    return manifest


def check(source: Path) -> dict[str, Any]:
    """The manifest of a backup whose files all hold.

    Raises
    ------
    InputError
        If it is no backup, or a file is missing, added or changed.
    """
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
        wanted: dict[str, str] = dict(manifest["files"])
        version = manifest["schema_version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("is no backup: its manifest is missing or broken", path=source) from None
    if version != SCHEMA:
        raise InputError(f"was made in the form {version!r}, not {SCHEMA}", path=source)
    there = set(_names(source)) - {MANIFEST}
    for name in sorted(there ^ set(wanted)):
        what = "is missing" if name in wanted else "was added"
        raise InputError(f"{name!r} {what}", path=source, remedy="use another backup")
    for name, digest in sorted(wanted.items()):
        if sha256_of(source / name) != digest:
            raise InputError(f"{name!r} was changed", path=source, remedy="use another backup")
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        answer = new.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise InputError(f"the database does not hold: {answer}", path=source, remedy="restore an earlier backup")
    target.chmod(0o600)


def _audit_head(database: Path) -> dict[str, Any]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        seq, digest = connection.execute("SELECT seq, digest FROM audit_head").fetchone()
    return {"seq": seq, "digest": digest}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(source, target)
    target.chmod(0o600)


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _clear(path: Path, *, keep: bool) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if keep:
        path.mkdir(mode=0o700, exist_ok=True)
