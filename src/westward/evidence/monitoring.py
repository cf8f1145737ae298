"""Checks during treatment as data, each with limit, act, status and source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.entries import sourced
from westward.evidence.status import Status

_DURING = ("full", "taper", "course")
_KEYS = {"id", "kind", "what", "values", "days", "every_d", "during", "after_end_d", "limit", "act", "status", "source"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a kind of course.

    Attributes
    ----------
    days : tuple of int
        Days of the course; -1 is its last day.
    every_d : int or None
        Every so many days during ``during`` (``full``, ``taper`` or ``course``), first after one interval.
    after_end_d : int or None
        Once, so many days after the last dose.
    limit, act : str
        From what on something must be done, and what.
    values : tuple of str
        What is measured, such as ``glucose``; held against its limit (:func:`westward.care.limits.judge`).
    """

    id: str
    kind: str
    what: str
    days: tuple[int, ...]
    every_d: int | None
    during: str
    after_end_d: int | None
    limit: str
    act: str
    status: Status
    source: str
    values: tuple[str, ...] = ()


def parse(document: str) -> tuple[Check, ...]:
    """Read and check the sheet.

    Raises
    ------
    InputError
        Broken TOML, an unknown key, status or source, or a check without a time.
    """
    try:
        data = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the checks are not valid TOML: {error}") from None
    return tuple(_check(entry, data.get("sources", {})) for entry in data.get("check", []))


def _check(entry: dict[str, Any], sources: dict[str, str]) -> Check:
    where = f"check {entry.get('id')!r}"
    if wrong := set(entry) - _KEYS:
        raise InputError(f"{where}: unknown keys {sorted(wrong)}")
    told = sourced(entry, sources, where)
    days = tuple(-1 if day == "last" else day for day in entry.get("days", ()))
    every, after, during = entry.get("every_d"), entry.get("after_end_d"), entry.get("during", "course")
    if not (days or every or after) or during not in _DURING or any(not isinstance(d, int) or d == 0 for d in days):
        raise InputError(f"{where} needs days, every_d or after_end_d, and during as one of {', '.join(_DURING)}")
    texts = {key: str(entry.get(key, "")).strip() for key in ("id", "kind", "what", "limit", "act")}
    if missing := [key for key, text in texts.items() if not text]:
        raise InputError(f"{where} has no {', '.join(missing)}")
    return Check(
        **texts,
        days=days,
        every_d=every,
        during=during,
        after_end_d=after,
        status=told["status"],
        source=told["source"],
        values=tuple(map(str, entry.get("values", ()))),
    )


@lru_cache(maxsize=1)
def load() -> tuple[Check, ...]:
    """The shipped checks."""
    return parse((files("westward.evidence") / "tables" / "monitoring.toml").read_text(encoding="utf-8"))
