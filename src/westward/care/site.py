"""Values that a site sets in place of the shipped ones, marked as its own policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, Value
from westward.evidence.status import Status


def with_site_values(sheet: Sheet, values: Mapping[str, Value], *, site: str) -> Sheet:
    """A copy of an evidence sheet with some values replaced.

    A replaced fact has status policy, and its source names the site and the value that it replaces.

    Raises
    ------
    InputError
        If the sheet has no such fact.
    UsageError
        If a number is replaced by something else than a number, or a text by something else than a text.
    """
    facts = dict(sheet.facts)
    for key, value in values.items():
        old = sheet[key]
        if _kind(old.value) is not _kind(value):
            raise UsageError(f"{sheet.name} {key} is {old.value!r}; a site cannot set it to {value!r}")
        source = f"Set by {site} in place of {old.value!r} ({old.status}: {old.source})"
        facts[key] = replace(old, value=value, status=Status.POLICY, source=source)
    return Sheet(sheet.name, sheet.title, facts)


def _kind(value: Value) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)
