"""Mails of notices: each claimed before it goes, tried again until it is taken, so many at one time.

A notice is claimed at the time of the claim, so two workers send it once; one that no server took, or whose worker died
in between, is tried again after :data:`AGAIN`. What is not sent within :data:`MOST_MAILS` and :data:`MOST_S` waits for
the next time, those never tried first, so that a server that does not answer holds up no escalation.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.actions.base import code
from westward.program.accounts.models import Site
from westward.program.audit.record import Who, record

AGAIN = timedelta(minutes=2)
"""A mail that no server took is tried again after so long (ours)."""
MOST_MAILS, MOST_S = 20, 20.0
"""Mails tried at one time, and seconds after which no further one is begun (ours)."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What is sent of one notice, and where the audit chain tells of it: of which target, at which site."""

    subject: str
    words: str
    verb: str
    target: str
    site: Site | None


def send_open(
    notices: QuerySet[Any],
    *,
    looked: datetime,
    now: datetime | None,
    may: Callable[[Any], bool],
    write: Callable[[Any, datetime], Mail],
) -> int:
    """Send the mails of notices that are still to be sent; returns how many a server took.

    Parameters
    ----------
    notices : QuerySet
        With ``to``, ``tried_at``, ``tries`` and ``mailed_at``.
    looked : datetime
        When what waits was looked at.
    may : callable
        Whether the mail of a notice may go.
    write : callable
        The mail of a notice at a time.
    """
    began = time.monotonic()
    open_ = notices.filter(_free(looked), mailed_at=None, to__is_active=True).exclude(to__email="")
    sent = tried = 0
    for notice in open_.order_by(F("tried_at").asc(nulls_first=True), "pk"):
        if not may(notice):
            continue
        if tried >= MOST_MAILS or time.monotonic() - began > MOST_S:
            break
        at = now or timezone.now()
        claimed = notices.model._default_manager.filter(_free(at), pk=notice.pk, mailed_at=None)
        if claimed.update(tried_at=at, tries=F("tries") + 1):
            tried += 1
            sent += _send(notice, write(notice, at), at)
    return sent


def _free(now: datetime) -> Q:
    """Claimed by nobody; a claim farther ahead than it holds is of a clock that was set back since."""
    return Q(tried_at=None) | Q(tried_at__lte=now - AGAIN) | Q(tried_at__gt=now + AGAIN)


def _send(notice: Any, one: Mail, now: datetime) -> bool:
    taken = mail.send(notice.to.email, one.subject, one.words)
    with transaction.atomic():
        if taken:
            type(notice)._default_manager.filter(pk=notice.pk).update(mailed_at=now)
        if taken or notice.tries == 0:  # the first failure is told, not each
            detail = {"notice": notice.pk, "to": notice.to.audit_id, "taken": taken}
            record(Who(), one.verb, one.target, site=code(one.site), detail=detail)
    return taken
