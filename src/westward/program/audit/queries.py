"""Reads of the chain: search, walk, head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from westward.program.audit import triggers
from westward.program.audit.chain import Broken, Verdict, verify
from westward.program.audit.models import Entry, Head

CHUNK = 2_000


def search(
    *, actor: str = "", target: str = "", verb: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Entry]:
    """Rows by exact actor and object id, by the beginning of the verb and by time; newest first."""
    rows = Entry.objects.order_by("-seq")
    if actor:
        rows = rows.filter(actor=actor)
    if target:
        rows = rows.filter(target=target)
    if verb:
        rows = rows.filter(verb__startswith=verb)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    return rows


def head() -> tuple[int, str]:
    """Number and digest of the last row."""
    last = Head.objects.get(pk=1)
    return last.seq, last.digest


def walk(anchors: Mapping[int, str] | None = None) -> Verdict:
    """Verify the whole chain and that the triggers stand.

    Rows that arrive during the walk are beyond the head read first and left to the next walk.
    """
    seq, digest = head()
    rows = (entry.row() for entry in Entry.objects.order_by("seq").filter(seq__lte=seq).iterator(CHUNK))
    verdict = verify(rows, head_seq=seq, head_digest=digest, anchors=anchors)
    if verdict.whole and Entry.objects.filter(seq__lte=0).exists():
        return Verdict(verdict.rows, verdict.digest, Broken(0, "stands before the first row"))
    missing = triggers.names(connection.vendor) - triggers.present(connection)
    if verdict.whole and missing:
        why = f"is the last of a whole chain, but triggers are missing: {', '.join(sorted(missing))}"
        return Verdict(verdict.rows, verdict.digest, Broken(verdict.rows, why))
    return verdict
