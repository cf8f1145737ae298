"""How much a request may bring, and from whom, decided before any of it is kept on the disk.

Django writes a whole body to the disk before it looks who sent it. So every address takes what fits into memory; those
that take files take more, and all but the public referral ask for a live session first.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async

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
        stranger = limit > SMALL_MB and route(scope["path"]) in _STRANGERS
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if any(not value.isdigit() or len(value) > 15 for value in lengths):
            await _refuse(send, 413, _LARGE, limit)
            return
        announced = max(map(int, lengths), default=None)
        why, status = _LARGE, 413
        # What does not announce its length may be large, so it is asked about as well.
        asks = limit > SMALL_MB and not stranger and (announced is None or announced > SMALL_MB * MB)
        if asks and not await known(scope):
            limit, why, status = SMALL_MB, _SIGNED_OUT, 403
        if announced is not None and announced > limit * MB:
            await _refuse(send, status, why, limit)
            return
        least = STRANGERS_FREE_MB if stranger else FREE_MB
        if announced is not None and announced > SMALL_MB * MB and free_mb() < least + announced // MB:
            await _refuse(send, 507, _FULL, limit)
            return
        seen = looked = 0
        cut = began = False

        async def counted() -> Message:
            nonlocal seen, looked, cut, why, status
            if cut:
                return {"type": "http.disconnect"}
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit * MB:
                cut = True
            elif seen > SMALL_MB * MB and (not looked or seen - looked > LOOK_MB * MB):
                looked = seen
                if free_mb() < least:
                    cut, why, status = True, _FULL, 507
            return {"type": "http.disconnect"} if cut else message

        async def answered(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        await application(scope, counted, answered)
        if cut and not began:
            await _refuse(send, status, why, limit)

    return outer


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
