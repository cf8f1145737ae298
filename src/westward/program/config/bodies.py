"""How much a stranger may send, refused by its announced length before any of it is kept on the disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MB = 1024**2
SPARE_MB = 8
"""For the words of a form and the frame around its files."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Too large</title></head>
<body><h1>Too large</h1><p>Together this is more than {limit} MB. Go back: what you typed is still there.
Leave out a film, or send a shorter one.</p><p lang="es">En conjunto supera {limit} MB. Vuelva atrás: lo que escribió
sigue ahí. Quite un video o envíe uno más corto.</p>{call}</body></html>"""


def limit_mb(path: str) -> int | None:
    """Most MB of a request to ``path``; None for what only staff can use, which has limits of its own."""
    from westward.evidence.loader import load
    from westward.program.public.limits import MAX_TOTAL_MB

    if path.startswith("/sign-in/"):
        return 1
    if path.startswith("/diary/"):
        return load("diary").integer("clip.most_mb") + SPARE_MB
    return MAX_TOTAL_MB + SPARE_MB if path.startswith(("/refer/", "/es/refer/")) else None


def limited(application: Application) -> Application:
    """The application behind these limits."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        limit = limit_mb(scope["path"]) if scope["type"] == "http" else None
        if limit is None:
            await application(scope, receive, send)
            return
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if any(not value.isdigit() or int(value) > limit * MB for value in lengths):
            await _refuse(limit, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            return {"type": "http.disconnect"} if seen > limit * MB else message

        await application(scope, counted, send)

    return outer


async def _refuse(limit: int, send: Send) -> None:
    from westward.program.shell.site import details

    phone = details().urgent.number
    call = f"<p>{phone}</p>" if phone else ""
    body = _PAGE.format(limit=limit, call=call).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
