"""How often the form may be sent, how fast, and how much may come with it. All limits are policies of ours."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from westward.program.public.models import Knock

WINDOW = timedelta(hours=1)
KEPT = timedelta(hours=24)
PER_SENDER, PER_SITE = 6, 60
"""Referrals an hour from one network address, and altogether."""
TRIES_PER_SENDER = 40
"""Forms an hour from one address that did not get through."""
LEAST_S, MOST_S = 4, 24 * 3600
"""Seconds between opening and sending: a person needs at least so long; older pages get a fresh token."""
MAX_TOTAL_MB = 600
"""All files of one form together."""
LEAST_FREE_B = 2 * 1024**3
"""With less room on the disk no files are taken; the words still are."""
LEFT_OUT = "westward.files_left_out"
"""In the scope of a request whose files were left out on the way."""

_SALT = "public.refer"


def sender_of(request: HttpRequest) -> str:
    """A keyed digest of the network address; of an IPv6 address its /64, which one household holds.

    Behind the proxy of ``westward serve`` the last entry of ``X-Forwarded-For`` counts, the one our proxy wrote.
    """
    return _digest(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("X-Forwarded-For", ""))


def sender_of_scope(scope: Mapping[str, Any]) -> str:
    """The same of a request that has not been read yet."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _digest(str((scope.get("client") or ("",))[0]), ",".join(forwarded))


def _digest(address: str, forwarded: str) -> str:
    if settings.SERVING.proxied:
        address = forwarded.rpartition(",")[2].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, ipaddress.IPv6Address):
        address = str(ipaddress.ip_network((parsed, 64), strict=False))
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """What an opened form carries: when it was opened, and its own nonce."""

    at_s: int
    nonce: str


def fresh_token(now: datetime) -> str:
    """A signed token for a form that is opened now."""
    return signing.dumps([int(now.timestamp()), secrets.token_urlsafe(32)], salt=_SALT)


def read_token(text: str) -> Token | None:
    """The token of a form; None if it is not ours."""
    try:
        at_s, nonce = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Token(int(at_s), str(nonce))


def wrong_time(token: Token | None, now: datetime) -> str:
    """``too_soon`` or ``stale`` if the form was sent too fast or too late; empty if neither."""
    if token is None:
        return "stale"
    took_s = now.timestamp() - token.at_s
    if took_s < LEAST_S:
        return "too_soon"
    return "stale" if took_s > MOST_S else ""


def wait(sender: str, now: datetime) -> timedelta | None:
    """How long this sender has to wait; None if not at all."""
    recent = Knock.objects.filter(at__gt=now - WINDOW)
    mine = recent.filter(sender=sender)
    for knocks, most in (
        (mine.exclude(number=""), PER_SENDER),
        (mine, TRIES_PER_SENDER),
        (recent.exclude(number=""), PER_SITE),
    ):
        times = list(knocks.order_by("-at").values_list("at", flat=True)[:most])
        if len(times) == most:
            return times[-1] + WINDOW - now
    return None


def knock(sender: str, now: datetime) -> None:
    """Count a form that did not get through, and forget what is older than a day."""
    Knock.objects.filter(at__lt=now - KEPT).delete()
    Knock.objects.create(sender=sender, at=now)
