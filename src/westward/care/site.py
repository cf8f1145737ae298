"""Values that a site sets in place of the shipped ones, or where none is shipped; marked as its own policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, Value
from westward.evidence.local import Band, LocalValue
from westward.evidence.status import Status


def with_site_values(sheet: Sheet, values: Mapping[str, Value | LocalValue], *, site: str) -> Sheet:
    """A copy of an evidence sheet with some values replaced, or entered where the sheet is empty.

    Such a fact has status policy. In place of a shipped value its source names the site and the value that it
    replaces; where the sheet is empty it is the source that the site entered.

    Raises
    ------
    InputError
        If the sheet has no such fact.
    UsageError
        If a number is replaced by something else than a number, a text by something else than a text, or an empty
        value is set without unit and source.
    """
    facts = dict(sheet.facts)
    for key, value in values.items():
        if key in sheet.blanks:
            facts[key] = _entered(sheet, key, value)
            continue
        old = sheet[key]
        if isinstance(value, LocalValue):
            raise UsageError(f"{sheet.name} {key} is {old.value!r}; write the value alone to replace it")
        if _kind(old.value) is not _kind(value):
            raise UsageError(f"{sheet.name} {key} is {old.value!r}; a site cannot set it to {value!r}")
        source = f"Set by {site} in place of {old.value!r} ({old.status}: {old.source})"
        facts[key] = replace(old, value=value, status=Status.POLICY, source=source)
    return Sheet(sheet.name, sheet.title, facts, sheet.blanks)


def _entered(sheet: Sheet, key: str, value: Value | LocalValue) -> Fact:
    blank = sheet.blanks[key]
    if not isinstance(value, LocalValue):
        raise UsageError(f"{sheet.name} {key} is empty: enter value, unit ({blank.unit}), source and year")
    entered = value.value
    if not isinstance(entered, tuple):
        return Fact(key, entered, blank.unit, Status.POLICY, value.cited, blank.meaning)
    bands = tuple(one for one in entered if isinstance(one, Band))
    if len(bands) < len(entered):
        raise UsageError(f"{sheet.name} {key} takes bands, no steps of a drug")
    numbers = tuple(band.value for band in bands)
    return Fact(key, numbers, blank.unit, Status.POLICY, value.cited, blank.meaning, bands)


def _kind(value: Value) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)
