"""How much a request may bring, and from whom, decided before any of it is kept on the disk.

Django writes a whole body to the disk before it looks who sent it. So every address takes what fits into memory; those
that take files take more, and all but the public referral ask for a live session first. The public referral needs one
of a few claims to bring films; without a claim, or without room, its words are taken and its films are left out.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async

from westward.program.config.without_files import WithoutFiles, boundary_of

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Known = Callable[[Scope], Awaitable[bool]]

MB = 1024**2
SMALL_MB = 2
"""Most of a request to any other address; so much stays in memory and never reaches the disk (ours)."""
SPARE_MB = 8
"""For the words of a form and the frame around its files."""
STRANGERS_FREE_MB, FREE_MB = 2048, 1024
"""Room that stays free on the disk: a stranger's films stop before those of somebody signed in (ours)."""
LOOK_MB = 16
"""The room is looked at again each time so much has come."""
CLAIM_S, QUIET_S = 1800, 60
"""A claim to bring films holds so long, and as long as something comes at least so often (ours)."""

_STRANGERS = frozenset({"refer-parent", "refer-professional", "refer-parent-es", "refer-professional-es"})
_RECORDINGS = frozenset({"eeg-upload", "eeg-outside-arrived"})
_DOCUMENTS = frozenset({"test-result", "imaging-new"})
_CLIPS = frozenset({"diary-entry", "diary-film-send"})
UPLOADS = _STRANGERS | _RECORDINGS | _DOCUMENTS | _CLIPS | {"take-in", "referral-attach"}
"""Names of the routes that take files."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{en}</p><p lang="es">{es}</p>{call}</body></html>"""
_LARGE = {
    "title": "Too large",
    "en": "Together this is more than {limit} MB. Go back: what you typed is still there. "
    "Leave out a film, or send a shorter one.",
    "es": "En conjunto supera {limit} MB. Vuelva atrás: lo que escribió sigue ahí. Quite un video o envíe uno más "
    "corto.",
}
_SIGNED_OUT = {
    "title": "Signed out",
    "en": "Nothing was kept, because you are signed out. Sign in in another tab, then go back and send it again.",
    "es": "No se guardó nada: su sesión terminó. Inicie sesión en otra pestaña, vuelva atrás y envíelo otra vez.",
}
_FULL = {
    "title": "No room for files now",
    "en": "The server has no room for files of this size now. Go back: what you typed is still there. "
    "Send it without files, and tell the program that its disk is full.",
    "es": "El servidor no tiene espacio para archivos de este tamaño. Vuelva atrás: lo que escribió sigue ahí. "
    "Envíelo sin archivos y avise al programa que su disco está lleno.",
}
_STILL = {
    "title": "Nothing came any more",
    "en": "The connection stood still. Go back: what you typed is still there. Send it again, or without the film.",
    "es": "La conexión se detuvo. Vuelva atrás: lo que escribió sigue ahí. Envíelo otra vez, o sin el video.",
}


