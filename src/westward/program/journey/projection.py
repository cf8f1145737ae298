"""Keep the board's rows true: recomputed for the children of every act, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from westward.program.journey import collect, standing
from westward.program.journey.models import Standing
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.people.reading import charts, one_reading
from westward.program.referral.sources import Known

CHUNK = 50
"""Children of one transaction of a rebuild: others write in between."""


def known(children: Sequence[int], now: datetime) -> dict[int, Known]:
    """Where these children stand, in one query; a child without a row, or with one of an earlier version, is asked for
    anew.
    """
    rows = {one.pk: one for one in Standing.objects.filter(child__in=children)}
    told = {key: _known(one, now) for key, one in rows.items() if one.open is not None}
    missing = [key for key in children if key not in told]
    if missing:
        facts, conditions, out = collect.facts(missing), collect.conditions(missing), collect.ruled_out(missing)
        acts = collect.next_acts(missing, now=now)
        told |= {key: Known(facts[key], conditions[key], key in out, tuple(acts[key])) for key in missing}
    return told


def _known(one: Standing, now: datetime) -> Known:
    acts = tuple(standing.act_of(kept) for kept in one.open or ()) if one.sort_at <= now else ()
    return Known(standing.read(one.facts), frozenset(one.conditions), one.ruled_out, acts)


def refresh(children: Sequence[int]) -> None:
    """Compute and store the rows of these children; a merged chart has none."""
    with one_reading():
        found = charts(sorted(set(children)))
        merged = [key for key, child in found.items() if child.state == ChildState.MERGED]
        rows = _rows({key: found[key] for key in sorted(found.keys() - set(merged))})
    if merged:
        Standing.objects.filter(pk__in=merged).delete()
    keys = [row.pk for row in rows]
    before = Standing.objects.in_bulk(keys) if keys else {}
    changed = [one for one in rows if one.pk not in before or _values(one) != _values(before[one.pk])]
    names = [field.name for field in _FIELDS]
    Standing.objects.bulk_create(changed, update_conflicts=True, unique_fields=["child"], update_fields=names)


def _rows(children: Mapping[int, Child]) -> list[Standing]:
    if not children:
        return []
    keys, now = list(children), timezone.now()
    facts, acts, lines = collect.facts(keys), collect.next_acts(keys, now=now), collect.lines(keys)
    conditions, ruled_out = collect.conditions(keys), collect.ruled_out(keys)
    return [
        Standing(
            child_id=key,
            site_id=child.site_id,
            **standing.row(
                facts=facts[key],
                acts=acts[key],
                line=lines.get(key, ""),
                silence=child.silence,
                today=timezone.localtime(now).date(),
                now=now,
                zone=timezone.get_current_timezone(),
                conditions=conditions[key],
                ruled_out=key in ruled_out,
            ),
        )
        for key, child in children.items()
    ]


_FIELDS = [field for field in Standing._meta.concrete_fields if not field.primary_key]


def _values(one: Standing) -> list[Any]:
    return [getattr(one, field.attname) for field in _FIELDS]


def rebuild() -> int:
    """Compute every row anew; returns how many children were seen.

    The worker does it again and again: an upgrade may change a rule, and some of what has to be done next appears
    with time alone, without an act.
    """
    keys = list(Child.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic():
            refresh(keys[start : start + CHUNK])
    return len(keys)


def on_act(sender: Any, *, children: Sequence[int], **_: Any) -> None:
    """Receiver of :data:`~westward.program.acts.acted`."""
    refresh(children)
