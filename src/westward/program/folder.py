"""The one folder a program lives in: database, key, files, static pages. Nothing here imports Django."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from westward.core.errors import RefusedError
from westward.core.files import replacing

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.ceph", "fuse.davfs", "davfs", "beegfs"}
)
"""File systems on which SQLite's write-ahead log is unsafe: its shared memory needs one machine."""

_ELSEWHERE = re.compile(r"//|[^/]+:/")
"""How a mounted source begins that lies on another machine, whatever its type is called: ``//server``, ``server:/``."""

MOUNTS = Path("/proc/mounts")


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths inside the data folder; ``open`` makes them.

    Attributes
    ----------
    path : Path
        Absolute; mode 0700.
    """

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file; not used when PostgreSQL is set."""
        return self.path / "westward.sqlite3"

    @property
    def key(self) -> Path:
        """The secret that signs sessions and seals second factors; mode 0600."""
        return self.path / "secret.key"

    @property
    def files(self) -> Path:
        """What was uploaded or made: recordings, bundles, letters."""
        return self.path / "files"

    @property
    def inbox(self) -> Path:
        """Where recorders drop recordings."""
        return self.path / "inbox"

    @property
    def spool(self) -> Path:
        """Where files lie while they come in, and locks on how many may; what a dead server left is removed."""
        return self.path / "spool"

    @property
    def static(self) -> Path:
        """Style sheets and scripts, collected anew from the installed package."""
        return self.path / "static"

    @property
    def lock(self) -> Path:
        """Held while a server runs."""
        return self.path / "serve.lock"

    @property
    def demo(self) -> Path:
        """Stands only in the folder of a demo, where anybody at this machine signs in without a password."""
        return self.path / "demo.json"

    def open(self) -> DataFolder:
        """Make what is missing, and close to others what is there.

        Raises
        ------
        RefusedError
            If the path is a file, or somebody else owns it.
        """
        if self.path.exists() and not self.path.is_dir():
            raise RefusedError(f"{self.path} is a file; name a folder for the data")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "geteuid") and self.path.stat().st_uid != os.geteuid():
            raise RefusedError(f"{self.path} belongs to another user; serve as that user, or name another folder")
        self.path.chmod(0o700)
        for folder in (self.files, self.spool):
            folder.mkdir(exist_ok=True, mode=0o700)
        if not self.key.exists():
            _write_secret(self.key, secrets.token_urlsafe(64))
        elif stat.S_IMODE(self.key.stat().st_mode) != 0o600:
            self.key.chmod(0o600)
        return self

    def read_key(self) -> str:
        """The secret; a fresh one that nothing stores when the folder has none (checks, type checking)."""
        return self.key.read_text("ascii").strip() if self.key.is_file() else secrets.token_urlsafe(64)


def _write_secret(path: Path, text: str) -> None:
    with (
        replacing(path) as beside,
        os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
    ):
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def file_system(path: Path, *, mounts: str | None = None) -> str:
    """Type of the file system that holds ``path``, such as ``ext4`` or ``nfs4``; empty where it is not known."""
    return _mount(path, mounts)[1]


def _mount(path: Path, mounts: str | None) -> tuple[str, str]:
    """What is mounted where a path lies, and the type of that; both empty where it is not known."""
    if mounts is None:
        mounts = MOUNTS.read_text("utf-8", errors="replace") if MOUNTS.is_file() else ""
    best, source, kind = "", "", ""
    place = str(path.resolve())
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ").replace("\\011", "\t")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, source, kind = point, fields[0], fields[2]
    return source, kind


def refuse_network_share(path: Path, *, mounts: str | None = None) -> None:
    """Refuse a folder on a network share.

    Raises
    ------
    RefusedError
        If the file system is one on which SQLite can lose or corrupt rows.
    """
    source, kind = _mount(path, mounts)
    if kind in NETWORK or _ELSEWHERE.match(source):
        raise RefusedError(
            f"{path} lies on a network share ({kind}), where SQLite can lose rows; "
            "use a local disk, or PostgreSQL (WESTWARD_DATABASE=postgresql://...)"
        )


@contextmanager
def held(folder: DataFolder) -> Iterator[None]:
    """Hold the folder for one server.

    Raises
    ------
    RefusedError
        If another server runs on it.
    """
    try:
        import fcntl
    except ImportError:  # no such lock on Windows
        yield
        return
    with folder.lock.open("w") as file:
        folder.lock.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefusedError(f"another server runs on {folder.path}; stop it first") from None
        for left in folder.spool.glob("*.upload*"):
            left.unlink()
        yield