def route(path: str) -> str:
    """Name of the route of ``path``; empty if there is none."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def limit_mb(path: str, method: str = "POST") -> int:
    """Most MB of a request to ``path`` by somebody who may send files there."""
    from westward.evidence.loader import load
    from westward.program.diagnosis.files import MOST_BYTES
    from westward.program.public.limits import MAX_TOTAL_MB
    from westward.program.referral.uploads import MAX_DOCUMENT_B, MAX_FILES, MAX_VIDEO_B

    if path.startswith("/sign-in/"):
        return 1
    name = route(path) if method == "POST" else ""
    if name not in UPLOADS:
        return SMALL_MB
    if name in _STRANGERS:
        files = MAX_TOTAL_MB
    elif name in _RECORDINGS:
        files = MOST_BYTES // MB
    elif name in _DOCUMENTS:
        files = MAX_DOCUMENT_B // MB
    elif name in _CLIPS:
        files = load("diary").integer("clip.most_mb")
    else:
        files = MAX_VIDEO_B // MB * (MAX_FILES if name == "take-in" else 1)
    return files + SPARE_MB


def free_mb() -> int:
    """Room left where bodies are kept while they come, and where files stay, in MB."""
    from django.conf import settings

    places = (settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir(), settings.MEDIA_ROOT)
    return min(shutil.disk_usage(_standing(Path(place))).free for place in places) // MB


def _standing(place: Path) -> Path:
    return next(one for one in (place, *place.parents) if one.exists())


def _session_key(scope: Scope) -> str:
    from django.conf import settings

    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return ""
    held = cookies.get(settings.SESSION_COOKIE_NAME)
    return held.value if held is not None else ""


def live(key: str) -> bool:
    """Whether this is the key of the session of an active account that is within its limits."""
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from westward.program.config.middleware import outlived

    try:
        session = SessionStore(key)
        asked: Any = SimpleNamespace(session=session)
        return get_user(asked).is_authenticated and not outlived(session)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # this thread serves no request


async def signed_in(scope: Scope) -> bool:
    """Whether the request carries a live session; nothing of its body is read."""
    key = _session_key(scope)
    if not key:
        return False
    async with ThreadSensitiveContext():
        return await sync_to_async(live)(key)


def limited(application: Application, *, known: Known = signed_in) -> Application:
    """The application behind these limits."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        limit = limit_mb(scope["path"], scope.get("method", ""))
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if any(not value.isdigit() or len(value) > 15 for value in lengths):
            await _refuse(send, 413, _LARGE, limit)
            return
        announced = max(map(int, lengths), default=None)
        stranger = limit > SMALL_MB and route(scope["path"]) in _STRANGERS
        body = _Strangers(scope, receive, limit) if stranger else _Body(receive, limit)
        # What does not announce its length may be large, so it is asked about as well.
        asks = limit > SMALL_MB and not stranger and (announced is None or announced > SMALL_MB * MB)
        if asks and not await known(scope):
            body.limit, body.why, body.status = SMALL_MB, _SIGNED_OUT, 403
        if announced is not None and announced > body.limit * MB:
            await _refuse(send, body.status, body.why, body.limit)
            return
        if announced is not None and announced > SMALL_MB * MB and not body.room(announced // MB):
            await _refuse(send, 507, _FULL, limit)
            return
        began = False

        async def answered(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await application(scope, body.receive, answered)
            if body.cut and not began:
                await _refuse(send, body.status, body.why, body.limit)
        finally:
            body.close()

    return outer


class _Body:
    """What comes with a request, counted as it comes, and cut where it is too much."""

    least = FREE_MB

    def __init__(self, receive: Receive, limit: int) -> None:
        self.limit, self.cut = limit, False
        self.why: Mapping[str, str] = _LARGE
        self.status = 413
        self._receive = receive
        self._seen = self._looked = 0

    def room(self, announced_mb: int) -> bool:
        """Whether so much more may be kept; asked before anything is read."""
        return free_mb() >= self.least + announced_mb

    async def receive(self) -> Message:
        """The next piece, or a disconnection once it was cut."""
        if self.cut:
            return {"type": "http.disconnect"}
        message = await self._next()
        self._seen += len(message.get("body", b""))
        if self._seen > self.limit * MB:
            self._end(413 if self.why is _LARGE else self.status, self.why)
        elif self._seen > SMALL_MB * MB and (not self._looked or self._seen - self._looked > LOOK_MB * MB):
            self._looked = self._seen
            self._look()
        return {"type": "http.disconnect"} if self.cut else self._passed(message)

    def close(self) -> None:
        """The request is over."""

    async def _next(self) -> Message:
        return await self._receive()

    def _look(self) -> None:
        if free_mb() < self.least:
            self._end(507, _FULL)

    def _passed(self, message: Message) -> Message:
        return message

    def _end(self, status: int, why: Mapping[str, str]) -> None:
        self.cut, self.status, self.why = True, status, why


class _Strangers(_Body):
    """A referral from a stranger: films with a claim and while there is room, the words in any case."""

    least = STRANGERS_FREE_MB

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        super().__init__(receive, limit)
        self._scope = scope
        content_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        boundary = boundary_of(content_type)
        self._filter = WithoutFiles(boundary) if boundary else None
        self._claim: Any = None
        self._left_out = False
        self._claimed_at = 0.0
        self._whole = False
        self._after = 0
        """Bytes passed on since the files are left out: they stay in memory."""

    def room(self, announced_mb: int) -> bool:
        """Always: without a claim or room the films are left out, not the words."""
        if not super().room(announced_mb) or not self._claims():
            self._leave_out()
        return True

    def close(self) -> None:
        """Let others bring films."""
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _claims(self) -> bool:
        from westward.program.public import budget, limits

        self._claim = self._claim or budget.claim(limits.sender_of_scope(self._scope))
        self._claimed_at = self._claimed_at or time.monotonic()
        return self._claim is not None

    def _leave_out(self) -> None:
        from westward.program.public.limits import LEFT_OUT

        self._scope[LEFT_OUT] = self._left_out = True
        self.close()

    async def _next(self) -> Message:
        if self._claim is None or self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(QUIET_S):
                message = await self._receive()
        except TimeoutError:
            self._end(408, _STILL)
            return {"type": "http.disconnect"}
        if not message.get("more_body"):
            self._whole = True  # what is waited for from now on is the end of the connection
        return message

    def _look(self) -> None:
        if self._left_out:
            return
        if free_mb() < self.least or not self._claims() or time.monotonic() - self._claimed_at > CLAIM_S:
            self._leave_out()

    def _passed(self, message: Message) -> Message:
        if self._filter is None or message["type"] != "http.request":
            return message
        last = not message.get("more_body", False)
        piece = self._filter.feed(message.get("body", b""), leave_out=self._left_out, last=last)
        if self._left_out:
            self._after += len(piece)
            if self._after > SMALL_MB * MB:
                self._end(413, _LARGE)
                return {"type": "http.disconnect"}
        return {**message, "body": piece}


async def _refuse(send: Send, status: int, why: Mapping[str, str], limit: int) -> None:
    from westward.program.shell.site import details

    phone = details().urgent.number
    call = f"<p>{phone}</p>" if phone else ""
    said = {key: words.format(limit=limit) for key, words in why.items()}
    body = _PAGE.format(call=call, **said).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
