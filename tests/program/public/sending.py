"""A form filled in, for tests."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from westward.program.public import limits

PARENT = {
    "family_name": "Rivera",
    "given_name": "Luz",
    "sender_name": "Ana Rivera",
    "sender_phone": "+1 310 555 0199",
    "sender_relation": "parent",
    "consent_contact": "on",
}
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500


def film(name: str = "spasms.mp4", content: bytes = MP4) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="video/mp4")


def token(*, ago_s: float = 60) -> str:
    return limits.fresh_token(timezone.now() - timedelta(seconds=ago_s))


def send(path: str = "/refer/parent/", client: Client | None = None, follow: bool = False, **said: Any) -> Any:
    """Post the form, opened a minute ago."""
    data = PARENT | {"token": token()} | said
    return (client or Client()).post(path, {k: v for k, v in data.items() if v is not None}, follow=follow)


def at(moment: Any) -> Any:
    """The clock stands at ``moment``."""
    return mock.patch("django.utils.timezone.now", return_value=moment)


def value(html: str, name: str) -> str:
    """Value of an input as the page shows it."""
    tag = next(t for t in re.findall(r"<input[^>]*>", html) if f'name="{name}"' in t)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""
