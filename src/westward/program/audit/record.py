"""Add rows to the chain, inside the transaction of what they tell about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from westward.program.audit.chain import canonical, digest
from westward.program.audit.models import Entry, Head

DONE, REFUSED = "done", "refused"
SYSTEM, ANONYMOUS = "system", "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who acts, from where in the program.

    Attributes
    ----------
    actor : str
        ``user:12``, ``system`` or ``anonymous``.
    act_id : str
        Number of the request.
    """

    actor: str = SYSTEM
    act_id: str = ""


def record(
    who: Who,
    verb: str,
    target: str = "",
    *,
    site: str = "",
    purpose: str = "",
    outcome: str = DONE,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Append one row; ``detail`` holds codes, counts and ids, never names or free text.

    Raises
    ------
    TransactionManagementError
        Outside a transaction: a row stands or falls with what it tells about.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record belongs inside transaction.atomic")
    head = Head.objects.select_for_update().get(pk=1)
    fields: dict[str, Any] = {
        "seq": head.seq + 1,
        "at": at or timezone.now(),
        "actor": who.actor,
        "verb": verb,
        "target": target,
        "site": site,
        "purpose": purpose,
        "outcome": outcome,
        "act_id": who.act_id,
        "detail": canonical(detail or {}),
        "previous": head.digest,
    }
    entry = Entry.objects.create(**fields, digest=digest(**fields))
    Head.objects.filter(pk=1).update(seq=entry.seq, digest=entry.digest)
    return entry


def one_at_a_time() -> None:
    """Wait until nobody else writes, and keep others waiting until this transaction ends.

    For an act that compares with everything that is there before it adds to it. SQLite lets one writer in anyway.
    """
    Head.objects.select_for_update().get(pk=1)


def record_once(who: Who, verb: str, target: str, *, detail: Mapping[str, Any] | None = None) -> bool:
    """Append a row unless one of this verb and target stands; whether it was appended.

    The head is locked first, so of two processes that ask at once one is told no.
    """
    one_at_a_time()
    if Entry.objects.filter(target=target, verb=verb).exists():
        return False
    record(who, verb, target, detail=detail)
    return True


def record_list(
    who: Who,
    verb: str,
    ids: Iterable[str],
    *,
    site: str = "",
    purpose: str = "",
    chosen: Mapping[str, Any] | None = None,
) -> Entry:
    """One row for a list that was shown: the filter, how many, and a digest of the ids in order.

    ``chosen`` is the filter as codes; a search for a name is told as ``{"search": True}``.
    """
    shown = list(ids)
    detail = {
        "filter": dict(chosen or {}),
        "count": len(shown),
        "ids_sha256": hashlib.sha256(canonical(shown).encode()).hexdigest(),
    }
    with transaction.atomic():
        return record(who, verb, site=site, purpose=purpose, detail=detail)
