"""A file is sent piece by piece, also by the asynchronous server, and closed when the listener leaves."""

from __future__ import annotations

import asyncio
import gc
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from westward.program.shell import streaming

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(streaming, "PIECE_B", 1000)
    (tmp_path / "a").write_bytes(CONTENT)
    return tmp_path / "a"


def asynchronous() -> Any:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    return ASGIRequest(scope, None)


@pytest.mark.parametrize("span", [range(len(CONTENT)), range(3, 4), range(990, 2010), range(5, 5)])
def test_both_servers_send_the_same_bytes(path: Path, span: range) -> None:
    plain = streaming.stream(RequestFactory().get("/"), path, span, content_type="x/y")
    turned = streaming.stream(asynchronous(), path, span, content_type="x/y")
    assert turned.is_async

    async def taken() -> list[bytes]:
        return [bytes(piece) async for piece in turned]

    pieces = asyncio.run(taken())
    assert b"".join(pieces) == b"".join(plain) == CONTENT[span.start : span.stop]
    assert max(map(len, pieces), default=0) <= 1000
    assert plain["Content-Length"] == turned["Content-Length"] == str(len(span))


@pytest.mark.parametrize("loop_stays", [True, False])
def test_a_listener_who_leaves_while_a_piece_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, loop_stays: bool
) -> None:
    """The thread that reads goes on; the file is closed when its piece is there, and nothing is raised."""
    reads, on, closed = threading.Event(), threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            reads.set()
            assert on.wait(10)
            return super().read(size)

        def close(self) -> None:
            closed.set()
            super().close()

    monkeypatch.setattr(Path, "open", lambda *_: Slow(CONTENT))

    async def leaves() -> None:
        pieces = aiter(streaming.stream(asynchronous(), path, range(len(CONTENT)), content_type="x/y"))
        asked = asyncio.ensure_future(anext(pieces))  # type: ignore[arg-type]
        while not reads.is_set():
            await asyncio.sleep(0.001)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await pieces.aclose()  # type: ignore[attr-defined]
        assert not closed.is_set()
        if loop_stays:
            on.set()
            while not closed.is_set():
                await asyncio.sleep(0.001)
        else:
            threading.Timer(0.05, on.set).start()

    asyncio.run(leaves())
    assert closed.wait(10)


def test_a_listener_who_leaves_leaves_nothing_open(path: Path) -> None:
    async def first() -> bytes:
        pieces = aiter(streaming.stream(asynchronous(), path, range(len(CONTENT)), content_type="x/y"))
        piece = await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
        return bytes(piece)

    assert asyncio.run(first()) == CONTENT[:1000]
    streaming.stream(RequestFactory().get("/"), path, range(9), content_type="x/y")
    gc.collect()  # an open file would be a warning, and a warning is an error here
