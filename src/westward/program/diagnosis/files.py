"""Recordings and bundles on disk: streamed in with their hash, kept unchanged, never half-written.

Everything lies under the folder of files: ``recordings/<token>/``, ``bundles/<token>.westward/``, and what is still
coming in ``incoming/<token>/``.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from westward.core.errors import InputError

RECORDINGS, BUNDLES, INCOMING = "recordings", "bundles", "incoming"
MOST_BYTES = 32 * 1024**3
"""Largest recording taken (policy of ours): several days at a high rate, and no more."""
MOST_FILES = 40
"""Most files of one set (policy of ours)."""
SPARE_BYTES = 256 * 1024**2
"""Room that an upload leaves on the disk, so that the database can go on (policy of ours)."""
STALE_S = 24 * 3600
"""Age at which what never came in whole is removed (policy of ours)."""
PIECE = 1 << 20
FORBIDDEN = frozenset('/\\:*?"<>|\0')


class DiskFullError(InputError):
    """There is no room for the recording."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that came in whole."""

    name: str
    path: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file or a set that lies in ``incoming``, whole, with its hash.

    ``main`` is the name, within the folder, of the file to open.
    """

    token: str
    folder: Path
    main: str
    original_name: str
    pieces: tuple[Piece, ...]

    @property
    def path(self) -> Path:
        """The file to open."""
        return self.folder / self.main

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(piece.size_bytes for piece in self.pieces)

    @property
    def sha256(self) -> str:
        """Of the file; of a set, of the sorted hashes of its files."""
        digests = sorted(piece.sha256 for piece in self.pieces)
        return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def root() -> Path:
    """The folder of files."""
    return Path(settings.MEDIA_ROOT)


def fresh_folder() -> tuple[str, Path]:
    """A new folder in ``incoming``, closed to others, and its random name."""
    token = secrets.token_hex(16)
    folder = root() / INCOMING / token
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    return token, folder


class Writer:
    """Writes one file of an arrival and hashes it on the way; ``finish`` makes it last."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.path = name, folder / name
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(self.path, flags, 0o600), "wb")
        self._digest, self.size_bytes = hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        """Append.

        Raises
        ------
        InputError
            If the recording is larger than is taken.
        DiskFullError
            If the disk is full.
        """
        self.size_bytes += len(data)
        if self.size_bytes > MOST_BYTES:
            raise InputError(f"the recording is larger than {MOST_BYTES // 1024**3} GiB", remedy="split it")
        try:
            self._file.write(data)
        except OSError as error:
            raise full(error) from error
        self._digest.update(data)

    def finish(self) -> Piece:
        """The whole file, on the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise full(error) from error
        finally:
            self.close()
        return Piece(self.name, self.path, self.size_bytes, self._digest.hexdigest())

    def close(self) -> None:
        """Let go of the file; what was written stays until the folder is dropped."""
        with suppress(OSError):  # the disk is full: what could not be flushed is dropped with the folder
            self._file.close()


def full(error: OSError) -> InputError:
    """One line for a write that failed."""
    return DiskFullError(
        f"the recording could not be stored: {error.strerror or 'the disk failed'}",
        remedy="nothing was kept; tell the administrator, then send it again",
    )


def check_room(size_bytes: int) -> None:
    """Refuse before anything is written what cannot fit.

    Raises
    ------
    DiskFullError
        If the disk has less room than the recording and what must stay free.
    """
    root().mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(root()).free < size_bytes + SPARE_BYTES:
        raise DiskFullError(
            "the disk has no room for this recording", remedy="nothing was kept; tell the administrator"
        )


def check_name(name: str) -> str:
    """The name of a file of a set, which its header file refers to, if it is harmless.

    Raises
    ------
    InputError
        If it has a path, a control character or a leading dot.
    """
    bare = PurePosixPath(name.replace("\\", "/")).name
    if not bare or bare.startswith(".") or len(bare) > 150 or any(c in FORBIDDEN or not c.isprintable() for c in bare):
        raise InputError(f"the file name {name!r} cannot be kept", remedy="rename the file and send it again")
    return bare


@contextmanager
def kept(arrival: Arrival) -> Iterator[str]:
    """Move an arrival to its place, and back out of the world if storing its row fails; gives the folder's name."""
    place = f"{RECORDINGS}/{arrival.token}"
    target = root() / place
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrival.folder.rename(target)
    try:
        _sync(target.parent)
        yield place
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def drop(folder: Path) -> None:
    """Remove what did not come in whole."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(*, now: float | None = None) -> int:
    """Remove what never came in whole, and unfinished bundles of engines that were killed, after a day; how many."""
    old = (time.time() if now is None else now) - STALE_S
    unfinished = [*root().glob(f"{INCOMING}/*"), *root().glob(f"{BUNDLES}/.*")]
    stale = [folder for folder in unfinished if folder.is_dir() and folder.stat().st_mtime < old]
    for folder in stale:
        drop(folder)
    return len(stale)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while data := file.read(PIECE):
                yield data
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror or 'the disk failed'}",
            remedy="let the user who runs the program read it",
        ) from error


def copy_in(sources: Iterable[Path]) -> Arrival:
    """Bring files of this machine into ``incoming``; nothing stays if one of them fails.

    Raises
    ------
    InputError
        If the disk is full, a name cannot be kept, or a file cannot be read.
    """
    chosen = sorted(sources)
    check_room(sum(path.stat().st_size for path in chosen))
    token, folder = fresh_folder()
    try:
        pieces = []
        for path in chosen:
            writer = Writer(folder, stored_name(path.name, alone=len(chosen) == 1))
            try:
                for data in _pieces(path):
                    writer.write(data)
                pieces.append(writer.finish())
            finally:
                writer.close()
        return arrived(token, folder, [path.name for path in chosen], pieces)
    except BaseException:
        drop(folder)
        raise


def arrived(token: str, folder: Path, names: list[str], pieces: list[Piece]) -> Arrival:
    """An arrival from files that are whole; the file to open is found by its suffix.

    Raises
    ------
    InputError
        If there is no file, too many, or none that is the head of a set.
    """
    if not 1 <= len(pieces) <= MOST_FILES:
        raise InputError("no file came" if not pieces else f"more than {MOST_FILES} files came at once")
    stored = [piece.name for piece in pieces]
    heads = [i for i, name in enumerate(names) if Path(name).suffix.lower() in HEADS]
    if len(pieces) > 1 and len(heads) != 1:
        raise InputError(
            "several files came that are not one set",
            remedy="send one recording at a time: an EDF or BDF file alone, or the header file with its companions",
        )
    at = heads[0] if heads else 0
    return Arrival(token, folder, stored[at], names[at][:255], tuple(pieces))


HEADS = frozenset(
    {".edf", ".bdf", ".rec", ".vhdr", ".ahdr", ".lay", ".set", ".raw", ".cdt", ".dap", ".rs3", ".data", ".gdf", ".cnt"}
    | {".eeg.head", ".21e", ".erd", ".e", ".trc", ".ez3", ".arc", ".sig", ".plg", ".mef"}
)
"""Suffixes of files that a recording is opened by, readable or known to be not."""


def stored_name(name: str, *, alone: bool) -> str:
    """A file alone loses its name, which may be the child's; the files of a set need theirs."""
    if not alone:
        return check_name(name)
    suffix = Path(name).suffix.lower()
    return f"recording{suffix if suffix[1:].isalnum() and len(suffix) <= 8 else ''}"


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
