"""Send a file piece by piece, whatever its size: the server never holds it whole, and closes it when nobody listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Generator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

PIECE_B = 256 * 1024


def stream(
    request: HttpRequest, path: Path, span: range, *, content_type: str, status: int = 200
) -> StreamingHttpResponse:
    """The bytes ``span`` of a file; it is opened with the first piece, which is asked for before anything is sent.

    A plain iterator would be read to its end, into memory, before the asynchronous server sends the first byte.
    """
    pieces = _in_turn(path, span) if isinstance(request, ASGIRequest) else _pieces(path, span)
    response = StreamingHttpResponse(pieces, status=status, content_type=content_type)
    response["Content-Length"] = str(len(span))
    return response


def _pieces(path: Path, span: range) -> Generator[bytes]:
    with path.open("rb") as opened:
        opened.seek(span.start)
        left = len(span)
        while left and (piece := opened.read(min(PIECE_B, left))):
            left -= len(piece)
            yield piece


async def _in_turn(path: Path, span: range) -> AsyncIterator[bytes]:
    reader = _Reader(path, span)
    try:
        while piece := await asyncio.to_thread(reader.read):
            yield piece
    finally:
        reader.close()


class _Reader:
    """Reads in whatever thread; a close while a piece is being read takes effect when that piece is there."""

    def __init__(self, path: Path, span: range) -> None:
        self._pieces: Generator[bytes] = _pieces(path, span)
        self._reading = threading.Lock()
        self._gone = False

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        with self._reading:
            piece = b"" if self._gone else next(self._pieces, b"")
        if self._gone:
            self.close()
        return piece

    def close(self) -> None:
        """Close the file, or leave that to the thread that reads."""
        self._gone = True
        if self._reading.acquire(blocking=False):
            try:
                self._pieces.close()
            finally:
                self._reading.release()
