"""Take in what a family's phone kept: every entry once, each answered by its own id."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from westward.evidence.loader import load
from westward.program.acts import InvalidActError, Told
from westward.program.followup.choices import EntryKind, RedFlag, Waking
from westward.program.followup.models import DiaryEntry
from westward.program.people.actions.base import ChildAct

MOST = 200
"""Entries in one call; a phone sends the rest with the next."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one entry: ``stored``, ``known`` (it was sent before) or ``refused`` with the reason."""

    id: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class SyncDiary(ChildAct[list[Taken]]):
    """Store entries of one caregiver about the own child.

    The same entry may be sent any number of times; a broken one is refused by itself and stops no other.
    """

    verb = "followup.diary_own"
    entries: Sequence[Mapping[str, Any]]

    def validate(self) -> None:
        """Not too many at once, and a chart that is open."""
        if len(self.entries) > MOST:
            raise InvalidActError(f"more than {MOST} entries at once; send the rest with the next call")
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("this chart is closed; nothing is collected any more")

    def write(self) -> tuple[list[Taken], Told]:
        """What became of each."""
        sheet, now = load("diary"), timezone.now()
        limits = (sheet.integer("entry.oldest_d"), sheet.integer("entry.most_count"))
        taken = [self._take(entry, now, limits) for entry in self.entries]
        counts = {word: sum(one.outcome == word for one in taken) for word in ("stored", "known", "refused")}
        return taken, self.told(detail=counts)

    def _take(self, entry: Mapping[str, Any], now: datetime, limits: tuple[int, int]) -> Taken:
        raw = str(entry.get("id", ""))
        try:
            key = uuid.UUID(raw)
        except ValueError:
            return Taken(raw[:40], "refused", "the id is no UUID")
        known = DiaryEntry.objects.filter(client_id=key).values_list("child_id", flat=True).first()
        if known is not None:
            return Taken(raw, "known") if known == self.child.pk else Taken(raw, "refused", "the id is in use")
        fields, why = read(entry, today=timezone.localtime(now).date(), now=now, oldest_d=limits[0], most=limits[1])
        if fields is None:
            return Taken(raw, "refused", why)
        DiaryEntry.objects.create(client_id=key, child=self.child, told_by=self.user, received_at=now, **fields)
        return Taken(raw, "stored")


def read(
    entry: Mapping[str, Any], *, today: date, now: datetime, oldest_d: int, most: int
) -> tuple[dict[str, Any] | None, str]:
    """Fields of an entry, or None with the reason why it makes no sense."""
    kind = entry.get("kind")
    if kind not in EntryKind.values:
        return None, f"{kind!r} is not told here"
    on, written = _date(entry.get("on")), _moment(entry.get("written_at"))
    if on is None or written is None:
        return None, "the day or the time of writing is missing"
    if not today - timedelta(days=oldest_d) <= on <= today + timedelta(days=1):
        return None, f"the day {on} is too far away"
    count, minutes, since = entry.get("count"), entry.get("minutes"), entry.get("since_waking")
    for name, value in (("count", count), ("minutes", minutes), ("minutes after waking", since)):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and 0 < int(value) <= most):
            return None, f"{name} is {value!r}; a whole number from 1 to {most}"
    if kind in (EntryKind.CLUSTER, EntryKind.SINGLE) and count is None:
        return None, "how many spasms is missing"
    flag, waking = entry.get("red_flag") or "", entry.get("waking") or Waking.UNKNOWN
    if (kind == EntryKind.RED_FLAG) != bool(flag) or (flag and flag not in RedFlag.values):
        return None, "a red flag is one of those on the page"
    if waking not in Waking.values:
        return None, f"{waking!r} is no relation to sleep"
    return {
        "kind": kind,
        "on": on,
        "at": _moment(entry.get("at")),
        "count": count,
        "minutes": minutes,
        "since_waking": since,
        "waking": Waking.AFTER_WAKING if since is not None and waking == Waking.UNKNOWN else waking,
        "red_flag": flag,
        "words": str(entry.get("words") or "")[:500],
        "written_at": min(written, now),
    }, ""


def _date(value: Any) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)
