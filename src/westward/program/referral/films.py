"""Serve a stored file to a page: as a download, or piece by piece to a player; a look is one row, not one a piece."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from westward.core.errors import InputError
from westward.program.referral.uploads import FOLDER, stored_path
from westward.program.shell.streaming import stream

LOOK_S = 600
"""A player that asks for the next piece of a file within this time is still the same look."""
_MOST_LOOKS = 40
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def looks_anew(request: HttpRequest, target: str) -> bool:
    """Whether this session opens a file now, which is to be audited; a player's further pieces are the same look."""
    now = timezone.now().timestamp()
    looks = {one: at for one, at in request.session.get("looks", {}).items() if now - at < LOOK_S}
    if target in looks:
        return False
    kept = sorted({**looks, target: now}.items(), key=lambda look: look[1])[-_MOST_LOOKS:]
    request.session["looks"] = dict(kept)
    return True


def there(path: str, *, folder: str = FOLDER) -> Path:
    """Where a stored file is; looked up before a look at it is audited.

    Raises
    ------
    Http404
        If it is not in the data folder.
    """
    try:
        found = stored_path(path, folder=folder)
    except InputError:
        raise Http404 from None
    if not found.is_file():
        raise Http404
    return found


def answer(request: HttpRequest, *, path: str, name: str, content_type: str, folder: str = FOLDER) -> HttpResponseBase:
    """The file, or the piece of it that a player asks for (RFC 9110, one range); its own page may do nothing.

    Its size is that of the file as it stands, whatever was noted when it came.

    Raises
    ------
    Http404
        If it is not in the data folder.
    """
    whole = there(path, folder=folder)
    try:
        size = whole.stat().st_size
    except OSError:
        raise Http404 from None
    span = _span(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if span is not None and not span:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    elif span is None:
        response = stream(request, whole, range(size), content_type=content_type)
    else:
        response = stream(request, whole, span, content_type=content_type, status=206)
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _span(asked: str, size: int) -> range | None:
    """Bytes asked for; None for the whole file, which also answers what is not understood; empty if there are none."""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1 if last else size, size))
