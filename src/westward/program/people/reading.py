"""One reading of charts: what several apps ask of the same children is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from westward.program.people.models import Child

T = TypeVar("T")
Found = dict[int, Any]
Read = Callable[[Sequence[int]], Mapping[int, Any]]
_ABSENT = object()
_known: ContextVar[dict[Read, Found] | None] = ContextVar("known", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it nothing is written, and each read marked :func:`once` asks for a child once."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(ask: Callable[[Sequence[int]], dict[int, T]]) -> Callable[[Sequence[int]], dict[int, T]]:
    """Mark a read by keys of children; outside of a reading it asks every time. What it gives must not be changed."""

    @wraps(ask)
    def told(children: Sequence[int]) -> dict[int, T]:
        known = _known.get()
        if known is None:
            return ask(children)
        mine = known.setdefault(ask, {})
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
