"""What a stranger may send is refused by its length, before any of it is kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from westward.program.config.bodies import MB, SPARE_MB, limit_mb, limited
from westward.program.public.limits import MAX_TOTAL_MB
from westward.program.shell.site import parse


def ask(path: str, *, length: bytes | None, pieces: tuple[bytes, ...] = ()) -> tuple[list[Any], list[Any]]:
    """What was answered, and what the application behind received."""
    sent: list[Any] = []
    received: list[Any] = []
    waiting = [{"type": "http.request", "body": piece} for piece in pieces]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for _ in pieces:
            received.append(await receive())
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if length is None else [(b"content-length", length)]
    call = limited(application)({"type": "http", "path": path, "headers": headers}, receive, send)
    with ThreadPoolExecutor(1) as own:  # a browser of other tests may have left its loop in this thread
        own.submit(asyncio.run, call).result()
    return sent, received


def test_limits_by_path() -> None:
    assert limit_mb("/refer/parent/") == limit_mb("/es/refer/professional/") == MAX_TOTAL_MB + SPARE_MB
    assert limit_mb("/sign-in/login/") == 1
    assert limit_mb("/children/1/eeg/") is None


@pytest.mark.parametrize("length", [str((MAX_TOTAL_MB + SPARE_MB) * MB + 1).encode(), b"-1", b"many"])
def test_an_announced_length_beyond_the_limit_is_refused_unread(settings: Any, length: bytes) -> None:
    settings.SITE_DETAILS = parse('lines = {urgent_referral = "+1 310 555 0100"}')
    sent, received = ask("/refer/parent/", length=length, pieces=(b"x",))
    assert sent[0]["status"] == 413
    assert b"+1 310 555 0100" in sent[1]["body"]
    assert received == []


def test_a_body_that_announces_nothing_is_cut() -> None:
    half = b"x" * (MB // 2)
    _, received = ask("/sign-in/login/", length=None, pieces=(half, half, b"x"))
    assert [message["type"] for message in received] == ["http.request", "http.request", "http.disconnect"]


def test_what_fits_passes() -> None:
    sent, received = ask("/refer/parent/", length=b"3", pieces=(b"abc",))
    assert (sent[0]["status"], received[0]["body"]) == (200, b"abc")
    sent, _ = ask("/somewhere/", length=b"99999999999")
    assert sent[0]["status"] == 200
