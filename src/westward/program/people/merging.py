"""Move everything that points at one chart to another, whatever app it belongs to, and back.

Every foreign key to :class:`~westward.program.people.models.Child` is found by asking Django, so an app that comes
later takes part without saying so. A model may say two things of itself:

- ``stays_when_merged = True``: its rows tell of the chart itself and stay, such as the history of its facts;
- ``closed_by_merge = "ended_at"``: where both charts have the same row in force, and only one may be, the one that
  arrives is closed by setting this field. A model that does not say so, such as a running treatment, makes the merge
  refuse instead: a person ends one of the two first.

Rows that a chart can have only one of (a unique constraint without condition) stay with the merged chart, which is
kept, and are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from westward.program.acts import InvalidActError
from westward.program.people.choices import MoveKind
from westward.program.people.models import Child, Merge, Moved

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Place:
    """One foreign key to a child."""

    model: Model
    field: str
    own_key: bool

    def at(self, child: Child) -> Any:
        """Rows that point at this child, past any manager that hides some."""
        return self.model._base_manager.filter(**{self.field: child.pk})

    @property
    def label(self) -> str:
        """Such as ``referral.appointment``."""
        return self.model._meta.label_lower


def places(among: Iterable[Model] | None = None) -> Iterator[Place]:
    """Every foreign key to a child in every app, tables of many-to-many fields included."""
    for model in among if among is not None else apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or getattr(model, "stays_when_merged", False):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.remote_field.model is Child:
                yield Place(model, field.name, field.primary_key)


def counts(child: Child) -> list[tuple[str, int]]:
    """How many rows of each kind point at a child, for the page that asks before a merge; only kinds that have any."""
    found: dict[str, int] = {}
    for place in places():
        if not place.own_key and (n := place.at(child).count()):
            names = ("merged chart", "merged charts") if place.model is Child else _names(place.model)
            name = names[0] if n == 1 else names[1]
            found[name] = found.get(name, 0) + n
    return sorted(found.items())


def _names(model: Model) -> tuple[str, str]:
    return str(model._meta.verbose_name), str(model._meta.verbose_name_plural)


def move(keep: Child, other: Child, merge: Merge) -> list[Moved]:
    """Point at ``keep`` what points at ``other``; returns what became of each row, stored.

    Raises
    ------
    InvalidActError
        If both charts have something in force of which there may be one, and its model does not let a merge close it.
    """
    told: list[Moved] = []
    for place in places():
        keys = list(place.at(other).order_by("pk").values_list("pk", flat=True))
        if not keys:
            continue
        if place.own_key:
            told += [_told(merge, place, key, MoveKind.DERIVED) for key in keys]
        elif _try(place, other, {place.field: keep.pk}):
            told += [_told(merge, place, key, MoveKind.MOVED) for key in keys]
        else:
            told += [_move_one(place, other, keep, merge, key) for key in keys]
    return Moved.objects.bulk_create(told)


def _move_one(place: Place, other: Child, keep: Child, merge: Merge, key: Any) -> Moved:
    if _try(place, other, {place.field: keep.pk}, key):
        return _told(merge, place, key, MoveKind.MOVED)
    closing = getattr(place.model, "closed_by_merge", "")
    if closing and place.at(other).filter(**{"pk": key, closing: None}).exists():
        now = timezone.now()
        value = now if isinstance(place.model._meta.get_field(closing), models.DateTimeField) else timezone.localdate()
        if _try(place, other, {place.field: keep.pk, closing: value}, key):
            return _told(merge, place, key, MoveKind.CLOSED, closing)
    if any(constraint.condition is not None for constraint in _uniques(place)):
        name = place.model._meta.verbose_name
        raise InvalidActError(f"both charts have this in force: {name}", remedy="end it on one of them, then merge")
    return _told(merge, place, key, MoveKind.STAYED)


def _uniques(place: Place) -> list[models.UniqueConstraint]:
    constraints = (one for one in place.model._meta.constraints if isinstance(one, models.UniqueConstraint))
    return [one for one in constraints if place.field in one.fields]


def _try(place: Place, child: Child, values: dict[str, Any], key: Any = None) -> bool:
    rows = place.at(child) if key is None else place.at(child).filter(pk=key)
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return False
    return True


def _told(merge: Merge, place: Place, key: Any, what: MoveKind, closed_field: str = "") -> Moved:
    return Moved(merge=merge, model=place.label, row=str(key), field=place.field, what=what, closed_field=closed_field)


def move_back(merge: Merge) -> int:
    """Point back at the merged chart what was moved and still points at the other; returns how many could not.

    What arrived at the kept chart since then stays there.
    """
    stayed = 0
    for row in merge.rows.filter(what__in=[MoveKind.MOVED, MoveKind.CLOSED]).order_by("-pk"):
        try:
            model = apps.get_model(row.model)
        except LookupError:
            stayed += 1
            continue
        place = Place(model, row.field, own_key=False)
        values: dict[str, Any] = {row.field: merge.other_id}
        if row.closed_field:
            values[row.closed_field] = None
        there = place.at(merge.keep).filter(pk=row.row).exists()
        if not there or not _try(place, merge.keep, values, row.row):
            stayed += 1
    return stayed
