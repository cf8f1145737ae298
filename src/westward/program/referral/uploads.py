"""Files that strangers send: kept under random names, known by their first bytes, never by their name or type."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from westward.core.errors import InputError
from westward.program.referral.choices import UploadKind

FOLDER = "referral"
MAX_VIDEO_B = 300 * 1024 * 1024
MAX_DOCUMENT_B = 25 * 1024 * 1024
MAX_FILES = 5
_HEAD_B = 64
_WANTED = {UploadKind.VIDEO: "a phone video (MP4, MOV, WebM)", UploadKind.DOCUMENT: "a PDF or an image"}
_BRANDS = {b"qt  ": "video/quicktime", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp", b"3g2a": "video/3gpp2"}


class Sent(Protocol):
    """An uploaded file as Django hands it over."""

    @property
    def name(self) -> str | None:
        """As the sender called it."""

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that lies in the data folder and belongs to no referral yet.

    Attributes
    ----------
    path : str
        Below ``MEDIA_ROOT``.
    name : str
        As the sender called it, without folders.
    size : int
        Bytes.
    """

    kind: str
    path: str
    name: str
    content_type: str
    size: int
    sha256: str


def content_type(head: bytes) -> str:
    """Type by the first bytes: phone videos (MP4, MOV, 3GP, WebM, AVI) and documents (PDF, JPEG, PNG, TIFF, HEIC).

    Empty if it is none of them.
    """
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"mif1"):
            return "image/heic"
        return _BRANDS.get(brand, "video/mp4")
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    starts = {
        b"\x1a\x45\xdf\xa3": "video/webm",
        b"%PDF-": "application/pdf",
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"II*\x00": "image/tiff",
        b"MM\x00*": "image/tiff",
    }
    return next((kind for start, kind in starts.items() if head.startswith(start)), "")


def store(
    sent: Sent,
    *,
    kinds: frozenset[str] = frozenset(UploadKind.values),
    folder: str = FOLDER,
    most_b: int | None = None,
) -> Stored:
    """Keep a file in a folder below ``MEDIA_ROOT``: random name, mode 0600, hashed on the way, forced to the disk.

    ``most_b`` is a limit below that of its kind.

    Raises
    ------
    InputError
        If it is empty, too large, or neither a video nor a document of the kinds wanted; nothing is kept.
    """
    name = Path((sent.name or "file").replace("\\", "/")).name[:200] or "file"
    pieces = iter(sent.chunks())
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= _HEAD_B:
            break
    if not first:
        raise InputError("the file is empty; send it again")
    type_ = content_type(first[:_HEAD_B])
    kind = UploadKind.VIDEO if type_.startswith("video/") else UploadKind.DOCUMENT
    if not type_ or kind not in kinds:
        wanted = " or ".join(words for code, words in _WANTED.items() if code in kinds)
        raise InputError(f"the file is not {wanted}; send another one")
    limit = min(most_b or MAX_VIDEO_B, MAX_VIDEO_B if kind == UploadKind.VIDEO else MAX_DOCUMENT_B)
    below = Path(settings.MEDIA_ROOT) / folder
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = below / secrets.token_hex(20)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in chain((first,), pieces):
                size += len(piece)
                if size > limit:
                    raise InputError(f"the file is larger than {limit // 1024**2} MB; send a shorter one")
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(
        kind=kind,
        path=f"{folder}/{path.name}",
        name=name,
        content_type=type_,
        size=size,
        sha256=digest.hexdigest(),
    )


def discard(stored: Iterable[Stored]) -> None:
    """Remove files whose referral was not accepted by the form; nothing refers to them."""
    for one in stored:
        (Path(settings.MEDIA_ROOT) / one.path).unlink(missing_ok=True)


def stored_path(path: str, *, folder: str = FOLDER) -> Path:
    """Where a file stored in a folder lies.

    Raises
    ------
    InputError
        If the path leads out of the folder or the file is gone.
    """
    below = (Path(settings.MEDIA_ROOT) / folder).resolve()
    whole = (Path(settings.MEDIA_ROOT) / path).resolve()
    if not whole.is_relative_to(below) or not whole.is_file():
        raise InputError("the file is not in the data folder; restore it from a backup")
    return whole


def open_stored(path: str, *, folder: str = FOLDER) -> BinaryIO:
    """Open a file stored in a folder for reading; raises as :func:`stored_path`."""
    return stored_path(path, folder=folder).open("rb")
