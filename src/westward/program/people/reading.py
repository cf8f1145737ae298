"""One reading of charts: what several apps ask of the same children is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from westward.program.people.models import Child

T = TypeVar("T")
Found = dict[int, Any]
Read = Callable[[Sequence[int]], Mapping[int, Any]]
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading knows: answers by read, the children whose tables were looked at, and who has rows in which."""

    told: dict[Read, Found] = field(default_factory=dict)
    looked: set[int] = field(default_factory=set)
    rows: set[tuple[int, int]] = field(default_factory=set)


_now: ContextVar[_Reading | None] = ContextVar("reading", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it nothing is written, and each read marked :func:`once` asks for a child once."""
    token = _now.set(_Reading())
    try:
        yield
    finally:
        _now.reset(token)


def once(ask: Callable[[Sequence[int]], dict[int, T]]) -> Callable[[Sequence[int]], dict[int, T]]:
    """Mark a read by keys of children; outside of a reading it asks every time. What it gives must not be changed."""

    @wraps(ask)
    def told(children: Sequence[int]) -> dict[int, T]:
        reading = _now.get()
        if reading is None:
            return ask(children)
        mine = reading.told.setdefault(ask, {})
        new = [key for key in children if key not in mine]
        if new:
            found = ask(new)
            mine.update((key, found.get(key, _ABSENT)) for key in new)
        return {key: mine[key] for key in children if mine[key] is not _ABSENT}

    return told


@once
def charts(children: Sequence[int]) -> dict[int, Child]:
    """The charts themselves, by key."""
    return Child.objects.in_bulk(children)


def having(models: Iterable[type[Model]], children: Iterable[int]) -> list[int]:
    """Those of the children who have a row in one of these tables; outside of a reading all of them.

    Most children have rows in few tables. Within a reading all tables that belong to a child are looked at in one
    query, and of where a child has nothing it need not be asked.
    """
    reading, keys = _now.get(), list(children)
    if reading is None:
        return keys
    if new := [key for key in keys if key not in reading.looked]:
        reading.looked.update(new)
        reading.rows.update(_look(new))
    places = [_tables()[model] for model in models]
    return [key for key in keys if any((place, key) in reading.rows for place in places)]


@cache
def _tables() -> dict[type[Model], int]:
    """Tables with a column for the child, numbered."""
    found = (one.related_model for one in Child._meta.related_objects if one.field.name == "child")
    return {model: place for place, model in enumerate(found)}


def _look(children: Sequence[int]) -> list[tuple[int, int]]:
    """Number of the table and child, wherever a child has a row."""
    quote, keys = connection.ops.quote_name, ", ".join(f"({int(key)})" for key in children)
    column, parts = quote("child_id"), []
    for model, place in _tables().items():
        table = quote(model._meta.db_table)
        parts.append(f"SELECT DISTINCT {place}, {column} FROM {table} WHERE {column} IN (SELECT id FROM asked)")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"WITH asked (id) AS (VALUES {keys}) {' UNION ALL '.join(parts)}")
        return [(int(place), int(key)) for place, key in cursor.fetchall()]
