"""The hash chain, apart from any database: each row's digest covers the row and the digest before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = hashlib.sha256(b"westward audit chain, version 1").hexdigest()
"""What stands before the first row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it is hashed.

    Attributes
    ----------
    seq : int
        1, 2, 3 ... without gaps.
    at : datetime
        When, aware; hashed in UTC with microseconds.
    actor : str
        ``user:12``, ``system`` or ``anonymous``; never a name.
    verb : str
        What was done, such as ``accounts.invite``.
    target : str
        What it was done to, such as ``user:14``; empty for a list.
    site, purpose : str
        Code of the site and the purpose (care, research, quality), empty where they do not apply.
    outcome : str
        ``done`` or ``refused``.
    act_id : str
        The same for all rows of one request.
    detail : str
        Canonical JSON.
    previous, digest : str
        SHA-256 in hexadecimal of the row before and of this one.
    """

    seq: int
    at: datetime
    actor: str
    verb: str
    target: str
    site: str
    purpose: str
    outcome: str
    act_id: str
    detail: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not hold, and why."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a walk: how many rows held and the first that did not."""

    rows: int
    digest: str
    broken: Broken | None

    @property
    def whole(self) -> bool:
        """Whether every row holds."""
        return self.broken is None


def canonical(value: Any) -> str:
    """JSON with one spelling for one value: keys sorted, no spaces, no floats.

    Raises
    ------
    TypeError
        For floats and anything else that is not a string, integer, boolean, None, list or mapping.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys of an audit detail are strings")
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in an audit detail")


def digest(
    *,
    seq: int,
    at: datetime,
    actor: str,
    verb: str,
    target: str,
    site: str,
    purpose: str,
    outcome: str,
    act_id: str,
    detail: str,
    previous: str,
) -> str:
    """SHA-256 over the digest before and the row, in hexadecimal."""
    row = [
        seq,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        *(actor, verb, target, site, purpose, outcome, act_id, detail),
    ]
    return hashlib.sha256((previous + "\n" + canonical(row)).encode()).hexdigest()


def expected(row: Row) -> str:
    """The digest a row should carry."""
    fields = {name: getattr(row, name) for name in Row.__slots__ if name != "digest"}
    return digest(**fields)


def verify(
    rows: Iterable[Row], *, head_seq: int, head_digest: str, anchors: Mapping[int, str] | None = None
) -> Verdict:
    """Walk rows in order of ``seq`` and stop at the first that is changed, missing, inserted or out of place.

    ``anchors`` are digests written down elsewhere earlier, by number: whoever can rewrite the whole chain and its
    head cannot rewrite those.
    """
    seq, before = 0, GENESIS
    left = dict(anchors or {})
    for row in rows:
        if row.seq != seq + 1:
            why = "is missing" if row.seq > seq + 1 else "stands twice or out of place"
            return Verdict(seq, before, Broken(min(row.seq, seq + 1), why))
        if row.previous != before:
            return Verdict(seq, before, Broken(row.seq, "does not follow the row before it"))
        if expected(row) != row.digest:
            return Verdict(seq, before, Broken(row.seq, "was changed"))
        if left.pop(row.seq, row.digest) != row.digest:
            return Verdict(seq, before, Broken(row.seq, "differs from the digest written down earlier"))
        seq, before = row.seq, row.digest
    if (seq, before) != (head_seq, head_digest):
        return Verdict(seq, before, Broken(seq + 1, f"is missing: the head stands at row {head_seq}"))
    if left:
        return Verdict(seq, before, Broken(min(left), "is missing, yet its digest was written down earlier"))
    return Verdict(seq, before, None)
