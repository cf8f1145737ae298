"""Uploads of recordings: streamed to their place with their hash while they come, removed if they stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from westward.core.errors import InputError
from westward.program.diagnosis import files
from westward.program.diagnosis.files import Arrival, Piece, Writer


class Arriving(UploadedFile[Any]):
    """One uploaded file that lies in ``incoming``."""

    def __init__(self, piece: Piece, name: str) -> None:
        super().__init__(name=name, size=piece.size_bytes)
        self.piece = piece


class RecordingHandler(FileUploadHandler):
    """Writes each file of a request into one folder of ``incoming`` and hashes it on the way."""

    chunk_size = files.PIECE

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.token = ""
        self.folder: Path | None = None
        self.writer: Writer | None = None
        self.problem = ""
        self.count = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        """Refuse what cannot fit before a byte of it is written."""
        try:
            files.check_room(content_length)
        except InputError as error:
            self._stop(error)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; sets keep the names of their files, since the header file refers to them."""
        super().new_file(*args, **kwargs)
        try:
            if self.folder is None:
                self.token, self.folder = files.fresh_folder()
            self.count += 1
            if self.count > files.MOST_FILES:
                raise InputError(f"more than {files.MOST_FILES} files came at once")
            self.writer = Writer(self.folder, f"part{self.count}")
        except (InputError, OSError) as error:
            self._stop(error if isinstance(error, InputError) else files.full(error))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece."""
        if self.writer is None:
            return None
        try:
            self.writer.write(raw_data)
        except InputError as error:
            self._stop(error)
        return None

    def file_complete(self, file_size: int) -> Arriving | None:
        """The whole file."""
        if self.writer is None:
            return None
        try:
            piece = self.writer.finish()
        except InputError as error:
            self._stop(error)
            return None
        self.writer = None
        return Arriving(piece, str(self.file_name))

    def upload_interrupted(self) -> None:
        """Nothing stays of an upload that stopped."""
        self.abandon()

    def abandon(self) -> None:
        """Remove all that came."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None
        if self.folder is not None:
            files.drop(self.folder)
            self.folder = None

    def _stop(self, error: InputError) -> None:
        self.problem = str(error)
        self.abandon()
        raise StopUpload(connection_reset=False)


def listen(request: HttpRequest) -> RecordingHandler:
    """Make this request's files go to ``incoming``; before anything of its body is read."""
    handler = RecordingHandler(request)
    request.upload_handlers = [handler]
    return handler


def arrival(request: HttpRequest, handler: RecordingHandler, *, field: str = "recording") -> Arrival:
    """The recording that came with a request.

    Raises
    ------
    InputError
        If nothing came, the upload was stopped, or the files are not one recording; nothing of it stays.
    """
    came = [one for one in request.FILES.getlist(field) if isinstance(one, Arriving)]
    if handler.problem:
        raise InputError(handler.problem)
    try:
        if handler.folder is None or not came:
            raise InputError("no file came", remedy="choose the recording and send it again")
        names = [files.check_name(str(one.name)) for one in came]
        if len({name.casefold() for name in names}) < len(names):
            raise InputError("two files have the same name")
        pieces = []
        for one, name in zip(came, names, strict=True):
            stored = files.stored_name(name, alone=len(came) == 1)
            one.piece.path.rename(handler.folder / stored)
            pieces.append(Piece(stored, handler.folder / stored, one.piece.size_bytes, one.piece.sha256))
        return files.arrived(handler.token, handler.folder, names, pieces)
    except InputError:
        handler.abandon()
        raise
