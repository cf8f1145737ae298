"""Files of the public form: looked at while they come in, held while the form is corrected, swept if it never comes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from westward.core.errors import InputError
from westward.program.public.budget import left_b
from westward.program.public.limits import KEPT, LEAST_FREE_B, MAX_TOTAL_MB
from westward.program.referral.choices import UploadKind
from westward.program.referral.models import Upload
from westward.program.referral.uploads import (
    FOLDER,
    MAX_DOCUMENT_B,
    MAX_FILES,
    MAX_VIDEO_B,
    Stored,
    content_type,
    store,
)

MB = 1024**2
LOOK_B = 16 * MB
"""The room is looked at again each time so much of a file has come."""
VIDEOS = frozenset({UploadKind.VIDEO.value})
ANYTHING = frozenset(UploadKind.values)
_SALT = "public.films"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was left out: the key of the words, its name, the limit it broke in MB or files."""

    why: str
    name: str
    limit: int = 0


class FilmGuard(FileUploadHandler):
    """Stands before the handler that writes: refuses by count, first bytes, size and room, before anything is kept.

    What was refused stands in ``refused``; the rest of such a file is read and thrown away. What there was no room
    for stands in ``left_out``: that is no mistake of the sender, and the form goes through without it.

    Attributes
    ----------
    no_room : bool
        Whether the files were left out on the way already, so that all come without content.
    """

    def __init__(
        self, request: HttpRequest, *, kinds: frozenset[str], blocked: bool = False, no_room: bool = False
    ) -> None:
        super().__init__(request)
        self.kinds, self.blocked, self.no_room = kinds, blocked, no_room
        self.refused: list[Refusal] = []
        self.left_out: list[str] = []
        self.left_b = -1
        self.files, self.total_b, self.size_b, self.limit_b, self.name = 0, 0, 0, 0, ""

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """A file begins; refusals wait for its first piece, else Django would close the file before it."""
        super().new_file(field_name, file_name, *args, **kwargs)
        self.files += 1
        self.size_b, self.limit_b, self.name = 0, 0, Path(file_name or "").name[:80]
        if self.no_room and self.name:
            self.left_out.append(self.name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """A piece; the first says what the file is."""
        if not self.limit_b:
            self.limit_b = self._limit(raw_data)
        self.size_b += len(raw_data)
        self.total_b += len(raw_data)
        if self.total_b > self.left_b or (self.size_b // LOOK_B != (self.size_b - len(raw_data)) // LOOK_B and _full()):
            self._leave_out()
        if self.size_b > self.limit_b:
            self._refuse("file_size", self.limit_b // MB)
        if self.total_b > MAX_TOTAL_MB * MB:
            self._refuse("file_total", MAX_TOTAL_MB)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file; an empty field of a browser has no name and is no refusal."""
        if not file_size and self.name and not self.no_room:
            self.refused.append(Refusal("file_empty", self.name))

    def _limit(self, head: bytes) -> int:
        if self.blocked or self.no_room:
            raise SkipFile
        if self.files > MAX_FILES:
            self._refuse("file_count", MAX_FILES)
        if self.left_b < 0:
            self.left_b = left_b()
        if _full():
            self._leave_out()
        kind = content_type(head)
        video = kind.startswith("video/")
        if not kind or (UploadKind.VIDEO if video else UploadKind.DOCUMENT) not in self.kinds:
            self._refuse("film_type" if self.kinds == VIDEOS else "file_type")
        return MAX_VIDEO_B if video else MAX_DOCUMENT_B

    def _refuse(self, why: str, limit: int = 0) -> None:
        self.refused.append(Refusal(why, self.name, limit))
        self.total_b -= self.size_b
        raise SkipFile

    def _leave_out(self) -> None:
        self.left_out.append(self.name)
        self.total_b -= self.size_b
        raise SkipFile


def _full() -> bool:
    return shutil.disk_usage(settings.MEDIA_ROOT).free < LEAST_FREE_B


def keep(sent: Sequence[Any], *, kinds: frozenset[str]) -> tuple[list[Stored], list[Refusal], list[str]]:
    """Store what came through the guard; the names of those that the disk did not take come last."""
    stored, refused, left_out = [], [], []
    for file in sent:
        if not file.size:
            continue
        try:
            stored.append(store(file, kinds=kinds))
        except InputError:
            refused.append(Refusal("film_type" if kinds == VIDEOS else "file_type", Path(file.name or "").name))
        except OSError:
            left_out.append(Path(file.name or "").name)
    return stored, refused, left_out


def ticket(stored: Sequence[Stored]) -> str:
    """Signed names of files that wait for the form to be corrected; empty for none."""
    return signing.dumps([asdict(one) for one in stored], salt=_SALT, compress=True) if stored else ""


def waiting(text: str) -> list[Stored]:
    """Files of a ticket that still lie there and belong to no referral; none if the ticket is not ours."""
    try:
        entries = signing.loads(text, salt=_SALT, max_age=KEPT) if text else []
    except signing.BadSignature:
        return []
    found = [Stored(**entry) for entry in entries]
    taken = set(Upload.objects.filter(path__in=[one.path for one in found]).values_list("path", flat=True))
    return [one for one in found if one.path not in taken and (Path(settings.MEDIA_ROOT) / one.path).is_file()]


def sweep() -> int:
    """Remove files older than a day that belong to no referral; returns how many."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    if not folder.is_dir():
        return 0
    before = time.time() - KEPT.total_seconds()
    old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before]
    names = [f"{FOLDER}/{path.name}" for path in old]
    taken: set[str] = set()
    for k in range(0, len(names), 500):
        taken.update(Upload.objects.filter(path__in=names[k : k + 500]).values_list("path", flat=True))
    orphans = [path for path, name in zip(old, names, strict=True) if name not in taken]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
